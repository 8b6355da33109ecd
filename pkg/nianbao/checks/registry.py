"""The checks: each is one function with a decorator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.filing.figure import Figure, Value

CheckFunction = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: called with a `Case`, it yields findings.

    Attributes
    ----------
    id, name
        ``A2`` and ``result-total``; both are unique.
    severity
        Of its findings, unless it says otherwise for one.
    title
        What is wrong, in Chinese, in a few words.
    source
        The ground: form, article.
    reads_all
        It reads prose as it will be printed, with what is computed: it is run last.
    """

    id: str
    name: str
    severity: Severity
    title: str
    source: str
    function: CheckFunction
    reads_all: bool = False

    def __call__(self, case: Case) -> Iterator[Finding]:
        """Yield what this check finds in a case."""
        return self.function(case)

    def finding(
        self,
        message: str,
        figures: Iterable[Figure] = (),
        *,
        expected: Mapping[str, Value | str] | None = None,
        found: Mapping[str, Value | str] | None = None,
        severity: Severity | None = None,
        source: str = "",
    ) -> Finding:
        """Make a finding of this check.

        Parameters
        ----------
        message
            One Chinese sentence without its final stop.
        figures
            What it is about.
        expected, found
            What is computed and what is stated, by the same labels.
        severity, source
            Where they differ from the check's own.
        """
        about = tuple(figures)
        return Finding(
            id=self.id,
            name=self.name,
            severity=severity or self.severity,
            title=self.title,
            message=message,
            source=source or self.source,
            where=tuple(figure.address for figure in about if figure.address),
            refs=tuple(figure.ref for figure in about),
            expected=dict(expected or {}),
            found=dict(found or {}),
        )


@dataclass(frozen=True, slots=True)
class Registry:
    """Checks by their ids, in the order in which they were declared."""

    _checks: dict[str, Check] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Check]:
        return iter(self._checks.values())

    def __len__(self) -> int:
        return len(self._checks)

    def check(
        self,
        identifier: str,
        *,
        name: str,
        severity: Severity,
        title: str,
        source: str,
        reads_all: bool = False,
    ) -> Callable[[CheckFunction], Check]:
        """Declare a check: ``@check("A2", name="result-total", …)`` above its function.

        Raises
        ------
        ValueError
            Another check has this id or name.
        """

        def declare(function: CheckFunction) -> Check:
            if any(other.id == identifier or other.name == name for other in self):
                raise ValueError(f"a check with id {identifier} or name {name} is there already")
            made = Check(identifier, name, severity, title, source, function, reads_all)
            self._checks[identifier] = made
            return made

        return declare


CHECKS = Registry()
check = CHECKS.check
