"""The numbers in Chinese prose: one small grammar.

::

    quantity = [about] number [times] ["余" | "多"] [unit] ["左右" | "以上" | …]
             | [about] number ("-" | "至" | "到" …) number [times] [unit]
             | "百分之" number
    number   = 12 | 1,234 | １２ | 12.5 | 三百二十一 | 两
    times    = 十 | 百 | 千 | 万 | 百万 | 千万 | 亿

Numbers in characters count only before a unit: 一是 and 三方面 are no quantities, 两件 is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from nianbao.filing.figure import PERCENT, POINTS
from nianbao.filing.numerals import DIGITS, POWERS, read_numeral

MONEY = "元"

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0E)}
_WIDE |= {0x3000: 0x20, 0xA0: 0x20}
_WIDE_COMMA = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")

_TIMES = {**POWERS, "十万": 5, "百万": 6, "千万": 7}
_UNITS = (
    "个百分点|百分点|%|人次|件次|元|件|条|次|份|篇|项|个|起|宗|例|期|场|户|家|名|人|部|类|批|册|则"
    "|天|日|月|年|号|小时|分钟|倍|版|届|章|款|张|级"
)
_ABOUT = "大约|将近|接近|超过|不足|不到|至少|约|近|超|逾"
_AFTER = "左右|上下|以上|以下|以内"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]+"
_TIMES_PATTERN = "十万|百万|千万|[十百千万亿]"
# What makes a numeral an ordinal, or part of a word.
_NO_COUNT = "第每逐某任哪几数之唯统同专单"
_QUANTITY = re.compile(
    rf"百分之(?P<share>{_NUMBER}|{_NUMERAL}(?:点{_NUMERAL})?)"
    rf"|(?P<about>{_ABOUT})? *(?:"
    rf"(?<![\d.第])(?P<low>{_NUMBER}) *(?:(?:[-‐–—~～]|至|到) *(?P<high>{_NUMBER}))?"
    rf" *(?P<times>{_TIMES_PATTERN})? *(?P<more>余|多)? *(?P<large>[万亿])?(?P<unit>{_UNITS})?"
    rf"|(?<![{_NO_COUNT}零〇一二两三四五六七八九十百千万亿])"
    rf"(?P<numeral>{_NUMERAL})(?:(?:至|到)(?P<upto>{_NUMERAL}))?"
    rf"(?P<more2>余|多)?(?P<large2>[万亿])?(?P<unit2>{_UNITS})(?!性)"
    rf")(?P<after>{_AFTER})?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number found in a text.

    Attributes
    ----------
    start, end
        Its span, unit included.
    value
        Money is in 元, whatever it was printed in.
    unit
        件, 条, %, 百分点, 元 …; empty where none follows.
    is_exact
        Not 约, 余, 近, 多; not rounded to 万.
    high
        The upper end of a range; else None.
    decimals
        How many are printed.
    """

    start: int
    end: int
    value: int | Decimal
    unit: str
    is_exact: bool = True
    high: int | Decimal | None = None
    decimals: int = 0


@lru_cache(1024)  # as below
def plain(text: str) -> str:
    """Give a text with half-width digits, character for character."""
    return _WIDE_COMMA.sub(",", text).translate(_WIDE)


@lru_cache(1024)  # several checks read the same sentence
def quantities(text: str) -> tuple[Quantity, ...]:
    """Give the quantities of a text, in its order.

    Parameters
    ----------
    text
        As printed; spans are those of this text.
    """
    found = (
        _share(match) if match["share"] else _counted(match)
        for match in _QUANTITY.finditer(plain(text))
    )
    return tuple(quantity for quantity in found if quantity is not None)


def _share(match: re.Match[str]) -> Quantity | None:
    value = _value(match["share"])
    return None if value is None else _made(match, value, PERCENT, decimals=_decimals(match))


def _counted(match: re.Match[str]) -> Quantity | None:
    unit = match["unit"] or match["unit2"] or ""
    unit = POINTS if unit.endswith(POINTS) else unit
    low, high = match["low"] or match["numeral"], match["high"] or match["upto"]
    if high and (low.startswith("0") or high.startswith("0")):
        return None  # a telephone number or a date, no range
    powers = [_TIMES[word] for word in (match["times"], match["large"], match["large2"]) if word]
    values = [_value(number) for number in (low, high) if number]
    if None in values:
        return None
    first, *last = [_scaled(value, sum(powers)) for value in values if value is not None]
    is_rounded = bool(powers) and unit != MONEY
    words = (match["about"], match["more"], match["more2"], match["after"])
    is_exact = not (any(words) or is_rounded or last)
    return _made(match, first, unit, is_exact, last[0] if last else None, _decimals(match))


def _made(
    match: re.Match[str],
    value: int | Decimal,
    unit: str,
    is_exact: bool = True,  # noqa: FBT001, FBT002 - as the field
    high: int | Decimal | None = None,
    decimals: int = 0,
) -> Quantity:
    start = match.start() + len(match.group()) - len(match.group().lstrip(" "))
    end = match.start() + len(match.group().rstrip(" "))
    return Quantity(start, end, value, unit, is_exact, high, decimals)


def _decimals(match: re.Match[str]) -> int:
    return len((match["share"] or match["low"] or "").replace("点", ".").partition(".")[2])


def _value(number: str) -> int | Decimal | None:
    if number[0].isdecimal():
        return _scaled(Decimal(number.replace(",", "")), 0)
    whole, _, fraction = number.partition("点")
    value = read_numeral(whole)
    if not fraction or value is None:
        return value
    return Decimal(f"{value}.{''.join(str(DIGITS.get(char, 0)) for char in fraction)}")


def _scaled(value: int | Decimal, power: int) -> int | Decimal:
    exact = Decimal(value).scaleb(power)
    return int(exact) if exact == exact.to_integral_value() else exact
