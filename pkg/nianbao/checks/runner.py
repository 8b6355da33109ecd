"""Runs all checks on a filing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from string import digits

# Each of these modules declares its checks when it is imported.
from nianbao.checks import (  # noqa: F401
    arithmetic,
    late,
    ledgers,
    plausibility,
    privacy,
    reading,
    years,
)
from nianbao.checks.case import SMALL_GROUPS, Case
from nianbao.checks.causes import resolve_causes
from nianbao.checks.finding import Finding
from nianbao.checks.prose import (  # noqa: F401
    applications,
    cases,
    changes,
    children,
    directions,
    holes,
    parts,
)
from nianbao.checks.registry import CHECKS
from nianbao.checks.rollup import sums, units  # noqa: F401
from nianbao.checks.wording import dates, marks, sections  # noqa: F401
from nianbao.filing.figure import Address, Figure
from nianbao.filing.filing import Filing, Text

NamesAfter = Callable[[Sequence[Finding]], Mapping[str, Figure | Text]]


def run_checks(
    filing: Filing,
    previous: Filing | None = None,
    *,
    small_groups: int = SMALL_GROUPS,
    names_after: NamesAfter | None = None,
) -> tuple[Finding, ...]:
    """Give all findings about a filing, gravest first, then by id and address.

    Parameters
    ----------
    filing
        What is checked; it is not changed.
    previous
        The same agency's filing for the year before; what needs it is left out without it.
    small_groups
        Groups of fewer persons than this in a published breakdown are findings; 0 for none.
    names_after
        Gives what prose may name, from what is found until then; None where nothing is computed.
    """
    case = Case.of(filing, previous, small_groups=small_groups)
    found = sorted(_found(case, reads_all=False), key=_rank)
    last = case.after(found, names_after(found) if names_after else None)
    return resolve_causes(sorted([*found, *_found(last, reads_all=True)], key=_rank), case)


def _found(case: Case, *, reads_all: bool) -> Iterator[Finding]:
    for check in CHECKS:
        if check.reads_all is reads_all:
            for finding in check(case):
                yield replace(finding, agency=case.filing.agency.code, year=case.filing.year)


def _rank(finding: Finding) -> tuple[object, ...]:
    """Sort A2 before A10, and cell D3 before D27."""
    family, number = finding.id[:1], int(finding.id[1:])
    places = [_place(address) for address in finding.where]
    return finding.severity.rank, family, number, places, finding.message


def _place(address: Address) -> tuple[str, str, int, int, str]:
    column = address.cell.rstrip(digits)
    row = address.cell.removeprefix(column)
    return address.file, address.sheet, int(row or 0), len(column), column
