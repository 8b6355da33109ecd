"""One cell of table three that is wrong where an uneven row and an uneven column cross.

A row's 总计 is then right: only this cell makes row and column even, and both by the same value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding
from nianbao.filing.figure import Value, format_value
from nianbao.filing.totals import Line, sum_of

ROWS = "A1"
"""The check of the rows."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The cell.

    Attributes
    ----------
    ref
        Of the cell; what it holds is known.
    total
        Of the 总计 of its row.
    value
        With which its row and its column are even.
    """

    ref: str
    total: str
    value: Value


def crossings(case: Case) -> dict[str, Crossing]:
    """Give the cell of each uneven row that has just one, by the row's 总计.

    A government's sums have other causes: `nianbao.checks.rollup`.
    """
    if case.filing.rollup is not None:
        return {}
    rows = [x for x in case.lines if x.identity.check == ROWS and _is_uneven(x, case.stated)]
    found = ((row.total, [*_mending(case, row)]) for row in rows)
    return {total: cells[0] for total, cells in found if len(cells) == 1}


def told(finding: Finding, crossing: Crossing, case: Case) -> Finding:
    """Let a finding about a row name the cell, with the 总计 that may stand."""
    heading, last = (case.spots[ref].column.path[-1] for ref in (crossing.ref, crossing.total))
    written, total = case.stated[crossing.ref], case.stated[crossing.total]
    cell = case.filing.figures[crossing.ref].address
    change = f"由 {format_value(written)} 改为 {format_value(crossing.value)}"
    return replace(
        finding,
        message=f"{finding.message}；只有{heading}一格{change}，这一行和所在的列才都平",
        where=((cell, *finding.where) if cell else finding.where),
        refs=(crossing.ref, *finding.refs),
        expected={heading: crossing.value, last: total},
        found={heading: written, last: total},
    )


def _mending(case: Case, row: Line) -> Iterator[Crossing]:
    expected, found = sum_of(row.parts, case.stated), sum_of(row.whole, case.stated)
    for ref in row.parts:
        written = case.stated[ref]
        if written is None or expected is None or found is None:
            continue
        value = written + found - expected
        if value >= 0 and _mends(case, row, ref, value):
            yield Crossing(ref, row.total, value)


def _mends(case: Case, row: Line, ref: str, value: Value) -> bool:
    """Tell whether a value evens the uneven column of a cell, in all its identities."""
    column = ref.rpartition(".")[2]
    lines = [x for x in case.lines if x.identity.table == row.identity.table and x.place == column]
    values = {**case.stated, ref: value}
    return any(_is_uneven(line, case.stated) for line in lines) and not any(
        _is_uneven(line, values) for line in lines
    )


def _is_uneven(line: Line, values: Mapping[str, Value]) -> bool:
    expected, found = sum_of(line.parts, values), sum_of(line.whole, values)
    return expected is not None and found is not None and expected != found
