"""B10: agencies that the prose names with their numbers, against their own reports."""

from dataclasses import replace

import pytest

from nianbao.checks import run_checks
from nianbao.filing.filing import Passage
from nianbao.filing.register import Agency
from nianbao.filing.rollup import Unit
from rollups import ZEROS, filing, government


def with_cases(number, name, received, *, carried=0, kind="部门"):
    agency = Agency(code=f"jg{number}", name=name, kind=kind)
    rows = {"a": received, "b": carried, "g": received + carried, "t": received + carried}
    values = {f"table3.{row}.{c}": n for row, n in rows.items() for c in ("natural", "total")}
    return Unit(agency, filing(agency, ZEROS | values))


UNITS = [
    with_cases(1, "示例县人民政府办公室", 20, carried=1, kind="政府办公室"),
    with_cases(2, "示例县教育局", 5),
    with_cases(3, "示例县财政局", 7, carried=2),
    with_cases(4, "示例县甲字镇人民政府", 3, kind="乡镇"),
    with_cases(5, "示例县乙字乡人民政府", 4, kind="乡镇"),
]


def told(text, units=UNITS):
    made = government(units)
    where = next(iter(made.figures.values())).address
    made = replace(made, prose=(Passage(1, "（二）依申请公开", text, where),))
    return [finding for finding in run_checks(made) if finding.id in {"B9", "B10"}]


@pytest.mark.parametrize(
    "parts",
    [
        "县政府20件、县教育局5件、县财政局7件、甲字镇3件、乙字乡4件",
        "县政府办公室20件、县级各部门12件、各乡镇7件",
        "示例县教育局5件、示例县人民政府办公室20件、其他单位14件",
    ],
)
def test_right_numbers_of_agencies_have_no_finding(parts):
    assert told(f"全县收到政府信息公开申请39件（{parts}）。") == []


def test_a_number_is_another_agencys():
    text = "全县收到政府信息公开申请39件（县政府20件、教育局7件、财政局5件、各乡镇7件）。"
    first, second = told(text)
    assert (first.id, second.id) == ("B10", "B10")
    assert first.message == ("正文“教育局7件”与所列单位的年报不符：示例县教育局的新收申请为 5 件")
    assert (first.expected, first.found) == ({"新收申请": 5}, {"新收申请": 7})
    assert "示例县财政局的新收申请为 7 件" in second.message


def test_all_agencies_of_a_kind_together():
    text = "全县收到政府信息公开申请39件（县政府20件、县级部门13件、各乡镇6件）。"
    first, second = told(text)
    assert first.message.endswith("示例县教育局、示例县财政局合计的新收申请为 12 件")
    assert "乡镇6件" in second.message


def test_with_what_was_carried_over():
    text = "全县共受理政府信息公开申请42件（县政府21件、县级部门{}件、各乡镇7件）。"
    assert told(text.format(14)) == []
    assert "B10" in {item.id for item in told(text.format(12))}


@pytest.mark.parametrize(
    "text",
    [
        "全县收到政府信息公开申请39件（县司法局30件、水利局5件、某某镇4件）。",  # nobody of ours
        "全县收到群众来信39件（县政府20件、教育局7件、财政局5件、各乡镇7件）。",  # no applications
        "全县收到政府信息公开申请50件（县政府20件、教育局18件、财政局12件）。",  # no total of ours
    ],
)
def test_what_is_not_certain_is_not_told(text):
    assert "B10" not in {item.id for item in told(text)}


def test_a_kind_with_a_missing_agency_is_not_compared():
    missing = Unit(Agency(code="jg9", name="示例县民政局"), missing="没有填报表")
    text = "全县收到政府信息公开申请39件（县政府20件、县级部门13件、各乡镇6件）。"
    found = [item for item in told(text, [*UNITS, missing]) if item.id == "B10"]
    assert len(found) == 1
    assert "合计" in found[0].message
    assert "教育局" not in found[0].message


def test_without_a_roll_up_there_is_nothing_to_compare():
    made = replace(UNITS[0].filing, prose=())
    assert [item for item in run_checks(made) if item.id == "B10"] == []
