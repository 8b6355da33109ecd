"""What ledgers give for the tables: the notice's rules, row by row, and the form's identities."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from ledgers import YEAR, application, day, filing, table
from nianbao.filing.filing import cell_ref
from nianbao.filing.totals import identity_lines
from nianbao.forms import load_form
from workbooks import balanced, content

BLANK = content(values=dict.fromkeys(balanced(load_form("2021"))), prose=())


def counted(folder, made=BLANK, year=YEAR, **ledgers):
    """The values that are counted, zeros left out."""
    filed = filing(folder, made, year, **ledgers)
    return {ref: item.value for ref, item in filed.counts.items() if item.value}


def test_applications_are_counted_by_outcome_and_applicant(tmp_path):
    rows = [
        application(1, "2024-03-01"),
        application(2, "2024-03-02", 申请人类型="商业企业", 办理结果="重复申请"),
        application(3, "2023-12-20", 答复日期=day("2024-01-05"), 办理结果="部分公开"),
        application(4, "2024-12-20", 答复日期=day("2025-01-05")),
        application(5, "2024-12-30", 答复日期=None, 办理结果=None),
        application(6, "2023-12-30", 起算日期=day("2024-01-02")),
        application(7, "2023-11-01", 答复日期=day("2023-11-20")),
    ]
    assert counted(tmp_path, 申请台账=table(rows)) == {
        "table3.a.natural": 4, "table3.a.business": 1, "table3.a.total": 5,
        "table3.b.natural": 1, "table3.b.total": 1,
        "table3.g.natural": 2, "table3.g.total": 2,
        "table3.p.natural": 1, "table3.p.total": 1,
        "table3.n2.business": 1, "table3.n2.total": 1,
        "table3.t.natural": 3, "table3.t.business": 1, "table3.t.total": 4,
        "table3.f.natural": 2, "table3.f.total": 2,
    }  # fmt: skip


def test_each_number_names_its_rows(tmp_path):
    rows = [application(n, f"2024-03-0{n}") for n in range(1, 5)]
    item = filing(tmp_path, 申请台账=table(rows)).counts["table3.g.natural"]
    assert list(item.rows) == [2, 3, 4, 5]
    assert item.derivation == (
        "申请台账：办理结果=（一）予以公开、申请人类型=自然人 的 4 行（第 2—5 行）"
    )


def test_cases_are_counted_and_those_of_others_are_not(tmp_path):
    def case(number, kind, outcome, closed, **cells):
        return {
            "案号": f"示例{number}", "案件类型": kind, "收案日期": day("2023-11-01"),
            "审理结果": outcome, "审结日期": closed, "是否为共同被告的复议机关": None,
        } | cells  # fmt: skip

    rows = [
        case(1, "行政复议", "维持", day("2024-02-01")),
        case(2, "行政复议", "尚未审结", None),
        case(3, "复议后起诉", "纠正", day("2024-03-01")),
        case(4, "复议后起诉", "维持", day("2024-03-01"), 是否为共同被告的复议机关="是"),
        case(5, "直接起诉", "其他结果", day("2025-01-09")),
        case(6, "直接起诉", "维持", day("2023-12-09")),
    ]
    assert counted(tmp_path, 复议诉讼台账=table(rows)) == {
        "table4.cases.review_upheld": 1, "table4.cases.review_pending": 1,
        "table4.cases.review_total": 2,
        "table4.cases.after_corrected": 1, "table4.cases.after_total": 1,
        "table4.cases.direct_pending": 1, "table4.cases.direct_total": 1,
    }  # fmt: skip


def test_decisions_are_counted_published_or_not(tmp_path):
    rows = [
        {
            "决定书文号": f"示{n}",
            "决定类型": kind,
            "决定日期": day("2024-05-01"),
            "是否公开": public,
        }
        for n, (kind, public) in enumerate([("许可", "是"), ("行政许可", "否"), ("处罚", "是")])
    ]
    assert counted(tmp_path, 处理决定台账=table(rows)) == {
        "table2.permits.decisions": 2,
        "table2.penalties.decisions": 1,
    }


def test_fees_are_added_up_exactly_in_wan(tmp_path):
    rows = [{"收费日期": day("2024-05-01"), "金额（元）": cents} for cents in (0.1, 0.2, 9999.7, 1)]
    assert counted(tmp_path, 收费台账=table(rows)) == {"table2.fees.amount": Decimal("1.0001")}


DOCUMENT = {"文件类型": "规范性文件", "公开日期": None, "废止日期": None}
DOCUMENTS = [
    DOCUMENT | {"发文字号": "示1号", "制发日期": day("2020-01-05"), "公开日期": day("2020-01-05")},
    DOCUMENT | {"发文字号": "示2号", "制发日期": day("2019-01-05"), "废止日期": day("2020-06-01")},
    DOCUMENT | {"发文字号": "示3号", "制发日期": day("2015-01-05"), "废止日期": day("2016-06-01")},
    DOCUMENT | {"发文字号": "示4号", "制发日期": day("2018-01-05"), "公开日期": day("2018-01-05")},
    DOCUMENT | {"发文字号": "示5号", "制发日期": day("2018-01-05"), "废止日期": day("2021-06-01")},
]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "year", "expected"),
    [
        ("2019", 2020, {"made": 1, "opened": 1, "public": 2}),
        ("2021", 2021, {"repealed": 1, "valid": 2}),
    ],
)
def test_documents_are_counted_as_each_form_asks(tmp_path, form, year, expected):
    made = content(form, dict.fromkeys(balanced(load_form(form))), prose=())
    made = content(form, dict.fromkeys(balanced(load_form(form))), prose=(),
                   basics={**made.basics, "年度": str(year)})  # fmt: skip
    assert counted(tmp_path, made, year, 规范性文件台账=table(DOCUMENTS)) == {
        cell_ref("table2", "documents", column): number for column, number in expected.items()
    }


def test_the_hotline_is_counted_for_the_facts_that_bear_its_names(tmp_path):
    """As exactly as the fact was typed."""
    order = {"受理日期": day("2024-03-01"), "来源": "12345热线"}
    answers = ("满意", "满意", "不满意", "未评价")
    rows = [order | {"办结日期": day("2024-03-04"), "是否满意": said} for said in answers]
    rows = [row | {"工单编号": n} for n, row in enumerate([*rows, order])]
    typed = {
        "热线受理": (1, "件"),
        "热线办结": (1, "件"),
        "满意率": ("66.66", "%"),
        "市满意率": (1, "%"),
    }
    facts = [("热线办理", name, number, unit, "") for name, (number, unit) in typed.items()]
    made = replace(BLANK, facts=facts)
    assert counted(tmp_path, made, 热线工单台账=table(rows)) == {
        "facts.热线受理": 5, "facts.热线办结": 4, "facts.满意率": Decimal("66.67"),
    }  # fmt: skip


def test_where_nobody_was_asked_there_is_no_rate(tmp_path):
    row = {"工单编号": 1, "受理日期": day("2024-03-01"), "来源": "其他", "办结日期": None}
    made = replace(BLANK, facts=[("热线办理", "满意率", 97, "%", "")])
    assert counted(tmp_path, made, 热线工单台账=table([row])) == {}


PURCHASE = {"采购日期": day("2020-03-01"), "采购金额（元）": 43_210_000}


def test_purchases_count_under_the_form_of_2019_alone(tmp_path):
    made = content("2019", dict.fromkeys(balanced(load_form("2019"))), prose=())
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    assert counted(tmp_path / "old", made, 2020, 采购台账=table([PURCHASE])) == {
        "table2.procurement.projects": 1,
        "table2.procurement.amount": 4321,
    }
    new = PURCHASE | {"采购日期": day("2024-03-01")}
    assert counted(tmp_path / "new", 采购台账=table([new])) == {}


def test_facts_that_are_named_for_a_channel_are_counted_too(tmp_path):
    rows = [
        {"发布日期": day("2024-05-01"), "发布渠道": channel}
        for channel in ("网站", "网站", "公众号")
    ]
    filed = filing(tmp_path, content(), 信息发布台账=table(rows))
    assert {ref: item.value for ref, item in filed.counts.items()} == {
        "facts.网站发布数": 2,
        "facts.微信发布数": 1,
    }


def test_a_channel_in_ones_own_words_is_counted_where_the_fact_says_it_so(tmp_path):
    channels = ("示例县教育局微博号", "政务微博", "网站")
    rows = [{"发布日期": day("2024-05-01"), "发布渠道": channel} for channel in channels]
    facts = [("发布渠道", name, 2, "条", None) for name in ("官方微博", "网站", "门户网站")]
    filed = filing(tmp_path, content(facts=facts), 信息发布台账=table(rows))
    # Two facts name the website: neither says how many are of it.
    assert {ref: item.value for ref, item in filed.counts.items()} == {"facts.官方微博": 2}


def test_blank_cells_are_filled_and_typed_ones_are_not(tmp_path):
    values = dict.fromkeys(balanced(load_form("2021"))) | {"table3.g.natural": 7}
    filed = filing(
        tmp_path, content(values=values, prose=()), 申请台账=table([application(1, "2024-03-01")])
    )
    typed, filled = filed.figures["table3.g.natural"], filed.figures["table3.a.natural"]
    assert (typed.value, typed.derivation) == (7, "")
    assert filled.value == 1
    assert filled.derivation.startswith("申请台账：本年收到")
    assert filled.trouble is None
    assert filed.figures["table3.d1.legal"].value == 0
    assert filed.figures["table2.permits.decisions"].value is None


def test_nothing_is_filled_where_a_row_could_not_be_used(tmp_path):
    rows = [application(1, "2024-03-01"), application(2, "2024-03-02", 收到日期="3/4/2024")]
    filed = filing(tmp_path, BLANK, 申请台账=table(rows))
    assert filed.counts["table3.a.natural"].value == 1
    assert filed.figures["table3.a.natural"].value is None


APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
OUTCOMES = ["予以公开", "部分公开", "国家秘密", "本机关不掌握", "重复申请", "逾期不补正"]
ENTRIES = st.tuples(
    st.dates(dt.date(2023, 1, 1), dt.date(2025, 6, 30)),
    st.integers(0, 500),
    st.sampled_from(APPLICANTS),
    st.sampled_from([None, *OUTCOMES]),
)


@settings(
    max_examples=examples(15),
)
@given(entries=st.lists(ENTRIES, min_size=1, max_size=20))
def test_whatever_the_rows_the_identities_of_the_form_hold(tmp_path_factory, entries):
    rows = [
        application(
            number, f"{received}", 申请人类型=who, 办理结果=outcome,
            答复日期=None if outcome is None else received + dt.timedelta(days),
        )
        for number, (received, days, who, outcome) in enumerate(entries)
    ]  # fmt: skip
    filed = filing(tmp_path_factory.mktemp("filed"), BLANK, 申请台账=table(rows))
    values = {ref: item.value for ref, item in filed.counts.items()}
    for line in identity_lines(filed.form):
        if line.identity.table == "table3" and values:
            assert sum(values[ref] for ref in line.parts) == sum(values[ref] for ref in line.whole)
    # Once more by hand: who came in, who was answered, who waits.
    kept = [r for r in rows if r["答复日期"] is None or r["答复日期"].year < 2027]
    naive = Counter()
    for row in kept:
        received, replied = row["收到日期"], row["答复日期"]
        if received.year > YEAR or (replied and replied.year < YEAR):
            continue
        naive["a" if received.year == YEAR else "b"] += 1
        naive["t" if replied and replied.year == YEAR else "f"] += 1
    if values and not filed.ledgers[0].rejected:
        assert {key: values[f"table3.{key}.total"] for key in "abtf"} == {
            key: naive[key] for key in "abtf"
        }
