"""Sheets of the blank workbook that are lists: a locked header, rows to type into below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.filing.blank.content import Cell
from nianbao.filing.blank.pen import Pen

ROWS = 2000
"""Below the header of a list: as many have drop-downs and prompts."""
LAST_COLUMN = 16_383
# Rows can only be deleted where no cell of theirs is locked; so all columns are open.
RIGHTS = {
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
LONGEST_LIST = 255  # characters of a drop-down that is written out, as Excel has it


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list.

    Attributes
    ----------
    style, head
        Names of the styles of its cells and of its heading.
    prompt
        What the clerk is told at its cells; empty for nothing.
    rule
        What may be typed, as XlsxWriter's data validation has it; empty for anything.
    prompts
        What the clerk is told at its first cells instead, one each.
    """

    heading: str
    width: float
    style: str
    head: str = "head"
    prompt: str = ""
    rule: Mapping[str, Any] | None = None
    prompts: Sequence[str] = ()


def write_list(
    pen: Pen, name: str, columns: Sequence[ListColumn], lines: Sequence[Sequence[Cell]] = ()
) -> Any:
    """Write a list, with some lines already, and give its sheet.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    sheet = pen.sheet(name)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width, pen.styles[column.style])
        pen.write(sheet, 0, number, column.heading, column.head)
        _guard(sheet, number, column)
    sheet.set_column(len(columns), LAST_COLUMN, None, pen.styles["open"])
    for row, line in enumerate(lines, start=1):
        for number, (value, column) in enumerate(zip(line, columns, strict=True)):
            pen.write(sheet, row, number, value, column.style)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.protect("", RIGHTS)
    return sheet


def choice(words: Sequence[str], *, source: str = "", is_open: bool) -> dict[str, Any]:
    """Give the rule of a drop-down.

    Parameters
    ----------
    source
        Where the words stand in the workbook, for those too long to be written out.
    is_open
        Another word may be typed as well.
    """
    refusal = {"show_error": False} if is_open else {"error_message": "请从下拉列表中选一个词。"}
    return {"validate": "list", "source": source or list(words), **refusal}


def is_long(words: Sequence[str]) -> bool:
    """Tell whether a drop-down's words are too long to be written out."""
    return len(",".join(words)) > LONGEST_LIST


def _guard(sheet: Any, number: int, column: ListColumn) -> None:
    rule = {"validate": "any", **(column.rule or {})}
    if rule.get("error_message"):
        rule["error_title"] = "填写不对"
    rest = 1 + len(column.prompts)
    spans = [(row, row, text) for row, text in enumerate(column.prompts, start=1)]
    for first, last, prompt in [*spans, (rest, ROWS, column.prompt)]:
        told = {"input_title": column.heading, "input_message": prompt} if prompt else {}
        if told or column.rule is not None:
            sheet.data_validation(first, number, last, number, {**rule, **told})
