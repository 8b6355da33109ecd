"""One number from its source to the pages that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nianbao.batch.batch import ReportName
from nianbao.batch.places import Output, output_of
from nianbao.batch.subject import Sources, Subject
from nianbao.batch.trace import (
    Heading,
    Origin,
    Sum,
    carried_over,
    findings_on,
    heading_of,
    origins_of,
    reached_by,
    sums_of,
)
from nianbao.checks.finding import Finding
from nianbao.errors import NianbaoError
from nianbao.filing.figure import Figure, format_value


@dataclass(frozen=True, slots=True)
class Reach:
    """What a number does to one report.

    Attributes
    ----------
    derived
        The figures that are computed from it.
    findings
        What the checks say now about it, or about what it was computed from.
    output
        Where the report that stands shows it; None where none stands.
    error
        Why the report cannot be read now; empty where it can.
    """

    report: ReportName
    derived: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    output: Output | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a number comes from, and what it reaches: its own report, then the next year's."""

    subject: Subject
    heading: Heading | None
    sums: tuple[Sum, ...]
    origins: tuple[Origin, ...]
    reaches: tuple[Reach, ...]

    def to_json(self) -> dict[str, Any]:
        """Give plain data."""
        subject = self.subject
        return {
            "agency": subject.name.agency,
            "name": subject.report.filing.agency.name,
            "year": subject.name.year,
            "address": str(subject.address or ""),
            "figure": None if subject.figure is None else _figure(subject.figure),
            "text": subject.text,
            "form": None if self.heading is None else asdict(self.heading),
            "sums": [
                asdict(item)
                | {"parts": format_value(item.parts), "whole": format_value(item.whole)}
                for item in self.sums
            ],
            "origins": [_origin(origin) for origin in self.origins],
            "reports": [_reach(reach) for reach in self.reaches],
        }


def explain(subject: Subject, sources: Sources, outputs: Path) -> Explanation:
    """Say where a number comes from and what it reaches.

    Parameters
    ----------
    outputs
        The outputs folder; there may be none.
    """
    origins = origins_of(subject)
    return Explanation(
        subject=subject,
        heading=heading_of(subject),
        sums=sums_of(subject),
        origins=origins,
        reaches=tuple(_reaches(subject, origins, sources, outputs)),
    )


def _reaches(
    subject: Subject, origins: tuple[Origin, ...], sources: Sources, outputs: Path
) -> Iterator[Reach]:
    refs = set() if subject.figure is None else {subject.figure.ref}
    derived = reached_by(subject.report, refs)
    before = [item for item in _all(origins) if item.year == subject.name.year]
    places = {item.figure.address for item in _all(origins)} | {subject.address}
    addresses = {address for address in places if address is not None}
    about = refs | {item.figure.ref for item in before}
    yield Reach(
        report=subject.name,
        derived=derived,
        findings=findings_on(subject.report, addresses, about),
        output=_output(subject, subject.name, {*refs, *_refs(derived)}, sources, outputs),
    )
    following = ReportName(subject.name.year + 1, subject.name.agency)
    if not sources.has(following) or subject.figure is None:
        return
    try:
        report = sources.report(following)
    except NianbaoError as error:
        yield Reach(following, error=str(error))
        return
    carried = carried_over(report, {*refs, *_refs(derived)})
    yield Reach(
        report=following,
        derived=carried,
        findings=findings_on(report, addresses, ()),
        output=_output(subject, following, _refs(carried), sources, outputs),
    )


def _output(
    subject: Subject, report: ReportName, refs: set[str], sources: Sources, outputs: Path
) -> Output | None:
    addresses = {str(subject.address)} if subject.address else set()
    return output_of(outputs, report.folder, sources.project, refs, addresses)


def _refs(figures: tuple[Figure, ...]) -> set[str]:
    return {figure.ref for figure in figures}


def _all(origins: tuple[Origin, ...]) -> Iterator[Origin]:
    for origin in origins:
        yield origin
        yield from _all(origin.origins)


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "ref": figure.ref,
        "name": figure.name,
        "label": figure.label,
        "value": None if figure.value is None else format_value(figure.value),
        "unit": figure.unit,
        "raw": figure.raw,
        "address": str(figure.address or ""),
        "derivation": figure.derivation,
        "trouble": figure.trouble or "",
        "category": figure.category,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "year": origin.year,
        "figure": _figure(origin.figure),
        "origins": [_origin(item) for item in origin.origins],
    }


def _reach(reach: Reach) -> Mapping[str, Any]:
    return {
        "agency": reach.report.agency,
        "year": reach.report.year,
        "derived": [_figure(figure) for figure in reach.derived],
        "findings": [finding.to_json() for finding in reach.findings],
        "output": None if reach.output is None else asdict(reach.output),
        "error": reach.error,
    }
