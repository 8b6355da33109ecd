"""Formulas of the blank workbook: totals, checks, and what is still blank.

Blank is not zero: a formula looks blank as long as any of its cells is. Each comes with the
result that a spreadsheet program will give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_range

from nianbao.filing.blank.content import Cell, Formula
from nianbao.filing.figure import Value, format_value
from nianbao.filing.grid import Position
from nianbao.filing.totals import Line, Link, defining_lines, sum_of
from nianbao.forms import Form

Item = Line | Link
"""What a check is about: sums of one row or column, or what follows from last year."""

GOOD, WRONG, BY_LAST_YEAR = "√", "×", "按上年"
"""How the result of a check begins."""

_BEFORE = "before "


def before_ref(ref: str) -> str:
    """Give the reference of last year's cell, to tell it from this year's."""
    return _BEFORE + ref


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet that formulas speak of.

    Attributes
    ----------
    cells
        Where they are, by reference.
    values
        Their numbers; None or nothing where they hold none.
    """

    cells: Mapping[str, Position]
    values: Mapping[str, Value]

    def total(self, line: Line) -> Formula:
        """Give the sum of the parts of a line."""
        parts = self.area(line.parts)
        text = f'=IF(COUNT({parts})={len(line.parts)},SUM({parts}),"")'
        value = sum_of(line.parts, self.values)
        return Formula(text, "" if value is None else value)

    def check(self, item: Item) -> Formula:
        """Tell whether something adds up, or follows from last year."""
        return self.continuity(item) if isinstance(item, Link) else self.equality(item)

    def equality(self, line: Line) -> Formula:
        """Tell whether the two sums of a line are equal, and how they differ."""
        parts, whole = self.area(line.parts), self.area(line.whole)
        count = len(line.parts) + len(line.whole)
        sums = sum_of(line.parts, self.values), sum_of(line.whole, self.values)
        if line.total:
            told = f'"{WRONG} 应为 "&SUM({parts})'
        else:
            more = f'IF(SUM({parts})>SUM({whole}),"{WRONG} 左多 ","{WRONG} 右多 ")'
            told = f"{more}&ABS(SUM({parts})-SUM({whole}))"
        text = (
            f'=IF(COUNT({parts},{whole})<{count},"",IF(SUM({parts})=SUM({whole}),"{GOOD}",{told}))'
        )
        return Formula(text, _said_of(*sums, has_total=bool(line.total)))

    def continuity(self, link: Link) -> Formula:
        """Tell whether a cell is what follows from last year, and what that would be."""
        before = tuple(map(before_ref, link.before))
        added, taken = self.area((*before, *link.plus)), self.area(link.minus)
        expected = f"SUM({added})" + (f"-SUM({taken})" if taken else "")
        cells = (link.whole, *before, *link.plus, *link.minus)
        whole = self.area((link.whole,))
        differs = f'IF({whole}={expected},"{GOOD}","{BY_LAST_YEAR} "&({expected}))'
        text = f'=IF(COUNT({self.area(cells)})<{len(cells)},"",{differs})'
        return Formula(text, self._by_last_year(link))

    def _by_last_year(self, link: Link) -> str:
        then = {ref: self.values.get(before_ref(ref)) for ref in link.before}
        expected, stated = link.expected(then, self.values), self.values.get(link.whole)
        if expected is None or stated is None:
            return ""
        is_so = expected == stated
        return GOOD if is_so else f"{BY_LAST_YEAR} {format_value(expected)}"

    def blanks(self, refs: Sequence[str], typed: Mapping[str, Cell]) -> Formula:
        """Tell how many of some cells nothing has been typed into."""
        left = f"{len(refs)}-COUNTA({self.area(refs)})"
        text = f'=IF({left}=0,"{GOOD} 已填完","还有 "&({left})&" 格没有填")'
        count = sum(typed.get(ref) in {None, ""} for ref in refs)
        return Formula(text, f"还有 {count} 格没有填" if count else f"{GOOD} 已填完")

    def area(self, refs: Iterable[str]) -> str:
        """Give cells as Excel names them, neighbours together: ``D7:D27,D29``."""
        return ",".join(areas(self.cells[ref] for ref in refs))


def total_formulas(form: Form, cells: Mapping[str, Position]) -> dict[str, str]:
    """Give the formula of each total of a table by its reference, for cells that stand there."""
    lines = {ref: lines[0] for ref, lines in defining_lines(form) if ref in cells}
    return {ref: Sheet(cells, {}).total(line).text for ref, line in lines.items()}


def areas(positions: Iterable[Position]) -> Iterator[str]:
    """Yield cells as Excel names them, those of a row or else of a column together."""
    cells = sorted(positions)
    is_row = len({row for row, _ in cells}) == 1
    step = (0, 1) if is_row else (1, 0)
    runs: list[list[Position]] = []
    for row, column in cells if is_row else sorted(cells, key=lambda cell: cell[::-1]):
        if runs and runs[-1][-1] == (row - step[0], column - step[1]):
            runs[-1].append((row, column))
        else:
            runs.append([(row, column)])
    yield from (xl_range(*run[0], *run[-1]) for run in runs)


def _said_of(expected: Value, found: Value, *, has_total: bool) -> str:
    if expected is None or found is None:
        return ""
    if expected == found:
        return GOOD
    if has_total:
        return f"{WRONG} 应为 {format_value(expected)}"
    if expected > found:
        return f"{WRONG} 左多 {format_value(expected - found)}"
    return f"{WRONG} 右多 {format_value(found - expected)}"


def numbers(form: Form, typed: Mapping[str, Cell]) -> dict[str, Value]:
    """Give the number in each cell once the totals that nobody typed have been computed.

    Parameters
    ----------
    typed
        What is typed, by reference; a text is no number.
    """
    known: dict[str, Value] = {
        ref: None if isinstance(cell, str) else cell for ref, cell in typed.items()
    }
    for ref, lines in defining_lines(form):
        if typed.get(ref) is None:
            known[ref] = sum_of(lines[0].parts, known)
    return known
