"""E3: who is missing from a roll-up, there twice, gone, blank, or on another form."""

import pytest

from nianbao.checks import Severity
from nianbao.filing.register import Agency, FormerName
from nianbao.filing.rollup import Unit, roll_up
from nianbao.forms import load_form
from rollups import GOVERNMENT, YEAR, ZEROS, filing, found, government, unit

VALUES = {"table3.a.natural": 2, "table3.a.total": 2, "table3.f.natural": 2, "table3.f.total": 2}


def messages(units, previous=None):
    return [item.message for item in found(government(units), "E3", previous=previous)]


def test_a_complete_roll_up_has_no_finding():
    assert messages([unit(1, VALUES), unit(2, {}), unit(3, {})]) == []


def test_who_is_missing_and_why():
    absent = Unit(Agency(code="jg2", name="示例县财政局"), missing="没有填报表")
    broken = Unit(Agency(code="jg3", name="示例县民政局"), missing="缺工作表")
    assert messages([unit(1, VALUES), absent, broken]) == [
        "缺 2 个单位的年报，汇总数不全：示例县财政局（没有填报表）、示例县民政局（缺工作表）"
    ]


def test_who_is_missing_below_a_government_that_is_counted():
    absent = Unit(Agency(code="jg2", name="示例县财政局"), missing="没有填报表")
    county = Unit(GOVERNMENT, roll_up(filing(GOVERNMENT, ZEROS), [unit(1, VALUES), absent]))
    assert messages([county]) == ["示例县人民政府的汇总数不全，缺：示例县财政局（没有填报表）"]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (unit(1, {}), "机关代码相同"),
        (unit(2, VALUES, name="示例县第1局"), "名称相同，三张表也完全相同"),
        (unit(2, VALUES, name="示例县 第１局"), "名称相同，三张表也完全相同"),
        (unit(2, {}, name="示例县第1局"), "名称相同"),
        (
            unit(2, {}, former_names=(FormerName(name="示例县第1局", until=2020),)),
            "一个是另一个的旧名称，撤并后只应计一次",
        ),
    ],
    ids=["code", "copy", "copy-typography", "name", "successor"],
)
def test_one_is_there_twice(second, reason):
    (message,) = messages([unit(1, VALUES), second, unit(3, VALUES)])
    assert message.endswith(f"可能重复计入：{reason}")
    assert "示例县第1局（jg1）和" in message


def test_one_credit_code_twice():
    code = "11330100002489300M"
    units = [unit(n, {}).agency.model_copy(update={"credit_code": code}) for n in (1, 2)]
    (message,) = messages([Unit(agency, filing(agency, ZEROS)) for agency in units])
    assert message.endswith("统一社会信用代码相同")


def test_one_is_there_on_two_levels():
    county = Unit(GOVERNMENT, roll_up(filing(GOVERNMENT, ZEROS), [unit(1, VALUES)]))
    (message,) = messages([county, unit(1, VALUES)])
    assert message.endswith("机关代码相同")


def test_equal_tables_under_different_names_are_two_units():
    assert messages([unit(1, VALUES), unit(2, VALUES)]) == []


def test_who_was_there_last_year_and_is_gone():
    before = government([unit(1, {}), unit(2, {}), unit(3, {}, until=YEAR - 1), unit(4, {})])
    now = [unit(1, {}), unit(9, {}, name="示例县第4局")]
    assert messages(now, previous=before) == [
        "上年汇总里有、本年没有的单位：示例县第2局，如已撤并，请在名册写明截止年度"
    ]


def test_who_left_cells_blank():
    blank = unit(1, VALUES | {"table2.permits.decisions": None, "table3.a.research": None})
    (finding,) = found(government([blank, unit(2, VALUES)]), "E3")
    assert finding.message == "有单位的数据空白，这些格的汇总数只是下限：示例县第1局 2 格"
    assert {address.file for address in finding.where} == {blank.filing.file}
    assert len(finding.where) == 2


def test_who_reports_on_another_form():
    agency = Agency(code="jg2", name="示例县财政局")
    old = Unit(agency, filing(agency, {}, form=load_form("2019")))
    told = messages([unit(1, VALUES), old])
    assert any(
        "示例县财政局（用的是 2019 年版格式，不能与 2021 年版逐格相加）" in message
        for message in told
    )


def test_a_printed_sum_without_a_blank_cell_must_be_corrected():
    units = [unit(1, VALUES | {"table2.permits.decisions": None}), unit(2, VALUES)]
    (left_open,) = found(government(units, stated={}), "E3")
    assert left_open.severity is Severity.ERROR
    (stated,) = found(government(units), "E3")
    assert stated.severity is Severity.WARNING


THEN = {"table3.f.natural": 2, "table3.f.total": 2, "table2.documents.valid": 5}
CARRIED = {"table3.b.natural": 2, "table3.b.total": 2, "table2.documents.valid": 5}
BLANK = {"table3.b.natural": None, "table3.b.total": None, "table2.documents.valid": None}
ABSENT = Unit(Agency(code="jg2", name="示例县第2局"), missing="没有填报表")


def both(values):
    return [unit(1, values), unit(2, values)]


def against_last_year(now, before, stated=()):
    """What is said of the carry-over and the documents, of a government that states no more."""
    return found(
        roll_up(filing(GOVERNMENT, dict(stated)), now),
        "C1",
        "C2",
        previous=roll_up(filing(GOVERNMENT, {}, year=YEAR - 1), before),
    )


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ([unit(1, CARRIED), ABSENT], both(THEN)),
        ([unit(1, CARRIED), unit(2, BLANK)], both(THEN)),
        ([unit(1, CARRIED)], both(THEN)),
        (both(CARRIED), [unit(1, THEN), ABSENT]),
    ],
    ids=["missing", "blank", "gone", "missing last year"],
)
def test_a_sum_that_is_not_whole_is_not_held_against_last_years(now, before):
    told = against_last_year(now, before)
    assert [(item.id, item.severity, item.cause) for item in told] == [
        ("C1", Severity.INFO, "E3"),
        ("C2", Severity.INFO, "E3"),
    ]
    assert all(item.message.endswith("等汇齐后再核对") for item in told)


def test_whole_sums_are_held_against_last_years():
    assert against_last_year(both(CARRIED), both(THEN)) == []
    more = both(CARRIED | {"table3.b.natural": 3, "table3.b.total": 3})
    (carried,) = against_last_year(more, both(THEN))
    assert (carried.id, carried.severity, carried.cause) == ("C1", Severity.WARNING, "")


def test_what_a_government_states_is_held_against_last_years_though_a_unit_is_missing():
    stated = {"table3.b.natural": 3, "table3.b.total": 3, "table2.documents.valid": 10}
    stated |= {"table2.documents.made": 0, "table2.documents.repealed": 0}
    (carried,) = against_last_year([unit(1, CARRIED), ABSENT], both(THEN), stated)
    assert (carried.id, carried.severity) == ("C1", Severity.WARNING)
