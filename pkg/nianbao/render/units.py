"""``units.xlsx``: each cell of the three tables unit by unit, with live sums: 分单位明细表."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from nianbao.filing.blank.content import Formula
from nianbao.filing.blank.heights import height_for
from nianbao.filing.blank.pen import STYLES, Pen, new_workbook
from nianbao.filing.numbers import is_exact
from nianbao.render.data import PLACES, decimal_of
from nianbao.render.document import Document
from nianbao.report.blocks import Composition
from nianbao.report.parts import CellParts, Member

FILE = "units.xlsx"
ABOUT = "说明"
SUM, STATED, DIFFERENCE = "合计", "本级填报", "差"
HEADINGS = ("行", "列", "单位")
WIDTHS = (50, 30, 7)
UNIT_WIDTH, SUM_WIDTH = 11, 12
HEAD_ROW = 1  # below the title
UNITS_ON_A_PAGE = 14  # of print
HEAD_HEIGHT = 64  # points: four lines of a name
ABOUT_WIDTHS = (30, 20, 60)
ABSENT = "#F3F3F3"

_STYLES = {
    **STYLES,
    "heading": {**STYLES["caption"], "align": "left"},
    "absent": {**STYLES["head"], "bg_color": ABSENT, "font_color": "#9C0006"},
    "sum": {**STYLES["number"], "bold": True, "bg_color": "#F2F6FA"},
    "off": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "note": {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"},
}
_WORDS = {"counted": "已汇总", "missing": "缺", "left_out": "不计入"}

Number = int | Decimal | None


def units_xlsx(document: Document) -> bytes | None:
    """Give the workbook; None for a document that sums nobody up. Same document, same bytes.

    Raises
    ------
    RenderError
        A value that is no number, or too large to hold.
    """
    block = next((part for part in document.parts if isinstance(part, Composition)), None)
    if block is None:
        return None
    buffer = io.BytesIO()
    with new_workbook(buffer, FILE, _STYLES) as pen:
        _write_about(pen, document, block)
        for key, caption in block.tables.items():
            cells = [cell for cell in block.cells if cell.table == key]
            _Sheet(pen, block.units, cells).write(caption)
    return buffer.getvalue()


def _write_about(pen: Pen, document: Document, block: Composition) -> None:
    sheet = pen.sheet(ABOUT)
    for column, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(column, column, width)
    pen.write(sheet, 0, 0, f"{document.title}：分单位明细表", "heading")
    lines = (
        *((f"草稿：{document.draft_reason}",) if document.is_draft else ()),
        f"每张表一个工作表，一行是表中的一格；“{SUM}”是公式，改动左边的数就跟着变。",
        f"空着的是单位没有填的，不是零；“{STATED}”是政府自己的填报表写明的数，“{DIFFERENCE}”是合计减它。",
    )
    for row, line in enumerate(lines, start=1):
        sheet.merge_range(row, 0, row, len(ABOUT_WIDTHS) - 1, "", pen.styles["note"])
        sheet.set_row(row, 32)
        pen.write(sheet, row, 0, line, "note")
    top = len(lines) + 2
    for column, heading in enumerate(("单位", "汇总", "填报表，或没有计入的原因")):
        pen.write(sheet, top, column, heading, "head")
    for row, unit in enumerate(block.units, start=top + 1):
        told = unit.reason or unit.file
        for column, text in enumerate((unit.name, _WORDS[unit.state], told)):
            pen.write(sheet, row, column, text, "text")
    sheet.autofilter(top, 0, top + len(block.units), len(ABOUT_WIDTHS) - 1)
    sheet.freeze_panes(top + 1, 1)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One table: a line for each of its cells, a column for each unit."""

    pen: Pen
    units: Sequence[Member]
    cells: Sequence[CellParts]

    @property
    def shown(self) -> Sequence[Member]:
        """Those with a column: who is left out is on the first sheet alone."""
        return [unit for unit in self.units if unit.state != "left_out"]

    @property
    def sums(self) -> int:
        """The column of sums."""
        return len(HEADINGS) + len(self.shown)

    @property
    def results(self) -> Sequence[str]:
        """The headings right of the units: what a government states, where it states anything."""
        is_stated = any(cell.stated for cell in self.cells)
        return (SUM, STATED, DIFFERENCE) if is_stated else (SUM,)

    def write(self, caption: str) -> None:
        """Write the sheet, named as the table is called."""
        sheet = self.pen.sheet(caption)
        self.pen.write(sheet, 0, 0, caption, "heading")
        self._write_head(sheet)
        for row, cell in enumerate(self.cells, start=HEAD_ROW + 1):
            texts = (cell.row, cell.column, cell.unit)
            sheet.set_row(row, height_for(list(zip(texts, WIDTHS, strict=True))))
            for column, text in enumerate(texts):
                self.pen.write(sheet, row, column, text, "stub")
            self._write_line(sheet, row, cell)
        last = self.sums + len(self.results) - 1
        sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(self.cells), last)
        if len(self.results) > 1:
            style = {"type": "cell", "criteria": "!=", "value": 0, "format": self.pen.styles["off"]}
            sheet.conditional_format(HEAD_ROW + 1, last, HEAD_ROW + len(self.cells), last, style)
        sheet.freeze_panes(HEAD_ROW + 1, len(HEADINGS))
        sheet.repeat_rows(0, HEAD_ROW)
        sheet.repeat_columns(0, len(HEADINGS) - 1)
        sheet.fit_to_pages(ceil(len(self.shown) / UNITS_ON_A_PAGE) or 1, 0)

    def _write_head(self, sheet: Any) -> None:
        sheet.set_row(HEAD_ROW, HEAD_HEIGHT)
        for column, (text, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            self.pen.write(sheet, HEAD_ROW, column, text, "head")
        sheet.set_column(len(HEADINGS), self.sums - 1, UNIT_WIDTH)
        sheet.set_column(self.sums, self.sums + len(self.results) - 1, SUM_WIDTH)
        for column, unit in enumerate(self.shown, start=len(HEADINGS)):
            is_missing = unit.state == "missing"
            text = f"{unit.name}（缺）" if is_missing else unit.name
            self.pen.write(sheet, HEAD_ROW, column, text, "absent" if is_missing else "head")
        for column, text in enumerate(self.results, start=self.sums):
            self.pen.write(sheet, HEAD_ROW, column, text, "head")

    def _write_line(self, sheet: Any, row: int, cell: CellParts) -> None:
        given = {share.unit: _number(share.value, cell.ref) for share in cell.shares}
        numbers = list(_numbers(self.shown, cell, given))
        for column, number in enumerate(numbers, start=len(HEADINGS)):
            self.pen.write(sheet, row, column, number, "number")
        total = _number(cell.value, cell.ref)
        live = total is not None and all(n is None or is_exact(n) for n in (*numbers, total))
        parts = xl_range(row, len(HEADINGS), row, self.sums - 1)
        shown = Formula(f"=SUM({parts})", total) if live and total is not None else total
        self.pen.write(sheet, row, self.sums, shown, "sum")
        if len(self.results) > 1:
            self._write_stated(sheet, row, total, _stated(cell))

    def _write_stated(
        self, sheet: Any, row: int, total: Number, stated: int | Decimal | str | None
    ) -> None:
        difference: Formula | None = None
        if total is not None and isinstance(stated, int | Decimal):
            one, two = (xl_rowcol_to_cell(row, self.sums + n) for n in (0, 1))
            # A program's sum of decimals may be off by its last bits, which are no difference.
            difference = Formula(f"=ROUND({one}-{two},{PLACES})", total - stated)
        for column, value in enumerate((stated, difference), start=self.sums + 1):
            self.pen.write(sheet, row, column, value, "number")


def _numbers(
    units: Sequence[Member], cell: CellParts, given: Mapping[str, Number]
) -> Iterator[Number]:
    """Yield what each unit gives: a blank stays blank, and what is not told is zero."""
    for unit in units:
        is_blank = unit.state != "counted" or unit.code in cell.blank
        yield None if is_blank else given.get(unit.code, 0)


def _number(text: str, ref: str) -> Number:
    value = decimal_of({"value": text or None, "ref": ref})
    return int(value) if value is not None and "." not in text else value


def _stated(cell: CellParts) -> int | Decimal | str | None:
    """Give what is stated; as typed where that is no plain number."""
    try:
        value = Decimal(cell.stated)
    except ArithmeticError:
        return cell.stated
    if not value.is_finite():
        return cell.stated
    return int(value) if value == value.to_integral_value() else value
