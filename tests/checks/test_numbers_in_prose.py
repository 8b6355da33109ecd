"""The grammar of numbers: a table of ways to print them, and any number read back."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.checks.prose.numbers import plain, quantities
from nianbao.filing.numerals import read_numeral

DIGITS = "零一二三四五六七八九"
UNITS = ["件", "条", "次", "份", "篇", "项", "个", "人次", "人"]

EXACT = [
    ("共收3件", 3, "件"),
    ("1,234 条", 1234, "条"),
    ("１，２３４件", 1234, "件"),
    ("１２３件", 123, "件"),
    ("三百二十一件", 321, "件"),
    ("两件", 2, "件"),
    ("十二份", 12, "份"),
    ("一万二千零五人次", 12005, "人次"),
    ("二〇二三年", 2023, "年"),
    ("零件", 0, "件"),
    ("占33.9%", Decimal("33.9"), "%"),
    ("占３３．９％", Decimal("33.9"), "%"),
    ("百分之五十", 50, "%"),
    ("百分之三点五", Decimal("3.5"), "%"),
    ("百分之12.5", Decimal("12.5"), "%"),
    ("提高2.5个百分点", Decimal("2.5"), "百分点"),
    ("收费12.5万元", 125000, "元"),
    ("2.5亿元", 250000000, "元"),
    ("0元", 0, "元"),
]
INEXACT = [
    ("14万余条", 140000, "条"),
    ("5500 余条", 5500, "条"),
    ("约30件", 30, "件"),
    ("近三百件", 300, "件"),
    ("30件左右", 30, "件"),
    ("300多场", 300, "场"),
    ("超过20篇", 20, "篇"),
    ("3.6万件", 36000, "件"),
    ("5千件", 5000, "件"),
    ("十余万条", 100000, "条"),
]
RANGES = [("3-4次", 3, 4), ("3～4次", 3, 4), ("三到五件", 3, 5), ("10至20份", 10, 20)]
NO_QUANTITY = [
    "一是加强",
    "三方面",
    "第一件",
    "每一件",
    "逐件",
    "0000-83605210",
    "统一受理",
    "一次性",
]


@pytest.mark.parametrize(("text", "value", "unit"), EXACT)
def test_an_exact_number(text, value, unit):
    (found,) = quantities(text)
    assert (found.value, found.unit, found.is_exact, found.high) == (value, unit, True, None)


@pytest.mark.parametrize(("text", "value", "unit"), INEXACT)
def test_a_number_that_is_not_exact(text, value, unit):
    (found,) = quantities(text)
    assert (found.value, found.unit, found.is_exact) == (value, unit, False)


@pytest.mark.parametrize(("text", "low", "high"), RANGES)
def test_a_range(text, low, high):
    (found,) = quantities(text)
    assert (found.value, found.high, found.is_exact) == (low, high, False)


@pytest.mark.parametrize("text", NO_QUANTITY)
def test_no_quantity(text):
    assert quantities(text) == ()


@pytest.mark.parametrize("text", ["百一", "十十", "千", "万", "一百二百"])
def test_characters_that_are_no_number(text):
    assert read_numeral(text) is None


def test_spans_are_those_of_the_text():
    text = "共收到１２件（其中自然人 10 件），约5篇"
    assert [text[q.start : q.end] for q in quantities(text)] == ["１２件", "10 件", "约5篇"]


def numeral(number):
    """A number below 100,000,000 in characters, as people write it."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return numeral(high) + "万" + gap + (numeral(low) if low else "")
    said, gap = "", False
    for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + word
            gap = False
        else:
            gap = True
    said = said or "零"
    return said.removeprefix("一") if said.startswith("一十") else said


WAYS = [
    str,
    "{:,}".format,
    lambda number: str(number).translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    lambda number: f"{number:,}".translate(
        {**{48 + digit: 0xFF10 + digit for digit in range(10)}, 44: "，"}
    ),
    numeral,
    lambda number: f" {number} ",
]


@given(st.integers(0, 99_999_999), st.sampled_from(WAYS), st.sampled_from(UNITS))
def test_any_number_printed_in_any_way_is_read_back(number, way, unit):
    text = f"全年共{way(number)}{unit}，"
    (found,) = quantities(text)
    assert (found.value, found.unit, found.is_exact) == (number, unit, True)
    assert text[found.end :] == "，"


@given(st.decimals(0, 10_000, places=4), st.sampled_from(["{}万元", "{} 万元"]))
def test_any_amount_is_read_back_in_yuan(amount, way):
    (found,) = quantities("收取" + way.format(format(amount, "f")))
    assert (found.value, found.unit) == (amount * 10_000, "元")


@given(st.text(max_size=60))
def test_it_never_fails_and_spans_are_in_order(text):
    found = quantities(text)
    assert len(plain(text)) == len(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
