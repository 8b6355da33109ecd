"""A5, A6, S1: what stands in a cell, and in the workbook."""

from dataclasses import replace
from decimal import Decimal

import pytest

from nianbao.checks import Severity, run_checks
from nianbao.filing.figure import Address, Trouble
from nianbao.filing.filing import Remark
from nianbao.filing.printed import Printed

BLANK = {"value": None, "raw": "", "trouble": Trouble.BLANK}
CELL = "table3.g.natural"


def typed(trouble, raw, value=None):
    return {"trouble": trouble, "raw": raw, "value": value}


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_filing_of_zeros_has_no_finding(findings, form):
    assert findings(form) == {}


@pytest.mark.parametrize("trouble", [Trouble.BLANK, Trouble.DASH, None])
def test_a_blank_cell_is_found(findings, trouble):
    found = findings("2021", {CELL: typed(trouble, "/")})["A5"]
    assert found.severity is Severity.ERROR
    assert found.message == (
        "表三有 1 处空白或以横线、斜线代替数字：“（一）予以公开 · 自然人”，没有的应填 0"
    )
    assert found.refs == (CELL,)


def test_blanks_are_one_finding_for_each_table(make, fact):
    cells = dict.fromkeys([CELL, "table3.p.natural", "table4.cases.review_other"], BLANK)
    facts = [fact("网站发布", None, trouble=Trouble.BLANK)]
    found = [f for f in run_checks(make("2021", cells, facts=facts)) if f.id == "A5"]
    assert sorted((f.message[:4], len(f.refs)) for f in found) == [
        ("工作数据", 1),
        ("表三有 ", 2),
        ("表四有 ", 1),
    ]


def test_at_most_ten_blanks_are_named_and_all_are_addressed(make, findings):
    cells = [ref for ref in make().figures if ref.startswith("table3.d")]
    found = findings("2021", dict.fromkeys(cells, BLANK))["A5"]
    assert found.message.count("“") == 10 + found.message.count("危及“")
    assert "等 48 处" in found.message
    assert len(found.where) == len(found.refs) == 48
    assert not any(ref.endswith(".total") for ref in found.refs)


@pytest.mark.parametrize("table", ["table2", "table3", "table4"])
@pytest.mark.parametrize("cell", [BLANK, typed(Trouble.DASH, "/"), typed(Trouble.DASH, "无")])
def test_a_table_that_nobody_filled_in_is_one_finding(make, findings, table, cell):
    cells = [ref for ref in make().figures if ref.startswith(table)]
    found = findings("2021", dict.fromkeys(cells, cell))["A5"]
    assert found.severity is Severity.ERROR
    assert found.message.endswith("整表未填，没有的应填 0")
    assert len(found.where) == 1


def test_what_a_new_workbook_carries_over_fills_no_table(make, findings):
    cells = [ref for ref in make().figures if ref.startswith("table3")]
    values = dict.fromkeys(cells, BLANK)
    values |= {ref: 1 for ref in cells if ref.startswith("table3.b.")} | {"table3.b.total": 6}
    assert findings("2021", values)["A5"].message == "表三整表未填，没有的应填 0"
    assert "整表未填" not in findings("2021", {**values, CELL: 0})["A5"].message


def test_blank_totals_that_can_be_computed_are_told_and_no_error(findings):
    values = {"table3.g.total": BLANK, CELL: 3, "table3.a.natural": 3, "table3.a.total": 3}
    found = findings("2021", {**values, "table3.t.natural": 3, "table3.t.total": 3})["A5"]
    assert found.severity is Severity.INFO
    assert found.message == "表三有 1 处合计空白，可由分项算出，按算出的数印出"
    assert found.expected == {"（一）予以公开 · 总计": 3}
    assert found.found == {"（一）予以公开 · 总计": None}


def test_nobody_is_told_to_put_0_into_a_total(findings):
    blanks = dict.fromkeys([CELL, "table3.g.total", "table3.t.natural", "table3.t.total"], BLANK)
    found = findings("2021", {**blanks, "table3.a.total": BLANK})["A5"]
    assert found.refs == (CELL,)
    assert found.message == (
        "表三有 1 处空白或以横线、斜线代替数字：“（一）予以公开 · 自然人”，没有的应填 0；"
        "有 1 处合计空白，可由分项算出，按算出的数印出"
    )


def test_a_dash_is_printed_as_filed_though_its_total_can_be_computed(findings):
    found = findings("2021", {"table3.g.total": typed(Trouble.DASH, "—")})["A5"]
    assert found.severity is Severity.ERROR
    assert found.expected == {"（一）予以公开 · 总计": 0}
    assert found.found == {"（一）予以公开 · 总计": "—"}
    assert "按算出的数印出" not in found.message
    assert "应填 0" not in found.message


def test_a_blank_of_a_printed_report_can_only_be_explained(make):
    cells = dict.fromkeys([CELL, "table3.a.total", "table4.cases.review_total"], BLANK)
    cells |= {ref: BLANK for ref in make().figures if ref.startswith("table2")}
    filing = replace(make("2021", cells), printed=Printed())
    found = [finding for finding in run_checks(filing) if finding.id == "A5"]
    assert [finding.severity for finding in found] == [Severity.WARNING] * 3


def test_a_computed_total_of_zero_is_told_too(findings):
    assert findings("2021", {"table3.g.total": BLANK})["A5"].expected == {
        "（一）予以公开 · 总计": 0
    }


@pytest.mark.parametrize(
    ("cell", "said", "expected"),
    [
        (typed(Trouble.TEXT, "三件"), "不是数字：填报为“三件”", "数字"),
        (typed(Trouble.FORMULA_ERROR, "#DIV/0!"), "公式出错：显示为“#DIV/0!”", "数字"),
        (typed(Trouble.NEGATIVE, "-3", -3), "不应是负数：填报为“-3”", "不小于 0 的数"),
        (typed(Trouble.FRACTION, "1.5", Decimal("1.5")), "应是整数：填报为“1.5”", "整数"),
        (typed(Trouble.UNIT_WRONG, "3元"), "计量单位不符：填报为“3元”", "以件计的数"),
    ],
    ids=["text", "formula-error", "negative", "fraction", "unit"],
)
def test_a_cell_that_is_no_plain_number_is_an_error(findings, cell, said, expected):
    found = findings("2021", {"table2.penalties.decisions": cell})["A6"]
    assert found.severity is Severity.ERROR
    assert said in found.message
    assert found.message.startswith("表二“行政处罚")
    assert found.found == {"行政处罚 · 本年处理决定数量": cell["raw"]}
    assert found.expected == {"行政处罚 · 本年处理决定数量": expected}


def test_formulas_without_a_result_are_one_finding(findings):
    cells = ["table2.penalties.decisions", CELL, "table4.cases.review_other"]
    found = findings("2021", dict.fromkeys(cells, typed(Trouble.FORMULA_UNSAVED, "")))["A6"]
    assert found.severity is Severity.ERROR
    assert found.message.startswith("3 格的公式没有保存计算结果（主动公开!B")
    assert found.message.endswith("，用表格软件打开，重新计算后保存")
    assert [str(where.sheet) for where in found.where] == ["主动公开", "依申请公开", "复议诉讼"]


def test_notation_is_told_without_blame(findings):
    cell = typed(Trouble.NOTATION, "１，２３４", 1234)
    found = findings("2021", {"table2.penalties.decisions": cell})["A6"]
    assert found.severity is Severity.INFO
    assert found.message.endswith("填报为“１，２３４”，按 1234 读取")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (typed(Trouble.UNIT_STATED, "2件", 2), "数字后写了计量单位：填报为“2件”，按 2 读取"),
        (
            {**typed(Trouble.HIDDEN, "12", 12), "hidden": ("\u202c", "\u202d")},
            "有看不见的字符 U+202C、U+202D，已去掉：按 12 读取",
        ),
        (
            {**typed(Trouble.NOTATION, "１２", 12), "hidden": ("\u202c",)},
            "按 12 读取（其中有看不见的字符 U+202C）",
        ),
        ({**typed(Trouble.UNIT_CONVERTED, "1万", 1), "hidden": ("\u202c",)}, "U+202C，已去掉"),
    ],
    ids=["unit", "hidden", "wide and hidden", "converted and hidden"],
)
def test_what_is_odd_and_certain_is_a_hint(findings, cell, said):
    found = findings("2021", {"table2.penalties.decisions": cell})["A6"]
    assert found.severity is Severity.INFO
    assert said in found.message


def test_a_number_that_may_show_as_another_one_is_an_error(findings):
    cell = {**typed(Trouble.HIDDEN, "12"), "hidden": ("\u202e",)}
    found = findings("2021", {"table2.penalties.decisions": cell})["A6"]
    assert found.severity is Severity.ERROR
    assert "U+202E，可能不是所见的数：填报为“12”" in found.message


def test_a_negative_in_full_width_digits_is_both(make):
    cell = typed(Trouble.NOTATION, "－３", -3)
    found = run_checks(make("2021", {"table2.penalties.decisions": cell}))
    assert [(f.id, f.severity.value) for f in found] == [("A6", "error"), ("A6", "info")]


@pytest.mark.parametrize("value", [-15, 0, 3])
def test_a_change_may_be_negative(findings, value):
    assert findings("2019", {"table2.fees.change": value}) == {}


def test_a_change_may_not_be_a_fraction(findings):
    assert "A6" in findings("2019", {"table2.fees.change": Decimal("-1.5")})


def test_money_may_be_a_fraction_and_not_negative(findings):
    assert findings("2021", {"table2.fees.amount": Decimal("4166.241619")}) == {}
    assert "A6" in findings("2021", {"table2.fees.amount": Decimal("-0.5")})


def test_facts_are_read_as_strictly(findings, fact):
    found = findings(facts=[fact("热线办理", None, trouble=Trouble.TEXT, raw="约百件")])["A6"]
    assert found.message == "工作数据“热线办理”不是数字：填报为“约百件”"


def test_messages_repeat_little_of_a_cell_and_take_it_as_it_is(findings):
    raw = "{place}\n" + "示" * 5000
    found = findings("2021", {CELL: typed(Trouble.TEXT, raw)})["A6"]
    assert "“{place} 示" in found.message
    assert len(found.message) < 100


def test_remarks_become_findings(findings):
    where = Address("sources/shili/示例.xlsx", "草稿", "A1")
    found = findings(remarks=[Remark("工作表“草稿”是隐藏的", where)])["S1"]
    assert (found.name, found.severity) == ("sheet-remark", Severity.INFO)
    assert (found.message, found.where) == ("工作表“草稿”是隐藏的", (where,))
