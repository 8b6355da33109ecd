"""How the blank workbook looks: what is to be typed, what is computed, what only helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nianbao.filing.blank.formulas import GOOD, WRONG
from nianbao.filing.blank.pen import BODY, HEAD, STYLES, Pen

OPEN = {"locked": False}

_COMPUTED, _REQUIRED, _GREY = "#EDEDED", "#FCD5B4", "#7F7F7F"
_PALE = {"border": 1, "border_color": "#BFBFBF"}
_ASIDE = {**BODY, **_PALE, "font_size": 10}
_LIST = {**BODY, **_PALE, **OPEN}
_PLAIN = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "vcenter"}

CLERK_STYLES: Mapping[str, Mapping[str, Any]] = {
    **STYLES,
    # tables
    "entry": {**BODY, "align": "center", **OPEN},
    "total": {**BODY, "align": "center", "bg_color": _COMPUTED},
    # beside tables
    "mark": {"font_name": "宋体", "font_size": 9, "font_color": _GREY, "valign": "vcenter"},
    "check": {**_ASIDE, "align": "center", "bg_color": "#F7F7F7"},
    "check head": {**_ASIDE, "align": "center", "bg_color": "#F2F2F2"},
    "before": {**_ASIDE, "align": "center", "font_color": _GREY},
    "before head": {**_ASIDE, "align": "center", "font_color": _GREY, "bg_color": "#F2F2F2"},
    # by what stands in a cell
    "green": {"bg_color": "#C6EFCE", "font_color": "#006100"},
    "red": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True},
    "amber": {"bg_color": "#FFEB9C", "font_color": "#7F6000"},
    "still blank": {"bg_color": "#FFF8DC"},
    # lists
    "fixed": {**BODY, **_PALE, "bg_color": _COMPUTED},
    "open text": {**_LIST, "num_format": "@"},
    "open number": {**_LIST, "align": "right"},
    "open unit": {**_LIST, "align": "center"},
    "open prose": {**_LIST, "valign": "top"},
    "open date": {**_LIST, "align": "center", "num_format": "yyyy-mm-dd"},
    "open amount": {**_LIST, "align": "right", "num_format": "#,##0.00"},
    "hint": {**_LIST, "font_size": 10, "font_color": _GREY},
    "hint number": {**_LIST, "font_size": 10, "font_color": _GREY, "align": "center"},
    "open": OPEN,
    "required": {**HEAD, "bg_color": _REQUIRED},
    # guide
    "guide title": {**_PLAIN, "font_name": "黑体", "font_size": 16, "text_wrap": False},
    "guide part": {**_PLAIN, "font_name": "黑体", "font_size": 13, "text_wrap": False},
    "guide text": _PLAIN,
    "guide head": {**HEAD, **_PALE},
    "guide cell": {**BODY, **_PALE},
}


def colour_results(pen: Pen, sheet: Any, areas: Iterable[str]) -> None:
    """Show the results of checks in green, red and, where they only ask, amber."""
    begins = {"type": "text", "criteria": "begins with", "stop_if_true": True}
    rules = [
        {**begins, "value": GOOD, "format": pen.styles["green"]},
        {**begins, "value": WRONG, "format": pen.styles["red"]},
        {"type": "no_blanks", "format": pen.styles["amber"]},
    ]
    for area in areas:
        for rule in rules:
            sheet.conditional_format(area, rule)


def colour_blanks(pen: Pen, sheet: Any, areas: Iterable[str]) -> None:
    """Show where there is still something to type."""
    for area in areas:
        sheet.conditional_format(area, {"type": "blanks", "format": pen.styles["still blank"]})
