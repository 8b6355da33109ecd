"""D1 to D13: years, sections, terms and what was left over; made-up texts."""

from dataclasses import replace

import pytest

from nianbao.checks import Severity, run_checks
from nianbao.filing.figure import Address
from nianbao.filing.filing import Passage
from nianbao.filing.printed import Line, Misprint, Printed
from nianbao.forms import load_form

WHERE = Address("报告.txt", "正文", "A7")
TITLES = [section.title for section in load_form("2021").sections]
RIGHT = {
    0: "本报告数据的统计期为2022年1月1日至2022年12月31日，电话：000-00000000。",
    1: "主动公开各类信息，受理依申请公开，规范政府信息管理，建设公开平台，加强监督保障。"
    "工作考核、社会评议结果良好，没有责任追究情形。",
    5: "公开目录更新较慢。下一步，2023年将修订目录，明确报送时限。",
    6: "全年没有收取信息处理费。",
}


@pytest.fixture
def told(make):
    """Give what the family D finds of a report for 2022, by id."""

    def find(changes=(), *, printed=None, name="示例区示例局", kind="部门", year=2022):
        sections = {**RIGHT, **dict(changes)}
        prose = tuple(Passage(n, "", text, WHERE) for n, text in sections.items() if text)
        filing = replace(make("2021", year=year, kind=kind), prose=prose, printed=printed)
        agency = filing.agency.model_copy(update={"name": name})
        found = run_checks(replace(filing, agency=agency))
        return {f.id: f for f in found if f.id.startswith("D")}

    return find


def test_a_right_report_has_no_finding(told):
    assert told() == {}
    assert told(kind="政府") == {}
    assert told(printed=printed()) == {}


def printed(headings=None, **changes):
    lines = headings or dict(enumerate(TITLES, start=1))
    lines = {number: Line(text, WHERE) for number, text in lines.items()}
    title = Line("示例区示例局2022年政府信息公开工作年度报告", WHERE)
    return replace(Printed(title=title, headings=lines), **changes)


TEMPLATE_NOTE = load_form("2021").sections[4].note
WRONG = [
    ("D1", {0: "统计期限自2022年1月1日起至2021年12月31日止。"}),
    ("D1", {0: "所列数据的统计期限从2021年1月1日起到12月31日止。"}),
    ("D1", {0: "统计期为2022年1月1日至11月30日。"}),
    ("D1", {1: RIGHT[1] + "2021年，公开信息80条。"}),
    ("D1", {5: "公开目录更新较慢。2022年，我局将继续修订目录，明确时限。"}),
    ("D3", {0: "依照国办公开办函〔2019〕60号编制。"}),
    ("D7", {1: "主动公开各类信息，受理依申请公开，规范政府信息管理，加强监督保障。"}),
    ("D8", {5: ""}),
    ("D8", {5: "无。"}),
    ("D8", {5: "更新较慢，将改进。"}),
    ("D8", {1: ""}),
    ("D8", {1: " \u3000\n "}),
    ("D8", {1: "无"}),
    ("D8", {1: "一、"}),
    ("D8", {1: "——"}),
    ("D8", {5: "〇"}),
    ("D8", {5: "不涉及。"}),
    ("D8", {6: "/"}),
    ("D8", {6: "〇"}),
    ("D8", {6: "略。"}),
    ("D8", {6: ""}),
    ("D8", {6: "示例县示例局 2022年1月13日"}),
    ("D9", {6: "没有其他需要报告的事项。"}),
    ("D10", {1: RIGHT[1] + "一是修订目录；三是培训。"}),
    ("D10", {1: RIGHT[1] + "一是修订目录；二是培训；二是检查。"}),
    ("D11", {1: RIGHT[1] + "公开信息XX条。"}),
    ("D11", {1: RIGHT[1] + "由××局负责。"}),
    ("D11", {1: RIGHT[1] + "（文字描述）"}),
    ("D11", {1: RIGHT[1] + "（略）"}),
    ("D11", {1: RIGHT[1] + "一是修订目录。［……］三是检查。"}),
    ("D11", {5: RIGHT[5] + TEMPLATE_NOTE}),
    ("D11", {1: RIGHT[1] + "公开信息X件。"}),
    ("D11", {1: RIGHT[1] + "公开信息□□条。"}),
    ("D11", {1: RIGHT[1] + "由○○局负责。"}),
    ("D11", {1: RIGHT[1] + "由{机关名称}负责。"}),
    ("D11", {1: RIGHT[1] + "由（机关名称）负责。"}),
    ("D11", {1: RIGHT[1] + "公开信息12条（待核实）。"}),
    ("D11", {1: RIGHT[1] + "公开信息#REF!条。"}),
    ("D11", {1: RIGHT[1] + "公开信息NaN条。"}),
    ("D11", {1: RIGHT[1] + "见错误！未找到引用源。"}),
    ("D11", {1: RIGHT[1] + "我委加强检查。"}),
    ("D12", {1: RIGHT[1] + "见示办发[2022]8号。"}),
    ("D12", {1: RIGHT[1] + "公开目录,更新栏目。"}),
    ("D12", {1: RIGHT[1] + "2022年03月05日开展培训。"}),
    ("D13", {1: RIGHT[1] + "对不子公开的逐件说明。"}),
    ("D13", {1: RIGHT[1] + "依据《中华人名共和国政府信息公开条例》。"}),
    ("D13", {1: RIGHT[1] + "依据《中华人民共和国政府信息公开条列》。"}),
    ("D13", {1: RIGHT[1] + "规范行政处罪决定的公开。"}),
]


@pytest.mark.parametrize(("check", "changes"), WRONG)
def test_what_is_wrong_is_found_and_nothing_else(told, check, changes):
    found = told(changes)
    assert list(found) == [check]
    assert found[check].where[-1] == WHERE


@pytest.mark.parametrize(
    "changes",
    [
        {1: RIGHT[1] + "2021年，公开信息80条；2022年，公开信息90条。"},
        {1: RIGHT[1] + "与2021年相比，增加10条。"},
        {1: RIGHT[1] + "自2021年起，设立查询点3个。"},
        {1: RIGHT[1] + "《公开目录（2021年版）》收录12项。"},
        {1: RIGHT[1] + "一是修订目录。二是培训。一是检查。二是通报。"},
        {1: RIGHT[1] + "二○○九年、二〇〇八年的文件逐件清理，栏目宽3×4米，X光机采购信息一并公开。"},
        {1: RIGHT[1] + "网址www.xxgk.example.cn，信箱xxgk@example.cn。"},
        {1: RIGHT[1] + "我局加强检查，见示办发〔2022〕8号。"},
        {5: "公开目录更新较慢。2022年，我局将公开工作纳入考核，明确时限。"},
        {1: RIGHT[1] + "2021年，公开信息80条。2022年，公开信息90条。"},
        {1: RIGHT[1] + "公民可以申请公开政府信息，与政府信息息息相关。自我局限要破除。"},
        {6: "无其他事项；信息处理费0元。"},
    ],
)
def test_what_only_looks_wrong_is_left_alone(told, changes):
    assert told(changes) == {}


@pytest.mark.parametrize("text", ["［……］", RIGHT[1] + "一是修订目录。［……］三是检查。"])
def test_of_a_printed_report_parts_may_be_left_out(told, text):
    assert told({1: text}, printed=printed()) == {}


@pytest.mark.parametrize("kind", ["部门", "政府", "乡镇", "政府办公室"])
@pytest.mark.parametrize("blank", [{1}, {5}, {6}, {1, 5}, {1, 5, 6}])
def test_each_section_of_words_that_is_blank_is_one_error(make, kind, blank):
    said = {number: "" if number in blank else text for number, text in RIGHT.items()}
    prose = tuple(Passage(n, "", text, WHERE) for n, text in said.items() if text)
    found = run_checks(replace(make("2021", year=2022, kind=kind), prose=prose))
    titles = [TITLES[number - 1] for number in sorted(blank)]
    assert [(f.id, f.severity, f.message) for f in found] == [
        ("D8", Severity.ERROR, f"“{title}”没有内容") for title in titles
    ]


def test_a_filing_without_any_words_is_three_errors(make):
    found = run_checks(replace(make("2021"), prose=()))
    assert [(f.id, f.message[1:4]) for f in found] == [
        ("D8", f"{number}、{word}") for number, word in [("一", "总"), ("五", "存"), ("六", "其")]
    ]


def test_section_one_is_judged_though_section_five_is_blank(told):
    assert list(told({1: "公开各类信息，逐件登记，定期核对栏目，按月通报结果。", 5: ""})) == [
        "D8",
        "D7",
    ]


@pytest.mark.parametrize(
    ("rows", "bare"),
    [
        ([("（一）主动公开", RIGHT[1]), ("（二）平台建设", "")], ["（二）平台建设"]),
        ([("（一）主动公开", ""), ("（二）平台建设", RIGHT[1])], ["（一）主动公开"]),
        ([("主动公开", ""), ("平台建设", RIGHT[1])], ["主动公开"]),
        ([("（一）主动公开", ""), ("", RIGHT[1])], []),
        ([("（一）主动公开", ""), ("1.平台建设", RIGHT[1])], []),
    ],
)
def test_a_heading_stands_above_nothing(make, rows, bare):
    first = tuple(Passage(1, heading, text, WHERE) for heading, text in rows)
    rest = tuple(Passage(n, "", RIGHT[n], WHERE) for n in (5, 6))
    found = run_checks(replace(make("2021", year=2022), prose=first + rest))
    assert [f.message for f in found] == [f"“{heading}”下面没有内容" for heading in bare]


@pytest.mark.parametrize(("name", "is_found"), [("某县财政局", True), ("示例区财政局", False)])
def test_words_of_the_sample_are_left_over(told, name, is_found):
    found = told({1: RIGHT[1] + "示例县教育局加强检查。"}, name=name)
    assert list(found) == (["D11"] if is_found else [])


@pytest.mark.parametrize(
    ("name", "printed_name", "is_found"),
    [
        ("示例区交通运输局", "示例区交通运翰局", True),
        ("示例区交通运输局", "示例县交通运输局", False),
        ("示例区财政局", "示例区民政局", False),
    ],
)
def test_the_own_name_is_misprinted(told, name, printed_name, is_found):
    found = told({6: RIGHT[6] + printed_name}, name=name)
    assert list(found) == (["D13"] if is_found else [])


def test_the_title_has_another_year(told):
    title = Line("示例区示例局2021年政府信息公开工作年度报告", WHERE)
    found = told(printed=printed(title=title))["D1"]
    assert (found.expected, found.found) == ({"年份": 2022}, {"年份": 2021})
    assert found.where == (WHERE,)


def test_a_table_is_on_the_old_form(told):
    tables = {"table2": "2021", "table3": "2019", "table4": "2021"}
    found = told(printed=printed(tables=tables))["D2"]
    assert (found.expected, found.found) == ({"表三": "2021"}, {"表三": "2019"})


def test_all_tables_are_on_the_old_form(make):
    found = {f.id: f for f in run_checks(make("2019", year=2022))}["D2"]
    assert found.found == {"表二": "2019", "表三": "2019", "表四": "2019"}


def test_a_heading_is_missing(told):
    found = told({6: ""}, printed=printed(dict(enumerate(TITLES[:5], start=1))))
    assert found["D4"].severity is Severity.ERROR
    assert "六、其他需要报告的事项" in found["D4"].message
    assert "D8" not in found


@pytest.mark.parametrize(
    ("heading", "is_found"),
    [("一、总体情况（文字描述）", False), ("一、 总体情况", False), ("一、总的情况", True)],
)
def test_a_heading_is_worded_otherwise(told, heading, is_found):
    lines = {**dict(enumerate(TITLES, start=1)), 1: heading}
    found = told(printed=printed(lines))
    assert list(found) == (["D4"] if is_found else [])


def test_headings_stand_in_another_order(told):
    lines = dict(enumerate(TITLES, start=1))
    found = told(printed=printed({2: lines.pop(2), **lines}))
    assert "次序" in found["D4"].message


def test_labels_are_misprinted(told):
    misprint = Misprint("table3", "2.重复申请", "2.重复申清", WHERE)
    found = told(printed=printed(misprints=(misprint,)))["D5"]
    assert (found.expected, found.found) == (
        {"2.重复申请": "2.重复申请"},
        {"2.重复申请": "2.重复申清"},
    )
    assert found.where == (WHERE,)


def test_section_one_is_long(told):
    found = told({1: RIGHT[1] * 20})["D6"]
    assert found.severity is Severity.INFO
    assert found.found["字数"] > 1000


def test_a_government_tells_of_appraisal(told):
    text = RIGHT[1].partition("工作考核")[0]
    assert told({1: text}) == {}
    assert "社会评议" in told({1: text}, kind="政府")["D7"].message


def test_a_name_left_over_in_a_printed_report(told):
    text = RIGHT[1] + "公开{{ 件数 }}条。"
    assert "D11" in told({1: text}, printed=printed())
    assert "D11" not in told({1: text})  # it will be filled in, or the report is not made


def test_before_2021_nothing_is_said_of_fees(make):
    prose = tuple(Passage(n, "", t.replace("2022", "2020"), WHERE) for n, t in RIGHT.items())
    prose = (*prose[:-1], Passage(6, "", "无。", WHERE))
    found = run_checks(replace(make("2019", year=2020), prose=prose))
    assert not {f.id for f in found} & {"D8", "D9"}
