"""Writes the statutory tables as the form has them, and tells where their cells are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nianbao.filing.blank.content import Cell, Formula
from nianbao.filing.blank.pen import Pen
from nianbao.filing.filing import cell_ref
from nianbao.filing.grid import Position
from nianbao.forms import LayoutCell, Table
from nianbao.forms.form import Layout

CAPTION_ROWS = 1
"""Rows above a table."""

_STUB_WIDTHS = {0: (), 1: (26.0,), 3: (8.0, 16.0, 44.0)}
_VALUE_WIDTHS = {"table2": 20.0, "table3": 11.0, "table4": 9.0}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands on its sheet.

    Attributes
    ----------
    sheet
        The worksheet of XlsxWriter.
    cells
        Each value cell by its reference: row and column, from zero; of a merged one the first.
    height
        How many rows of the sheet are used, caption and table.
    """

    sheet: Any
    table: Table
    cells: Mapping[str, Position]
    height: int


def write_table(
    pen: Pen,
    table: Table,
    values: Mapping[str, Cell | Formula],
    styles: Mapping[str, str] | None = None,
) -> Place:
    """Write a statutory table below its caption.

    Parameters
    ----------
    values
        By reference; what is not named stays blank.
    styles
        Names of the styles of value cells, by reference, where it is not ``value``.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    sheet = pen.sheet(table.sheet)
    for column, width in enumerate(column_widths(table)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 28)
    pen.merge(sheet, (0, 0), (1, table.width), table.caption, "caption")
    layout = table.layout()
    for row, column, cell in placed(layout):
        at, size = (row + CAPTION_ROWS, column), (cell.rowspan, cell.colspan)
        if cell.role == "value":
            ref = cell_ref(table.key, cell.row, cell.column)
            pen.merge(sheet, at, size, values.get(ref), (styles or {}).get(ref, "value"))
        else:
            pen.merge(sheet, at, size, cell.text, cell.role)
    if len(table.blocks) == 1:
        sheet.freeze_panes(CAPTION_ROWS + table.blocks[0].depth, table.stub)
    return Place(sheet, table, positions(table), CAPTION_ROWS + len(layout))


def positions(table: Table) -> dict[str, Position]:
    """Give where each value cell is written, by its reference; of a merged one the first cell."""
    return {
        cell_ref(table.key, cell.row, cell.column): (row + CAPTION_ROWS, column)
        for row, column, cell in placed(table.layout())
        if cell.role == "value"
    }


def column_widths(table: Table) -> list[float]:
    """Give how wide the columns of a table are, in characters of the default font."""
    stub = _STUB_WIDTHS[table.stub]
    return [*stub, *[_VALUE_WIDTHS[table.key]] * (table.width - len(stub))]


def placed(layout: Layout) -> Iterator[tuple[int, int, LayoutCell]]:
    """Yield each cell of a layout with the row and column, from zero, where it begins."""
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(layout):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            yield row, column, cell
            rows, columns = range(row, row + cell.rowspan), range(column, column + cell.colspan)
            taken.update((r, c) for r in rows for c in columns)
