"""Charts: they draw what they say, in text that stays text, and the same bytes each time."""

import re

import pytest
from defusedxml import ElementTree

from nianbao import report
from nianbao.report.bars import COLOURS, FONT, Series, draw_bars
from nianbao.report.blocks import Edition
from workbooks import content

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(item.itertext()) for item in ElementTree.fromstring(svg).iter(SVG + "text")]


def widths(svg):
    """The lengths of the bars, from top to bottom, in parts of the longest."""
    lengths = []
    for path in ElementTree.fromstring(svg).iter(SVG + "path"):
        if any(colour.lower() in path.get("style", "") for colour in COLOURS):
            xs = [float(x) for x in re.findall(r"[ML] ([\d.]+)", path.get("d"))]
            lengths.append(max(xs) - min(xs))
    return [length / max(lengths) for length in lengths]


def hotline(unit="件"):
    return content(facts=(("热线办理", "热线受理", 108, unit, ""), ("", "满意率", 99, "%", "")))


@pytest.mark.parametrize("name", ["channels", "applicants", "outcome_chart"])
def test_chart_says_its_data_in_words_as_a_table_and_as_text(load, name):
    chart = getattr(report, name)(load())
    drawn = texts(chart.svg)
    for label, number in chart.rows:
        assert label in chart.alt
        assert number in chart.alt
        assert number in drawn
        assert label in drawn
    assert "示例市示例局" in chart.source


def test_channels_draw_the_facts_of_their_category_only(load):
    assert report.channels(load()).rows == (("网站发布数", "12 条"), ("微信发布数", "30 条"))


def test_channels_stand_beside_last_year_where_all_are_known(load):
    chart = report.channels(load(before=content()))
    assert chart.columns == ("项目", "2023年", "2024年")
    assert ("网站发布数", "12 条", "12 条") in chart.rows


def test_channels_stand_alone_where_one_is_new(load):
    before = content(facts=(("发布渠道", "网站发布数", 9, "条", ""),), prose=())
    assert report.channels(load(before=before)).columns == ("项目", "数量")


def test_outcomes_draw_groups_and_those_carried_over(load):
    rows = dict(report.outcome_chart(load()).rows)
    assert rows["予以公开"] == "4 件"
    assert rows["无法提供"] == "2 件"
    assert rows["结转下年度"] == "1 件"


def test_hotline_is_for_the_reviewer_unless_the_batch_asks(load):
    assert report.hotline(load(now=hotline())).edition is Edition.REVIEW
    assert report.hotline(load(now=hotline(), public_hotline=True)).edition is Edition.BOTH


def test_hotline_states_shares_in_words_and_draws_counts_only(load):
    chart = report.hotline(load(now=hotline()))
    assert chart.rows == (("热线受理", "108 件"),)
    assert "满意率 99%" in chart.caption


def test_year_on_year_draws_both_years(load):
    chart = report.year_on_year(load(before=content()))
    assert chart.columns == ("项目", "2023年", "2024年")
    assert ("新收申请", "7 件", "7 件") in chart.rows
    assert {"2023年", "2024年"} <= set(texts(chart.svg))


def test_without_data_there_is_no_chart(load):
    empty = load(now=content(facts=(), prose=()))
    for name, why in {
        "channels": "没有“发布渠道”一类的数",
        "hotline": "没有“热线办理”一类的件数",
        "year_on_year": "没有上一年的填报表",
    }.items():
        told = getattr(report, name)(empty)
        assert (told.edition, told.role) == (Edition.REVIEW, "note")
        assert why in told.text


def test_zeros_one_value_and_hostile_labels_are_drawn():
    label = "<script>$x^2$ & “引号”"
    svg = draw_bars("k", [label], [Series("", (0,), ("0 件",))])
    assert label[:15] in texts(svg)[0]
    assert "0 件" in texts(svg)


def channels_of(load, *facts):
    lines = tuple(("发布渠道", name, value, unit, "") for name, value, unit in facts)
    return report.channels(load(now=content(facts=lines, prose=())))


def test_long_labels_are_drawn_whole_over_several_lines(load):
    names = [f"示例市人民政府门户网站政务公开专栏第{place}子栏目" for place in "一二三"]
    chart = channels_of(load, *((name, 3, "条") for name in names))
    drawn = "".join(texts(chart.svg))
    assert all(name in drawn for name in names)


def test_what_no_label_can_hold_is_shortened_and_stays_whole_in_words(load):
    name = "示例渠道" * 12
    chart = channels_of(load, (name, 3, "条"))
    assert name in chart.alt
    assert any(text.endswith("…") for text in texts(chart.svg))


def test_each_unit_has_an_axis_of_its_own(load):
    chart = channels_of(load, ("网站", 60000, "条"), ("公报", 12, "期"), ("微信", 30000, "条"))
    assert {"单位：条", "单位：期"} <= set(texts(chart.svg))
    assert widths(chart.svg) == pytest.approx([1, 0.5, 1])
    assert [name for name, _ in chart.rows] == ["网站", "公报", "微信"]


def test_one_unit_is_named_beside_its_numbers_alone(load):
    chart = channels_of(load, ("网站", 4, "条"), ("微信", 1, "条"))
    assert not any("单位" in text for text in texts(chart.svg))
    assert widths(chart.svg) == pytest.approx([1, 0.25])


@pytest.mark.parametrize("value", ["1164546", "4166.241619"])
def test_numbers_beside_the_longest_bars_stay_inside_the_drawing(value):
    svg = draw_bars("k", ["示例" * 6], [Series("", (float(value),), (f"{value} 万元",))])
    root = ElementTree.fromstring(svg)
    (number,) = (item for item in root.iter(SVG + "text") if value in (item.text or ""))
    x = float(number.get("x") or re.search(r"translate\(([\d.]+)", number.get("transform"))[1])
    space = float(root.get("viewBox").split()[2]) - x
    assert space >= (len(value) * 0.55 + 2) * FONT


def test_ids_are_unique_between_charts_and_bytes_repeat():
    series = [Series("", (1, 2), ("1 件", "2 件"))]
    first, second = (draw_bars(key, ["甲", "乙"], series) for key in ("one", "two"))
    ids = [
        {item.get("id") for item in ElementTree.fromstring(svg).iter() if item.get("id")}
        for svg in (first, second)
    ]
    assert not ids[0] & ids[1]
    assert first == draw_bars("one", ["甲", "乙"], series)


def test_references_inside_a_drawing_have_their_targets():
    svg = draw_bars("k", ["甲"], [Series("a", (1,), ("1",)), Series("b", (2,), ("2",))])
    root = ElementTree.fromstring(svg)
    ids = {item.get("id") for item in root.iter()}
    wanted = {
        value.partition("#")[2].rstrip(")")
        for item in root.iter()
        for value in item.attrib.values()
        if value.startswith(("url(#", "#")) and not value[1:].isalnum()
    }
    assert wanted <= ids
