"""Runs all checks on a filing."""

from __future__ import annotations

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
from nianbao.checks.prose import applications, cases, changes, children, parts  # noqa: F401
from nianbao.checks.registry import CHECKS
from nianbao.checks.rollup import sums, units  # noqa: F401
from nianbao.checks.wording import dates, marks, sections  # noqa: F401
from nianbao.filing.figure import Address
from nianbao.filing.filing import Filing


def run_checks(
    filing: Filing, previous: Filing | None = None, *, small_groups: int = SMALL_GROUPS
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
    """
    case = Case.of(filing, previous, small_groups=small_groups)
    found = [
        replace(finding, agency=filing.agency.code, year=filing.year)
        for check in CHECKS
        for finding in check(case)
    ]
    return resolve_causes(sorted(found, key=_rank), case)


def _rank(finding: Finding) -> tuple[object, ...]:
    """Sort A2 before A10, and cell D3 before D27."""
    family, number = finding.id[:1], int(finding.id[1:])
    places = [_place(address) for address in finding.where]
    return finding.severity.rank, family, number, places, finding.message


def _place(address: Address) -> tuple[str, str, int, int, str]:
    column = address.cell.rstrip(digits)
    row = address.cell.removeprefix(column)
    return address.file, address.sheet, int(row or 0), len(column), column
