"""B1 to B9: each check on a sentence that is right and on one that is not; made-up sentences."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.checks import Severity, run_checks
from nianbao.checks.case import Case
from nianbao.filing.figure import Address
from nianbao.filing.filing import Passage

# 40 received (38 and 2), 2 taken over, 39 answered, 3 carried on.
TABLE3 = {
    "table3.a.natural": 38, "table3.a.business": 2, "table3.a.total": 40,
    "table3.b.natural": 2, "table3.b.total": 2,
    "table3.g.natural": 18, "table3.g.business": 2, "table3.g.total": 20,
    "table3.p.natural": 4, "table3.p.total": 4,
    "table3.d4.natural": 2, "table3.d4.total": 2, "table3.d7.natural": 1, "table3.d7.total": 1,
    "table3.u1.natural": 7, "table3.u1.total": 7, "table3.u2.natural": 1, "table3.u2.total": 1,
    "table3.n2.natural": 3, "table3.n2.total": 3,
    "table3.o3.natural": 1, "table3.o3.total": 1,
    "table3.t.natural": 37, "table3.t.business": 2, "table3.t.total": 39,
    "table3.f.natural": 3, "table3.f.total": 3,
}  # fmt: skip
TABLE4 = {
    "table4.cases.review_upheld": 3, "table4.cases.review_corrected": 1,
    "table4.cases.review_pending": 1, "table4.cases.review_total": 5,
    "table4.cases.direct_upheld": 2, "table4.cases.direct_total": 2,
    "table4.cases.after_upheld": 1, "table4.cases.after_total": 1,
}  # fmt: skip
TABLE2 = {
    "table2.documents.made": 6,
    "table2.documents.repealed": 2,
    "table2.documents.valid": 31,
}
VALUES = TABLE2 | TABLE3 | TABLE4

RIGHT = [
    "全年收到政府信息公开申请40件，其中自然人38件、商业企业2件。",
    "全年收到政府信息公开申请四十件。",
    "本局共收到政府信息公开申请４０件。",
    "共收办政府信息公开申请42件，办结率92.86%。",
    "受理政府信息公开申请42件（含上年结转2件），办结39件，结转下年度3件。",
    "收到政府信息公开申请40件，办结39件（含上年度结转的申请2件，另有3件顺延至下一年度答复）。",
    "收到政府信息公开申请40件。予以公开20件，占51.28%；部分公开4件；不予公开3件，占7.7%。",
    "依申请公开答复39件：予以公开及部分公开24件，无法提供8件，作其他处理（含撤回申请）1件。",
    "收到公开申请40件，其中20件予以公开，3件不予公开。",
    "答复申请39件，不予公开3件，其中保护第三方合法权益2件、属于行政执法案卷1件。",
    "依申请公开：2件因保护第三方合法权益不予公开，1件属于行政执法案卷。",
    "收到公开申请40件，不予处理3件，均为重复申请3件。",
    "收到公开申请40件，其中重复申请5件。",
    "信息公开申请中，因属于国家秘密、行政执法案卷不予公开1件。",
    "信息公开申请中，涉及商业秘密、国家秘密9件。",
    "信息公开申请中，因本机关不掌握相关政府信息无法提供7件。",
    "公文公开属性认定：属于国家秘密9件，不予公开9件。",
    # others' matters are no applications
    "受理热线工单5000件，办结4990件，办结率99.8%。",
    "收到人大代表建议12件、政协提案9件，均按期答复。",
    "全年受理行政许可申请1200件，办结1198件。",
    "依申请公开目录内事项共办理咨询77件。",
    # parts, other times, inexact numbers
    "其中网上收到信息公开申请25件。",
    "每月平均收到政府信息公开申请3件。",
    "第一季度收到政府信息公开申请9件。",
    "收到政府信息公开申请约45件。",
    "收到政府信息公开申请40件，比上年增加5件。",
    "全年主动公开政府信息1.2万余条。",
    "拟制公文100件，其中主动公开70件，依申请公开20件，不予公开10件。",
    "受理依申请公开申请40件。收到行政复议申请9件。",
    "通过信息公开平台收到信息公开申请30件。",
    "公开信息100条，其中政策5条、财政4条、规划2条。",
    "公开信息100条，其中网站100条、微信30条。",
    "收到建议100件，其中网上60件，办结95件。",
    "共办理政府信息公开申请39件。",
    # table four
    "因信息公开引起的复议，没有行政复议案件、行政诉讼案件败诉。",
    "因政府信息公开引起的行政复议5件，其中结果维持3件、结果纠正1件；行政诉讼3件，结果维持3件。",
    "政府信息公开行政复议、行政诉讼案件8件。",
    "收到行政复议案件100件，行政诉讼应诉70件。",  # not said to be about information
    "没有因政府信息公开被行政复议纠正两次以上的情形。",
    "政府信息公开行政诉讼3件，零败诉。",
    # documents
    "制发行政规范性文件6件，废止2件，现行有效31件。",
    "发布政策性文件11件、政策解读20篇。",
    # parts of numbers
    "公开信息100条，其中政策20条、动态80条。",
    "公开信息100条，其中政策20条、动态30条等。",
    "举办培训9场，其中线上4场。",
    "公开信息100条（一科40条、二科30条、三科30条）。",
    "公开信息100条，同比增长3%，其中政策20条，通知30条，动态50条；另有解读15条。",
]


def only(findings, text, *ids, **options):
    """Run the checks; give what is found by those of the family B."""
    found = findings(values=VALUES, prose=[text], **options)
    assert [key for key in found if key.startswith("B")] == list(ids), found
    return [found[key] for key in ids]


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_sentence_has_no_finding(findings, text):
    only(findings, text)


WRONG = [
    ("B1", "全年收到政府信息公开申请41件。", {"总计": 40}, {"总计": 41}),
    ("B1", "收到信息公开申请41件，其中自然人38件，企业3件。", {"总计": 40, "商业企业": 2}, None),
    ("B1", "收到公开申请40件，其中自然人37件，法人3件。", None, None),
    ("B1", "全年没有收到政府信息公开申请。", {"总计": 40}, {"总计": 0}),
    ("B2", "收到政府信息公开申请40件，办结40件。", {"（七）总计": 39}, {"（七）总计": 40}),
    ("B2", "收到政府信息公开申请40件，结转下年度办理2件。", {"四、结转下年度": 3}, None),
    ("B2", "上年结转政府信息公开申请1件。", {"二、上年结转": 2}, None),
    ("B3", "依申请公开：予以公开19件。", {"（一）予以公开": 20}, {"（一）予以公开": 19}),
    ("B3", "信息公开申请中，予以公开及部分公开20件。", None, None),
    ("B3", "信息公开申请办理：无法提供七件。", {"（四）无法提供各项之和": 8}, None),
    ("B3", "信息公开申请中，属于行政执法案卷2件。", {"7.属于行政执法案卷": 1}, None),
    ("B3", "依申请公开：3件因保护第三方合法权益不予公开。", {"4.保护第三方合法权益": 2}, None),
    ("B3", "信息公开申请中，因本机关不掌握相关政府信息无法提供8件。", None,
     {"1.本机关不掌握相关政府信息": 8}),
    ("B3", "收到公开申请40件，不予处理3件，其中重复申请2件。", {"2.重复申请": 3}, None),
    ("B4", "信息公开申请：予以公开20件，占55%。", {"占比": "51.28%"}, {"占比": "55%"}),
    ("B4", "政府信息公开申请办结率100%。", {"办结率": "92.86%"}, {"办结率": "100%"}),
    ("B5", "政府信息公开行政复议6件。", {"行政复议总计": 5}, {"行政复议总计": 6}),
    ("B5", "信息公开行政诉讼3件，结果维持2件。", {"行政诉讼结果维持": 3}, None),
    ("B5", "信息公开行政复议5件，均获维持。", {"行政复议结果纠正": 1, "行政复议尚未审结": 1}, None),
    ("B5", "信息公开行政复议5件，均已审结。", {"行政复议尚未审结": 1}, None),
    ("B6", "制发行政规范性文件5件。", {"规范性文件制发": 6}, {"规范性文件制发": 5}),
    ("B6", "集中公开现行有效的行政规范性文件三十件。", {"规范性文件现行有效": 31}, None),
    ("B8", "公开信息100条，其中政策20条、动态90条。", {"总数": 110}, {"总数": 100}),
    ("B8", "公开信息100条，其中政策20条，通知30条，动态40条。", {"总数": 90}, None),
    ("B9", "公开信息100条（甲局40条、乙局30条、丙镇20条）。", {"总数": 90}, None),
]  # fmt: skip


@pytest.mark.parametrize(("check", "text", "expected", "found"), WRONG)
def test_a_wrong_sentence_is_found_with_both_sides(findings, check, text, expected, found):
    (finding,) = only(findings, text, check)
    assert expected is None or finding.expected == expected
    assert found is None or finding.found == found
    assert "正文!C2" in str(finding.where[-1])


def test_nothing_said_of_reviews_that_there_are(findings):
    found = findings(values=VALUES, prose=["没有发生政府信息公开行政复议、行政诉讼。"])
    assert found["B5"].expected == {"行政复议总计": 5, "行政诉讼总计": 3}


def test_an_office_is_not_its_district(findings):
    text = "区政府办公室代表区政府受理政府信息公开申请11件。"
    (finding,) = only(findings, text, "B1", kind="政府")
    assert finding.severity is Severity.INFO
    assert "一个机关" in finding.message


def test_what_follows_of_one_office_is_its_own(findings):
    text = "区政府共收到政府信息公开申请11件，办结10件，不予公开1件。"
    found = only(findings, text, "B1", "B2", "B3", kind="政府")
    assert {finding.severity for finding in found} == {Severity.INFO}


def test_documents_of_the_government_itself_are_doubted(findings):
    text = "制发区政府规范性文件2件。"
    assert only(findings, text, "B6", kind="政府")[0].severity is Severity.WARNING


def test_cases_that_are_only_filed_are_doubted(findings):
    text = "全年备案政府信息公开行政诉讼案件2件。"
    (finding,) = only(findings, text, "B5")
    assert finding.severity is Severity.WARNING
    assert "备案" in finding.message


def test_what_is_carried_over_is_not_received(findings):
    (finding,) = only(findings, "收到政府信息公开申请42件。", "B1")
    assert "加上年结转" in finding.message


def test_blank_cells_leave_room_for_more_but_not_for_less(findings):
    blanks = dict.fromkeys(("table3.g.total", "table3.g.research"))
    values = TABLE3 | blanks
    assert "B3" not in findings(values=values, prose=["信息公开申请：予以公开21件。"])
    found = findings(values=values, prose=["信息公开申请：予以公开19件。"])["B3"]
    assert "至少 20" in found.message


def test_a_total_that_is_wrong_in_the_table_is_not_held_against_the_prose(findings):
    found = findings(values=VALUES | {"table3.g.total": 21}, prose=["依申请公开：予以公开20件。"])
    assert "A1" in found
    assert "B3" not in found


@pytest.mark.parametrize(
    ("sentence", "severity"),
    [
        ("比上年减少10件，下降20%", None),
        ("较上年减少了10件", None),
        ("比上年增加10件，下降20%", "error"),
        ("（同比增加10件）", "error"),
        ("比上年减少10件，增长20%", "error"),
        ("同比增长20%", "error"),
        ("比上年减少11件", "warning"),
        ("比上年减少10件，其中网上申请增加12件", None),
    ],
)
def test_a_change_that_is_typed_goes_the_way_of_the_tables(make, findings, sentence, severity):
    before = make(values={"table3.a.total": 50, "table3.a.natural": 50})
    prose = [f"收到政府信息公开申请40件{sentence}。"]
    found = findings(values={"table3.a.total": 40}, prose=prose, previous=before)
    finding = found.get("B4") or found.get("B13")
    assert (finding and finding.severity) == severity


def test_growth_is_reckoned_from_last_year(make, findings):
    previous = make(values={"table3.a.natural": 50, "table3.a.total": 50}, year=2020)
    right = "收到政府信息公开申请40件，同比下降20%。"
    assert "B4" not in findings(values=TABLE3, prose=[right], previous=previous)
    wrong = "收到政府信息公开申请40件，比上年下降25%。"
    found = findings(values=TABLE3, prose=[wrong], previous=previous)["B4"]
    assert (found.expected, found.found) == ({"同比": "-20.00%"}, {"同比": "-25%"})


BEFORE = {
    "table3.a.natural": 50, "table3.a.total": 50,
    "table3.g.natural": 20, "table3.g.total": 20,
    "table4.cases.review_upheld": 2, "table4.cases.review_total": 2,
    "table2.documents.made": 9,
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请40件，比上年减少10件。",
        "收到政府信息公开申请40件，比2020年减少10件，同比下降20%。",
        "收到政府信息公开申请40件，比2019年增加10件。",
        "收到政府信息公开申请40件，较去年有所下降。",
        "收到政府信息公开申请40件，比上年减少10余件。",
        "受理政府信息公开申请42件（含上年结转2件），较上年减少8件。",
        "信息公开申请中，予以公开20件，与上年持平。",
        "信息公开申请中，予以公开20件，与上年基本持平。",
        "因信息公开引起的行政复议5件，同比增加3件。",
        "制发规范性文件6件，比上年减少3件。",
        "收到政府信息公开申请40件，同比增长情况见附件。",
        "收到政府信息公开申请40件，受理热线5000件，比上年增加300件。",
    ],
)
def test_a_change_that_the_two_years_have_is_right(make, findings, text):
    found = findings(values=VALUES, prose=[text], previous=make(values=BEFORE, year=2020))
    assert found.keys().isdisjoint({"B4", "B13"})


@pytest.mark.parametrize(
    ("text", "expected", "severity"),
    [
        ("收到政府信息公开申请40件，比上年增加10件。", -10, Severity.ERROR),
        ("收到政府信息公开申请40件，比上年减少9件。", -10, Severity.WARNING),
        ("全年收到政府信息公开申请40件，较2020年增加了10件。", -10, Severity.ERROR),
        ("收到政府信息公开申请40件，比上年有所增加。", "减少 10", Severity.ERROR),
        ("收到政府信息公开申请40件，与上年持平。", "减少 10", Severity.ERROR),
        ("信息公开申请中，予以公开20件，同比增加2件。", 0, Severity.ERROR),
        ("信息公开申请中，予以公开20件，同比略有下降。", "持平", Severity.ERROR),
        ("因信息公开引起的行政复议5件，同比减少3件。", 3, Severity.ERROR),
        ("制发规范性文件6件，比上年增加3件。", -3, Severity.ERROR),
        ("受理政府信息公开申请42件（含上年结转2件），较上年增加8件。", -10, Severity.ERROR),
    ],
)
def test_a_change_that_the_two_years_do_not_have(make, findings, text, expected, severity):
    previous = make(values=BEFORE, year=2020)
    found = findings(values=VALUES, prose=[text], previous=previous)["B13"]
    assert (found.expected, found.severity) == ({"增减": expected}, severity)
    assert "B13" not in findings(values=VALUES, prose=[text])


def test_a_percentage_that_turns_the_change_round_is_an_error(make, findings):
    previous = make(values=BEFORE, year=2020)
    text = "收到政府信息公开申请40件，同比{}20%。"
    wrong = findings(values=TABLE3, prose=[text.format("增长")], previous=previous)["B4"]
    assert wrong.severity is Severity.ERROR
    assert "B4" not in findings(values=TABLE3, prose=[text.format("下降")], previous=previous)


def test_no_change_is_told_from_a_blank(make, findings):
    previous = make(values=BEFORE | {"table3.a.business": None, "table3.a.total": None}, year=2020)
    text = "收到政府信息公开申请40件，比上年增加10件。"
    assert "B13" not in findings(values=VALUES, prose=[text], previous=previous)


def test_last_years_number_is_held_against_last_years_report(make, findings):
    previous = make(values={"table3.a.natural": 50, "table3.a.total": 50}, year=2020)
    text = "2020年收到政府信息公开申请51件。"
    assert findings(prose=[text], previous=previous)["B1"].expected == {"上年新收": 50}
    assert "B1" not in findings(prose=[text])


FEES = "本年对{}件申请收取信息处理费{}元。其中，甲局1件，收取110元；乙局3件，收取400元。"


@pytest.mark.parametrize(
    ("cases", "amount", "sums"), [(4, 510, []), (4, 501, [510]), (5, 510, [4])]
)
def test_fees_add_up(make, cases, amount, sums):
    text = FEES.format(cases, amount)
    prose = (Passage(6, "", text, Address("f.xlsx", "正文", "C9")),)
    found = [f for f in run_checks(replace(make(), prose=prose)) if f.id == "B7"]
    assert [f.expected["总数"] for f in found] == sums


def test_what_is_bound_is_not_held_against_itself(make):
    values = VALUES | {"table3.g.total": {"value": 20, "name": "予以公开"}}
    filing = make(values=values, prose=["信息公开申请：予以公开{{ 予以公开 }}件，部分公开4件。"])
    case = Case.of(filing)
    assert case.prose[0].text == "信息公开申请：予以公开20件，部分公开4件。"
    assert [(c.topic, c.is_bound) for c in case.claims] == [("g", True), ("p", False)]


def test_a_computed_name_is_no_number(make):
    filing = make(prose=["信息公开申请办结率{{ 申请办结率 }}%。"])
    assert Case.of(filing).claims == ()


PIECES = [
    "收到", "受理", "政府信息公开申请", "依申请公开", "其中", "自然人", "予以公开", "及部分公开",
    "不予公开", "行政复议", "、行政诉讼", "均获维持", "现行有效规范性文件", "占", "办结率",
    "同比增长", "上年结转", "没有", "（", "）", "(", "，", "；", "。", "：", "\n", "等", "2021年",
    "12", "3,000", "１２", "三百", "万余", "件", "条", "%", "元",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_sentence_stops_the_checks(make, text):
    run_checks(make(values=VALUES, prose=[text]), make(year=2020))


def test_money_is_no_matter_but_that_of_fees(findings):
    assert "B8" not in findings(prose=["投入5万元，其中甲项2万元，乙项2.5万元。"])
