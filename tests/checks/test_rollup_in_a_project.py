"""A project's own workbooks, read as a tree and checked: from files to findings."""

import shutil

import pytest

from nianbao.checks import run_checks
from nianbao.filing.register import load_register
from nianbao.filing.tree import Tree
from nianbao.filing.workdays import load_calendar
from nianbao.project import Project
from workbooks import content, workbook

YEAR = 2024
PERMITS, NATURAL, TOTAL = "table2.permits.decisions", "table3.a.natural", "table3.a.total"
REGISTER = """agencies:
- {code: xian, name: 示例县人民政府, kind: 政府}
- {code: jyj, name: 示例县教育局, parent: xian}
- {code: czj, name: 示例县财政局, parent: xian}
- {code: swj, name: 示例县税务局, parent: xian, kind: 垂直管理}
- {code: mzj, name: 示例县民政局, parent: xian}
"""


def handed_in(root, code, name, values):
    folder = root / "sources" / code
    folder.mkdir(parents=True, exist_ok=True)
    basics = {"机关名称": name, "年度": YEAR}
    return workbook(folder, content(values=values, basics=basics), f"{YEAR}.xlsx")


@pytest.fixture
def tree(tmp_path):
    """Three workbooks of a county, two of them counted; one of an earlier version."""
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "agencies.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    old = handed_in(tmp_path, "jyj", "示例县教育局", {PERMITS: 300, NATURAL: 15, TOTAL: 17})
    kept = old.parent / "received"
    kept.mkdir()
    shutil.move(old, kept / f"{YEAR}-1.xlsx")
    handed_in(tmp_path, "jyj", "示例县教育局", {PERMITS: 400, NATURAL: 5, TOTAL: 7})
    handed_in(tmp_path, "czj", "示例县财政局", {PERMITS: 1234})
    handed_in(tmp_path, "swj", "示例县税务局", {PERMITS: 9000})
    register = load_register(tmp_path / "params" / "agencies.yaml")
    return Tree(Project(tmp_path), register, load_calendar())


def state(tree, values):
    """The county's own workbook: twice the usual numbers, but for these."""
    form = tree.filing("jyj", YEAR).form
    usual = tree.filing("xian", YEAR).rollup
    right = {ref: usual.total(ref) for ref in usual.units[0].values}
    assert form.key == "2021"
    handed_in(tree.project.root, "xian", "示例县人民政府", right | values)
    return [f for f in run_checks(tree.filing("xian", YEAR)) if f.id in {"E1", "E2", "E3"}]


def test_who_has_not_reported_makes_the_sum_a_lower_bound(tree):
    told = state(tree, {PERMITS: 1600})
    assert [(f.id, f.refs) for f in told] == [("E2", (PERMITS,)), ("E3", ())]
    assert "至少 1634，填报为 1600" in told[0].message
    assert told[1].message == "缺 1 个单位的年报，汇总数不全：示例县民政局（没有填报表）"


def test_an_earlier_version_of_one_is_told_with_its_file(tree):
    handed_in(tree.project.root, "mzj", "示例县民政局", {})
    assert state(tree, {}) == []
    (first, second) = state(tree, {PERMITS: 1534, NATURAL: 25, TOTAL: 31})
    said = f"用了早先一稿：示例县教育局（sources/jyj/received/{YEAR}-1.xlsx）"
    assert said in first.message
    assert (first.cause, second.cause) == ("", "E1")
    assert f"sources/jyj/received/{YEAR}-1.xlsx#主动公开!" in "".join(map(str, first.where))


def test_the_vertical_office_was_added(tree):
    handed_in(tree.project.root, "mzj", "示例县民政局", {})
    values = tree.filing("swj", YEAR)
    own = {ref: figure.value for ref, figure in values.figures.items() if ref.startswith("table")}
    right = tree.filing("xian", YEAR).rollup
    told = state(tree, {ref: right.total(ref) + value for ref, value in own.items()})
    assert {f.id for f in told} == {"E1", "E3"}
    assert "示例县税务局（垂直管理部门，由上级部门汇总" in told[0].message
