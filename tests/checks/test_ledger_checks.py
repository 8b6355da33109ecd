"""L1 to L7: ledgers, against the typed tables and against the law's deadlines."""

import pytest

from ledgers import YEAR, application, day, filing, table
from nianbao.checks import Severity, run_checks
from nianbao.filing.workdays import load_calendar
from workbooks import balanced, content


def named(folder, *, small_groups=0, made=None, **ledgers):
    """The findings about ledgers, by their ids."""
    filed = filing(folder, made or content(), **ledgers)
    found = run_checks(filed, small_groups=small_groups)
    return {item.id: item for item in found if item.id.startswith("L")}


def as_typed():
    """Applications that give just what `balanced` has in table three."""
    outcomes = [
        *[("自然人", "予以公开")] * 3, ("商业企业", "予以公开"), ("自然人", "部分公开"),
        ("自然人", "本机关不掌握"), ("商业企业", "本机关不掌握"),
    ]  # fmt: skip
    rows = [
        application(n, f"2024-03-{n:02}", 申请人类型=who, 办理结果=outcome)
        for n, (who, outcome) in enumerate(outcomes, 1)
    ]
    rows[0] |= {"收到日期": day("2023-12-25"), "答复日期": day("2024-01-08")}
    return [*rows, application(8, "2024-12-27", 办理结果=None, 答复日期=None)]


def test_a_ledger_that_agrees_is_no_finding(tmp_path):
    assert named(tmp_path, 申请台账=table(as_typed())) == {}


@pytest.mark.parametrize("changed", range(7))
def test_one_changed_row_is_named(tmp_path, changed):
    rows = as_typed()
    rows[changed] |= {"办理结果": "重复申请"}
    found = named(tmp_path, 申请台账=table(rows))
    assert found.keys() == {"L2"}
    finding = found["L2"]
    assert finding.severity is Severity.ERROR
    row = changed + 2
    assert f"（第 {row} 行）" in finding.message
    places = [str(place) for place in finding.where]
    assert f"sources/shili/book.xlsx#申请台账!A{row}" in places
    assert any("#依申请公开!" in place for place in places)
    label = f"2.重复申请 · {rows[changed]['申请人类型']}"
    assert (finding.expected[label], finding.found[label]) == (1, 0)


def test_a_total_is_told_only_where_its_parts_are_right(tmp_path):
    made = content(values={"table3.a.total": 9, "table3.g.natural": 4})
    found = named(tmp_path, made=made, 申请台账=table(as_typed()))
    assert set(found["L2"].refs) == {"table3.a.total", "table3.g.natural"}


def test_rows_that_cannot_be_used_are_told_and_are_the_cause(tmp_path):
    rows = as_typed()
    rows[3] |= {"收到日期": "3/4/2024"}
    found = named(tmp_path, 申请台账=table(rows))
    assert found.keys() == {"L1", "L2"}
    assert (
        "第 5 行“收到日期”年、月、日的次序不明（“3/4/2024”），写成 2022-01-05"
        in found["L1"].message
    )
    assert [str(place) for place in found["L1"].where] == ["sources/shili/book.xlsx#申请台账!B5"]
    assert (found["L1"].mends, found["L2"].cause) == (("L2",), "L1")


def test_many_rows_that_cannot_be_used_are_counted_by_reason(tmp_path):
    rows = [application(n, "2024-03-01", 收到日期="x") for n in range(30)]
    message = named(tmp_path, 申请台账=table(rows))["L1"].message
    assert "有 30 行不能用" in message
    assert message.endswith("其余：不是日期 20 行")


def test_a_missing_column_is_told(tmp_path):
    rows = table(as_typed(), ["申请编号", "收到日期"])
    found = named(tmp_path, 申请台账=rows)
    assert found.keys() == {"L3"}
    assert "缺少列：申请人类型、办理结果、答复日期" in found["L3"].message


def test_how_a_ledger_was_read_is_told(tmp_path):
    rows = [row | {"申请人姓名": "某某", "科室": "示例科"} for row in as_typed()]
    rows.append(application(9, "2022-01-01", 答复日期="2022-01-09"))
    finding = named(tmp_path, 申请台账=table(rows))["L4"]
    assert finding.severity is Severity.INFO
    assert finding.message == (
        "“申请台账”读 9 行，用 8 行：个人信息没有读取：申请人姓名；不认识的列没有读取：科室；"
        "“答复日期”日期是文字，已照读（第 10 行）；不是本年度的没有计入（第 10 行）"
    )
    assert "某某" not in finding.message


def test_late_answers_are_told_with_their_deadlines(tmp_path):
    rows = [
        application(1, "2024-03-01", 答复日期=day("2024-03-29")),
        application(2, "2024-03-01", 答复日期=day("2024-04-01")),
        application(3, "2024-03-01", 答复日期=day("2024-04-01"), 是否延期="是"),
        application(4, "2024-11-01", 办理结果=None, 答复日期=None),
    ]
    blank = content(values=dict.fromkeys(balanced(content().form)), prose=())
    found = named(tmp_path, made=blank, 申请台账=table(rows))
    assert found.keys() == {"L5"}
    assert found["L5"].message == (
        "“申请台账”有 1 件答复超过期限（第 3 行应于 2024-03-29 前）；"
        "1 件年底未答复，已过期限（第 5 行）"
    )
    assert [place.cell for place in found["L5"].where] == ["E3", "E5"]


def test_a_deadline_in_an_unknown_year_is_told_and_not_guessed(tmp_path):
    year = load_calendar().horizon(day("2024-01-01")).year  # the last that is known
    made = content(
        values=dict.fromkeys(balanced(content().form)),
        prose=(),
        basics={**content().basics, "年度": str(year)},
    )
    rows = [
        application(1, f"{year}-12-28", 办理结果=None, 答复日期=None),
    ]
    filed = filing(tmp_path, made, year, 申请台账=table(rows))
    (finding,) = [item for item in run_checks(filed, small_groups=0) if item.id == "L6"]
    assert str(year + 1) in finding.message
    assert "第 2 行" in finding.message


@pytest.mark.parametrize(("least", "told"), [(0, False), (1, False), (2, True), (3, True)])
def test_small_groups_are_told_where_the_batch_asks(tmp_path, least, told):
    rows = [application(n, f"2024-03-0{n}") for n in range(1, 5)]
    rows.append(application(9, "2024-06-03"))
    blank = content(values=dict.fromkeys(balanced(content().form)), prose=())
    found = named(tmp_path, made=blank, small_groups=least, 申请台账=table(rows))
    assert ("L7" in found) is told
    assert all("“各月收到申请数量”中的 6 月 1 件" in item.message for item in found.values())


def test_small_groups_are_looked_for_in_every_chart_that_is_published(tmp_path):
    rows = [application(n, f"2024-03-0{n}") for n in range(1, 5)]
    rows.append(application(9, "2024-03-05", 答复日期=day("2024-03-29")))
    blank = content(values=dict.fromkeys(balanced(content().form)), prose=())
    finding = named(tmp_path, made=blank, small_groups=3, 申请台账=table(rows))["L7"]
    assert finding.message == (
        "公开版的图中，少于 3 件的有“答复所用工作日”中的 16—20 1 件，请考虑合并或不公开"
    )


def test_facts_that_differ_from_a_ledger_are_told(tmp_path):
    rows = [{"发布日期": day(f"{YEAR}-05-01"), "发布渠道": "网站"}] * 12
    rows = [row | {"信息名称": f"示例{n}"} for n, row in enumerate(rows)]
    found = named(tmp_path, 信息发布台账=table([*rows, rows[0] | {"信息名称": "示例x"}]))
    message = found["L2"].message
    assert message.startswith("工作数据有 2 处与“信息发布台账”不符")
    assert "“网站发布数”填报为 12，台账为 13" in message
