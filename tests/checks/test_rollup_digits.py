"""How a number is miswritten: each slip by itself, and none where there is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.checks.rollup.digits import rounded_parts, slips


def told(right, written, *, is_money=False):
    right, written = (Decimal(n) if "." in n else int(n) for n in (right, written))
    return [slip.text for slip in slips(right, written, is_money=is_money)]


@pytest.mark.parametrize(
    ("right", "written", "said"),
    [
        ("3402", "3042", "相邻两位数字换位（3402 写成 3042）"),
        ("59237.2449", "59237.4249", "相邻两位数字换位（59237.2449 写成 59237.4249）"),
        ("12.3", "12.03", "相邻两位数字换位（12.3 写成 12.03）"),
        ("12.34", "13.24", "相邻两位数字换位（12.34 写成 13.24）"),
        ("59237.2449", "59237.24", "四舍五入到 2 位小数"),
        ("59237.2459", "59237.25", "四舍五入到 2 位小数"),
        ("59237.2459", "59237.24", "只保留 2 位小数，余下的舍去了"),
        ("0.125", "0.12", "只保留 2 位小数，余下的舍去了"),
        ("0.375", "0.38", "四舍五入到 2 位小数"),
        ("2.5", "3", "四舍五入到 0 位小数"),
        ("908", "910", "四舍五入到十位（908 写成 910）"),
        ("12058", "12100", "四舍五入到百位（12058 写成 12100）"),
        ("12058.24", "12000", "只写到百位，余下的舍去了（12058.24 写成 12000）"),
        ("918", "910", "只写到十位，余下的舍去了（918 写成 910）"),
        ("1234", "124", "漏写了一位数字（1234 写成 124）"),
        ("1234", "12334", "多写了一位数字（1234 写成 12334）"),
    ],
)
def test_a_slip(right, written, said):
    assert said in told(right, written)


@pytest.mark.parametrize(
    ("right", "written"),
    [
        ("88", "90"),
        ("908", "912"),
        ("3402", "3420.5"),
        ("12", "345"),
        ("0", "7"),
        ("12", "2"),
        ("3402", "2043"),
        ("1.5", "1.7"),
    ],
)
def test_no_slip(right, written):
    assert told(right, written) == []


def test_yuan_for_wan_yuan_only_in_money():
    assert told("12.5", "125000", is_money=True)[0] == "以元填报，应以万元计"
    assert told("125000", "12.5", is_money=True) == ["把万元又除以了一万"]
    assert told("12.5", "125000") == []


def test_short_numbers_are_weak_evidence():
    (slip,) = slips(12, 21, is_money=False)
    assert not slip.is_strong


def test_one_zero_at_the_end_is_weak_evidence_and_two_are_not():
    assert [slip.is_strong for slip in slips(908, 910, is_money=False)] == [False]
    assert [slip.is_strong for slip in slips(1164, 1200, is_money=False)] == [True]


def test_parts_rounded_before_they_are_added():
    parts = [Decimal("1.25"), Decimal("2.35"), 4]
    assert rounded_parts(parts, Decimal("7.7")).text == "各单位的数先四舍五入到 1 位小数再相加"
    assert rounded_parts(parts, Decimal("7.5")).text.startswith("各单位的数先只保留 1 位小数")
    assert rounded_parts(parts, Decimal("9.9")) is None
    assert rounded_parts([], 3) is None


@given(st.integers(100, 10**12), st.data())
def test_any_two_neighbours_swapped_are_told(number, data):
    text = str(number)
    at = data.draw(st.integers(0, len(text) - 2))
    other = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if other != text and not other.startswith("0"):
        assert f"相邻两位数字换位（{text} 写成 {other}）" in told(text, other)
