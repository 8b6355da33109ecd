"""Sheet 填报说明: what is counted where, until when, and how the workbook is filled in.

What the form says is in its TOML file, and what ledgers are in theirs; here stands how this
workbook works.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_range_abs

from nianbao.filing.blank.entry import TABLE_RIGHTS
from nianbao.filing.blank.heights import height_for
from nianbao.filing.blank.ledgers import Words, kept_under, long_choices
from nianbao.filing.blank.pen import Pen
from nianbao.filing.register import Agency
from nianbao.filing.workbook import GUIDE_SHEET
from nianbao.forms import Block, Column, Form, Row, Table

WIDTHS = (30.0, 40.0, 70.0, 36.0)
ACTS = "条例是《中华人民共和国政府信息公开条例》（国务院令第711号）。"

_HOW = (
    "浅黄色的格子要填，填了就变白；灰色的合计自动算出，分项没有填全时空着。",
    "“核对区”只供核对，不会读取：√ 是相符，× 是不符，必须改。",
    "“核对区”里黄色的是与上年接不上，请核实；有原因的不用改，在正文中说明。",
    "选中一个格子，旁边会显示这里填什么。",
    "标题和公式已经锁定，没有密码；列宽、行高可以调。不要改工作表的名称和表里的文字。",
    "“工作数据”一行一个数。“发布渠道”一类画成图；有“热线受理”“热线办结”两个数的，算出热线办结率。",
    "“正文”一格一段，行可以增加、删去；数字可以直接写，也可以写 {{ 名称 }}，由填报的数代入。",
    "与上年比较写 {{ 名称|增减 }}、{{ 名称|同比 }}，印成“减少15件”“增长5%”或“持平”，单位不写。",
)
_LEDGERS = (
    "台账可以不填，空着的不算。填了的，表里相应的格子可以空着，由台账数出；两处都填的，要相符。",
    "橙色表头的列必填。可以加自己的列；行可以增加、删去、排序、筛选；不写合计行。",
    "不要写姓名、电话、地址、证件号等个人信息：这样的列不会读取。",
    "台账不公开。台账长的，可以另存为“年度-台账名.xlsx”，放在同一个文件夹。",
)

_Line = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the guide: sentences, then lines of a table with the headings given."""

    title: str
    sentences: Sequence[str] = ()
    headings: _Line = ()
    lines: Sequence[_Line] = ()


def write_guide(
    pen: Pen, agency: Agency, form: Form, year: int, *, last_year: int | None, has_ledgers: bool
) -> dict[Words, str]:
    """Write the sheet.

    Parameters
    ----------
    last_year
        Whose figures stand in the workbook; None for none.

    Returns
    -------
    dict
        Where the words of `long_choices` stand, by where they are used; empty without ledgers.
    """
    sheet = pen.sheet(GUIDE_SHEET)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    pen.write(sheet, 0, 0, f"{agency.name} {year} 年度年报填报说明", "guide title")
    sheet.set_row(0, 32)
    row = 1
    for part in _parts(form, year, last_year, has_ledgers=has_ledgers):
        row = _write_part(pen, sheet, part, row)
    sources: dict[Words, str] = {}
    for place, words in long_choices(form).items() if has_ledgers else ():
        part = _Part(f"“{place[0]}”的“{place[1]}”可以填", lines=[("", word) for word in words])
        row = _write_part(pen, sheet, part, row)
        sources[place] = f"='{GUIDE_SHEET}'!{xl_range_abs(row - len(words), 1, row - 1, 1)}"
    sheet.protect("", TABLE_RIGHTS)
    return sources


def _parts(form: Form, year: int, last_year: int | None, *, has_ledgers: bool) -> Iterator[_Part]:
    how = list(_HOW)
    if last_year is not None:
        how.append(
            f"{last_year} 年度的数以灰色列在旁边；能照转的（如“上年结转”）已经填好，请核对。"
        )
    yield _Part("怎样填", how)
    yield _Part(f"总的规则（{form.document}）", [*form.rules, ACTS])
    deadlines = [(item.who, f"{item.by}前", item.does, item.article) for item in form.deadlines]
    yield _Part(f"期限（{year + 1} 年）", (), ("谁", "期限", "做什么", "依据"), deadlines)
    for table in form.tables:
        headings = ("", "项目", "填什么", "依据")
        yield _Part(
            f"工作表“{table.sheet}”：{table.caption}", table.notes, headings, [*_of_table(table)]
        )
    sections = [(item.title, "", item.note, "") for item in form.sections]
    yield _Part("工作表“正文”", (), ("部分", "", "写什么", ""), sections)
    if has_ledgers:
        yield _Part(
            "台账", _LEDGERS, ("工作表", "必填的列", "一行是什么", ""), [*_of_ledgers(form)]
        )


def _of_table(table: Table) -> Iterator[_Line]:
    """Yield what is counted in each row and column that has a note of its own."""
    for block in table.blocks:
        items: list[Row | Column] = [*block.rows, *block.columns]
        for item in items:
            if item.note:
                yield _heading(block, item), item.path[-1], item.note, item.article


def _heading(block: Block, item: Row | Column) -> str:
    """Name what a row or column belongs to."""
    upper = " ".join(item.path[:-1]) if isinstance(item, Column) else "".join(item.path[-2:-1])
    return upper or block.title


def _of_ledgers(form: Form) -> Iterator[_Line]:
    for kind in kept_under(form):
        required = "、".join(column.name for column in kind.columns if column.required)
        yield kind.sheet, required, kind.about, ""


def _write_part(pen: Pen, sheet: Any, part: _Part, row: int) -> int:
    """Write a part below a blank row, and give the row below it."""
    row += 1
    pen.write(sheet, row, 0, part.title, "guide part")
    sheet.set_row(row, 24)
    row += 1
    for sentence in part.sentences:
        text = f"· {sentence}"
        pen.merge(sheet, (row, 0), (1, len(WIDTHS)), text, "guide text")
        sheet.set_row(row, height_for([(text, sum(WIDTHS))]))
        row += 1
    for line, style in _styled(part):
        for column, text in enumerate(line):
            if text or part.headings:
                pen.write(sheet, row, column, text, style)
        sheet.set_row(row, height_for(list(zip(line, WIDTHS, strict=False))))
        row += 1
    return row


def _styled(part: _Part) -> Iterator[tuple[_Line, str]]:
    if part.headings:
        yield part.headings, "guide head"
    for line in part.lines:
        yield line, "guide cell"
