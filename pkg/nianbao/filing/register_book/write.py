"""Writes the register as a spreadsheet."""

from __future__ import annotations

import io
from typing import Any

from nianbao.filing.blank.heights import height_for
from nianbao.filing.blank.pen import BODY, HEAD, STYLES, Pen, new_workbook
from nianbao.filing.register import Register
from nianbao.filing.register_book.columns import COLUMNS, SHEET, Column

GUIDE = "说明"
ROWS = 500
"""Below the header: as many have drop-downs and prompts."""

_GUIDE_LINES = (
    "一行一个机关，按名册的顺序。表头不要改；列可以换位置，可以加行、删行、排序。",
    "改好以后运行 nianbao register --from 本文件：先整张核对，有错一次列出，没有错才写入。",
    "代码是文件夹的名字，定了就不要改；改名称的，把旧名称写进“曾用名”，并写用到哪个年度。",
    "合并、撤销的机关不要删行：写“止报年度”；新设的写“起报年度”。",
    "“上级”只能是政府；垂直管理的机关照写上级，汇总时不计入。",
)
_STYLES = {
    **STYLES,
    "year": {**BODY, "align": "center"},
    "guide": {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "vcenter"},
    "guide head": {**HEAD, "align": "left"},
}


def write_register_book(register: Register, file: str) -> bytes:
    """Give the spreadsheet (xlsx); the same register gives the same bytes.

    Parameters
    ----------
    file
        As messages name it.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    buffer = io.BytesIO()
    lines = [[column.show(getattr(agency, column.key)) for column in COLUMNS]
             for agency in register.agencies]  # fmt: skip
    styles = ["year" if column.key in {"since", "until"} else "text" for column in COLUMNS]
    with new_workbook(buffer, file, _STYLES) as pen:
        headings, widths = [c.heading for c in COLUMNS], [c.width for c in COLUMNS]
        sheet = pen.list(SHEET, headings, lines, styles, widths)
        sheet.set_row(0, 24)
        for row, line in enumerate(lines, start=1):
            texts = zip((str(value or "") for value in line), widths, strict=True)
            sheet.set_row(row, height_for([*texts]))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(lines)), len(COLUMNS) - 1)
        for number, column in enumerate(COLUMNS):
            _guard(sheet, number, column, max(ROWS, len(lines) + 50))
        _write_guide(pen)
    return buffer.getvalue()


def _guard(sheet: Any, number: int, column: Column, last: int) -> None:
    """Tell at each cell of a column what belongs there, and offer its words."""
    told = {"input_title": column.heading, "input_message": column.about}
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": list(column.choices), "error_title": "填写不对",
                "error_message": "请从下拉列表中选。"}  # fmt: skip
    sheet.data_validation(1, number, last, number, {**told, **rule})


def _write_guide(pen: Pen) -> None:
    sheet = pen.sheet(GUIDE)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 78)
    for row, line in enumerate(_GUIDE_LINES):
        pen.merge(sheet, (row, 0), (1, 2), line, "guide")
        sheet.set_row(row, height_for([(line, 98)]))
    first = len(_GUIDE_LINES) + 1
    pen.write(sheet, first, 0, "列", "guide head")
    pen.write(sheet, first, 1, "怎样填", "guide head")
    for row, column in enumerate(COLUMNS, start=first + 1):
        choices = f"：{'、'.join(column.choices)}" if len(column.choices) > 1 else ""
        pen.write(sheet, row, 0, column.heading, "stub")
        pen.write(sheet, row, 1, column.about + choices, "text")
