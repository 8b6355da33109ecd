"""The composition that a published roll-up tells in its prose, and the report as a roll-up."""

from pathlib import Path

import pytest

from nianbao.checks import run_checks
from nianbao.filing.filing import cell_ref
from nianbao.filing.register import Agency
from nianbao.filing.rollup import Unit, roll_up
from nianbao.published.audit import read_reports
from rollups import ZEROS, filing

REPORT = Path(__file__).parents[3] / "shared" / "reports" / "005.txt"
pytestmark = pytest.mark.skipif(not REPORT.is_file(), reason=f"{REPORT} is not there")

# As its prose has it: 3607, new applications and those carried over.
PARTS = {
    "宿迁市人民政府办公室": ("政府办公室", 349), "宿迁市各部门": ("部门", 933),
    "沭阳县人民政府": ("政府", 477), "泗阳县人民政府": ("政府", 301),
    "泗洪县人民政府": ("政府", 874), "宿迁市宿豫区人民政府": ("政府", 216),
    "宿迁市宿城区人民政府": ("政府", 348), "宿迁经济技术开发区": ("政府", 55),
    "宿迁市湖滨新区": ("政府", 26), "苏州宿迁工业园区": ("政府", 12),
    "宿迁市洋河新区": ("政府", 16),
}  # fmt: skip


def read(path):
    ((_, published),) = read_reports([path])
    return published.filing


def units(stated, **changed):
    """Made-up units with the numbers of the prose; the last one gives what the rest lacks."""
    made = []
    carried = stated.figure("table3", "b", "total").value
    for number, (name, (kind, told)) in enumerate(PARTS.items()):
        old = carried if number == 0 else 0
        count = changed.get(name, told)
        rows = {"a": count - old, "b": old}
        values = {cell_ref("table3", row, "total"): value for row, value in rows.items()}
        agency = Agency(code=f"jg{number}", name=name, kind=kind, level="市")
        made.append(Unit(agency, filing(agency, ZEROS | values, year=2023)))
    return made


def test_the_composition_is_right_and_its_mistakes_are_found(tmp_path):
    assert "B9" not in {finding.id for finding in run_checks(read(REPORT))}
    wrong = tmp_path / "005.txt"
    wrong.write_text(REPORT.read_text(encoding="utf-8").replace("933件", "943件"), encoding="utf-8")
    (b9,) = [finding for finding in run_checks(read(wrong)) if finding.id == "B9"]
    assert (b9.expected, b9.found) == ({"总数": 3617}, {"总数": 3607})


def test_each_named_part_is_its_units_own():
    own = read(REPORT)
    right = roll_up(own, units(own))
    assert [f.message for f in run_checks(right) if f.id == "B10"] == []
    wrong = roll_up(own, units(own, 泗洪县人民政府=884, 泗阳县人民政府=291))
    assert [f.message for f in run_checks(wrong) if f.id == "B10"] == [
        "正文“泗洪县874件”与所列单位的年报不符：泗洪县人民政府的新收和上年结转的申请为 884 件",
        "正文“泗阳县301件”与所列单位的年报不符：泗阳县人民政府的新收和上年结转的申请为 291 件",
    ]


def test_a_published_report_can_be_what_is_stated():
    own = read(REPORT)
    found = [f for f in run_checks(roll_up(own, units(own))) if f.id == "E1"]
    refs = {ref for finding in found for ref in finding.refs}
    assert "table2.permits.decisions" in refs  # the made-up units have none
    assert refs.isdisjoint({"table3.a.total", "table3.b.total"})
    assert all("第" in finding.where[0].sheet for finding in found)
