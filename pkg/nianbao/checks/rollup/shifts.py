"""Numbers that stand in the cell beside their own: two swapped, a row or column slipped by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nianbao.filing.figure import format_value
from nianbao.filing.filing import cell_ref
from nianbao.forms import Form

Numbers = Mapping[str, int | Decimal]
Place = tuple[int, int, int, int]
"""Number of table and block, of the row and the column in it."""

SIDES = {
    "填的是左边一格的数": (0, -1),
    "填的是右边一格的数": (0, 1),
    "填的是上一行的数": (-1, 0),
    "填的是下一行的数": (1, 0),
}


_DIGITS = 4
"""Different numbers of so many digits in all hardly stand beside their cells by chance."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What happened, in Chinese, and to which cells."""

    text: str
    refs: tuple[str, ...]
    is_certain: bool = True


def shifts(form: Form, stated: Numbers, sums: Numbers, wrong: Sequence[str]) -> Iterator[Shift]:
    """Yield shifts, each cell in one of them: two cells or more, of two numbers.

    Parameters
    ----------
    stated, sums
        What stands in the cells, and what should.
    wrong
        References of those where the two differ.
    """
    left = list(wrong)
    found = (*_swaps(form, stated, sums, wrong), *_slips(form, stated, sums, wrong))
    for shift in found:
        if set(shift.refs) <= set(left):
            left = [ref for ref in left if ref not in shift.refs]
            yield shift


def _swaps(form: Form, stated: Numbers, sums: Numbers, wrong: Sequence[str]) -> Iterator[Shift]:
    for ref in wrong:
        for side in ((0, 1), (1, 0)):
            other = _beside(form, ref, side)
            if other in wrong and (stated[ref], stated[other]) == (sums[other], sums[ref]):
                is_certain = _digits([stated[ref], stated[other]]) >= _DIGITS
                yield Shift("与相邻一格的数互换了", (ref, other), is_certain)


def _slips(form: Form, stated: Numbers, sums: Numbers, wrong: Sequence[str]) -> Iterator[Shift]:
    for text, side in SIDES.items():
        for line in (_row, _column):
            for refs in _grouped(form, wrong, line):
                moved = [r for r in refs if stated[r] == sums.get(_beside(form, r, side))]
                # The end of the line has nobody beside it.
                is_whole = len(moved) >= len(refs) - 1
                if is_whole and _digits(stated[ref] for ref in moved) >= _DIGITS:
                    yield Shift(text, tuple(moved))


def _digits(values: Iterable[int | Decimal]) -> int:
    """Give how many digits some numbers have: each number once; none if there is but one."""
    different = {value for value in values if value}
    return sum(len(format_value(value)) for value in different) if len(different) > 1 else 0


def _grouped(
    form: Form, refs: Iterable[str], line: Callable[[Place], tuple[int, ...]]
) -> list[list[str]]:
    groups: dict[tuple[int, ...], list[str]] = {}
    for ref in refs:
        groups.setdefault(line(_places(form)[ref]), []).append(ref)
    return list(groups.values())


def _row(place: Place) -> tuple[int, ...]:
    return place[:3]


def _column(place: Place) -> tuple[int, ...]:
    return (*place[:2], place[3])


def _beside(form: Form, ref: str, side: tuple[int, int]) -> str:
    """Give the reference of the cell beside one; empty where there is none."""
    table, block, row, column = _places(form)[ref]
    return _refs(form).get((table, block, row + side[0], column + side[1]), "")


@cache
def _places(form: Form) -> Mapping[str, Place]:
    return {
        cell_ref(table.key, row.key, column.key): (number, block_number, line, across)
        for number, table in enumerate(form.tables)
        for block_number, block in enumerate(table.blocks)
        for line, row in enumerate(block.rows)
        for across, column in enumerate(block.columns)
    }


@cache
def _refs(form: Form) -> Mapping[Place, str]:
    return {place: ref for ref, place in _places(form).items()}
