"""All lines of all agencies as one workbook, to be filtered: 全部问题.xlsx."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import xlsxwriter

from nianbao.characters import without_hidden
from nianbao.notices.page import marks
from nianbao.notices.record import Round
from nianbao.notices.urging import Standing, Status, late_words
from nianbao.notices.words import day_words
from nianbao.report.canvas import width

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
MOST = 32_000  # characters of a cell, within what programs take

LINES, AGENCIES = "问题", "机关"
LINE_COLUMNS = (
    ("机关", 18), ("代码", 10), ("次数", 6), ("级别", 8), ("比上次", 8), ("编号", 8), ("问题", 14),
    ("位置", 28), ("填报为", 13), ("应为", 13), ("说明", 34), ("依据", 26),
)  # fmt: skip
AGENCY_COLUMNS = (
    ("机关", 28), ("代码", 12), ("状态", 12), ("次数", 6), ("必须改", 8), ("请说明", 8),
    ("上次", 6), ("已改", 6), ("仍未改", 8), ("新增", 6), ("收件", 12), ("迟交", 20), ("备注", 30),
)  # fmt: skip
LINE = 15  # points of a line in a row
MOST_LINES = 20  # of a row that one can still see whole

Value = str | int
Row = tuple[Value, ...]


def everything(standings: Sequence[Standing]) -> bytes:
    """Give the workbook of one year: sheet 问题, a line each, and sheet 机关, an agency each.

    The same standings give the same bytes.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as workbook:
        order = standings[0].made.order
        created = max((item.terms.day for item in _rounds(standings)), default=None)
        title = f"{order.year}年度政府信息公开年报：全部问题"
        at = dt.datetime.combine(created or dt.date(order.year + 1, 1, 1), dt.time())
        workbook.set_properties({"title": title, "created": at})
        _write(workbook, LINES, LINE_COLUMNS, [row for s in standings for row in _lines(s)])
        _write(workbook, AGENCIES, AGENCY_COLUMNS, [_agency(item) for item in standings])
    return buffer.getvalue()


def _rounds(standings: Iterable[Standing]) -> Iterator[Round]:
    return (item.now for item in standings if item.now is not None)


def _lines(item: Standing) -> Iterator[Row]:
    now, record = item.now, item.made.record
    if now is None:
        return
    told = marks(now, record.compared(len(record.rounds) - 1))
    for line, mark in zip(now.lines, told, strict=True):
        yield (
            *(item.name, record.agency, now.number, line.severity.label, mark, line.check),
            *(line.title, line.place, line.found, line.expected, line.message, line.source),
        )


def _agency(item: Standing) -> Row:
    made, now = item.made, item.now
    errors, warnings = (now.errors or "", now.warnings or "") if now else ("", "")
    comparison = made.record.compared(len(made.record.rounds) - 1) if made.record.rounds else None
    sums: Row = ("", "", "", "")
    if comparison and made.is_in:
        still, added = len(comparison.still), len(comparison.added)
        sums = (comparison.before, len(comparison.fixed), still, added)
    came = day_words(item.came) if item.came else "无收件时间" if made.is_in else ""
    remark = made.error.what if made.error else made.remark
    number = made.record.number or ""
    return (
        *(item.name, made.record.agency, str(item.status), number, errors, warnings),
        *(*sums, came, late_words(item) if item.status is not Status.MISSING else "", remark),
    )


def _write(
    workbook: Any, name: str, columns: Sequence[tuple[str, int]], rows: Sequence[Row]
) -> None:
    """Write a sheet: its head stands still and filters, its cells are wrapped."""
    sheet = workbook.add_worksheet(name)
    head = workbook.add_format(
        {"bold": True, "bg_color": "#DCE6F1", "border": 1, "valign": "vcenter", "align": "center"}
    )
    cell = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet.set_row(0, LINE + 3)
    for number, (heading, wide) in enumerate(columns):
        sheet.set_column(number, number, wide)
        sheet.write_string(0, number, heading, head)
    for number, row in enumerate(rows, start=1):
        sheet.set_row(number, LINE * _height(row, [wide for _, wide in columns]))
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value, cell)
            else:
                sheet.write_string(number, place, without_hidden(value)[:MOST], cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _height(row: Row, widths: Sequence[int]) -> int:
    """Give how many lines a row needs; programs differ on whether they reckon it themselves."""
    needed = (
        ceil(2 * width(str(value)) / (wide - 2)) for value, wide in zip(row, widths, strict=True)
    )
    return min(MOST_LINES, max(1, *needed))
