"""Prose templates: figures go in by name, and nothing else in them is alive."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao import report
from nianbao.errors import TemplateError
from nianbao.filing.figure import Address, Figure
from nianbao.filing.filing import Text
from nianbao.filing.template import BLANK
from nianbao.report.inlines import Number
from nianbao.report.narrative import fill
from workbooks import AGENCY, content

ADDRESS = Address("sources/shili/2022.xlsx", "正文", "C5")
RECEIVED = Figure(
    "table3.a.total", "新收申请", "新收", 14, "件", "14", Address("f.xlsx", "依申请公开", "J5")
)
RATE = Figure("rates.办结率", "办结率", "办结率", Decimal("93.33"), "%", derivation="甲 ÷ 乙")
EMPTY = Figure("facts.网站", "网站", "网站", None, "条", "", Address("f.xlsx", "工作数据", "C2"))
NAMES = {
    "新收申请": RECEIVED,
    "办结率": RATE,
    "网站": EMPTY,
    "机关名称": Text("示例县教育局", ADDRESS),
}


def test_fill_puts_figures_in_with_their_addresses():
    parts = list(fill("新收{{ 新收申请 }}件，办结率{{办结率}}%。", NAMES, ADDRESS))
    assert parts == [
        "新收",
        Number("14", "table3.a.total", "f.xlsx#依申请公开!J5", "件"),
        "件，办结率",
        Number("93.33", "rates.办结率", "甲 ÷ 乙", "%"),
        "%。",
    ]


def test_fill_puts_basics_in_as_text():
    assert "".join(fill("由{{ 机关名称 }}编制", NAMES, ADDRESS)) == "由示例县教育局编制"


def test_fill_shows_a_blank_figure_as_blank_and_not_as_zero():
    (number,) = fill("{{ 网站 }}", NAMES, ADDRESS)
    assert number.text == BLANK


def test_fill_unknown_name_gives_place_and_nearest_name():
    with pytest.raises(TemplateError) as caught:
        list(fill("新收{{ 新收申清 }}件", NAMES, ADDRESS))
    assert "sources/shili/2022.xlsx#正文!C5" in str(caught.value)
    assert "新收申清" in caught.value.found
    assert "新收申请" in caught.value.hint


@pytest.mark.parametrize("name", ["上年_新收申请", "增减_新收申请", "同比_新收申请"])
def test_fill_tells_that_last_year_is_not_there(name):
    with pytest.raises(TemplateError) as caught:
        list(fill("{{ " + name + " }}", NAMES, ADDRESS))
    assert "上一年" in caught.value.hint
    assert "最接近" not in caught.value.hint


@pytest.mark.parametrize(
    "template",
    [
        "{{ 新收申请.__class__ }}",
        "{{ 新收申请() }}",
        "{{ 新收申请|upper }}",
        "{{ 7*7 }}",
        "{{ '文字' }}",
        "{% for i in range(10) %}{% endfor %}",
        "{% raw %}{{ x }}{% endraw %}",
        "{# 注释 #}",
        "{{ 新收申请",
        "{{ }}",
        "新收｛｛新收申请｝｝件",
        "新收{ 新收申请 }件",
        "新收{{ 新收申请 }}}件",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    ],
)
def test_fill_refuses_anything_but_text_and_names(template):
    with pytest.raises(TemplateError) as caught:
        list(fill(template, NAMES, ADDRESS))
    assert caught.value.where == str(ADDRESS)
    assert len(str(caught.value)) < 400


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=80))
def test_fill_leaves_text_without_braces_alone(text):
    plain = re.sub(r"[{}｛｝]", "", text)
    assert "".join(fill(plain, NAMES, ADDRESS)) == plain


@pytest.mark.parametrize("date", ["2025-01-08", "2025年1月8日", "2025/1/8", "二〇二五年一月八日"])
def test_a_dated_report_is_signed(load, date):
    signed = report.signature(load(now=content(basics={"成文日期": date})))
    assert [block.text for block in signed.blocks] == [AGENCY.name, "2025年1月8日"]
    assert {block.role for block in signed.blocks} == {"signature"}


def test_who_signs_may_be_named(load):
    basics = {"署名": "示例县教育局办公室", "成文日期": "2025年初"}
    signed = report.signature(load(now=content(basics=basics)))
    assert [block.text for block in signed.blocks] == ["示例县教育局办公室", "2025年初"]


@pytest.mark.parametrize("basics", [{}, {"成文日期": ""}, {"署名": "示例县教育局"}])
def test_without_a_date_nothing_is_signed(load, basics):
    assert report.signature(load(now=content(basics=basics))).blocks == ()
