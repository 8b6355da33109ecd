"""What stands beside and below a table to help the clerk: checks, and last year's figures.

All of it stands below and right of a cell `MARGIN`, so that nobody takes it for the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nianbao.filing.blank.before import Before
from nianbao.filing.blank.content import Cell, Formula
from nianbao.filing.blank.formulas import Item, Sheet, areas, before_ref
from nianbao.filing.blank.heights import width_of
from nianbao.filing.blank.pen import Pen
from nianbao.filing.blank.styles import colour_results
from nianbao.filing.blank.tables import Place, column_widths
from nianbao.filing.figure import Value
from nianbao.filing.filing import cell_ref
from nianbao.filing.grid import MARGIN, Position
from nianbao.filing.totals import Line, continuity_links, identity_lines
from nianbao.forms import Form
from nianbao.forms.identity import Along

CHECK_WIDTH, GAP_WIDTH = 20, 2
SMALLER = 0.9  # than the default font are the texts here
COUNT_ROW = 1
"""Where, beside a table, stands how much is still blank."""
COUNT_WIDTH = 5
"""Over how many columns it stands below one."""
LINE_HEIGHT = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What the margin of a table tells of.

    Attributes
    ----------
    typed
        What stands in the cells that a clerk types into, by reference.
    values
        The number of each cell, totals among them.
    entries
        References of the table's cells that a clerk types into.
    before
        Last year's filing; None where there is none.
    """

    form: Form
    typed: Mapping[str, Cell]
    values: Mapping[str, Value]
    entries: Sequence[str]
    before: Before | None


def write_margin(pen: Pen, place: Place, known: Known) -> None:
    """Write the checks of a table and last year's figures: beside it, or below if it has one row.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    margin = _Margin(pen, place, known)
    if place.table.stub:
        margin.beside()
        margin.below()
    else:
        margin.below_one_row()
    colour_results(pen, place.sheet, areas(margin.results))
    place.sheet.print_area(0, 0, place.height - 1, place.table.width - 1)


@dataclass(slots=True)
class _Margin:
    """A margin while it is being written.

    Attributes
    ----------
    before_at
        Where last year's figures stand, by this year's references; empty where there are none.
    results
        Where results of checks stand.
    """

    pen: Pen
    place: Place
    known: Known
    before_at: dict[str, Position] = field(default_factory=dict)
    results: list[Position] = field(default_factory=list)

    def beside(self) -> None:
        """Write the checks of rows, and behind them last year's figures in columns of their own."""
        left = self.place.table.width + 1
        tracks = self._tracks()
        width = max(1, len(tracks))
        self.place.sheet.set_column(left - 1, left - 1, GAP_WIDTH)
        self.place.sheet.set_column(left, left, CHECK_WIDTH)
        self._write((0, left), MARGIN, "mark")
        self._result((COUNT_ROW, left), (1, width), self._blanks())
        self._last_year_beside(left + width + 1)
        for column, track in enumerate(tracks, start=left):
            heads = {(self._head_of(self._at(item)[0]), item.label) for item in track}
            widest = max(width_of(label) for _, label in heads) * SMALLER + 2
            self.place.sheet.set_column(column, column, max(CHECK_WIDTH, widest))
            for row, label in sorted(heads):
                self._write((row, column), label, "check head")
            for item in track:
                self._result((self._at(item)[0], column), (1, 1), self._formula(item))

    def _last_year_beside(self, left: int) -> None:
        if self.known.before is None or not self._has_last_year:
            return
        sheet, table = self.place.sheet, self.place.table
        shift = left - table.stub
        sheet.set_column(left - 1, left - 1, GAP_WIDTH)
        sheet.set_column(left, table.width - 1 + shift, column_widths(table)[-1] * SMALLER)
        size = 1, table.width - table.stub
        self.pen.merge(sheet, (0, left), size, _title(self.known.before), "before head")
        for block, row, column in table.cells():
            ref = cell_ref(table.key, row.key, column.key)
            at = self.place.cells[ref][0], self.place.cells[ref][1] + shift
            if row is block.rows[0]:
                head = self._head_of(at[0]), at[1]
                self.pen.merge(sheet, head, (1, column.span), column.path[-1], "before head")
            self._last_year(ref, at, (1, column.span))

    def below(self) -> None:
        """Write the checks of columns, each kind in a row beneath the columns."""
        items = list(self._items("column"))
        labels = list(dict.fromkeys(item.label for item in items))
        top = self.place.height + 1
        if labels:
            self._write((top, 0), MARGIN, "mark")
        for row, label in enumerate(labels, start=top + 1):
            size = 1, self.place.table.stub
            self.pen.merge(self.place.sheet, (row, 0), size, label, "check head")
        for item in items:
            at = top + 1 + labels.index(item.label), self._at(item)[1]
            self._result(at, (1, 1), self._formula(item))

    def below_one_row(self) -> None:
        """Write it all below a table that has no labels of rows, each kind beneath its own."""
        top = self.place.height + 1
        self._write((top, 0), MARGIN, "mark")
        self._result((top + 1, 0), (1, COUNT_WIDTH), self._blanks())
        row = top + 2
        if self.known.before is not None and self._has_last_year:
            self._across(row, _title(self.known.before), "before head")
            for ref, (_, column) in self.place.cells.items():
                self._last_year(ref, (row + 1, column), (1, 1))
            row += 2
        items = list(self._items("row"))
        for label in dict.fromkeys(item.label for item in items):
            self._across(row, label, "check head")
            for item in (item for item in items if item.label == label):
                columns = [self.place.cells[ref][1] for ref in item.cells]
                size = 1, max(columns) - min(columns) + 1
                self._result((row + 1, min(columns)), size, self._formula(item))
            row += 2

    def _items(self, along: Along) -> Iterator[Item]:
        """Yield the checks of this table along rows or columns: of sums, then of last year."""
        key = self.place.table.key
        for line in identity_lines(self.known.form):
            if (line.identity.table, line.identity.along) == (key, along):
                yield line
        for link in continuity_links(self.known.form) if self._has_last_year else ():
            if (link.continuity.table, link.continuity.along) == (key, along):
                yield link

    def _tracks(self) -> list[list[Item]]:
        """Share the checks of rows out to columns, no two of them in one row."""
        tracks: list[list[Item]] = []
        by_label: dict[str, list[Item]] = {}
        for item in self._items("row"):
            by_label.setdefault(item.label, []).append(item)
        for items in by_label.values():
            rows = {self._at(item)[0] for item in items}
            free = (t for t in tracks if rows.isdisjoint(self._at(item)[0] for item in t))
            track = next(free, None)
            if track is None:
                tracks.append(items)
            else:
                track += items
        return tracks

    @property
    def _has_last_year(self) -> bool:
        """Whether last year's workbook has a number for any cell of this table."""
        before = self.known.before
        return before is not None and any(
            before.values.get(ref) is not None for ref in self.place.cells
        )

    def _at(self, item: Item) -> Position:
        """Give the cell beside (below) which the result of a check stands."""
        return self.place.cells[item.cells[-1] if isinstance(item, Line) else item.whole]

    def _head_of(self, row: int) -> int:
        """Give the last row of the header above a row of values."""
        table = self.place.table
        firsts = (
            self.place.cells[cell_ref(table.key, block.rows[0].key, block.columns[0].key)][0]
            for block in table.blocks
        )
        return max(first for first in firsts if first <= row) - 1

    def _formula(self, item: Item) -> Formula:
        return self._formulas.check(item)

    def _blanks(self) -> Formula:
        return self._formulas.blanks(self.known.entries, self.known.typed)

    @property
    def _formulas(self) -> Sheet:
        before = self.known.before.values if self.known.before is not None else {}
        cells = {before_ref(ref): at for ref, at in self.before_at.items()}
        values = {before_ref(ref): before.get(ref) for ref in self.before_at}
        return Sheet({**self.place.cells, **cells}, {**self.known.values, **values})

    def _last_year(self, ref: str, at: Position, size: Position) -> None:
        shown = self.known.before.shown.get(ref) if self.known.before is not None else None
        self.pen.merge(self.place.sheet, at, size, shown, "before")
        self.before_at[ref] = at

    def _result(self, at: Position, size: Position, formula: Formula) -> None:
        if at[0] > self.place.height:
            self.place.sheet.set_row(at[0], LINE_HEIGHT)
        self.pen.merge(self.place.sheet, at, size, formula, "check")
        self.results.append(at)

    def _across(self, row: int, text: str, style: str) -> None:
        self.pen.merge(self.place.sheet, (row, 0), (1, self.place.table.width), text, style)

    def _write(self, at: Position, text: str, style: str) -> None:
        self.pen.write(self.place.sheet, *at, text, style)


def _title(before: Before) -> str:
    return f"上年数（{before.year} 年度）"
