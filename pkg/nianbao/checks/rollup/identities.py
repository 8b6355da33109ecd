"""A government's tables that do not add up: because of a cell of its own, or of its agencies'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding
from nianbao.errors import listed
from nianbao.filing.figure import format_value
from nianbao.filing.rollup import Unit
from nianbao.filing.totals import Line, sum_of

MISWRITTEN = "E1"
"""The check that finds what is stated and is not the sum."""


def with_origin(case: Case, finding: Finding, lines: Sequence[Line]) -> Finding:
    """Say of a government's finding about sums where it comes from.

    Parameters
    ----------
    finding
        About lines that do not add up.
    lines
        Those lines.

    Returns
    -------
    Finding
        With its cause, if the lines add up with the sums of the agencies in place of what is
        stated; else with the agencies named that do not add up themselves.
    """
    rollup = case.filing.rollup
    if rollup is None:
        return finding
    right = {item.ref: item.total for item in case.differences if not item.is_bound}
    values = {**case.stated, **right}
    if right and all(sum_of(line.parts, values) == sum_of(line.whole, values) for line in lines):
        return replace(finding, cause=MISWRITTEN)
    wrong = [(unit, gap) for unit in rollup.counted if (gap := _gaps(unit, lines))]
    if not wrong:
        return finding
    names = listed(f"{unit.agency.name}（{gap}）" for unit, gap in wrong)
    places = [
        address
        for unit, _ in wrong
        for line in lines
        for ref in line.whole
        if unit.filing and (address := unit.filing.figures[ref].address)
    ]
    return replace(
        finding,
        message=f"{finding.message}；下级的表不平：{names}",
        where=tuple(dict.fromkeys([*finding.where, *places])),
    )


def _gaps(unit: Unit, lines: Sequence[Line]) -> str:
    """Say by how much a unit's own lines do not add up; empty where they do."""
    sums = [(sum_of(line.parts, unit.values), sum_of(line.whole, unit.values)) for line in lines]
    gaps = [
        format_value(max(parts - whole, whole - parts))
        for parts, whole in sums
        if parts is not None and whole is not None and parts != whole
    ]
    return f"差 {'、'.join(dict.fromkeys(gaps))}" if gaps else ""
