"""Ledgers in the report: their charts, their figures, and what the reviewer is shown of them."""

import pytest

from ledgers import YEAR, application, as_csv, day, table
from nianbao import report
from nianbao.report.blocks import Chart, Edition
from nianbao.report.inlines import Number
from nianbao.report.shown import Blocks
from workbooks import content

NAME, PHONE = "示例申请人", "13800000000"


def blocks(shown):
    """The blocks that a function of the notebook shows, by their keys."""
    assert isinstance(shown, Blocks)
    return {getattr(block, "key", block.__class__.__name__): block for block in shown.blocks}


def lines(shown):
    """The lines of a table below its head, as they read."""
    return [[cell.text for cell in row] for row in shown.rows[shown.head_rows :]]


def applications():
    """Four of the year, one of them with personal columns, and one carried over."""
    return [
        application(1, "2023-12-25", 答复日期=day("2024-01-08")),
        application(2, "2024-03-01", 申请人姓名=NAME, 联系电话=PHONE),
        application(3, "2024-03-04", 答复日期=day("2024-04-26"), 申请渠道="网络"),
        application(4, "2024-03-05", 答复日期=day("2024-04-09"), 是否延期="是", 申请渠道="网上"),
        application(5, "2024-12-30", 办理结果=None, 答复日期=None),
    ]


@pytest.fixture
def ledger(tmp_path):
    """Write ledgers beside the workbook: `ledger(2024, 申请台账=rows)`."""

    def write(year=YEAR, **kept):
        folder = tmp_path / "sources" / "shili"
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in kept.items():
            as_csv(folder / f"{year}-{name}.csv", table(rows))

    return write


def test_without_ledgers_there_is_nothing_to_show(load):
    loaded = load()
    assert [block.text for block in report.ledger_review(loaded)] == [
        "这里没有“台账统计”：没有台账。"
    ]
    for key, sheet in {"applications": "申请台账", "publications": "信息发布台账"}.items():
        (told,) = report.ledger_charts(loaded, key)
        assert told.edition is Edition.REVIEW
        assert told.text.endswith(f"没有{sheet}。")


def test_applications_are_drawn_by_month_and_by_days_to_reply(load, ledger):
    ledger(申请台账=applications())
    shown = blocks(report.ledger_charts(load(), "applications"))
    assert shown.keys() == {"months-applications", "reply-days"}
    assert all(isinstance(chart, Chart) for chart in shown.values())
    months, days = shown["months-applications"], shown["reply-days"]
    assert months.columns == ("月份", "2024年")
    assert [row for row in months.rows if row[1] != "0 件"] == [("3月", "3 件"), ("12月", "1 件")]
    assert dict(days.rows) == {
        "0—5": "1", "6—10": "1", "11—15": "0", "16—20": "0", "21—30": "1", "31—40": "1",
        "40以上": "0",
    }  # fmt: skip
    for chart in shown.values():
        assert all(f"{label} " in chart.alt for label, *_ in chart.rows)
        assert "示例市示例局申请台账" in chart.source
    assert "法定期限 20 个工作日" in days.svg
    assert "延期后 40 个工作日" in days.svg


def test_months_stand_beside_those_of_last_year(load, ledger):
    rows = [{"发布日期": day("2024-05-01"), "发布渠道": "网站", "信息名称": "示例"}]
    ledger(信息发布台账=rows)
    ledger(2023, 信息发布台账=[row | {"发布日期": day("2023-06-01")} for row in rows])
    chart = blocks(report.ledger_charts(load(before=content()), "publications"))
    months = chart["months-publications"]
    assert months.columns == ("月份", "2023年", "2024年")
    assert ("5月", "0 条", "1 条") in months.rows
    assert ("6月", "1 条", "0 条") in months.rows


def test_a_ledger_that_cannot_be_used_is_not_drawn(load, ledger):
    ledger(申请台账=[{"申请编号": "1", "收到日期": day("2024-03-01")}])
    loaded = load()
    (told,) = report.ledger_charts(loaded, "applications")
    assert "申请台账不能用：缺少列" in told.text
    (line,) = lines(blocks(report.ledger_review(loaded))["ledgers"])
    assert line[-1].startswith("没有据以计数：缺少列")


def test_figures_name_how_they_were_counted(load, ledger):
    ledger(申请台账=applications())
    figures = load().figures
    assert {name: figures[f"ledgers.applications.{name}"].value for name in (
        "延期答复", "可判期限的答复", "按期答复", "超期答复", "申请渠道_网络", "申请最多月份",
    )} == {
        "延期答复": 1, "可判期限的答复": 4, "按期答复": 3, "超期答复": 1, "申请渠道_网络": 2,
        "申请最多月份": 3,
    }  # fmt: skip
    late = figures["ledgers.applications.超期答复"]
    assert late.derivation.startswith("申请台账：")
    assert late.derivation.endswith("（第 4 行）")
    rate = figures["ledgers.applications.按期答复率"]
    assert (rate.value, rate.unit) == (75, "%")
    assert set(rate.parts) == {f"ledgers.applications.{n}" for n in ("按期答复", "可判期限的答复")}


def test_the_prose_may_use_what_the_ledgers_tell(load, ledger):
    ledger(申请台账=applications())
    first, second, _, *others = content().prose
    said = ("", "", "按期答复率 {{ 按期答复率 }}。")
    shown = report.section(load(now=content(prose=(first, second, said, *others))), 1)
    numbers = [
        part
        for block in shown.blocks
        for part in getattr(block, "inlines", ())
        if isinstance(part, Number)
    ]
    assert ("75", "ledgers.applications.按期答复率") in [(n.text, n.ref) for n in numbers]


def test_hotline_shares_are_of_the_rows_that_tell(load, ledger):
    order = {"受理日期": day("2024-03-01"), "来源": "留言", "问题分类": "示例类"}
    closed = order | {"办结日期": day("2024-03-02")}
    rows = [closed | {"是否满意": "满意"}, closed | {"是否满意": "不满意"}, closed, order]
    ledger(热线工单台账=[{"工单编号": n, **row} for n, row in enumerate(rows)])
    figures = {ref.rpartition(".")[2]: item.value for ref, item in load().figures.items()}
    wanted = {"工单受理": 4, "工单办结": 3, "工单办结率": 75, "工单满意率": 50, "工单_网上留言": 4}
    assert {name: figures[name] for name in wanted} == wanted


def test_words_with_one_name_for_prose_are_counted_together(load, ledger):
    order = {"受理日期": day("2024-03-01"), "来源": "留言", "办结日期": None}
    words = ("教育·民办", "教育民办", "教育（民办）", "城管")
    ledger(热线工单台账=[order | {"问题分类": word} for word in words])
    figures = load().figures
    together = figures["ledgers.hotline.问题分类_教育民办"]
    assert (together.value, figures["ledgers.hotline.问题分类_城管"].value) == (3, 1)
    assert all(word in together.derivation for word in words[:3])


def test_the_reviewer_sees_how_each_ledger_was_read(load, ledger):
    ledger(申请台账=applications())
    shown = blocks(report.ledger_review(load()))
    (line,) = lines(shown["ledgers"])
    file = "sources/shili/2024-申请台账.csv"
    assert line[:6] == [
        "申请台账",
        f"{file}#申请台账",
        "5",
        "5",
        "0",
        "0",
    ]
    assert "申请人姓名（个人信息，未读取）" in line[-1]


def test_the_reviewer_sees_what_differs_and_the_rows_behind_it(load, ledger):
    ledger(申请台账=applications())
    shown = blocks(report.ledger_review(load()))
    counts = {label: rest for label, *rest in lines(shown["ledger-counts"])}
    new = next(label for label in counts if label.startswith("一、本年新收") and "总计" in label)
    assert counts[new] == ["7", "4", "申请台账第 3—6 行"]
    rows = {row: rest for row, *rest in lines(shown["rows-applications"])}
    assert rows["第 4 行"][:2] == ["2024-003", "2024-03-04"]
    assert rows["第 4 行"][-2:] == ["（个人信息，未读取）"] * 2


def test_nothing_personal_is_in_anything_that_is_loaded(load, ledger):
    ledger(申请台账=applications())
    loaded = load()
    (kept,) = loaded.filing.ledgers
    assert not {"申请人姓名", "联系电话"} & set(kept.frame.columns)
    everything = [kept.frame.to_csv(), repr(kept), repr(loaded.findings), repr(loaded.figures)]
    everything += [
        repr(report.ledger_review(loaded)),
        repr(report.ledger_charts(loaded, "applications")),
    ]
    assert not any(secret in text for secret in (NAME, PHONE) for text in everything)
