"""Cells of ledgers: what is certain is read, what may mean two things is not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.filing.ledgers.cells import parse_date, parse_flag, parse_money, parser, shown
from nianbao.filing.ledgers.kinds import ledger_kind, ledger_kinds
from nianbao.forms import load_form

EPOCH = dt.date(1970, 1, 1)
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31))
FORM = load_form("2021")


class Manner:
    is_1904 = False
    is_text = False


def date_of(raw, **manner):
    parsed = parse_date(raw, **manner)
    return None if parsed.value is None else EPOCH + dt.timedelta(parsed.value)


@pytest.mark.parametrize(
    "raw",
    [
        dt.date(2024, 1, 5),
        dt.datetime(2024, 1, 5, 13, 30),  # noqa: DTZ001 - as calamine gives it
        "2024-01-05",
        "2024-1-5",
        "2024/1/5",
        "2024.01.05",
        "2024年1月5日",
        " 2024 年 01 月 05 日 ",
        "２０２４－１－５",
        "20240105",
        20240105,
        45296,
        45296.5,
        "2024-01-05 13:30:00",
        "二〇二四年一月五日",
        "二○二四年一月五日",
    ],
)
def test_ways_of_writing_a_day(raw):
    assert date_of(raw) == dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("3/4/2024", "次序不明"),
        ("24-1-5", "次序不明"),
        ("2024年1月", "缺日"),
        ("2024-02-30", "没有这一天"),
        ("20241340", "没有这一天"),
        ("二〇二四年十三月一日", "没有这一天"),
        ("二〇二四年十十月一日", "不是日期"),
        ("正月初五", "不是日期"),
        ("待定", "不是日期"),
        (7, "不是日期"),
        (1e300, "不是日期"),
        (float("nan"), "不是日期"),
        (True, "不是日期"),
        (dt.time(8, 0), "不是日期"),
        (dt.date(1066, 1, 1), "年份不对"),
        ("1900-01-01", "年份不对"),
    ],
)
def test_what_is_no_day_or_may_be_two(raw, why):
    parsed = parse_date(raw)
    assert parsed.value is None
    assert why in parsed.why
    assert parsed.hint


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000"])
def test_a_blank_is_neither_a_day_nor_a_mistake(raw):
    assert parse_date(raw).value is None
    assert parse_date(raw).why == ""


@given(day=DAYS)
def test_a_day_is_the_same_however_it_is_written(day):
    serial = (day - dt.date(1899, 12, 30)).days
    ways = [day, f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"]
    ways += [serial] if serial >= 20_000 else []
    assert {date_of(way) for way in ways} == {day}


@given(day=st.dates(dt.date(1960, 1, 1), dt.date(2099, 12, 31)))
def test_old_macs_count_from_1904(day):
    assert date_of((day - dt.date(1904, 1, 1)).days, is_1904=True) == day


def test_odd_ways_are_told_but_not_in_a_file_that_is_all_text():
    assert parse_date("2024-01-05").oddity
    assert parse_date(45296).oddity
    assert not parse_date(dt.date(2024, 1, 5)).oddity
    assert not parse_date("2024-01-05", is_text=True).oddity


@pytest.mark.parametrize(
    ("raw", "value"),
    [("是", True), ("√", True), ("Y", True), (1, True), (True, True), ("基本满意", True),
     ("否", False), ("×", False), ("n", False), (0, False), ("不满意", False),
     ("", None), (None, None), ("未回访", None)],
)  # fmt: skip
def test_flags(raw, value):
    assert (parse_flag(raw).value, parse_flag(raw).why) == (value, "")


def test_a_flag_that_is_neither_is_told():
    assert parse_flag("也许").why
    assert parse_flag(2).why


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        (12.5, "元", 125_000),
        ("1,234.56", "元", 12_345_600),
        (1.5, "万元", 150_000_000),
        ("3万元", "元", 300_000_000),
        ("300元", "万元", 3_000_000),
        ("5元", "", 50_000),
        (0, "元", 0),
    ],
)
def test_money_is_kept_exactly_in_ten_thousandths_of_a_yuan(raw, unit, value):
    assert parse_money(raw, unit).value == value


@pytest.mark.parametrize(
    ("raw", "unit", "why"),
    [(5, "", "没有单位"), ("-5", "元", "负数"), (0.00001, "元", "小数位"), ("免费", "元", "不是"),
     (1e30, "元", "大得不可能"), (1e12, "元", "大得不可能"), (11, "亿元", "大得不可能")],
)  # fmt: skip
def test_money_that_is_not_certain(raw, unit, why):
    parsed = parse_money(raw, unit)
    assert parsed.value is None
    assert why in parsed.why


@pytest.mark.parametrize(
    ("heading", "value"),
    [("金额（元）", 2), ("金额（千元）", 2_000), ("金额(万元)", 20_000),
     ("金额：百万元", 2_000_000), ("金额（单位：亿元）", 200_000_000), ("金额（人民币元）", 2),
     ("金额（含税，万元）", 20_000)],
)  # fmt: skip
def test_the_heading_tells_the_unit(heading, value):
    column = ledger_kind("fees").column("amount")
    assert parser(column, heading, FORM, Manner())(2).value == value * 10_000


@pytest.mark.parametrize("heading", ["金额（美元）", "金额（元/年）", "金额", "金额（含税）"])
def test_no_unit_is_guessed(heading):
    parsed = parser(ledger_kind("fees").column("amount"), heading, FORM, Manner())(2)
    assert parsed.value is None
    assert "单位" in parsed.why


def choice(key, column, text, form=FORM):
    return parser(ledger_kind(key).column(column), "", form, Manner())(text)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_outcome_can_be_written_as_the_form_has_it_and_in_short(form):
    filled = load_form(form)
    rows = {row.key: row for row in filled.table("table3").blocks[0].rows}
    column = ledger_kind("applications").column("outcome")
    words = column.vocabulary(filled)
    assert set(words.values()) == rows.keys() - {"a", "b", "t", "f"}
    for word in column.shown(filled):
        assert choice("applications", "outcome", word, filled).value
    for row in rows.values():
        if row.key not in "abtf":
            assert choice("applications", "outcome", row.name, filled).value == row.key


@pytest.mark.parametrize(
    ("text", "key"),
    [("予以公开", "g"), ("（一）予以公开", "g"), ("(一)予以公开", "g"), ("部分公开", "p"),
     ("国家秘密", "d1"), ("不予公开：属于国家秘密", "d1"), ("重复申请", "n2"),
     ("本机关不掌握相关政府信息", "u1"), ("其他处理：其他", "o3"), ("3.其他", "o3")],
)  # fmt: skip
def test_outcomes(text, key):
    assert choice("applications", "outcome", text).value == key


@pytest.mark.parametrize(
    ("text", "near"), [("予已公开", "予以公开"), ("重复申情", "重复申请"), ("其他", "")]
)
def test_an_unknown_outcome_is_told_with_the_nearest(text, near):
    parsed = choice("applications", "outcome", text)
    assert parsed.value is None
    assert near in parsed.hint


@pytest.mark.parametrize(
    ("key", "column", "text"),
    [("applications", "applicant", "非自然人"), ("cases", "outcome", "不维持"),
     ("documents", "kind", "非行政规范性文件"), ("cases", "kind", "行政诉讼")],
)  # fmt: skip
def test_the_opposite_of_what_is_typed_is_not_offered(key, column, text):
    parsed = choice(key, column, text)
    assert "最接近" not in parsed.hint
    assert "可填" in parsed.hint


@pytest.mark.parametrize("text", ["不予公开", "不公开", "（三）不予公开"])
def test_a_group_of_outcomes_is_told_with_its_reasons(text):
    parsed = choice("applications", "outcome", text)
    assert (parsed.value, parsed.why) == (None, "没有写明是哪一项")
    assert "1.属于国家秘密" in parsed.hint
    assert "予以公开" not in parsed.hint


def test_words_of_open_columns_are_kept():
    assert choice("publications", "channel", "微信公众号").value == "政务微信"
    assert choice("publications", "channel", "村务大喇叭").value == "村务大喇叭"


@pytest.mark.parametrize(
    "number",
    ["13800000000", "8613800000000", "+86 138 0000 0000", "138-0000-0000", "１３８００００００００",
     "11010519491231002X", "110105 19491231 0021", "110105491231002", "0951-2000000"],
)  # fmt: skip
def test_a_number_of_a_person_in_the_wrong_column_is_not_shown(number):
    assert shown(f"示例人 {number}") == "示例人 ×××"
    parsed = choice("hotline", "subject", f"示例人{number}")
    assert (parsed.value, parsed.why) == (None, "像是个人信息")


@pytest.mark.parametrize(
    "number",
    [
        "20240301",
        "2024-00001380000",
        "91110000000000000X0",
        "202201051154781234",
        "2022-0105-1154788",
    ],
)
def test_other_numbers_are_shown(number):
    assert shown(number) == number


def test_no_word_of_a_choice_means_two_things():
    for kind in ledger_kinds():
        for column in kind.columns:
            words = [word for group in column.words for word in group]
            assert len(words) == len(set(words)), column.name


@given(raw=st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans()))
def test_no_cell_stops_the_reading(raw):
    for kind in ledger_kinds():
        for column in kind.columns:
            parsed = parser(column, column.name, FORM, Manner())(raw)
            assert parsed.value is None or not parsed.why
