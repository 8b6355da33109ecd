"""Every cell that a clerk can type, and what is read from it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.filing.figure import Trouble, format_value
from nianbao.filing.numbers import LARGEST, Reading, parse_number, print_cell
from nianbao.forms import Column

COUNT = Column("n", ("数量",))
ITEMS = Column("n", ("数量",), unit="项")
CHANGE = Column("n", ("本年增/减",), unit="项", kind="change")
MONEY = Column("n", ("金额",), unit="万元", kind="money")
FREE_MONEY = Column("n", ("采购总金额",), unit="万元", kind="money", unit_in_cell=True)
SHARE = Column("n", ("率",), unit="%", kind="share")
UNSTATED = Column("n", ("数",), unit="")


@pytest.mark.parametrize(
    ("raw", "column", "value", "text"),
    [
        (0, COUNT, 0, "0"),
        (4299.0, COUNT, 4299, "4299"),
        (-0.0, COUNT, 0, "0"),
        ("12", COUNT, 12, "12"),
        (" 12\n", COUNT, 12, "12"),
        ("007", COUNT, 7, "007"),
        ("12.0", COUNT, 12, "12.0"),
        (-15.0, CHANGE, -15, "-15"),
        ("+5", CHANGE, 5, "+5"),
        (4166.241619, MONEY, Decimal("4166.241619"), "4166.241619"),
        (0.1, MONEY, Decimal("0.1"), "0.1"),
        (1e-7, MONEY, Decimal("0.0000001"), "0.0000001"),
        ("25.10", MONEY, Decimal("25.1"), "25.10"),
        ("99.5％", SHARE, Decimal("99.5"), "99.5％"),
        (-1.5, SHARE, Decimal("-1.5"), "-1.5"),
    ],
)
def test_reads_in_silence_what_is_certain_and_usual(raw, column, value, text):
    assert parse_number(raw, column) == Reading(value, column.unit, text)


@pytest.mark.parametrize(
    ("raw", "column", "value", "unit", "trouble"),
    [
        ("１２", COUNT, 12, "件", Trouble.NOTATION),
        ("2件", COUNT, 2, "件", Trouble.UNIT_STATED),
        ("3 项", ITEMS, 3, "项", Trouble.UNIT_STATED),
        ("3项", CHANGE, 3, "项", Trouble.UNIT_STATED),
        ("12.5万元", MONEY, Decimal("12.5"), "万元", Trouble.UNIT_STATED),
        ("3万", MONEY, 3, "万元", Trouble.UNIT_STATED),
        ("３件", COUNT, 3, "件", Trouble.NOTATION),
        ("1,234 件", COUNT, 1234, "件", Trouble.NOTATION),
        ("-3件", COUNT, -3, "件", Trouble.NEGATIVE),
        ("125000元", MONEY, Decimal("12.5"), "万元", Trouble.UNIT_CONVERTED),
        ("1,234", COUNT, 1234, "件", Trouble.NOTATION),
        ("1，234", COUNT, 1234, "件", Trouble.NOTATION),
        ("1 234", COUNT, 1234, "件", Trouble.NOTATION),
        ("1\u00a0234 567", COUNT, 1234567, "件", Trouble.NOTATION),
        ("1,234.5", MONEY, Decimal("1234.5"), "万元", Trouble.NOTATION),
        ("\u22125", CHANGE, -5, "项", Trouble.NOTATION),
        ("- 5", CHANGE, -5, "项", Trouble.NOTATION),
        (-1, COUNT, -1, "件", Trouble.NEGATIVE),
        ("-1", MONEY, -1, "万元", Trouble.NEGATIVE),
        ("-１", COUNT, -1, "件", Trouble.NEGATIVE),
        (0.5, COUNT, Decimal("0.5"), "件", Trouble.FRACTION),
        ("1.5", CHANGE, Decimal("1.5"), "项", Trouble.FRACTION),
        ("251000元", MONEY, Decimal("25.1"), "万元", Trouble.UNIT_CONVERTED),
        ("1.2亿元", MONEY, 12000, "万元", Trouble.UNIT_CONVERTED),
        ("1.2万", COUNT, 12000, "件", Trouble.UNIT_CONVERTED),
        ("1.2万件", COUNT, 12000, "件", Trouble.UNIT_CONVERTED),
        (4299, FREE_MONEY, 4299, "", Trouble.UNIT_MISSING),
        ("4299", FREE_MONEY, 4299, "", Trouble.UNIT_MISSING),
    ],
)
def test_gives_the_value_and_says_what_is_odd(raw, column, value, unit, trouble):
    reading = parse_number(raw, column)
    assert (reading.value, reading.unit, reading.trouble) == (value, unit, trouble)


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("4299 万元", 4299, "万元"),
        ("251000元", Decimal("25.1"), "万元"),
        ("1亿元", 10000, "万元"),
        (0, 0, ""),
        ("0", 0, ""),
        ("0元", 0, "万元"),
    ],
)
def test_a_column_without_prescribed_unit_takes_the_unit_of_the_cell(raw, value, unit):
    assert parse_number(raw, FREE_MONEY) == Reading(value, unit, print_cell(raw))


@pytest.mark.parametrize(
    ("raw", "value", "unit"), [("3件", 3, "件"), ("12%", 12, "%"), ("2万", 20000, ""), ("5", 5, "")]
)
def test_a_fact_without_stated_unit_takes_that_of_the_cell(raw, value, unit):
    reading = parse_number(raw, UNSTATED)
    assert (reading.value, reading.unit) == (value, unit)


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        (None, Trouble.BLANK),
        ("", Trouble.BLANK),
        (" \u3000\u200b\n", Trouble.BLANK),
        ("-", Trouble.DASH),
        ("－", Trouble.DASH),
        ("—", Trouble.DASH),
        ("——", Trouble.DASH),
        ("/", Trouble.DASH),
        ("／", Trouble.DASH),
        ("无", Trouble.DASH),
        ("N/A", Trouble.DASH),
        ("#DIV/0!", Trouble.FORMULA_ERROR),
        ("#REF!", Trouble.FORMULA_ERROR),
        ("#N/A", Trouble.FORMULA_ERROR),
        ("Err:502", Trouble.FORMULA_ERROR),
        ("3元", Trouble.UNIT_WRONG),
        ("3条", Trouble.UNIT_WRONG),
        ("3万元", Trouble.UNIT_WRONG),
        ("12%", Trouble.UNIT_WRONG),
        ("十二", Trouble.TEXT),
        ("约12件", Trouble.TEXT),
        ("12（含上年）", Trouble.TEXT),
        ("1 2", Trouble.TEXT),
        ("1,23", Trouble.TEXT),
        ("1,2345", Trouble.TEXT),
        ("1.2.3", Trouble.TEXT),
        ("12²", Trouble.TEXT),
        ("①", Trouble.TEXT),
        ("٣", Trouble.TEXT),
        ("1e3", Trouble.TEXT),
        (1e30, Trouble.TOO_LARGE),
        (-1e15, Trouble.TOO_LARGE),
        ("1000000000000000", Trouble.TOO_LARGE),
        ("999999999999万", Trouble.TOO_LARGE),
        ("0x10", Trouble.TEXT),
        ("1_000", Trouble.TEXT),
        ("nan", Trouble.TEXT),
        ("=1+1", Trouble.TEXT),
        ("9" * 5000, Trouble.TEXT),
        (float("nan"), Trouble.TEXT),
        (float("inf"), Trouble.TEXT),
        (True, Trouble.TEXT),
        (dt.date(2024, 1, 2), Trouble.TEXT),
        (dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC), Trouble.TEXT),
        (dt.timedelta(hours=2), Trouble.TEXT),
    ],
)
def test_gives_no_value_where_none_is_certain(raw, trouble):
    assert parse_number(raw, COUNT) == Reading(None, "件", print_cell(raw), trouble)


def test_a_blank_cell_of_a_column_without_prescribed_unit_has_no_unit():
    assert parse_number("", FREE_MONEY) == Reading(None, "", "", Trouble.BLANK)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (750021.0, "750021"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (dt.date(2024, 1, 2), "2024年1月2日"),
        ("\ufeff 010000 ", "010000"),
        (None, ""),
    ],
)
def test_prints_a_cell_as_a_clerk_sees_it(raw, text):
    assert print_cell(raw) == text


WHOLE = st.integers(min_value=-LARGEST + 1, max_value=LARGEST - 1)
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=6)
NOTATIONS = [
    str,
    lambda text: f"  {text}\n",
    lambda text: text.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")),
    lambda text: f"{text} 万元",
    lambda text: f"{text}万元",
]


@given(WHOLE, st.sampled_from([CHANGE, SHARE]))
def test_a_printed_whole_number_reads_as_itself(number, column):
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", " ")):
        assert parse_number(text, column).value == number


@given(AMOUNTS, st.sampled_from(NOTATIONS))
def test_a_printed_amount_reads_as_itself_in_every_notation(amount, notation):
    reading = parse_number(notation(format_value(amount)), MONEY)
    assert (reading.value, reading.unit) == (amount, "万元")
    assert isinstance(reading.value, int | Decimal)


@given(AMOUNTS)
def test_an_amount_in_yuan_is_exactly_the_ten_thousandth(amount):
    assert parse_number(f"{format_value(amount)}元", MONEY).value == amount / 10**4


@given(st.floats(-9.99e14, 9.99e14))
def test_a_number_cell_reads_as_what_a_spreadsheet_shows_of_it(number):
    value = parse_number(number, SHARE).value
    assert float(value) == float(format(number, ".15g"))
    assert not isinstance(value, float)


ODD_TEXT = st.text(alphabet="0123456789０１.,，- +%万亿元件#/\n²①٣") | st.text()


AROUND = (
    "\u202a\u202d\u202c\u2066\u2068\u2069\u200b\u200c\u200d\u200e\u2060\u2061\u2064\ufeff"
    "\u00a0\u3000\u2003\ufe0e\ufe0f\U000e0100\U000e0031\U000e007f\x07\x7f\x1b\u3164"
)


@pytest.mark.parametrize("hidden", AROUND)
@pytest.mark.parametrize("put", ["{0}12", "12{0}", "{0}12{0}", " {0} 12{0}\n"])
def test_what_nobody_sees_around_a_number_is_taken_off_and_told(hidden, put):
    reading = parse_number(put.format(hidden), COUNT)
    assert reading == Reading(12, "件", "12", Trouble.HIDDEN, (hidden,))


@pytest.mark.parametrize(
    "raw",
    ["1\u200b2", "\u202d1\u202c2", "12\u00ad", "\u200f12", "12\u2067", "\u061c12", "12\r\n\u200b"],
)
def test_a_number_that_shows_as_it_reads_is_read(raw):
    reading = parse_number(raw, COUNT)
    assert (reading.value, reading.text, reading.trouble) == (12, "12", Trouble.HIDDEN)


@pytest.mark.parametrize(
    "raw",
    ["\u202e12", "1\u202e2\u202c", "\u200f1,234", "\u206712.5", "\u200f-12", "\u00ad12", "1\u00ad2",
     "1\u20282", "1\x852", "1\r2", "1\x0b2"],
)  # fmt: skip
def test_a_number_that_may_show_as_another_one_has_no_value(raw):
    reading = parse_number(raw, SHARE)
    assert (reading.value, reading.trouble) == (None, Trouble.HIDDEN)
    assert reading.hidden


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        ("\u200b三件", Trouble.TEXT),
        ("\u200b/", Trouble.DASH),
        ("\u202d１２", Trouble.NOTATION),
        ("\u200b-1", Trouble.NEGATIVE),
        ("2\u200b件", Trouble.UNIT_STATED),
    ],
)
def test_what_nobody_sees_is_told_beside_what_else_is_wrong(raw, trouble):
    reading = parse_number(raw, COUNT)
    assert (reading.trouble, len(reading.hidden)) == (trouble, 1)


@given(ODD_TEXT, st.sampled_from([COUNT, CHANGE, MONEY, FREE_MONEY, SHARE, UNSTATED]))
def test_never_raises_and_never_hides_that_there_is_no_value(text, column):
    reading = parse_number(text, column)
    assert isinstance(reading.value, int | Decimal | None)
    assert (reading.value is not None) or reading.trouble is not None


def test_a_sum_that_a_spreadsheet_made_reads_as_it_shows_it():
    reading = parse_number(0.1 + 0.2, MONEY)
    assert (reading.value, reading.text) == (Decimal("0.3"), "0.3")
