"""Prose as it will be printed: a rise that is none, a figure without a value, words for both."""

import pytest

from nianbao import report
from nianbao.checks import CHECKS
from nianbao.checks.finding import Severity
from nianbao.errors import TemplateError
from nianbao.filing.template import BLANK
from nianbao.report.narrative import prose_errors
from workbooks import content

SECTION = "一、总体情况"


def applications(new, other=0):
    """New applications of natural persons, all of them made public."""
    total = new + other
    cells = {"a.natural": new, "a.total": total, "g.natural": new, "g.total": total}
    cells |= {"a.business": other, "g.business": other}
    rest = {"t.natural": new, "t.business": other, "t.total": total}
    nothing = dict.fromkeys(
        f"{row}.{who}" for row in ("b", "p", "u1", "f") for who in ("natural", "business", "total")
    )
    return {f"table3.{at}": value or 0 for at, value in (cells | rest | nothing).items()}


@pytest.fixture
def written(load):
    """Give the text that a sentence becomes, and the findings about it by id."""

    def write(sentence, now=7, before=7, **changes):
        filed = load(
            now=content(
                values=applications(now) | changes.pop("values", {}),
                prose=((SECTION, "", sentence),),
                **changes,
            ),
            before=None if before is None else content(values=applications(before), prose=()),
        )
        assert list(prose_errors(filed)) == []
        (paragraph,) = report.section(filed, 1).blocks[1:]
        found = [item for item in filed.findings if item.id in {"B11", "B12"}]
        return paragraph.text, found

    return write


IN_WORDS = [
    (22, 7, "比上年{{ 新收申请|增减 }}，{{ 新收申请|同比 }}。", "比上年增加15件，增长214.29%。"),
    (7, 22, "比上年{{ 新收申请|增减 }}，{{ 新收申请|同比 }}。", "比上年减少15件，下降68.18%。"),
    (7, 7, "与上年{{ 新收申请|增减 }}，同比{{新收申请|同比}}。", "与上年持平，同比持平。"),
    (0, 0, "与上年{{ 新收申请|增减 }}，同比{{ 新收申请|同比 }}。", "与上年持平，同比持平。"),
    (14, 0, "同比{{ 新收申请|同比 }}。", "同比增加14件（上年为0件）。"),
    (0, 14, "同比{{ 新收申请|同比 }}。", "同比下降100%。"),
    (100_001, 100_000, "同比{{ 新收申请|同比 }}。", "同比增加1件。"),
]


@pytest.mark.parametrize(("now", "before", "sentence", "text"), IN_WORDS)
def test_a_change_is_put_into_words(written, now, before, sentence, text):
    assert written(sentence, now, before) == (text, [])


def test_between_percents_the_change_is_in_points(load):
    facts = (("发布渠道", "满意率", 97.5, "%", ""), ("", "金额", 3.5, "万元", ""))
    then = (("发布渠道", "满意率", 99, "%", ""), ("", "金额", 1.25, "万元", ""))
    sentence = "{{ 满意率|增减 }}，{{ 满意率|同比 }}；{{ 金额|增减 }}，{{ 金额|同比 }}。"
    filed = load(
        now=content(facts=facts, prose=((SECTION, "", sentence),)),
        before=content(facts=then, prose=()),
    )
    (paragraph,) = report.section(filed, 1).blocks[1:]
    assert paragraph.text == "降低1.5个百分点，降低1.5个百分点；增加2.25万元，增长180%。"
    assert not {item.id for item in filed.findings} & {"B11", "B12"}


def test_words_and_numbers_of_a_change_are_those_of_its_figure(load):
    prose = ((SECTION, "", "{{ 新收申请|增减 }}"),)
    filed = load(now=content(values=applications(7), prose=prose), before=content(
        values=applications(9), prose=()))  # fmt: skip
    (paragraph,) = report.section(filed, 1).blocks[1:]
    before, number, after = paragraph.inlines
    assert (before, number.text, after) == ("减少", "2", "件")
    assert filed.figures[number.ref].value == -2


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("{{ 新收申请|增加 }}", "增减"),
        ("{{ 新收申请|同期 }}", "同比"),
        ("{{ 新收申请|upper }}", "增减"),
        ("{{ 新收申请|增减(2) }}", "竖线"),
        ("{{ 新收申请|增减|同比 }}", "竖线"),
        ("{{ 新收申请｜增减 }}", "竖线"),
        ("{{ (1+1)|增减 }}", "竖线"),
        ("{{ 机关名称|增减 }}", "不与上一年比较"),
        ("{{ 新收申请_自然人|增减 }}", "不与上一年比较"),
        ("{{ 增减_新收申请|增减 }}", "不与上一年比较"),
        ("{{ 新收申清|增减 }}", "新收申请"),
    ],
)
def test_only_two_filters_are_known(load, part, told):
    filed = load(now=content(prose=((SECTION, "", part),)), before=content(prose=()))
    (error,) = prose_errors(filed)
    assert isinstance(error, TemplateError)
    assert told in str(error)
    assert "正文!C" in error.where


TURNED = [
    (7, 22, "比上年增加{{ 增减_新收申请 }}件", "减少15件"),
    (7, 22, "比上年增加了 {{ 增减_新收申请 }} 件", "减少15件"),
    (7, 22, "比上年增加（{{ 增减_新收申请 }}）件", "减少15件"),
    (7, 22, "比上年减少{{ 增减_新收申请 }}件", "减少15件"),
    (7, 22, "比上年多{{ 增减_新收申请 }}件", "减少15件"),
    (7, 22, "比上年{{ 增减_新收申请 }}件", "减少15件"),
    (7, 22, "同比增长{{ 同比_新收申请 }}%", "下降68.18%"),
    (0, 7, "新收申请增长{{ 同比_新收申请 }}%", "下降100%"),
    (7, 7, "比上年增加{{ 增减_新收申请 }}件", "持平"),
    (7, 7, "同比下降{{ 同比_新收申请 }}%", "持平"),
    (22, 7, "比上年减少{{ 增减_新收申请 }}件", "增加15件"),
    (22, 7, "同比下降了{{ 同比_新收申请 }}%", "增长214.29%"),
    (22, 7, "较上年少{{ 增减_新收申请 }}件", "增加15件"),
    (22, 7, "比上年增加{{ 新收申请|增减 }}", "增加15件"),
    (7, 22, "比上年增加{{ 新收申请|增减 }}", "减少15件"),
    (22, 7, "比上年{{ 新收申请|增减 }}件", "增加15件"),
    (22, 7, "同比{{ 新收申请|同比 }}%", "增长214.29%"),
]


@pytest.mark.parametrize(("now", "before", "sentence", "instead"), TURNED)
def test_a_change_by_name_that_goes_another_way_than_its_word(
    written, now, before, sentence, instead
):
    _, (found,) = written(f"全年新收申请若干，{sentence}。", now, before)
    assert (found.id, found.severity) == ("B12", Severity.ERROR)
    assert found.expected == {"写法": instead}
    assert instead in found.message
    assert found.where[0].sheet == "正文"


TYPED = [
    ("比上年增加-15件", "减少15件"),
    ("增长-100%", "下降100%"),
    ("下降-5%", "下降5%"),
    ("减少-3", "减少3"),
    ("比上年减少-3件", "“减少3件”或“增加3件”"),
    ("较上年多-2件", "少2件"),
    ("较去年同期少了 -2 件", "少2件"),
    ("上升了−3个百分点", "下降3个百分点"),
    ("提高（－0.5）个百分点", "降低0.5"),
    ("增加负15件", "减少15件"),
    ("增加负十五件", "减少十五件"),
    ("增长百分之负五", "下降五"),
    ("增加新收申请-15件", "减少15件"),
    ("实现-5%的增长", "下降5%"),
    ("与上年相比，多-2件", "少2件"),
    ("比上年-15件", "减少15件"),
    ("比上年增加0件", "持平"),
    ("同比增长 0.00 %", "持平"),
    ("减少了０件", "持平"),
    ("同比持平，回落0个百分点", "持平"),
]


@pytest.mark.parametrize(("sentence", "instead"), TYPED)
def test_a_typed_change_with_a_sign_or_of_nothing(written, sentence, instead):
    text, (found,) = written(f"主动公开信息{sentence}。")
    assert sentence in text
    assert (found.id, found.severity) == ("B12", Severity.ERROR)
    assert instead in found.message


@pytest.mark.parametrize(
    "sentence",
    [
        "比上年增加15件，增长12.5%，下降0.5个百分点。",
        "增加15-20件，减少2—3件，2023-2024年增加3件。",
        "增长率为-5%，增幅-3%，增减-15件。",
        "由5件减少至0件，减少到0，下降为0。",
        "新增0件，最多0件，至少0件，增加0.5万元，增加10件。",
        "增加零件供应，提高12345-2热线接通率，增长点-3。",
        "比上年减少{{ 新收申请 }}件。",
        "比上年{{ 新收申请|增减 }}，年内持续增加。{{ 新收申请|增减 }}，件件有回音。",
        "增减{{ 增减_新收申请 }}件，增速{{ 同比_新收申请 }}%，上年{{ 上年_新收申请 }}件。",
        "上年减少，今年增加，2024-2025年规划；减少2024-1号文件。",
    ],
)
def test_what_only_looks_like_it_is_left_alone(written, sentence):
    assert written(sentence, 7, 22)[1] == []


HOLES = [
    ("网站发布{{ 甲 }}条", "工作数据“甲”空白"),
    ("{{ 甲 }}", "工作数据“甲”空白"),
    ("增加{{ 甲 }}条", "工作数据“甲”空白"),
    ("网站发布{{ 乙 }}条", "工作数据“乙”不是数"),
    ("热线办结率{{ 热线办结率 }}%", "“热线受理”空白"),
    ("满意率  %", "缺数字"),
    ("办结率为%", "缺数字"),
    ("共公开信息 条，", "缺数字"),
    ("上年为{{ 上年_甲 }}条", "工作数据“甲”空白"),
    ("比上年{{ 甲|增减 }}", "工作数据“甲”空白"),
    ("比上年{{ 丙|增减 }}，增长{{ 同比_丙 }}%", "上一年的年报没有这一项的数"),
]
FACTS = (
    ("发布渠道", "甲", None, "条", ""),
    ("", "乙", "若干", "条", ""),
    ("", "丙", 3, "条", ""),
    ("热线办理", "热线受理", None, "件", ""),
    ("", "热线办结", 5, "件", ""),
)


@pytest.mark.parametrize(("sentence", "reason"), HOLES)
def test_a_number_that_is_not_there(written, sentence, reason):
    text, found = written(f"全年{sentence}。", facts=FACTS)
    assert {(item.id, item.severity) for item in found} == {("B11", Severity.ERROR)}
    assert reason in found[0].message
    assert (BLANK in text) is ("{{" in sentence and "乙" not in sentence)


NOTHING = [
    ("办结率{{ 申请办结率 }}%", 0, 0, "作分母的数是 0"),
    ("不予公开占{{ 不予公开占比 }}%", 0, 7, "作分母的数是 0"),
    ("同比增长{{ 同比_新收申请 }}%", 14, 0, "印作“增加14件（上年为0件）”"),
    ("上年为{{ 上年_新收申请 }}件", 7, None, "没有上一年的填报表"),
    ("比上年增加{{ 增减_新收申请 }}件", 7, None, "没有上一年的填报表"),
    ("比上年{{ 新收申请|增减 }}", 7, None, "没有上一年的填报表"),
    ("同比{{ 新收申请|同比 }}", 7, None, "没有上一年的填报表"),
    ("上年办结率{{ 上年_申请办结率 }}%", 7, 0, "上一年的年报没有这一项的数"),
]


@pytest.mark.parametrize(("sentence", "now", "before", "told"), NOTHING)
def test_a_percentage_of_nothing_and_a_year_that_is_not_there(written, sentence, now, before, told):
    text, found = written(f"全年{sentence}。", now, before)
    assert BLANK in text
    assert [(item.id, item.severity) for item in found] == [("B11", Severity.ERROR)]
    assert told in found[0].message


def test_what_is_withheld_follows_from_what_must_be_corrected(written):
    text, (found,) = written(
        "办结率{{ 申请办结率 }}%。", values={"table3.t.total": 99, "table3.t.natural": 7}
    )
    assert text == f"办结率{BLANK}%。"
    assert found.cause
    assert "改正前不计算" in found.message


def test_a_total_left_open_is_no_hole(written):
    values = {"table3.a.total": None, "table3.t.total": None, "table3.g.total": None}
    text, found = written("新收{{ 新收申请 }}件，办结率{{ 申请办结率 }}%。", values=values)
    assert (text, found) == ("新收7件，办结率100%。", [])


def test_each_check_is_in_the_list():
    assert {"B11", "B12"} <= {check.id for check in CHECKS}


def test_a_sentence_that_names_the_same_figure_rightly_is_not_pointed_at(written):
    text, (found,) = written("比上年{{ 新收申请|增减 }}，比上年减少{{ 增减_新收申请 }}件。", 22, 7)
    assert text == "比上年增加15件，比上年减少15件。"
    assert (found.refs, found.found) == ((), {"写法": "减少15件"})
