"""Where a number comes from and what it reaches, as the sources stand now.

Everything is told by what the report itself is made with: the form, the checks, the parts that
each computed figure names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nianbao.batch.subject import Subject
from nianbao.checks.case import Case
from nianbao.checks.finding import Finding
from nianbao.checks.runner import run_checks
from nianbao.filing.figure import Address, Figure, Value
from nianbao.filing.template import LAST_YEAR
from nianbao.filing.totals import sum_of
from nianbao.report.load import Report


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a figure stands in the form: the table, and the headings of its row and column."""

    table: str
    row: tuple[str, ...]
    column: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of the form that a figure is part of: what its two sides give.

    Attributes
    ----------
    check, source
        The check that compares them, and its ground.
    role
        ``part`` or ``whole``.
    parts, whole
        Both sums; None where a number is missing.
    """

    check: str
    source: str
    role: str
    parts: Value
    whole: Value


@dataclass(frozen=True, slots=True)
class Origin:
    """A figure that another was computed from, and its own origins."""

    year: int
    figure: Figure
    origins: tuple[Origin, ...] = ()


def sums_of(subject: Subject) -> tuple[Sum, ...]:
    """Give the sums of the form in which a figure stands."""
    if subject.figure is None:
        return ()
    ref, case = subject.figure.ref, Case.of(subject.report.filing)
    return tuple(
        Sum(
            line.identity.check,
            line.identity.source,
            "whole" if ref in line.whole else "part",
            sum_of(line.parts, case.stated),
            sum_of(line.whole, case.stated),
        )
        for line in case.lines
        if ref in line.parts + line.whole
    )


def heading_of(subject: Subject) -> Heading | None:
    """Give the headings of a figure's cell in the form; None for one that is not of the form."""
    if subject.figure is None:
        return None
    case = Case.of(subject.report.filing)
    spot = case.spots.get(subject.figure.ref)
    if spot is None:
        return None
    return Heading(case.group(subject.figure), spot.row.path, spot.column.path)


def origins_of(subject: Subject) -> tuple[Origin, ...]:
    """Give what a computed figure was computed from, down to what was filed."""
    return () if subject.figure is None else tuple(_origins(subject.report, subject.figure))


def _origins(report: Report, figure: Figure) -> Iterator[Origin]:
    filing, previous = report.filing, report.previous
    word, _, ref = figure.ref.partition(".")
    if word == LAST_YEAR and previous is not None:
        then = Report(previous, None, run_checks(previous))
        filed = then.figures[ref]
        yield Origin(previous.year, filed, tuple(_origins(then, filed)))
    for part in figure.parts:
        found = report.figures[part]
        yield Origin(filing.year, found, tuple(_origins(report, found)))


def reached_by(report: Report, refs: Iterable[str]) -> tuple[Figure, ...]:
    """Give the figures of a report that are computed from these, directly or not."""
    reached = set(refs)
    found: dict[str, Figure] = {}
    while True:
        more = {
            ref: figure
            for ref, figure in report.figures.items()
            if ref not in found and not reached.isdisjoint(figure.parts)
        }
        if not more:
            return tuple(figure for ref, figure in report.figures.items() if ref in found)
        found |= more
        reached |= more.keys()


def carried_over(report: Report, refs: Iterable[str]) -> tuple[Figure, ...]:
    """Give the figures of next year's report that are computed from these of this year."""
    seeds = [f"{LAST_YEAR}.{ref}" for ref in refs]
    direct = [report.figures[ref] for ref in seeds if ref in report.figures]
    return (*direct, *reached_by(report, seeds))


def findings_on(
    report: Report, addresses: Iterable[Address], refs: Iterable[str]
) -> tuple[Finding, ...]:
    """Give the findings of a report about some cells or figures, or about sums they are part of."""
    places, names = set(addresses), set(refs)
    wholes = {
        (line.identity.check, whole)
        for line in Case.of(report.filing).lines
        if not names.isdisjoint(line.parts)
        for whole in line.whole
    }
    return tuple(
        finding
        for finding in report.findings
        if not places.isdisjoint(finding.where)
        or not names.isdisjoint(finding.refs)
        or any((finding.id, ref) in wholes for ref in finding.refs)
    )
