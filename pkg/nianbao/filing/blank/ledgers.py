"""The sheets for ledgers (台账) that an office may keep in its workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nianbao.filing.blank.heights import width_of
from nianbao.filing.blank.pen import Pen
from nianbao.filing.blank.sheets import ROWS, ListColumn, choice, is_long, write_list
from nianbao.filing.ledgers.kinds import LedgerColumn, LedgerKind, ledger_kinds
from nianbao.forms import Form

FIRST_DAY, LAST_DAY = dt.date(1949, 10, 1), dt.date(2099, 12, 31)
FLAGS = ("是", "否")
FILTER_BUTTON = 4

_STYLES = {
    "text": ("open text", 26.0),
    "date": ("open date", 14.0),
    "choice": ("open text", 22.0),
    "flag": ("open unit", 14.0),
    "money": ("open amount", 16.0),
}
_PROMPTS = {
    "date": "写成 2024-01-05 的样子。",
    "flag": "填“是”或“否”。",
    "money": "以元计，只填数字。",
}

Days = tuple[dt.date, dt.date]

Words = tuple[str, str]
"""Sheet and heading of a column whose words are chosen from."""


def kept_under(form: Form) -> tuple[LedgerKind, ...]:
    """Give the ledgers that count under a form, in order."""
    return tuple(kind for kind in ledger_kinds() if kind.counts_under(form))


def long_choices(form: Form) -> dict[Words, tuple[str, ...]]:
    """Give the words of drop-downs that are too long to be written out, by where they are used."""
    columns = ((kind, column) for kind in kept_under(form) for column in kind.columns)
    shown = {(kind.sheet, column.name): column.shown(form) for kind, column in columns}
    return {place: words for place, words in shown.items() if is_long(words)}


def write_ledgers(pen: Pen, form: Form, year: int, sources: Mapping[Words, str]) -> None:
    """Write an empty sheet for each ledger that counts under the form.

    Parameters
    ----------
    sources
        Where the words of `long_choices` stand in the workbook.
    """
    for kind in kept_under(form):
        columns = list(_columns(kind, form, year, sources))
        sheet = write_list(pen, kind.sheet, columns)
        sheet.autofilter(0, 0, ROWS, len(columns) - 1)


def _columns(
    kind: LedgerKind, form: Form, year: int, sources: Mapping[Words, str]
) -> Iterator[ListColumn]:
    for column in kind.columns:
        style, width = _STYLES[column.kind]
        days = _year_span(year) if column.key == kind.dated else (FIRST_DAY, LAST_DAY)
        source = sources.get((kind.sheet, column.name), "")
        yield ListColumn(
            heading=column.name,
            width=max(width, width_of(column.name) + FILTER_BUTTON),
            style=style,
            head="required" if column.required else "head",
            prompt=_prompt(column, days),
            rule=_rule(column, days, column.shown(form), source),
        )


def _year_span(year: int) -> Days:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _prompt(column: LedgerColumn, days: Days) -> str:
    need = "必填" if column.required else "选填"
    if column.required and column.blank:
        need = "必填，还没有的留空"
    told = [f"{need}。", _PROMPTS.get(column.kind, "")]
    if column.kind == "date" and days != (FIRST_DAY, LAST_DAY):
        told.append(f"只列 {days[0].year} 年的。")
    if column.kind == "choice":
        told.append("可以选，也可以自己写。" if column.open else "从下拉列表中选。")
    if column.unique:
        told.append("每行不同。")
    return "".join(told)


def _rule(
    column: LedgerColumn, days: Days, words: Sequence[str], source: str
) -> Mapping[str, Any] | None:
    match column.kind:
        case "date":
            first, last = days
            years = dict.fromkeys(f"{day.year} 年" for day in days)
            return {
                "validate": "date", "criteria": "between", "minimum": first, "maximum": last,
                "error_message": f"要填{'到'.join(years)}的日期，写成 {last.year}-01-05 的样子。",
            }  # fmt: skip
        case "choice" if words:
            return choice(words, source=source, is_open=column.open)
        case "flag":
            return choice(FLAGS, is_open=False)
        case "money":
            said = "只能填 0 或正数，不写单位。"
            return {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": said}
    return None
