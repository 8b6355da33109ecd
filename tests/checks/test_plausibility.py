"""A9 to A13: unlikely numbers are pointed out, likely ones are not."""

from decimal import Decimal

import pytest

from nianbao.checks import Severity
from nianbao.filing.figure import Trouble

FEES = "table2.fees.amount"
PROCUREMENT = "table2.procurement.amount"
DIRECT = {"table4.cases.direct_upheld": 2, "table4.cases.direct_total": 2}


def answered(other_row, other, given):
    counts = {other_row: other, "g": given, "a": other + given, "t": other + given}
    return {f"table3.{row}.{c}": n for row, n in counts.items() for c in ("natural", "total")}


@pytest.mark.parametrize(("form", "row"), [("2019", "o"), ("2021", "o3")])
@pytest.mark.parametrize(
    ("other", "given", "speaks"),
    [(4, 17, True), (3, 26, True), (3, 27, False), (2, 2, False), (0, 9, False), (0, 0, False)],
)
def test_other_outcomes(findings, form, row, other, given, speaks):
    found = findings(form, answered(row, other, given))
    assert ("A9" in found) is speaks


def test_other_outcomes_are_told_with_their_share(findings):
    found = findings("2019", answered("o", 4, 17))["A9"]
    assert found.severity is Severity.INFO
    assert "4 件，占办理结果 21 件的 19.0%" in found.message


@pytest.mark.parametrize("row", ["o1", "o2"])
def test_other_outcomes_with_a_row_of_their_own_are_no_matter(findings, row):
    assert findings("2021", answered(row, 9, 9)) == {}


@pytest.mark.parametrize(
    ("ref", "cell", "said", "severity"),
    [
        (
            PROCUREMENT,
            {"trouble": Trouble.UNIT_MISSING, "raw": "4299", "value": 4299, "unit": ""},
            "没有写明计量单位：填报为“4299”",
            Severity.WARNING,
        ),
        (
            PROCUREMENT,
            {"trouble": Trouble.UNIT_CONVERTED, "raw": "251000元", "value": Decimal("25.1")},
            "填报为“251000元”，按 25.1 万元读取",
            Severity.INFO,
        ),
        (
            "table2.permits.decisions",
            {"trouble": Trouble.UNIT_CONVERTED, "raw": "1.2万件", "value": 12_000, "unit": "件"},
            "填报为“1.2万件”，按 12000 件计，可能是约数",
            Severity.WARNING,
        ),
    ],
    ids=["missing", "converted", "round"],
)
def test_units(findings, ref, cell, said, severity):
    found = findings("2019", {ref: cell})["A10"]
    assert found.severity is severity
    assert said in found.message


@pytest.mark.parametrize(
    ("now", "before", "speaks"),
    [
        (Decimal(25000), Decimal("2.5"), True),
        (Decimal("2.5"), Decimal(25000), True),
        (Decimal(3000), 1, True),
        (Decimal("30000.5"), 1, False),
        (Decimal(2999), 1, False),
        (Decimal("2.5"), 0, False),
        (0, Decimal("2.5"), False),
        (None, Decimal("2.5"), False),
        (Decimal("2.5"), None, False),
    ],
)
def test_a_jump_by_ten_thousand(make, findings, now, before, speaks):
    previous = make("2021", {FEES: before})
    found = findings("2021", {FEES: now}, year=2022, previous=previous)
    assert ("A10" in found) is speaks


def test_a_jump_is_told_with_both_years(make, findings):
    previous = make("2021", {FEES: Decimal("2.5")})
    found = findings("2021", {FEES: Decimal(25000)}, year=2022, previous=previous)["A10"]
    assert "本年为 25000 万元，上年为 2.5 万元" in found.message


def test_counts_may_jump(make, findings):
    previous = make("2021", {"table2.permits.decisions": 1})
    found = findings("2021", {"table2.permits.decisions": 10000}, previous=previous)
    assert found == {}


def test_facts_in_money_may_not_jump(make, findings, fact):
    previous = make(facts=[fact("信息处理费", Decimal("0.5"), "万元")])
    found = findings(facts=[fact("信息处理费", Decimal(5000), "万元")], previous=previous)
    assert found["A10"].refs == ("facts.信息处理费",)


def test_the_same_amount_in_another_unit_is_no_jump(make, findings, fact):
    previous = make(facts=[fact("信息处理费", 5000, "元")])
    found = findings(facts=[fact("信息处理费", Decimal("0.5"), "万元")], previous=previous)
    assert found == {}


def test_negative_amounts_are_no_jump(make, findings):
    previous = make("2021", {FEES: Decimal(-10000)})
    assert "A10" not in findings("2021", {FEES: 1}, previous=previous)


def test_a_very_large_amount_with_its_unit_in_the_cell_is_certain(findings):
    assert findings("2019", {PROCUREMENT: 5_000_000}) == {}


def test_another_form_last_year_is_no_jump(make, findings):
    previous = make("2019", {PROCUREMENT: 1})
    assert findings("2021", {FEES: 10000}, previous=previous) == {}


@pytest.mark.parametrize(
    ("level", "amount", "speaks"),
    [
        ("县", 100_000, True),
        ("乡", 251_000, True),
        ("县", 99_999, False),
        ("县", Decimal("100000.5"), False),
        ("市", 100_000, False),
        ("市", 1_000_000, True),
        ("省", 1_000_000, False),
        ("省", 10_000_000, True),
    ],
)
def test_a_very_large_whole_fee(findings, level, amount, speaks):
    assert ("A10" in findings("2021", {FEES: amount}, level=level)) is speaks


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_department_without_any_decision(findings, form):
    found = findings(form, {"table2.permits.decisions": 0})["A11"]
    assert found.severity is Severity.INFO
    assert len(found.refs) == 3


@pytest.mark.parametrize("kind", ["乡镇", "政府", "政府办公室", "垂直管理"])
def test_only_departments_are_asked_for_decisions(findings, kind):
    assert findings(values={"table2.permits.decisions": 0}, kind=kind) == {}


def test_blank_decisions_are_not_zero(findings):
    assert "A11" not in findings(values={"table2.permits.decisions": None})


@pytest.mark.parametrize("level", ["县", "乡"])
@pytest.mark.parametrize(("form", "column"), [("2019", "public"), ("2021", "valid")])
def test_counties_have_no_regulations(findings, form, column, level):
    found = findings(form, {f"table2.regulations.{column}": 7}, level=level)["A12"]
    assert found.severity is Severity.ERROR
    assert list(found.expected.values()) == [0]
    assert list(found.found.values()) == [7]
    assert "规章只由国务院部门、省级和设区的市级政府制定" in found.message


@pytest.mark.parametrize(("level", "value"), [("市", 7), ("省", 7), ("县", 0), ("县", None)])
def test_no_regulations_where_there_should_be_none(findings, level, value):
    assert "A12" not in findings(values={"table2.regulations.valid": value}, level=level)


@pytest.mark.parametrize(("year", "speaks"), [(2023, False), (2024, True), (2025, True)])
def test_suits_without_review(findings, year, speaks):
    assert ("A13" in findings("2021", DIRECT, year=year)) is speaks


def test_suits_without_review_are_counted_if_their_total_is_blank(findings):
    values = {**DIRECT, "table4.cases.direct_total": None}
    assert "2 件" in findings("2021", values, year=2024)["A13"].message


def test_no_suit_no_finding(findings):
    assert findings("2021", year=2024) == {}
