"""The cells of a ledger: dates, choices, flags, money, texts, from what a clerk typed.

A value is given where only one reading is possible. Where two are possible there is none: 3/4/2022
may be March or April, and 22-1-5 no year that anybody has to guess.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from typing import Any, Protocol

from nianbao.characters import code_points, is_as_shown
from nianbao.errors import visible
from nianbao.filing.labels import nearest_label, normalise
from nianbao.filing.ledgers.kinds import LedgerColumn, flag_words
from nianbao.filing.ledgers.personal import has_personal_number, masked
from nianbao.filing.numbers import (
    Raw,
    hidden_in,
    money_power,
    parse_number,
    print_cell,
)
from nianbao.filing.numerals import read_numeral
from nianbao.forms import Form

MONEY_STEP = 4  # decimals of 元 that are kept: as many as an amount in 万元 has with eight
MOST_MONEY = 10**9  # 元, of one row: no fee or purchase is larger, and a sum of rows has room
SHOWN_CHARACTERS = 40
ALIKE = 0.6  # how alike a word must be to be offered
WORDS_TOLD = 8

_EPOCH = dt.date(1970, 1, 1).toordinal()
_SERIAL_ZERO = dt.date(1899, 12, 30).toordinal()  # of the calendar of 1900, as all programs have it
_SERIAL_ZERO_1904 = dt.date(1904, 1, 1).toordinal()
_FIRST, _LAST = dt.date(1949, 10, 1).toordinal(), dt.date(2100, 1, 1).toordinal()
_SERIALS = range(20_000, 75_000)  # of the years 1954 to 2105
_EIGHT = range(19_491_001, 21_000_101)

_TEXT_DATE = re.compile(
    r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?"
    r"(?:[\sT]+\d{1,2}[:：]\d{1,2}(?:[:：]\d{1,2}(?:\.\d+)?)?)?"
)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CHINESE_DATE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_TWO_WAYS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{1,4}")
# （一） and 1. before a word, as labels are compared.
_NUMBERING = re.compile(r"^(?:\|[^|]*\||\d+,)")
_HEADING_UNIT = re.compile(r"\(([^()]*)\)|:([^:()]*)$")
_MONTH_ONLY = re.compile(r"\d{4}\s*[年/.-]\s*\d{1,2}\s*月?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a cell says.

    Attributes
    ----------
    value
        Of a date the days since 1970, of a choice its key or word, of a flag True or False, of
        money a whole number of ten-thousandths of a 元, of a text itself; None where it is blank
        or cannot be read.
    why, hint
        Why it cannot be read, and what to do; empty where it can, or is blank.
    oddity
        What is odd about how it is written; empty as a rule.
    is_telling
        What stands there is nearly right, and can be repeated in a message: it is nobody's name.
    """

    value: Any = None
    why: str = ""
    hint: str = ""
    oddity: str = ""
    is_telling: bool = False


Parser = Callable[[Raw], Parsed]

BLANK = Parsed()


class Manner(Protocol):
    """How a file writes dates; `nianbao.filing.ledgers.rows.Table` tells it.

    Attributes
    ----------
    is_1904
        Bare numbers for dates count from 1904, as old Macs had it.
    is_text
        All that stands in it is text, so that a date as text is nothing odd.
    """

    @property
    def is_1904(self) -> bool:
        """Whether dates count from 1904."""

    @property
    def is_text(self) -> bool:
        """Whether all is text."""


def parser(column: LedgerColumn, heading: str, form: Form, manner: Manner) -> Parser:
    """Give what reads the cells of a column.

    Parameters
    ----------
    heading
        As it stands in the ledger; it may tell the unit of money.
    manner
        How the file writes dates.
    """
    match column.kind:
        case "date":
            read: Parser = partial(parse_date, is_1904=manner.is_1904, is_text=manner.is_text)
        case "choice":
            words = column.vocabulary(form)
            read = partial(_parse_choice, words=words, column=column, form=form)
        case "flag":
            read = parse_flag
        case "money":
            read = partial(parse_money, unit=_unit(heading))
        case _:
            return lambda raw: Parsed(read_text(raw))
    return lambda raw: _told_hidden(raw, read(raw))


def _told_hidden(raw: Raw, parsed: Parsed) -> Parsed:
    """Tell of characters that nobody sees; with some of them a cell shows another thing."""
    hidden = hidden_in(raw)
    if not hidden or parsed == BLANK:
        return parsed
    what = f"有看不见的字符 {code_points(hidden)}"
    if not parsed.why and not is_as_shown(str(raw)):
        return Parsed(why=what, hint="删去这一格，重新输入")
    if parsed.why:
        return replace(parsed, why=f"{parsed.why}，{what}")
    return replace(parsed, oddity="；".join(filter(None, (parsed.oddity, f"{what}，已去掉"))))


def shown(raw: Raw) -> str:
    """Give a cell for a message: one line, not too long, nobody's number in it."""
    return visible(masked(" ".join(print_cell(raw).split())), most=SHOWN_CHARACTERS)


def parse_date(raw: Raw, *, is_1904: bool = False, is_text: bool = False) -> Parsed:
    """Read a date: a real one, a text, or the bare number behind one."""
    if is_text and isinstance(raw, str):
        return replace(parse_date(raw), oddity="")
    if isinstance(raw, dt.datetime):
        return _day(raw.date().toordinal())
    if isinstance(raw, dt.date):
        return _day(raw.toordinal())
    if isinstance(raw, bool | dt.time | dt.timedelta):
        return Parsed(why="不是日期", hint="写成 2022-01-05")
    if isinstance(raw, int | float):
        return _serial(raw, is_1904=is_1904)
    text = print_cell(raw)
    return _text_date(unicodedata.normalize("NFKC", text)) if text else BLANK


def _day(ordinal: int, oddity: str = "") -> Parsed:
    if not _FIRST <= ordinal < _LAST:
        return Parsed(why="日期的年份不对", hint="写成 2022-01-05")
    return Parsed(ordinal - _EPOCH, oddity=oddity)


def _serial(number: float, *, is_1904: bool) -> Parsed:
    if math.isfinite(number) and int(number) in _EIGHT and number == int(number):
        return _text_date(str(int(number)))
    if math.isfinite(number) and int(number) in _SERIALS:
        zero = _SERIAL_ZERO_1904 if is_1904 else _SERIAL_ZERO
        return _day(zero + int(number), "日期显示为数字")
    return Parsed(why="不是日期", hint="把单元格设成日期格式，写成 2022-01-05")


def _text_date(text: str) -> Parsed:
    numbers = _TEXT_DATE.fullmatch(text) or _EIGHT_DIGITS.fullmatch(text)
    parts = [int(part) for part in numbers.groups()] if numbers else _chinese(text)
    if parts:
        try:
            return _day(dt.date(*parts).toordinal(), "日期是文字")
        except ValueError:
            return Parsed(why="没有这一天", hint="核对年、月、日")
    if _TWO_WAYS.fullmatch(text):
        return Parsed(why="年、月、日的次序不明", hint="写成 2022-01-05")
    if _MONTH_ONLY.fullmatch(text):
        return Parsed(why="日期缺日", hint="写成 2022-01-05")
    return Parsed(why="不是日期", hint="写成 2022-01-05")


def _chinese(text: str) -> list[int]:
    """Read 二〇二二年一月五日; empty where it is none."""
    match = _CHINESE_DATE.fullmatch(text.replace("○", "〇"))
    parts = [read_numeral(part) for part in match.groups()] if match else []
    return [] if None in parts else [part for part in parts if part is not None]


def _parse_choice(raw: Raw, words: Mapping[str, str], column: LedgerColumn, form: Form) -> Parsed:
    text = print_cell(raw)
    if not text:
        return BLANK
    meant = words.get(normalise(text))
    if meant is not None:
        return Parsed(meant)
    if column.open and has_personal_number(text):
        return Parsed(why="像是个人信息", hint="手机号、身份证号不要填在这一列")
    if column.open:
        return Parsed(" ".join(text.split()))
    group = column.group(form, text)
    if group:
        return Parsed(why="没有写明是哪一项", hint=f"写成其中一项：{'、'.join(group)}")
    near = _near(text, column.shown(form))
    return Parsed(why="没有这个词", hint=near or _choices(column, form), is_telling=bool(near))


def _near(text: str, words: Sequence[str]) -> str:
    """Offer the word that is meant; none that says the opposite."""
    near = nearest_label(text, words)
    typed, known = (_NUMBERING.sub("", normalise(word)) for word in (text, near))
    is_alike = SequenceMatcher(None, typed, known).ratio() >= ALIKE
    is_opposite = _negations(typed) != _negations(known)
    return f"最接近的是“{near}”" if near and is_alike and not is_opposite else ""


def _negations(text: str) -> int:
    return sum(text.count(word) for word in "不非未无")


def _choices(column: LedgerColumn, form: Form) -> str:
    words = column.shown(form)
    more = f"等 {len(words)} 种，见填报说明" if len(words) > WORDS_TOLD else ""
    return f"可填：{'、'.join(words[:WORDS_TOLD])}{more}"


def parse_flag(raw: Raw) -> Parsed:
    """Read 是 or 否, and what is commonly put for them."""
    if isinstance(raw, bool):
        return Parsed(raw)
    word = normalise(print_cell(raw)).lower()
    for meant, words in flag_words().items():
        if word in words:
            return Parsed(meant)
    return Parsed(why="不是“是”或“否”", hint="填“是”或“否”")


@dataclass(frozen=True, slots=True)
class _Money:
    unit: str
    kind: str = "money"
    unit_in_cell: bool = False


def _unit(heading: str) -> str:
    """Give the unit that a heading names, as 金额（万元） does; empty where it names none."""
    text = unicodedata.normalize("NFKC", heading).removesuffix(":")
    told = ",".join(found.group(1) or found.group(2) for found in _HEADING_UNIT.finditer(text))
    parts = re.split("[,、;]", told)
    units = (part.removeprefix("单位:").removeprefix("人民币").strip() for part in parts)
    return next((unit for unit in units if re.search("[元万亿]", unit)), "")


def parse_money(raw: Raw, unit: str) -> Parsed:
    """Read an amount; a cell that names no unit is in that of the heading."""
    if unit and money_power(unit) is None:
        return Parsed(why=f"不认识金额的单位“{unit}”", hint="换算成元或万元，写在列名里")
    reading = parse_number(raw, _Money(unit or "元"))
    if reading.value is None:
        return Parsed(why=reading.trouble or "不是金额", hint="填数字") if reading.text else BLANK
    if not unit and isinstance(raw, int | float | str) and not re.search("[元万亿]", reading.text):
        return Parsed(why="金额没有单位", hint="在列名里写明“（元）”或“（万元）”")
    amount = reading.value * 10 ** (MONEY_STEP + (money_power(reading.unit) or 0))
    refusals = (
        (amount < 0, "金额是负数", "退费另记，不要用负数"),
        (amount > MOST_MONEY * 10**MONEY_STEP, "金额大得不可能", "核对数字和列名里的单位"),
        (amount != int(amount), "金额的小数位太多", f"元以下最多 {MONEY_STEP} 位"),
    )
    refused = next((Parsed(why=why, hint=hint) for is_so, why, hint in refusals if is_so), None)
    return refused or Parsed(int(amount))


def read_text(raw: Raw) -> str | None:
    """Read what can be anything; None where it is blank."""
    # Numbers of cases and the like: nothing to strip, and there are very many of them.
    if isinstance(raw, str) and raw.isascii() and raw.isprintable() and " " not in raw:
        return raw or None
    return " ".join(print_cell(raw).split()) or None
