"""Number cells: from what a clerk typed to a value, or to the reason why there is none.

A value is given where only one reading is possible, even if the notation is odd (then `Trouble`
says so). Where two readings are possible there is none: 1 2, 1,23 and 三件 are not numbers here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from nianbao.characters import without_hidden
from nianbao.filing.figure import Trouble, Value, format_value

Raw = int | float | str | bool | dt.date | dt.time | dt.timedelta | None

SHOWN_DIGITS = 15
MOST_DIGITS = 24  # with these, changing the unit stays exact in a Decimal
LARGEST = 10**SHOWN_DIGITS
"""From here on a spreadsheet no longer keeps a number, and a share or a sum would not be exact."""

_WIDE: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\u3000\u00a0\u2009\u202f"), " "),
    ord("\u2212"): "-",
}
_DASH = re.compile(r"[-‐‑‒–—―─/\\~_·.]+|无|暂无|没有|无数据|不涉及|不适用|n/?a", re.IGNORECASE)
_FORMULA_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:\d+")
_PLAIN = r"[0-9]+"
_GROUPED = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)(?P<gap> *)(?P<whole>{_GROUPED}|{_PLAIN})(?P<fraction>\.[0-9]+)?"
    r" *(?P<unit>\D*)"
)

# Powers of ten that bring a number of this unit to the prescribed one.
_MONEY = {"元": 0, "千元": 3, "万": 4, "万元": 4, "百万元": 6, "千万元": 7, "亿": 8, "亿元": 8}
_LARGE = {"万": 4, "亿": 8}
_COUNTED = frozenset(
    [
        "件",
        "条",
        "项",
        "次",
        "个",
        "份",
        "篇",
        "起",
        "宗",
        "期",
        "场",
        "人",
        "人次",
        "户",
        "家",
        "天",
        "日",
        "%",
        "‰",
    ]
)
# Known units that are measured, not counted: an average takes 3.2 天.
_MEASURED = frozenset("%‰天日")


class Measure(Protocol):
    """What a column prescribes; `nianbao.forms.Column` is one.

    Attributes
    ----------
    unit
        The prescribed unit; empty where the cell may state any.
    kind
        ``count`` (whole, not negative), ``change`` (whole), ``money`` (decimal, not negative) or
        ``share`` (decimal).
    unit_in_cell
        The cell must state its unit.
    """

    @property
    def unit(self) -> str:
        """The prescribed unit."""

    @property
    def kind(self) -> str:
        """What values it may have."""

    @property
    def unit_in_cell(self) -> bool:
        """Whether the cell must state its unit."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a number cell says.

    Attributes
    ----------
    value
        None where the cell is blank or cannot be read with certainty.
    unit
        Of the value; empty where none is stated and none is prescribed.
    text
        The cell as filed, for printing.
    trouble
        The gravest thing that is wrong with it, if anything.
    """

    value: Value
    unit: str
    text: str
    trouble: Trouble | None = None


def print_cell(raw: Raw) -> str:
    """Give the text that a clerk sees in a cell: 750021 and not 750021.0."""
    if isinstance(raw, str):  # first, for most cells of long lists are
        return without_hidden(raw).strip()
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return format_value(_exact(raw)) if math.isfinite(raw) else str(raw)
    if isinstance(raw, dt.date):
        return f"{raw.year}年{raw.month}月{raw.day}日"
    return str(raw)


def print_percentage(raw: float) -> str:
    """Give what a clerk sees in a number cell that is formatted as a percentage: 99% for 0.99."""
    return f"{format_value(_shifted(_exact(raw), 2))}%"


def is_exact(value: int | Decimal) -> bool:
    """Tell whether a spreadsheet's number keeps every digit of a value."""
    return len(Decimal(value).normalize().as_tuple().digits) <= SHOWN_DIGITS


def is_counted(unit: str) -> bool:
    """Tell whether only whole numbers of this unit make sense: 件, and not 万次, % or 天."""
    return not unit or (unit in _COUNTED and unit not in _MEASURED)


def money_power(unit: str) -> int | None:
    """Give the power of ten of 元 that a unit of money is, 4 for 万元; None for another unit."""
    return _MONEY.get(unit)


def parse_number(raw: Raw, measure: Measure) -> Reading:
    """Read a number cell; never raises, whatever the cell holds.

    Parameters
    ----------
    raw
        The cell as calamine gives it.
    measure
        What its column prescribes.
    """
    text = print_cell(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
        return _judged(_exact(raw), "", text, measure, is_odd=False)
    if isinstance(raw, str) or raw is None:
        return _parse_text(text, measure)
    return _nothing(text, measure, Trouble.TEXT)


def _parse_text(text: str, measure: Measure) -> Reading:
    plain = text.translate(_WIDE)
    if not text:
        return _nothing(text, measure, Trouble.BLANK)
    if _DASH.fullmatch(plain):
        return _nothing(text, measure, Trouble.DASH)
    if _FORMULA_ERROR.fullmatch(plain):
        return _nothing(text, measure, Trouble.FORMULA_ERROR)
    match = _NUMBER.fullmatch(plain)
    if match is None or sum(map(str.isdigit, plain)) > MOST_DIGITS:
        return _nothing(text, measure, Trouble.TEXT)
    digits = re.sub("[ ,]", "", match["whole"]) + (match["fraction"] or "")
    number = match["sign"] + match["gap"] + match["whole"] + (match["fraction"] or "")
    # A unit may be typed full-width (％) without making the number odd.
    is_odd = bool(re.search("[ ,]", number)) or not text.startswith(number)
    return _judged(
        Decimal(match["sign"] + digits), match["unit"].strip(), text, measure, is_odd=is_odd
    )


def _judged(
    value: int | Decimal, stated: str, text: str, measure: Measure, *, is_odd: bool
) -> Reading:
    """Bring the value to the prescribed unit and say what is wrong with it."""
    fit = _fit(stated, measure)
    if fit is None:
        is_unit = stated in _COUNTED or stated in _MONEY
        return _nothing(text, measure, Trouble.UNIT_WRONG if is_unit else Trouble.TEXT)
    shift, unit = fit
    exact = _shifted(value, shift)
    if abs(exact) >= LARGEST:
        return _nothing(text, measure, Trouble.TOO_LARGE)
    troubles = (
        (exact < 0 and measure.kind in {"count", "money"}, Trouble.NEGATIVE),
        (
            isinstance(exact, Decimal) and measure.kind in {"count", "change"} and is_counted(unit),
            Trouble.FRACTION,
        ),
        (measure.unit_in_cell and not stated and exact != 0, Trouble.UNIT_MISSING),
        (shift != 0 and not measure.unit_in_cell, Trouble.UNIT_CONVERTED),
        (is_odd, Trouble.NOTATION),
    )
    return Reading(exact, unit, text, next((trouble for is_so, trouble in troubles if is_so), None))


def _fit(stated: str, measure: Measure) -> tuple[int, str] | None:
    """Give the power of ten that brings the stated unit to the resulting one; None for no fit."""
    prescribed = measure.unit
    if not stated:
        return 0, "" if measure.unit_in_cell else prescribed
    if stated == prescribed:
        return 0, prescribed
    if prescribed in _MONEY:
        return (_MONEY[stated] - _MONEY[prescribed], prescribed) if stated in _MONEY else None
    if stated[0] in _LARGE and stated[1:] in {"", prescribed} and prescribed != "%":
        return _LARGE[stated[0]], prescribed
    is_free = not prescribed and (stated in _COUNTED or stated in _MONEY)
    return (0, stated) if is_free else None


def _shifted(value: int | Decimal, shift: int) -> int | Decimal:
    number = Decimal(value)
    if shift:
        number = number.scaleb(shift).normalize()
    return int(number) if number == number.to_integral_value() else number


def _exact(raw: float) -> int | Decimal:
    """Give what the clerk sees: fifteen digits, as spreadsheets show; 0.1+0.2 is 0.3 to them."""
    shown = Decimal(format(raw, f".{SHOWN_DIGITS}g"))
    return int(shown) if shown == shown.to_integral_value() else shown


def _nothing(text: str, measure: Measure, trouble: Trouble) -> Reading:
    return Reading(None, "" if measure.unit_in_cell else measure.unit, text, trouble)
