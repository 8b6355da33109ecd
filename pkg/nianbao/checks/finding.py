"""A finding: what a check says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nianbao.filing.figure import Address, Value, format_value

WITHHELD = "所用数据有必须改的问题，改正前不计算"
"""Why a figure has no value, as its derivation ends."""


class Severity(StrEnum):
    """How grave a finding is; the first is the gravest."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """What people see: 必须改, 请说明 or 提示."""
        return {"error": "必须改", "warning": "请说明", "info": "提示"}[self.value]

    @property
    def rank(self) -> int:
        """For sorting: 0 is the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says about a filing.

    Attributes
    ----------
    id, name, title, source
        Of the check: ``A2``, ``result-total``, its Chinese title, its ground (form, article).
    message
        One Chinese sentence without its final stop.
    where
        Addresses of the cells it is about.
    refs
        References of the figures it is about, in the same order where both are known.
    expected, found
        What is computed and what is stated, by label (a column such as 自然人); the same keys.
    cause
        Id of the finding from which this one follows; empty for a root cause.
    mends
        Ids of the findings that would be gone if this one were corrected.
    """

    id: str
    name: str
    severity: Severity
    title: str
    message: str
    source: str = ""
    where: tuple[Address, ...] = ()
    refs: tuple[str, ...] = ()
    expected: Mapping[str, Value | str] = field(default_factory=dict)
    found: Mapping[str, Value | str] = field(default_factory=dict)
    agency: str = ""
    year: int = 0
    cause: str = ""
    mends: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give plain data: addresses and decimals as text, whole numbers as numbers."""
        return {
            "id": self.id,
            "name": self.name,
            "severity": self.severity.value,
            "title": self.title,
            "message": self.message,
            "source": self.source,
            "where": [str(address) for address in self.where],
            "refs": list(self.refs),
            # A notebook is saved with sorted keys, which would lose the order of the columns.
            "labels": list(dict.fromkeys([*self.expected, *self.found])),
            "expected": {label: _plain(value) for label, value in self.expected.items()},
            "found": {label: _plain(value) for label, value in self.found.items()},
            "agency": self.agency,
            "year": self.year,
            "cause": self.cause,
            "mends": list(self.mends),
        }


def _plain(value: Value | str) -> int | str | None:
    return value if value is None or isinstance(value, int | str) else format_value(value)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding is of level error (必须改)."""
    return any(finding.severity is Severity.ERROR for finding in findings)
