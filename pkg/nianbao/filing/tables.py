"""The figures of the three statutory tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nianbao.filing.figure import Figure, Trouble
from nianbao.filing.filing import cell_ref
from nianbao.filing.frames import Frame
from nianbao.filing.grid import Grid
from nianbao.filing.notes import is_formula
from nianbao.filing.numbers import Measure, Reading, parse_number
from nianbao.forms import Column, Row, Table


def read_table(grid: Grid, table: Table, frames: Sequence[Frame]) -> Iterator[Figure]:
    """Yield every figure of a table, in the order of the form.

    Parameters
    ----------
    frames
        Where its blocks stand, as `nianbao.filing.frames.locate` gives them.
    """
    frame_of = dict(zip(table.blocks, frames, strict=True))
    for block, row, column in table.cells():
        frame = frame_of[block]
        at = frame.rows[row.key], frame.columns[column.key]
        reading = read_cell(grid, *at, column)
        yield Figure(
            ref=cell_ref(table.key, row.key, column.key),
            name=figure_name(row, column),
            label=figure_label(row, column),
            value=reading.value,
            unit=reading.unit,
            raw=reading.text,
            address=grid.address(*at),
            trouble=reading.trouble,
            hidden=reading.hidden,
        )


def read_cell(grid: Grid, row: int, column: int, measure: Measure) -> Reading:
    """Read a number cell, telling a blank one from an error and from an unsaved formula."""
    note = grid.notes.get((row, column))
    if note is None:
        return parse_number(grid.raw(row, column), measure)
    if is_formula(note):
        return replace(parse_number(None, measure), trouble=Trouble.FORMULA_UNSAVED)
    return replace(parse_number(note, measure), value=None, trouble=Trouble.FORMULA_ERROR)


def figure_name(row: Row, column: Column) -> str:
    """Give the name by which prose uses a figure, such as 办理结果总计_自然人."""
    return "_".join(part for part in (row.name, column.name) if part)


def figure_label(row: Row, column: Column) -> str:
    """Give a figure's label as printed, such as （七）总计 · 自然人 or 行政复议 · 结果维持."""
    parts = (row.path[-1], column.path[-1]) if row.path else column.path[-2:]
    return " · ".join(parts)
