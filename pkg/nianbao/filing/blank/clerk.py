"""The blank workbook that a clerk fills in: tables that add up by themselves, checks, prompts."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao.filing.blank.before import Before
from nianbao.filing.blank.content import Cell, Formula
from nianbao.filing.blank.entry import guard_table
from nianbao.filing.blank.formulas import Sheet, numbers
from nianbao.filing.blank.guide import write_guide
from nianbao.filing.blank.heights import height_for
from nianbao.filing.blank.ledgers import write_ledgers
from nianbao.filing.blank.lists import write_basics, write_facts, write_prose
from nianbao.filing.blank.margin import Known, write_margin
from nianbao.filing.blank.pen import Pen, new_workbook
from nianbao.filing.blank.styles import CLERK_STYLES
from nianbao.filing.blank.tables import Place, column_widths, placed, positions, write_table
from nianbao.filing.register import Agency
from nianbao.filing.totals import defining_lines
from nianbao.forms import Form


@dataclass(frozen=True, slots=True)
class Blank:
    """What a blank workbook is made for.

    Attributes
    ----------
    before
        What it takes from last year's; None for nothing.
    values
        What stands in the tables already, by reference, besides what is carried over. A total that
        is typed takes the place of its formula.
    has_ledgers
        Whether it has sheets for ledgers.
    """

    agency: Agency
    year: int
    form: Form
    before: Before | None = None
    values: Mapping[str, Cell] = field(default_factory=dict)
    has_ledgers: bool = True


def blank_workbook(blank: Blank) -> bytes:
    """Give a workbook (xlsx) for a clerk to fill in; the same order gives the same bytes.

    `nianbao.filing.read_filing` reads it, blank or filled, as any other.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    buffer = io.BytesIO()
    before, form = blank.before, blank.form
    with new_workbook(buffer, f"{blank.year}.xlsx", CLERK_STYLES) as pen:
        sources = write_guide(
            pen,
            blank.agency,
            form,
            blank.year,
            last_year=before.year if before is not None and before.has_numbers else None,
            has_ledgers=blank.has_ledgers,
        )
        write_basics(pen, blank.agency, blank.year, before)
        write_facts(pen, before)
        carried = before.carried(form) if before is not None else {}
        _write_tables(pen, blank, {**carried, **blank.values})
        write_prose(pen, form)
        if blank.has_ledgers:
            write_ledgers(pen, form, blank.year, sources)
    return buffer.getvalue()


def _write_tables(pen: Pen, blank: Blank, typed: Mapping[str, Cell]) -> None:
    form = blank.form
    values = numbers(form, typed)
    lines = {ref: lines[0] for ref, lines in defining_lines(form) if typed.get(ref) is None}
    for table in form.tables:
        cells = positions(table)
        sheet = Sheet(cells, values)
        totals = {ref: sheet.total(line) for ref, line in lines.items() if ref in cells}
        defined = {ref for ref, _ in defining_lines(form)}
        styles = {ref: "total" if ref in defined else "entry" for ref in cells}
        contents: dict[str, Cell | Formula] = {**typed, **totals}
        place = write_table(pen, table, contents, styles)
        _set_heights(place)
        entries = [ref for ref in cells if ref not in defined]
        write_margin(pen, place, Known(form, typed, values, entries, blank.before))
        guard_table(pen, place, entries)


def _set_heights(place: Place) -> None:
    """Make the rows of a table high enough for what is in them, and easy to hit."""
    table = place.table
    widths = column_widths(table)
    texts: dict[int, list[tuple[str, float]]] = {}
    for row, column, cell in placed(table.layout()):
        if cell.rowspan == 1:
            width = sum(widths[column : column + cell.colspan])
            texts.setdefault(row + 1, []).append((cell.text, width))
    for row, found in texts.items():
        place.sheet.set_row(row, height_for(found))
