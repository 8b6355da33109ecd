"""E1, E2: planted in a stated roll-up, each mistake is found and rightly explained."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.checks import Severity, run_checks
from nianbao.checks.rollup.differences import differences
from nianbao.filing.rollup import Unit, roll_up
from rollups import (
    GOVERNMENT,
    ZEROS,
    district,
    filing,
    found,
    government,
    plus,
    sums,
    unit,
)

UNITS = district(12)
RIGHT = sums(UNITS)
PERMITS, FEES = "table2.permits.decisions", "table2.fees.amount"
NATURAL, TOTAL = "table3.a.natural", "table3.a.total"


def roots(filed):
    return [finding for finding in found(filed, "E1", "E2") if not finding.cause]


def name(number):
    return UNITS[number].agency.name


def swapped(value, at):
    text = list(str(value))
    text[at], text[at + 1] = text[at + 1], text[at]
    assert int("".join(text)) != value
    return int("".join(text))


def test_what_is_rightly_stated_has_no_finding():
    filed = government(UNITS)
    assert len(filed.rollup.stated) == len(ZEROS)
    assert differences(filed) == ()
    assert found(filed, "E1", "E2", "E3") == []


def test_a_transposed_digit():
    (wrong,) = found(government(UNITS, {PERMITS: swapped(RIGHT[PERMITS], 1)}), "E1")
    right, stated = RIGHT[PERMITS], swapped(RIGHT[PERMITS], 1)
    assert wrong.message == (
        f"表二“行政许可”与各单位之和不符：本年处理决定数量应为 {right}，填报为 {stated}；"
        f"相邻两位数字换位（{right} 写成 {stated}）"
    )
    assert (wrong.expected, wrong.found) == (
        {"本年处理决定数量": right},
        {"本年处理决定数量": stated},
    )
    assert wrong.severity is Severity.ERROR
    assert wrong.refs == (PERMITS,)
    assert [address.file for address in wrong.where] == ["sources/shili-xian/2022.xlsx"]


def test_a_total_that_follows_from_its_part_is_told_with_it():
    stated = swapped(RIGHT[NATURAL], 0)
    by = stated - RIGHT[NATURAL]
    (wrong,) = found(government(UNITS, {NATURAL: stated, TOTAL: RIGHT[TOTAL] + by}), "E1")
    assert f"自然人：相邻两位数字换位（{RIGHT[NATURAL]} 写成 {stated}）" in wrong.message
    assert "总计：由分项的差带出" in wrong.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda fees: fees.quantize(Decimal("0.1")), "四舍五入到 1 位小数"),
        (lambda fees: Decimal(int(fees)), "0 位小数"),
        (lambda fees: fees * 10_000, "以元填报，应以万元计"),
        (lambda fees: fees / 10_000, "把万元又除以了一万"),
    ],
    ids=["rounded", "cut", "yuan", "twice-divided"],
)
def test_an_amount_is_miswritten(change, said):
    (wrong,) = found(government(UNITS, {FEES: change(RIGHT[FEES])}), "E1")
    assert said in wrong.message
    assert "可能" not in wrong.message


def test_one_units_amount_was_added_in_yuan():
    who = next(u for u in UNITS if u.values[FEES])
    stated = RIGHT[FEES] + who.values[FEES] * 9999
    (wrong,) = found(government(UNITS, {FEES: stated}), "E1")
    assert wrong.message.endswith(f"{who.agency.name}的 {who.values[FEES]} 万元以元计入")


def test_amounts_were_rounded_before_they_were_added():
    units = [unit(n, {FEES: Decimal(amount)}) for n, amount in enumerate(["1.25", "2.35", "5.15"])]
    (wrong,) = found(government(units, {FEES: Decimal("8.9")}), "E1")
    assert wrong.message.endswith("各单位的数先四舍五入到 1 位小数再相加")


@pytest.mark.parametrize(
    ("sign", "said"), [(-1, "漏计了"), (1, "重复计了")], ids=["missing", "doubled"]
)
@pytest.mark.parametrize("number", [0, 5, 11])
def test_a_unit_is_missing_or_doubled(sign, said, number):
    who = UNITS[number]
    filed = government(UNITS, stated=plus(RIGHT, who, sign))
    everything = found(filed, "E1")
    (root,) = [finding for finding in everything if not finding.cause]
    cells = sum(bool(value) for value in who.values.values())
    assert root.message.endswith(f"；{said}{name(number)}（共 {cells} 格因此不符）")
    assert root.mends == ("E1",)
    assert who.filing.file in {address.file for address in root.where}
    assert {finding.cause for finding in everything if finding is not root} == {"E1"}
    assert {d.ref for d in differences(filed)} == {ref for ref, v in who.values.items() if v}


def test_an_earlier_version_was_added():
    old = {NATURAL: 5, TOTAL: 5, "table3.g.natural": 5, "table3.g.total": 5}
    new = {ref: value + 3 for ref, value in old.items()} | {PERMITS: 40}
    late = unit(99, new, earlier=[old | {PERMITS: 40}])
    units = [*UNITS, late]
    right = sums(units)
    (root,) = roots(government(units, {ref: right[ref] - 3 for ref in old}))
    assert "用了早先一稿：示例县第99局（sources/jg99/received/2022-1.xlsx）" in root.message
    assert {address.file for address in root.where} >= {"sources/jg99/received/2022-1.xlsx"}


def test_a_unit_that_is_left_out_was_added():
    vertical = unit(50, {PERMITS: 812, NATURAL: 9, TOTAL: 9, "table3.f.natural": 9})
    left_out = Unit(vertical.agency, vertical.filing, left_out="垂直管理部门")
    filed = government([*UNITS, left_out], stated=plus(RIGHT, vertical))
    (root,) = roots(filed)
    assert "计入了不应计入的示例县第50局（垂直管理部门）" in root.message
    (doubt,) = found(filed, "E3")
    assert doubt.message == "汇总数里好像有示例县第50局，它不应计入：垂直管理部门"
    assert doubt.cause == "E1"


@pytest.mark.parametrize("numbers", [(0, 5), (1, 2, 8)], ids=["two", "three"])
def test_several_units_at_once(numbers):
    stated = RIGHT
    for turn, number in enumerate(numbers):
        stated = plus(stated, UNITS[number], 1 if turn else -1)
    said = {reason for d in differences(government(UNITS, stated=stated)) for reason in
            (e.text for e in d.explanations)}  # fmt: skip
    assert said == {
        f"{'重复计了' if turn else '漏计了'}{name(number)}" for turn, number in enumerate(numbers)
    }


def test_a_missing_unit_and_a_slip_of_the_pen_at_once():
    stated = plus(RIGHT, UNITS[3], -1)
    written = swapped(stated[PERMITS], 1)
    filed = government(UNITS, stated={**stated, PERMITS: written})
    both = next(d for d in differences(filed) if d.ref == PERMITS)
    assert both.reason == (
        f"漏计了{name(3)}，又相邻两位数字换位（{stated[PERMITS]} 写成 {written}）"
    )
    assert {f"漏计了{name(3)}"} == {
        e.text for d in differences(filed) if d.ref != PERMITS for e in d.explanations
    }


def test_a_missing_unit_and_something_unknown_at_once():
    stated = plus(RIGHT, UNITS[3], -1)
    filed = government(UNITS, stated={**stated, PERMITS: stated[PERMITS] + 100_003})
    both = next(d for d in differences(filed) if d.ref == PERMITS)
    assert both.reason == f"漏计了{name(3)}，其余的差没有找到原因"
    assert PERMITS in {ref for root in roots(filed) for ref in root.refs}


def test_most_cells_of_a_row_are_told_as_the_rest():
    counts = {"upheld": 5, "corrected": 4, "other": 3, "pending": 2, "total": 14}
    rows = {f"table4.cases.review_{key}": count for key, count in counts.items()}
    who = unit(3, rows)
    units = [*UNITS, who]
    stated = plus(sums(units), who, -1)
    upheld = "table4.cases.review_upheld"
    filed = government(units, stated={**stated, upheld: stated[upheld] + 100_003})
    (wrong,) = found(filed, "E1")
    assert wrong.message.endswith(
        "行政复议 · 结果维持：漏计了示例县第3局（共 5 格因此不符），其余的差没有找到原因；"
        "其余各格：漏计了示例县第3局（共 5 格因此不符）"
    )


def test_what_has_no_explanation_says_so():
    (wrong,) = found(government(UNITS, {PERMITS: RIGHT[PERMITS] + 100_003}), "E1")
    assert wrong.message.endswith("；没有找到原因")


def test_units_of_one_kind_may_each_be_it():
    twins = [unit(n, {NATURAL: 4, TOTAL: 4, "table3.f.natural": 4, "table3.f.total": 4})
             for n in (1, 2)]  # fmt: skip
    units = [*UNITS, *twins]
    (root,) = roots(government(units, stated=plus(sums(units), twins[0], -1)))
    assert "可能漏计了示例县第1局，也可能漏计了示例县第2局" in root.message


def test_what_all_candidates_have_in_common_is_certain():
    twins = [unit(n, {NATURAL: 4, TOTAL: 4, "table3.f.natural": 4, "table3.f.total": 4})
             for n in (1, 2)]  # fmt: skip
    units = [*UNITS, *twins]
    stated = plus(plus(sums(units), twins[0], -1), UNITS[4], -1)
    said = {e.text for d in differences(government(units, stated=stated)) for e in d.explanations}
    assert said == {
        f"漏计了{name(4)}", "可能漏计了示例县第1局，也可能漏计了示例县第2局"
    }  # fmt: skip


def test_a_single_cell_names_up_to_three_who_may_be_it():
    units = [unit(n, {PERMITS: value}) for n, value in enumerate([700, 700, 55, 3])]
    (wrong,) = found(government(units, {PERMITS: 758}), "E1")
    assert wrong.message.endswith("；可能漏计了示例县第0局、示例县第1局 中某一个的 700")
    many = [unit(n, {PERMITS: 700}) for n in range(9)]
    (wrong,) = found(government(many, {PERMITS: 5600}), "E1")
    assert wrong.message.endswith("；没有找到原因")


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"table3.n1.natural": 31, "table3.n1.business": 52}, "与相邻一格的数互换了"),
        ({"table3.n1.business": 52, "table3.n1.research": 31}, "填的是左边一格的数"),
        ({"table3.n2.natural": 52, "table3.n2.business": 31}, "填的是上一行的数"),
    ],
    ids=["swapped", "row-slipped", "row-copied"],
)
def test_numbers_stand_beside_their_cells(stated, said):
    units = [unit(1, {"table3.n1.natural": 52, "table3.n1.business": 31})]
    (wrong,) = found(government(units, stated), "E1")
    assert wrong.message.endswith(f"；{said}（共 2 格因此不符）")


def test_where_units_are_missing_only_less_than_is_known_is_wrong():
    missing = Unit(UNITS[0].agency, missing="没有填报表")
    units = [missing, *UNITS[1:]]
    known = sums(units)
    assert found(government(units, stated=RIGHT), "E1", "E2") == []
    (wrong,) = found(government(units, stated={**RIGHT, PERMITS: known[PERMITS] - 1}), "E1", "E2")
    assert wrong.id == "E2"
    assert wrong.severity is Severity.ERROR
    assert wrong.message.startswith(
        f"表二“行政许可”少于已知的各单位之和：本年处理决定数量应为至少 {known[PERMITS]}，"
    )


def test_a_blank_cell_makes_its_own_sum_a_lower_bound_and_no_other():
    units = [unit(1, {PERMITS: None, NATURAL: 3}), unit(2, {PERMITS: 5, NATURAL: 4})]
    filed = government(units, {PERMITS: 9, NATURAL: 8})
    assert [(d.ref, d.is_bound) for d in differences(filed)] == [(NATURAL, False)]


@pytest.mark.parametrize("raw", ["", "—"])
def test_what_is_not_stated_is_not_compared(raw):
    own = filing(GOVERNMENT, RIGHT)
    unread = replace(own.figures[PERMITS], value=None, raw=raw)
    own = replace(own, figures={**own.figures, PERMITS: unread})
    assert differences(roll_up(own, UNITS)) == ()


def test_a_filing_that_sums_up_nobody_has_no_differences():
    assert differences(UNITS[0].filing) == ()
    assert found(UNITS[0].filing, "E1", "E2", "E3") == []


def test_a_government_without_a_statement_has_none():
    empty = filing(GOVERNMENT, dict.fromkeys(ZEROS))
    assert differences(roll_up(empty, UNITS)) == ()


def test_a_broken_identity_follows_from_the_miswritten_cell():
    filed = government(UNITS, {"table3.g.natural": RIGHT["table3.g.natural"] + 100})
    by_id = {finding.id: finding for finding in found(filed, "A1", "A2", "A3", "E1")}
    assert (by_id["A1"].cause, by_id["A2"].cause, by_id["E1"].cause) == ("E1", "E1", "")
    assert set(by_id["E1"].mends) == {"A1", "A2"}


def test_a_broken_identity_names_the_units_whose_own_tables_are_broken():
    wrong = unit(7, {"table3.g.natural": 6, "table3.g.total": 6})
    units = [*UNITS, wrong]
    a2 = next(finding for finding in run_checks(government(units)) if finding.id == "A2")
    assert a2.message.endswith("；下级的表不平：示例县第7局（差 6）")
    assert wrong.filing.file in {address.file for address in a2.where}
    assert a2.cause == ""


LEAF = st.lists(st.integers(0, 30), min_size=6, max_size=6)
CELLS = (PERMITS, NATURAL, TOTAL, "table3.f.natural", "table3.f.total", "table4.cases.review_total")


@st.composite
def trees(draw):
    """A county of units, some of them missing or left out; or a city of such counties."""
    units = [
        unit(n, dict(zip(CELLS, draw(LEAF), strict=True))) for n in range(draw(st.integers(1, 5)))
    ]
    made = []
    for one in units:
        state = draw(st.sampled_from(["", "", "", "missing", "left out"]))
        if state == "missing":
            made.append(Unit(one.agency, missing="没有填报表"))
        else:
            made.append(Unit(one.agency, one.filing, left_out=state))
    if draw(st.booleans()):
        county = Unit(GOVERNMENT, roll_up(filing(GOVERNMENT, dict.fromkeys(ZEROS)), made))
        made = [county, unit(9, dict(zip(CELLS, draw(LEAF), strict=True)))]
    return made


@given(trees())
@settings(max_examples=40)
def test_right_sums_of_any_tree_have_no_finding(units):
    assert found(government(units), "E1", "E2") == []


@given(st.integers(0, 11), st.sampled_from([-1, 1]))
@settings(max_examples=24)
def test_whoever_is_missing_or_doubled_is_named(number, sign):
    filed = government(UNITS, stated=plus(RIGHT, UNITS[number], sign))
    names = {u.agency.name for d in differences(filed) for e in d.explanations for u in e.units}
    assert name(number) in names
    assert names == {name(number)} or all(
        not e.is_certain for d in differences(filed) for e in d.explanations
    )


@given(st.data())
@settings(max_examples=40)
def test_no_cell_is_told_that_is_right_and_none_is_missed(data):
    refs = data.draw(st.lists(st.sampled_from(sorted(ZEROS)), max_size=6, unique=True))
    changes = {ref: RIGHT[ref] + data.draw(st.integers(1, 10**6)) for ref in refs}
    filed = government(UNITS, changes)
    assert {d.ref: d.stated for d in differences(filed)} == changes
    assert {ref for finding in found(filed, "E1") for ref in finding.refs} == set(refs)
