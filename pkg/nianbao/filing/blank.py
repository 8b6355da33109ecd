"""Write a workbook as clerks fill it in: the three tables as in the form, and the three lists."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from nianbao.errors import WorkbookError
from nianbao.filing.filing import cell_ref
from nianbao.filing.lists import BASICS_HEADINGS, FACTS_HEADINGS, PROSE_HEADINGS
from nianbao.filing.workbook import BASICS_SHEET, FACTS_SHEET, PROSE_SHEET
from nianbao.forms import Form, Table
from nianbao.forms.form import Layout, LayoutCell

Cell = int | Decimal | str | None
Fact = tuple[str, str, Cell, str, str]
Line = tuple[str, str, str]

FIXED_DATE = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - xlsxwriter wants it naive
MOST_CHARACTERS = 32_767  # of one cell, as spreadsheet programs have it
EXACT_DIGITS = 15  # a spreadsheet's numbers keep no more

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_TITLE = {"font_name": "黑体", "font_size": 14, "align": "center", "valign": "vcenter"}
_BODY = {"font_name": "宋体", "font_size": 11, "border": 1, "text_wrap": True, "valign": "vcenter"}
_HEAD = {**_BODY, "bold": True, "align": "center", "bg_color": "#DCE6F1"}
_STYLES: dict[str, dict[str, Any]] = {
    "caption": _TITLE,
    "head": _HEAD,
    "title": _HEAD,
    "corner": {**_HEAD, "bold": False, "font_size": 9},
    "stub": {**_BODY, "bg_color": "#F2F6FA"},
    "value": {**_BODY, "align": "center"},
    "text": {**_BODY, "num_format": "@"},  # keeps the zeros of a postcode
    "prose": {**_BODY, "valign": "top"},  # as "@", old Excel shows long texts as ####
    "number": {**_BODY, "align": "right"},
}
_STUB_WIDTHS = {0: (), 1: (26.0,), 3: (8.0, 16.0, 44.0)}
_VALUE_WIDTHS = {"table2": 20.0, "table3": 11.0, "table4": 9.0}


@dataclass(frozen=True, slots=True)
class WorkbookContent:
    """What stands in a workbook.

    Attributes
    ----------
    basics
        Sheet 基本信息: label to text.
    facts
        Sheet 工作数据: 类别, 名称, 数值, 单位, 说明.
    values
        Numbers of the three tables by reference (`nianbao.filing.cell_ref`); a text is written as
        typed, such as 4299 万元, and what is not named stays blank.
    prose
        Sheet 正文: 部分, 标题, 内容.
    """

    form: Form
    basics: Mapping[str, str | int] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    values: Mapping[str, Cell] = field(default_factory=dict)
    prose: Sequence[Line] = ()


def write_workbook(path: Path, content: WorkbookContent) -> None:
    """Write a workbook that `nianbao.filing.read_filing` reads back; same content, same bytes.

    Parameters
    ----------
    path
        The xlsx file, written over if it is there.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as workbook:
        workbook.set_properties({"created": FIXED_DATE})
        styles = {name: workbook.add_format(style) for name, style in _STYLES.items()}
        pen = _Pen(workbook, styles, path.name)
        basics = [(label, str(text)) for label, text in content.basics.items()]
        pen.list(BASICS_SHEET, BASICS_HEADINGS, basics, ("stub", "text"), (18, 60))
        fact_styles = ("stub", "text", "number", "value", "text")
        pen.list(FACTS_SHEET, FACTS_HEADINGS, content.facts, fact_styles, (16, 26, 14, 8, 50))
        for table in content.form.tables:
            pen.table(table, content.values)
        prose_styles = ("stub", "stub", "prose")
        pen.list(PROSE_SHEET, PROSE_HEADINGS, content.prose, prose_styles, (26, 24, 90))
    path.write_bytes(buffer.getvalue())


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


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes sheets into one workbook of XlsxWriter, in one set of styles."""

    workbook: Any
    styles: Mapping[str, Any]
    file: str

    def list(
        self,
        name: str,
        headings: Sequence[str],
        lines: Sequence[Sequence[Cell]],
        styles: Sequence[str],
        widths: Sequence[float],
    ) -> None:
        """Write a sheet of one header and many lines."""
        sheet = self._sheet(name)
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            sheet.set_column(column, column, width)
            self._write(sheet, 0, column, heading, "head")
        for row, line in enumerate(lines, start=1):
            for column, (value, style) in enumerate(zip(line, styles, strict=True)):
                self._write(sheet, row, column, value, style)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def table(self, table: Table, values: Mapping[str, Cell]) -> None:
        """Write a statutory table below its caption."""
        sheet = self._sheet(table.sheet)
        stub = _STUB_WIDTHS[table.stub]
        widths = [*stub, *[_VALUE_WIDTHS[table.key]] * (table.width - len(stub))]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 28)
        caption = LayoutCell(table.caption, "title", colspan=table.width)
        self._merge(sheet, 0, 0, caption, caption.text, "caption")
        for row, column, cell in placed(table.layout()):
            is_value = cell.role == "value"
            value = (
                values.get(cell_ref(table.key, cell.row, cell.column)) if is_value else cell.text
            )
            self._merge(sheet, row + 1, column, cell, value, cell.role)
        if len(table.blocks) == 1:
            sheet.freeze_panes(1 + table.blocks[0].depth, table.stub)

    def _sheet(self, name: str) -> Any:
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _merge(
        self, sheet: Any, row: int, column: int, cell: LayoutCell, value: Cell, style: str
    ) -> None:
        if cell.rowspan > 1 or cell.colspan > 1:
            last = row + cell.rowspan - 1, column + cell.colspan - 1
            sheet.merge_range(row, column, *last, "", self.styles[style])
        self._write(sheet, row, column, value, style)

    def _write(self, sheet: Any, row: int, column: int, value: Cell, style: str) -> None:
        made = self.styles[style]
        if value is None or value == "":
            sheet.write_blank(row, column, None, made)
        elif isinstance(value, str) or not _is_exact(value):
            text = value if isinstance(value, str) else f"{value:f}"
            if len(text) > MOST_CHARACTERS:
                raise WorkbookError(
                    "文字超出一个单元格的长度",
                    where=f"{self.file}#{sheet.get_name()}",
                    found=f"{len(text)} 字",
                    expected=f"不超过 {MOST_CHARACTERS} 字",
                    hint="分成几段，每段一行",
                )
            sheet.write_string(row, column, text, made)
        else:
            sheet.write_number(row, column, value, made)


def _is_exact(value: int | Decimal) -> bool:
    """Tell whether a number cell keeps every digit; else it is written as text."""
    return len(Decimal(value).normalize().as_tuple().digits) <= EXACT_DIGITS
