"""The composition that a published roll-up tells in its prose, and the report as a roll-up."""

import pytest

from nianbao.checks import run_checks
from nianbao.filing.filing import cell_ref
from nianbao.filing.register import Agency
from nianbao.filing.rollup import Unit, roll_up
from nianbao.published.audit import read_reports
from published_reports import Report, as_text, tabs
from rollups import ZEROS, filing

# New applications and those carried over: what the prose calls each unit, its name, its number.
PARTS = {
    "示例市人民政府办公室": ("政府办公室", "市政府", 349),
    "示例市各部门": ("部门", "市各有关部门", 933),
    "甲县人民政府": ("政府", "甲县", 477), "乙县人民政府": ("政府", "乙县", 301),
    "丙县人民政府": ("政府", "丙县", 874), "示例市丁区人民政府": ("政府", "丁区", 216),
    "示例市戊区人民政府": ("政府", "戊区", 348),
    "示例经济技术开发区": ("政府", "示例经济技术开发区", 55),
    "示例市己新区": ("政府", "己新区", 54),
}  # fmt: skip
CARRIED = 107
TOTAL = sum(told for *_, told in PARTS.values())
OPEN = 2  # carried over into the next year
NAMED = "、".join(f"{short}{told}件" for _, short, told in PARTS.values())
PROSE = f"全年办理政府信息公开申请{TOTAL}件（{NAMED}），都已登记。"


@pytest.fixture
def read(tmp_path):
    def make(prose=PROSE):
        answered = TOTAL - OPEN
        rows = {"a": TOTAL - CARRIED, "b": CARRIED, "g": answered, "t": answered, "f": OPEN}
        values = {f"table3.{r}.{c}": str(n) for r, n in rows.items() for c in ("natural", "total")}
        report = Report(
            values | {"table2.permits.decisions": "5"},
            year=2023,
            prose={1: ("（二）依申请公开情况", prose)},
        )
        path = tmp_path / "年报.txt"
        path.write_bytes(as_text(report, tabs))
        ((_, published),) = read_reports([path])
        return published.filing

    return make


def units(stated, **changed):
    """Made-up units with the numbers of the prose; the last one gives what the rest lacks."""
    made = []
    carried = stated.figure("table3", "b", "total").value
    for number, (name, (kind, _, told)) in enumerate(PARTS.items()):
        old = carried if number == 0 else 0
        count = changed.get(name, told)
        rows = {"a": count - old, "b": old}
        values = {cell_ref("table3", row, "total"): value for row, value in rows.items()}
        agency = Agency(code=f"jg{number}", name=name, kind=kind, level="市")
        made.append(Unit(agency, filing(agency, ZEROS | values, year=2023)))
    return made


def test_the_composition_is_right_and_its_mistakes_are_found(read):
    assert "B9" not in {finding.id for finding in run_checks(read())}
    wrong = read(PROSE.replace("933件", "943件"))
    (b9,) = [finding for finding in run_checks(wrong) if finding.id == "B9"]
    assert (b9.expected, b9.found) == ({"总数": TOTAL + 10}, {"总数": TOTAL})


def test_each_named_part_is_its_units_own(read):
    own = read()
    right = roll_up(own, units(own))
    assert [f.message for f in run_checks(right) if f.id == "B10"] == []
    wrong = roll_up(own, units(own, 丙县人民政府=884, 乙县人民政府=291))
    assert [f.message for f in run_checks(wrong) if f.id == "B10"] == [
        "正文“丙县874件”与所列单位的年报不符：丙县人民政府的新收和上年结转的申请为 884 件",
        "正文“乙县301件”与所列单位的年报不符：乙县人民政府的新收和上年结转的申请为 291 件",
    ]


def test_a_published_report_can_be_what_is_stated(read):
    own = read()
    found = [f for f in run_checks(roll_up(own, units(own))) if f.id == "E1"]
    refs = {ref for finding in found for ref in finding.refs}
    assert "table2.permits.decisions" in refs  # the made-up units have none
    assert refs.isdisjoint({"table3.a.total", "table3.b.total"})
    assert all("第" in finding.where[0].sheet for finding in found)
