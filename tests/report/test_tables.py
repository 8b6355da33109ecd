"""Statutory tables: as filed, both numbers where they differ, laid out as the form."""

import pytest

from nianbao import report
from nianbao.forms import load_form
from nianbao.report.blocks import Edition
from workbooks import content


def cells(table):
    return {cell.ref: cell for row in table.rows for cell in row if cell.ref}


@pytest.mark.parametrize("key", ["table2", "table3", "table4"])
@pytest.mark.parametrize(("form", "year"), [("2019", 2020), ("2021", 2024)])
def test_table_has_the_layout_of_the_form(load, form, year, key):
    table = report.statutory_table(load(year, now=content(form)), key)
    layout = load_form(form).table(key).layout()
    shape = [[(cell.role, cell.rowspan, cell.colspan) for cell in row] for row in table.rows]
    assert shape == [[(cell.role, cell.rowspan, cell.colspan) for cell in row] for row in layout]
    assert len(table.widths) == load_form(form).table(key).width


def test_value_prints_as_filed_with_its_address(load):
    made = load(2020, now=content("2019", values={"table2.procurement.amount": "4299 万元"}))
    cell = cells(report.statutory_table(made, "table2"))["table2.procurement.amount"]
    assert cell.text == "4299 万元"
    assert cell.address == "sources/shili/2020.xlsx#主动公开!C19"


def test_wrong_total_prints_as_filed_beside_what_is_computed(load):
    made = load(now=content(values={"table3.t.natural": 0}))
    cell = cells(report.statutory_table(made, "table3"))["table3.t.natural"]
    assert (cell.text, cell.computed) == ("0", "5")
    assert "A2" in cell.findings


def test_a_cell_names_which_of_several_findings_of_a_check_is_about_it(load):
    made = load(now=content(values={"table3.a.total": 99, "table3.g.total": 98}))
    table = cells(report.statutory_table(made, "table3"))
    assert "A1" in table["table3.a.total"].findings
    assert "A1-2" in table["table3.g.total"].findings


def test_right_total_carries_nothing(load):
    cell = cells(report.statutory_table(load(), "table3"))["table3.t.natural"]
    assert (cell.text, cell.computed, cell.findings) == ("5", "", ())


def test_open_total_prints_the_computed_value(load):
    made = load(now=content(values={"table3.t.natural": None}))
    cell = cells(report.statutory_table(made, "table3"))["table3.t.natural"]
    assert cell.text == "5"
    assert "相加得出" in cell.address


def test_blank_part_prints_blank(load):
    made = load(now=content(values={"table3.a.legal": None}))
    assert cells(report.statutory_table(made, "table3"))["table3.a.legal"].text == ""


def test_header_scopes_tell_groups_from_single_columns(load):
    table = report.statutory_table(load(), "table3")
    scopes = {cell.text: cell.scope for row in table.rows for cell in row if cell.scope}
    assert scopes["法人或其他组织"] == "colgroup"
    assert scopes["商业企业"] == "col"
    assert scopes["三、本年度办理结果"] == "rowgroup"
    assert scopes["（七）总计"] == "row"


def test_change_table_lists_only_what_changed(load):
    now = content(values={"table2.permits.decisions": 10})
    table = report.change_table(load(now=now, before=content()))
    assert table.edition is Edition.REVIEW
    assert [[cell.text for cell in row] for row in table.rows[1:]] == [
        ["行政许可 · 本年处理决定数量（件）", "0", "10", "+10", "—"]
    ]


def test_change_table_names_a_unit_once_and_none_where_there_is_none(load):
    now, before = (
        content(facts=[("", "接待来访", number, "", "")], values={"table2.fees.amount": number})
        for number in (2, 1)
    )
    table = report.change_table(load(now=now, before=before))
    assert [row[0].text for row in table.rows[1:]] == [
        "行政事业性收费 · 本年收费金额（单位：万元）",
        "接待来访",
    ]


def test_change_table_tells_points_from_percent(load):
    now, before = (content(facts=[("热线办理", "满意率", value, "%", "")]) for value in (98, 96))
    table = report.change_table(load(now=now, before=before))
    assert [[cell.text for cell in row] for row in table.rows[1:]] == [
        ["满意率（%）", "96", "98", "+2 百分点", "—"]
    ]


def test_without_last_year_the_reviewer_reads_why_there_is_no_change_table(load):
    told = report.change_table(load())
    assert told.edition is Edition.REVIEW
    assert "没有上一年的填报表" in told.text


def test_withheld_rate_prints_a_dash_with_its_reason(load):
    table = report.rates_table(load(now=content(values={"table3.t.total": 6})))
    row = next(row for row in table.rows if row[0].text == "申请办结率")
    assert row[1].text == "—"
    assert "改正前不计算" in row[2].text
