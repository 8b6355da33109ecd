"""A1 to A4, A7, A8: each passes, fails, says it well, and holds its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.checks import Severity, run_checks
from nianbao.filing.totals import computed_totals
from nianbao.forms import load_form

SUMS = {"A1", "A2", "A3", "A4"}
APPLICANTS = ["natural", "business", "research", "welfare", "legal", "other"]
GROUPS = ["review", "direct", "after"]
COUNT = st.integers(0, 60)


def table3(**rows):
    """Give table three: each row by its natural persons, its total the same."""
    return {f"table3.{row}.{c}": n for row, n in rows.items() for c in ("natural", "total")}


@st.composite
def consistent(draw):
    """A form and values on it that fulfil every identity."""
    form = load_form(draw(st.sampled_from(["2019", "2021"])))
    outcomes = next(identity.parts for identity in form.identities if identity.check == "A2")
    values = {}
    for column in APPLICANTS:
        answers = {f"table3.{row}.{column}": draw(COUNT) for row in outcomes}
        carried_on = draw(COUNT)
        received = sum(answers.values()) + carried_on
        before = draw(st.integers(0, received))
        values |= answers
        values |= {f"table3.f.{column}": carried_on, f"table3.b.{column}": before}
        values[f"table3.a.{column}"] = received - before
    for group in GROUPS:
        for outcome in ("upheld", "corrected", "other", "pending"):
            values[f"table4.cases.{group}_{outcome}"] = draw(COUNT)
    return form.key, values


def with_totals(make, form, values):
    """Fill in all totals; give the values and the references of the totals."""
    filing = make(form, values)
    totals = computed_totals(filing.form, filing.figures)
    return values | totals, sorted(totals)


def sums_found(filing):
    return [finding for finding in run_checks(filing) if finding.id in SUMS]


@given(start=consistent())
def test_a_consistent_filing_has_no_finding_about_sums(make, start):
    form, values = start
    values, _ = with_totals(make, form, values)
    assert sums_found(make(form, values)) == []


@given(start=consistent(), data=st.data(), by=st.integers(1, 9))
def test_one_changed_part_is_found(make, start, data, by):
    form, values = start
    part = data.draw(st.sampled_from(sorted(values)))
    values, _ = with_totals(make, form, values)
    found = sums_found(make(form, {**values, part: values[part] + by}))
    assert found
    assert any(not finding.cause for finding in found)


@given(start=consistent(), data=st.data(), by=st.integers(1, 9))
def test_one_changed_total_is_the_one_root(make, start, data, by):
    form, values = start
    values, totals = with_totals(make, form, values)
    total = data.draw(st.sampled_from(totals))
    found = sums_found(make(form, {**values, total: values[total] + by}))
    table, row, _ = total.split(".")
    root = "A4" if table == "table4" else "A2" if row == "t" else "A1"
    assert [finding.id for finding in found if not finding.cause] == [root]
    assert {finding.cause for finding in found if finding.id != root} <= {root}
    (first,) = (finding for finding in found if finding.id == root)
    assert set(first.mends) == {finding.id for finding in found} - {root}
    assert total in first.refs


@given(start=consistent(), data=st.data())
def test_where_only_totals_are_wrong_no_a3_is_a_root(make, start, data):
    form, values = start
    values, totals = with_totals(make, form, values)
    wrong = data.draw(st.dictionaries(st.sampled_from(totals), st.integers(0, 3), min_size=1))
    shifted = {ref: values[ref] + by for ref, by in wrong.items()}
    for finding in sums_found(make(form, values | shifted)):
        assert finding.id != "A3" or finding.cause in {"A1", "A2"}


def test_a_row_total_is_found(findings):
    found = findings("2021", {"table3.d1.natural": 3, "table3.d1.total": 2, **table3(a=3)})["A1"]
    assert found.message == (
        "表三“（三）不予公开1.属于国家秘密”六类申请人之和与总计不符：应为 3，填报为 2"
    )
    assert found.expected == {"1.属于国家秘密": 3}
    assert found.found == {"1.属于国家秘密": 2}
    assert found.refs == ("table3.d1.total",)
    assert [address.sheet for address in found.where] == ["依申请公开"]
    assert found.severity is Severity.ERROR
    assert "国办公开办函〔2021〕30号" in found.source


def test_each_wrong_row_is_a_finding_of_its_own(make):
    filing = make("2021", {"table3.b.total": 2, "table3.a.total": 1})
    found = [finding for finding in run_checks(filing) if finding.id == "A1"]
    assert [finding.refs for finding in found] == [("table3.a.total",), ("table3.b.total",)]


def test_a_wrong_total_row_is_one_finding(findings):
    found = findings("2019", table3(a=2, g=1, u1=1))["A2"]
    assert found.message == (
        "表三“（七）总计”与（一）至（六）之和不符：自然人应为 2，填报为 0；总计应为 2，填报为 0"
    )
    assert found.expected == {"自然人": 2, "总计": 2}
    assert found.found == {"自然人": 0, "总计": 0}
    assert found.refs == ("table3.t.natural", "table3.t.total")
    assert len(found.where) == 2
    assert "国办公开办函〔2019〕60号" in found.source


def test_received_and_answered_must_balance(findings):
    found = findings("2021", table3(a=5, b=1, g=2, t=2, f=1))["A3"]
    assert found.message == (
        "表三第三项加第四项之和与第一项加第二项之和不符："
        "自然人应为 6，填报为 3；总计应为 6，填报为 3"
    )
    assert found.expected == {"自然人": 6, "总计": 6}
    assert found.found == {"自然人": 3, "总计": 3}
    assert found.cause == ""


def test_wrong_groups_of_table_four_are_one_finding(findings):
    cells = {"review_upheld": 10, "review_corrected": 1, "after_upheld": 5, "direct_other": 2}
    values = {f"table4.cases.{key}": value for key, value in cells.items()}
    found = findings("2021", {**values, "table4.cases.direct_total": 2})["A4"]
    assert found.expected == {"行政复议": 11, "复议后起诉": 5}
    assert found.found == {"行政复议": 0, "复议后起诉": 0}
    assert found.message == (
        "表四四种结果之和与总计不符：行政复议应为 11，填报为 0；复议后起诉应为 5，填报为 0"
    )


@pytest.mark.parametrize(
    "values",
    [
        {**table3(a=1, g=1, t=1), "table3.g.total": None},
        {"table3.u1.business": None, "table3.u1.total": 4},
        {f"table3.u1.{column}": None for column in APPLICANTS} | {"table3.u1.total": 4},
    ],
    ids=["total-blank", "part-blank", "all-parts-blank"],
)
def test_a_row_with_a_blank_is_not_compared(findings, values):
    assert "A1" not in findings("2021", values)


def test_a_column_with_a_blank_is_not_compared(findings):
    assert (
        findings("2021", {"table3.d8.legal": None, "table3.t.legal": 7}).keys().isdisjoint({"A2"})
    )


def test_partly_disclosed_cases_counted_twice(findings):
    values = table3(a=20, g=6, p=6, u1=14, t=20)
    found = findings("2021", values)
    assert found["A7"].severity is Severity.WARNING
    assert "自然人多 6 件；总计多 6 件" in found["A7"].message
    assert found["A7"].refs == ("table3.p.natural", "table3.p.total")
    assert found["A2"].mends == ()


@pytest.mark.parametrize(
    ("prose", "speaks"), [((), False), (("对区分处理的申请，示例",), True)], ids=["silent", "told"]
)
def test_fewer_counted_twice_need_the_prose_to_say_so(findings, prose, speaks):
    found = findings("2021", table3(a=20, g=10, p=6, u1=7, t=20), prose=prose)
    assert ("A7" in found) is speaks


@pytest.mark.parametrize(
    "rows",
    [
        {"a": 20, "g": 14, "p": 6, "t": 20},
        {"a": 20, "g": 22, "p": 6, "t": 20},
        {"a": 20, "g": 10, "p": 6, "t": 20},
        {"a": 20, "g": 26, "t": 20},
    ],
    ids=["right", "more-than-partly", "too-few", "none-partly"],
)
def test_no_double_count(findings, rows):
    assert "A7" not in findings("2021", table3(**rows), prose=["区分处理"])


def test_no_double_count_where_one_column_is_wrong_otherwise(findings):
    values = table3(a=20, g=6, p=6, u1=14, t=20) | {"table3.g.legal": 1, "table3.g.total": 7}
    assert "A7" not in findings("2021", values)


def test_carried_on_and_answered(findings):
    found = findings("2021", table3(a=7, b=1, g=8, t=8, f=3))
    assert found["A8"].severity is Severity.INFO
    assert "自然人 3 件；总计 3 件" in found["A8"].message
    assert found["A3"].cause == ""


@pytest.mark.parametrize(
    "rows",
    [
        {"a": 11, "g": 8, "t": 8, "f": 3},
        {"a": 8, "g": 8, "t": 8},
        {"f": 3},
        {"a": 8, "g": 6, "t": 8, "f": 2},
    ],
    ids=["right", "nothing-carried", "nothing-answered", "only-the-total-is-wrong"],
)
def test_not_carried_and_closed(findings, rows):
    assert "A8" not in findings("2021", table3(**rows))
