"""The figures of the three statutory tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from nianbao.filing.figure import Figure, Trouble
from nianbao.filing.filing import cell_ref
from nianbao.filing.frames import Frame
from nianbao.filing.grid import Grid, Position
from nianbao.filing.notes import is_formula
from nianbao.filing.numbers import Measure, Reading, parse_number
from nianbao.forms import Column, Form, Row, Table


def read_table(grid: Grid, form: Form, table: Table, frames: Sequence[Frame]) -> Iterator[Figure]:
    """Yield every figure of a table, in the order of the form.

    Parameters
    ----------
    frames
        Where its blocks stand, as `nianbao.filing.frames.locate` gives them.
    """
    frame_of = dict(zip(table.blocks, frames, strict=True))
    cells = {
        cell_ref(table.key, row.key, column.key): (
            frame_of[block].rows[row.key],
            frame_of[block].columns[column.key],
        )
        for block, row, column in table.cells()
    }
    opened = _open_totals(grid, form, cells)
    for _, row, column in table.cells():
        ref = cell_ref(table.key, row.key, column.key)
        at = cells[ref]
        reading = parse_number(None, column) if ref in opened else read_cell(grid, *at, column)
        yield Figure(
            ref=ref,
            name=figure_name(row, column),
            label=figure_label(row, column),
            value=reading.value,
            unit=reading.unit,
            raw=reading.text,
            address=grid.address(*at),
            trouble=reading.trouble,
            hidden=reading.hidden,
        )


def _open_totals(grid: Grid, form: Form, cells: Mapping[str, Position]) -> Collection[str]:
    """Give the totals that hold the formula of the blank workbook, and no result of it.

    A program saved it that does not compute. What the formula means is known, so such a total is
    one that is left open; a formula of other cells is none of ours.
    """
    notes = {ref: grid.notes.get(at, "") for ref, at in cells.items()}
    if not any(map(is_formula, notes.values())):
        return ()
    from nianbao.filing.blank.formulas import total_formulas  # noqa: PLC0415 - seldom needed

    own = total_formulas(form, cells)
    return {ref for ref, formula in own.items() if _as_typed(notes[ref]) == _as_typed(formula)}


def _as_typed(formula: str) -> str:
    return re.sub(r"[\s$]", "", formula).upper()


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
