"""Notes of cells that calamine gives as blank: what stands there is an error, or a formula.

A note is a text. That of a formula whose result was never saved begins with ``=``, as one types
it; any other is an error as it shows.
"""

from __future__ import annotations

UNREADABLE = "读不出的内容"
SHOWN_AT_MOST = 40  # characters of an error


def note_formula(formula: str = "") -> str:
    """Give the note of a formula whose result was never saved; it may be unknown."""
    return f"={formula}"


def note_error(text: str) -> str:
    """Give the note of an error from its text."""
    return " ".join(text.split()).lstrip("=")[:SHOWN_AT_MOST] or UNREADABLE


def is_formula(note: str) -> bool:
    """Tell whether a note is of a formula without a result, and not of an error."""
    return note.startswith("=")


def describe(note: str) -> str:
    """Say what is wrong with a cell that has this note."""
    return "公式没有保存计算结果" if is_formula(note) else f"是错误值“{note}”"


def advise(note: str) -> str:
    """Say what to do about it."""
    if is_formula(note):
        return "用表格软件打开，重新计算后保存"
    return "改正公式，或填上应有的内容"
