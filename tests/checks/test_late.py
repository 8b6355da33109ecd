"""E4: dates after the legal deadline of the kind and level; nothing where either is unsure."""

from dataclasses import replace
from typing import get_args

import pytest

from nianbao.checks import Severity
from nianbao.filing.figure import Address
from nianbao.filing.filing import Passage, Text
from nianbao.filing.printed import Printed
from nianbao.filing.register import Agency, AgencyKind
from nianbao.forms import load_form
from rollups import ZEROS, filing, found

WHERE = Address("sources/shili/2022.xlsx", "基本信息", "B7")


def dated(text, label="成文日期", *, kind="部门", level="县", name="示例县财政局", year=2022):
    agency = Agency(code="shili", name=name, kind=kind, level=level)
    made = filing(agency, ZEROS, year=year)
    return replace(made, basics={label: Text(text, WHERE)})


def printed(*lines, name="示例县财政局", kind="部门"):
    agency = Agency(code="shili", name=name, kind=kind)
    passages = tuple(Passage(6, "", line, WHERE) for line in lines)
    return replace(filing(agency, ZEROS), prose=passages, printed=Printed())


def test_a_late_report():
    (late,) = found(dated("2023年2月1日"), "E4")
    assert late.message == "年报的日期是 2023年2月1日，县级以上政府部门的期限是 2023年1月31日"
    assert late.severity is Severity.WARNING  # a true date cannot be mended
    assert late.where == (WHERE,)
    assert (late.expected, late.found) == ({"期限": "2023年1月31日前"}, {"期限": "2023年2月1日"})
    assert late.source == "条例第四十九条"


@pytest.mark.parametrize(
    ("kind", "level", "name", "last", "after"),
    [
        ("部门", "县", "示例县财政局", "2023-01-31", "2023-02-01"),
        ("政府办公室", "市", "示例市人民政府办公室", "2023-01-31", "2023-02-01"),
        ("乡镇", "乡", "示例县某某镇人民政府", "2023-01-31", "2023-02-01"),
        ("政府", "县", "示例县人民政府", "2023-02-20", "2023-02-21"),
        ("政府", "市", "示例市人民政府", "2023-03-10", "2023-03-11"),
        ("政府", "省", "示例省人民政府", "2023-03-31", "2023-04-01"),
        ("垂直管理", "省", "示例省气象局", "2023-03-31", "2023-04-01"),
        # Not certain: the last day that may hold.
        ("政府", "县", "示例经济技术开发区管理委员会", "2023-03-31", "2023-04-01"),
        ("政府", "县", "北京市海淀区人民政府", "2023-03-31", "2023-04-01"),
        ("部门", "县", "国家税务总局示例县税务局", "2023-03-31", "2023-04-01"),
    ],
)
def test_each_kind_and_level_has_its_last_day(kind, level, name, last, after):
    assert found(dated(last, kind=kind, level=level, name=name), "E4") == []
    assert len(found(dated(after, kind=kind, level=level, name=name), "E4")) == 1


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_every_kind_of_agency_has_one_deadline(key):
    for kind in get_args(AgencyKind):
        for level in "省市县乡":
            assert sum(item.binds(kind, level) for item in load_form(key).deadlines) == 1


def test_the_day_after_a_holiday_is_in_time():
    # 31 January 2025 is in 春节, which lasts until 4 February.
    assert found(dated("2025-02-05", year=2024), "E4") == []
    assert len(found(dated("2025-02-06", year=2024), "E4")) == 1


@pytest.mark.parametrize("text", ["", "近日", "2022年12月30日", "2025年1月5日", "2023年2月"])
def test_no_certain_date_no_finding(text):
    assert found(dated(text), "E4") == []


def test_the_later_of_two_dates_counts():
    made = dated("2023-01-20")
    both = {**made.basics, "公布日期": Text("2023-02-09", WHERE)}
    assert len(found(replace(made, basics=both), "E4")) == 1
    assert found(dated("2023-02-09", label="统计日期"), "E4") == []


def test_on_the_form_of_2019_article_49_holds():
    agency = Agency(code="shili", name="示例县财政局")
    made = filing(agency, {}, form=load_form("2019"), year=2020)
    assert len(found(replace(made, basics={"成文日期": Text("2021-05-05", WHERE)}), "E4")) == 1
    assert found(replace(made, basics={"成文日期": Text("2021-01-29", WHERE)}), "E4") == []


@pytest.mark.parametrize(
    "lines",
    [
        ("无。", "示例县财政局", "2023年2月9日"),
        ("无。", "示例县财政局 2023年2月9日"),
        ("无。", "财政局\n2023 年 2 月 9 日"),
    ],
)
def test_a_printed_report_is_dated_where_it_is_signed(lines):
    (late,) = found(printed(*lines), "E4")
    assert late.severity is Severity.ERROR  # it stands published


@pytest.mark.parametrize(
    "lines",
    [
        ("我局定于2023年2月9日",),
        ("网站改版于 2023年2月9日", "完成。"),
        ("示例县民政局 2023年2月9日",),
        ("示例县财政局", "2023年2月9日", "附件一", "附件二"),
        (),
    ],
)
def test_other_dates_in_print_are_not_its_own(lines):
    assert found(printed(*lines), "E4") == []
