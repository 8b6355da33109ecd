"""Writes cells and sheets into a workbook of XlsxWriter, in one set of styles."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from nianbao.errors import WorkbookError
from nianbao.filing.blank.content import Cell, Formula, LedgerCell
from nianbao.filing.numbers import is_exact

FIXED_DATE = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - xlsxwriter wants it naive
MOST_CHARACTERS = 32_767  # of one cell, as spreadsheet programs have it
LOOKS_BLANK = " "  # XlsxWriter writes an empty result as none at all: as never computed

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_TITLE = {"font_name": "黑体", "font_size": 14, "align": "center", "valign": "vcenter"}
BODY = {"font_name": "宋体", "font_size": 11, "border": 1, "text_wrap": True, "valign": "vcenter"}
HEAD = {**BODY, "bold": True, "align": "center", "bg_color": "#DCE6F1"}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "caption": _TITLE,
    "head": HEAD,
    "title": HEAD,
    "corner": {**HEAD, "bold": False, "font_size": 9},
    "stub": {**BODY, "bg_color": "#F2F6FA"},
    "value": {**BODY, "align": "center"},
    "text": {**BODY, "num_format": "@"},  # keeps the zeros of a postcode
    "prose": {**BODY, "valign": "top"},  # as "@", old Excel shows long texts as ####
    "number": {**BODY, "align": "right"},
    "date": {**BODY, "align": "center", "num_format": "yyyy-mm-dd"},
}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes into one workbook.

    Attributes
    ----------
    styles
        Formats by name.
    file
        As messages name the workbook.
    """

    workbook: Any
    styles: Mapping[str, Any]
    file: str

    def sheet(self, name: str) -> Any:
        """Begin a sheet that prints on A4, as wide as the page."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def list(
        self,
        name: str,
        headings: Sequence[str],
        lines: Sequence[Sequence[LedgerCell]],
        styles: Sequence[str],
        widths: Sequence[float],
    ) -> Any:
        """Write a sheet of one header and many lines."""
        sheet = self.sheet(name)
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            sheet.set_column(column, column, width)
            self.write(sheet, 0, column, heading, "head")
        for row, line in enumerate(lines, start=1):
            for column, (value, style) in enumerate(zip(line, styles, strict=True)):
                self.write(sheet, row, column, value, style)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        return sheet

    def merge(
        self,
        sheet: Any,
        at: tuple[int, int],
        size: tuple[int, int],
        value: Cell | Formula,
        style: str,
    ) -> None:
        """Write a cell over so many rows and columns.

        Raises
        ------
        WorkbookError
            A text is longer than a cell can be.
        """
        (row, column), (rows, columns) = at, size
        if rows > 1 or columns > 1:
            last = row + rows - 1, column + columns - 1
            sheet.merge_range(row, column, *last, "", self.styles[style])
        self.write(sheet, row, column, value, style)

    def write(
        self, sheet: Any, row: int, column: int, value: LedgerCell | Formula, style: str
    ) -> None:
        """Write a cell, text as text and never as a formula or a link.

        Raises
        ------
        WorkbookError
            A text is longer than a cell can be.
        """
        made = self.styles[style]
        if isinstance(value, Formula):
            result = LOOKS_BLANK if value.result == "" else value.result
            sheet.write_formula(row, column, value.text, made, result)
        elif value is None or value == "":
            sheet.write_blank(row, column, None, made)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, made)
        elif isinstance(value, str) or not is_exact(value):
            text = value if isinstance(value, str) else f"{value:f}"
            self._require_room(sheet, text)
            sheet.write_string(row, column, text, made)
        else:
            sheet.write_number(row, column, value, made)

    def _require_room(self, sheet: Any, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise WorkbookError(
                "文字超出一个单元格的长度",
                where=f"{self.file}#{sheet.get_name()}",
                found=f"{len(text)} 字",
                expected=f"不超过 {MOST_CHARACTERS} 字",
                hint="分成几段，每段一行",
            )


@contextmanager
def new_workbook(
    buffer: io.BytesIO, file: str, styles: Mapping[str, Mapping[str, Any]] = STYLES
) -> Iterator[Pen]:
    """Give a pen for a new workbook; what it has written is in `buffer` afterwards.

    Same content, same bytes.

    Parameters
    ----------
    file
        As messages name the workbook.
    """
    with xlsxwriter.Workbook(buffer, _OPTIONS) as workbook:
        workbook.set_properties({"created": FIXED_DATE})
        yield Pen(
            workbook, {name: workbook.add_format(dict(s)) for name, s in styles.items()}, file
        )
