"""The lists that every workbook has: 基本信息, 工作数据 and 正文."""

from __future__ import annotations

from nianbao.filing.blank.before import Before
from nianbao.filing.blank.pen import Pen
from nianbao.filing.blank.sheets import ROWS, ListColumn, choice, write_list
from nianbao.filing.lists import (
    BASICS_HEADINGS,
    CHANNELS,
    DATE_LABEL,
    FACTS_HEADINGS,
    HOTLINE,
    INTRODUCTION,
    PROSE_HEADINGS,
)
from nianbao.filing.register import Agency
from nianbao.filing.workbook import (
    AGENCY_LABEL,
    BASICS_SHEET,
    FACTS_SHEET,
    PROSE_SHEET,
    YEAR_LABEL,
)
from nianbao.forms import Form

USUAL_BASICS = ("网站", "网址", "地址", "邮政编码", "联系电话", DATE_LABEL)
UNITS = ("件", "条", "项", "次", "篇", "期", "场", "份", "个", "人次", "万元", "%")
HINTS = "填写提示"

_NUMBER = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": -1e15,
    "maximum": 1e15,
    "error_message": "只能填数字；单位填在右边一列。",
}


def write_basics(pen: Pen, agency: Agency, year: int, before: Before | None) -> None:
    """Write sheet 基本信息: agency and year, and the lines that offices usually have.

    What last year's workbook says is taken over, for the clerk to look through.
    """
    label, content = BASICS_HEADINGS
    columns = [
        ListColumn(label, 18, "open text"),
        ListColumn(content, 60, "open text"),
        ListColumn(HINTS, 34, "hint"),
    ]
    usual = dict.fromkeys(USUAL_BASICS, "")
    if before is not None:
        usual = {**before.basics, DATE_LABEL: ""}  # the day is another one
    said = "" if before is None else f"照 {before.year} 年度填的，请核对"
    hints = {DATE_LABEL: "填了，年报末尾就印署名和日期；不印就空着"}
    fixed = [
        (AGENCY_LABEL, agency.name, "与名册一致，不要改"),
        (YEAR_LABEL, str(year), "报告所属的年度，不要改"),
    ]
    lines = [
        *fixed,
        *((name, text, hints.get(name, said if text else "")) for name, text in usual.items()),
    ]
    sheet = write_list(pen, BASICS_SHEET, columns, lines)
    for row, (name, text, _) in enumerate(fixed, start=1):
        pen.write(sheet, row, 0, name, "fixed")
        pen.write(sheet, row, 1, text, "fixed")
    sheet.ignore_errors({"number_stored_as_text": f"B2:B{ROWS}"})


def write_facts(pen: Pen, before: Before | None) -> None:
    """Write sheet 工作数据: last year's lines without their numbers, which stand beside them."""
    category, name, number, unit, remark = FACTS_HEADINGS
    named = "一个词，不用空格和标点，不以数字开头。在正文里写 {{ 名称 }}，印出时就是这个数。"
    columns = [
        ListColumn(
            category, 16, "open text",
            prompt=f"可以选，也可以自己写。{CHANNELS}的数会画成图。",
            rule=choice((CHANNELS, HOTLINE), is_open=True),
        ),
        ListColumn(name, 26, "open text", prompt=named),
        ListColumn(
            number, 14, "open number", prompt="只填数字。百分数填 97.5，不填 0.975。", rule=_NUMBER
        ),
        ListColumn(
            unit, 8, "open unit", prompt="可以选，也可以自己写。", rule=choice(UNITS, is_open=True)
        ),
        ListColumn(remark, 50, "open text"),
    ]  # fmt: skip
    if before is None:
        write_list(pen, FACTS_SHEET, columns)
        return
    columns.append(ListColumn(f"上年（{before.year} 年度）", 16, "hint number"))
    lines = [(f.category, f.name, None, f.unit, None, f.value) for f in before.facts]
    write_list(pen, FACTS_SHEET, columns, lines)


def write_prose(pen: Pen, form: Form) -> None:
    """Write sheet 正文: a line for each section, which tells what belongs there when chosen."""
    part, heading, content = PROSE_HEADINGS
    titles = [section.title for section in form.sections]
    columns = [
        ListColumn(
            part, 30, "open prose",
            prompt="从列表中选。同一部分写几段的，插入几行，这一格可以留空。",
            rule=choice([INTRODUCTION, *titles], is_open=False),
        ),
        ListColumn(heading, 24, "open prose", prompt="小标题，如（一）主动公开；没有的留空。"),
        ListColumn(
            content, 90, "open prose",
            prompt="一格一段。数字可以直接写，也可以写 {{ 名称 }}，由填报的数代入。",
            prompts=[section.note for section in form.sections],
        ),
    ]  # fmt: skip
    write_list(pen, PROSE_SHEET, columns, [(title, "", "") for title in titles])
