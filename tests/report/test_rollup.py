"""A government's report, loaded from a project: sums, what it lacks, names for its prose."""

from dataclasses import replace

import pytest
import yaml

from nianbao import report
from nianbao.batch.below import read_below
from nianbao.errors import ConfigError, SourceError, TemplateError
from nianbao.filing.register import load_register
from nianbao.project import ENVIRONMENT_VARIABLE, Project
from nianbao.report.blocks import Paragraph
from workbooks import balanced, content, workbook

YEAR = 2024
NAMES = {
    "xzf": "示例县人民政府",
    "jyj": "示例县教育局",
    "mzj": "示例县民政局",
    "zhen": "示例镇人民政府",
    "swj": "示例县税务局",
}
KINDS = {"xzf": "政府", "zhen": "乡镇", "swj": "垂直管理"}


def entry(code, **more):
    parent = {} if code == "xzf" else {"parent": "xzf"}
    return {"code": code, "name": NAMES[code], "kind": KINDS.get(code, "部门"), **parent, **more}


class Site:
    """A project of a county and four that are below it."""

    def __init__(self, root):
        self.root = root
        self.project = Project(root)
        self.register(*(entry(code) for code in NAMES))

    def register(self, *agencies):
        text = yaml.safe_dump({"agencies": list(agencies)}, allow_unicode=True)
        (self.root / "params/agencies.yaml").write_text(text, encoding="utf-8")

    def file(self, code, year=YEAR, name="", **changes):
        """Write a workbook: table three has 5 + 2 new applications unless `values` say else."""
        made = content(**changes)
        basics = {**made.basics, "机关名称": NAMES[code], "年度": str(year)}
        folder = self.root / "sources" / code
        folder.mkdir(parents=True, exist_ok=True)
        return workbook(folder, replace(made, basics=basics), name or f"{year}.xlsx")

    def own(self, *prose, year=YEAR, values=None):
        """Write the government's own workbook: blank tables but for `values`, and prose."""
        made = content()
        basics = {**made.basics, "机关名称": NAMES["xzf"], "年度": str(year)}
        lines = tuple(("一、总体情况", "", text) for text in prose)
        folder = self.root / "sources" / "xzf"
        folder.mkdir(parents=True, exist_ok=True)
        blank = replace(made, basics=basics, values=values or {}, prose=lines, facts=())
        return workbook(folder, blank, f"{year}.xlsx")

    def load(self, **options):
        return report.load_rollup("xzf", YEAR, **options)


@pytest.fixture
def site(tmp_path, monkeypatch):
    for name in ("notebooks", "params", "sources"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path))
    made = Site(tmp_path.resolve())
    for code in ("jyj", "mzj", "zhen", "swj"):
        made.file(code)
    return made


def said(filed):
    blocks = report.section(filed, 1)
    return "".join(part.text for part in blocks if isinstance(part, Paragraph))


def test_cells_are_sums_and_a_vertical_agency_is_left_out(site):
    filed = site.load()
    total = filed.figures["table3.a.total"]
    assert total.value == 21
    names = "示例县教育局 7、示例县民政局 7、示例镇人民政府 7"
    assert total.derivation == f"3 个单位之和：{names}"
    coverage = report.coverage(filed)
    assert coverage.text == "汇总：应汇总 3 个单位，已汇总 3 个；不计入：示例县税务局。"


def test_what_is_missing_or_broken_is_told_and_the_rest_is_summed(site):
    (site.root / "sources/jyj/2024.xlsx").unlink()
    (site.root / "sources/mzj/2024.xlsx").write_text("坏", encoding="utf-8")
    filed = site.load()
    assert filed.figures["table3.a.total"].value == 7
    assert report.coverage(filed).missing == ("示例县教育局", "示例县民政局")
    states = {unit.code: (unit.state, unit.reason) for unit in report.composition(filed).units}
    assert states["jyj"] == ("missing", "没有填报表")
    assert states["mzj"] == ("missing", "文件不是工作簿（sources/mzj/2024.xlsx）")
    assert states["swj"][0] == "left_out"


def test_a_unit_with_two_workbooks_or_a_misnamed_one_is_missing_with_the_reason(site):
    (site.root / "sources/jyj/2024.xls").write_bytes(b"x")
    (site.root / "sources/mzj/2024.xlsx").rename(site.root / "sources/mzj/2024年填报表.xlsx")
    filed = site.load()
    reasons = {unit.code: unit.reason for unit in report.composition(filed).units}
    assert reasons["jyj"] == "2024 年度有 2 份填报表，不知道用哪一份（sources/jyj）"
    assert reasons["mzj"] == "没有填报表（文件夹里有 2024年填报表.xlsx）"


def test_a_child_on_another_form_is_missing_with_the_reason(site):
    site.file("jyj", key="2019")
    filed = site.load()
    assert report.coverage(filed).missing == ("示例县教育局",)
    reason = next(u.reason for u in report.composition(filed).units if u.code == "jyj")
    assert "格式" in reason or "版" in reason


def test_stated_cells_are_printed_as_stated(site):
    site.own("正文", values={"table3.a.total": 22})
    filed = site.load()
    assert filed.figures["table3.a.total"].text == "22"
    cell = next(c for c in report.composition(filed).cells if c.ref == "table3.a.total")
    assert (cell.value, cell.stated) == ("21", "22")


def test_the_composition_names_each_cell(site):
    cells = {cell.ref: cell for cell in report.composition(site.load()).cells}
    cell = cells["table3.a.natural"]
    assert [(share.unit, share.value) for share in cell.shares] == [
        ("jyj", "5"), ("mzj", "5"), ("zhen", "5"),
    ]  # fmt: skip
    assert cell.shares[0].place.startswith("sources/jyj/2024.xlsx#")


def test_prose_names_units_kinds_and_counts(site):
    site.file("jyj", values={"table3.a.natural": 8, "table3.a.total": 10})
    site.own(
        "教育局{{ 示例县教育局_新收申请 }}件，部门{{ 部门_新收申请 }}件，"
        "乡镇{{ 乡镇_新收申请 }}件，"
        "网站{{ 示例县教育局_网站发布数 }}条，不予公开{{ 部门_不予公开 }}件，"
        "{{ 已汇总单位数 }}/{{ 单位数 }}个，缺{{ 缺报单位数 }}个。"
    )
    filed = site.load()
    assert said(filed) == "教育局10件，部门17件，乡镇7件，网站12条，不予公开0件，3/3个，缺0个。"
    named = [ref for ref in filed.figures if ref.startswith(("units.", "counts."))]
    assert len(named) == 8  # no other is made
    figure = filed.figures["units.jyj.table3.a.total"]
    assert (str(figure.address), figure.label) == (
        "sources/jyj/2024.xlsx#依申请公开!J5",
        "示例县教育局 · 一、本年新收政府信息公开申请数量 · 总计",
    )


def test_aliases_name_a_unit_and_two_units_of_one_alias_none(site):
    site.register(
        entry("xzf"),
        entry("jyj", aliases=["教育局", "两局"]),
        entry("mzj", aliases=["两局"]),
        entry("zhen"),
    )
    site.own("{{ 教育局_新收申请 }}")
    assert said(site.load()) == "7"
    site.own("{{ 两局_新收申请 }}")
    with pytest.raises(TemplateError, match="有 2 个单位叫“两局”"):
        said(site.load())


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("示例县教肓局_新收申请", "示例县教育局_新收申请"),
        ("示例县教育局_新收申清", "示例县教育局_新收申请"),
        ("部们_新收申请", "部门_新收申请"),
        ("缺报单位", "缺报单位数"),
        ("新收申清", "新收申请"),
    ],
)
def test_an_unknown_name_gives_the_nearest(site, name, meant):
    site.own("{{ " + name + " }}")
    with pytest.raises(TemplateError, match=f"最接近的名称是 {meant}$"):
        said(site.load())


def test_a_missing_unit_has_no_number(site):
    (site.root / "sources/jyj/2024.xlsx").unlink()
    site.own("{{ 示例县教育局_新收申请 }}件，网站{{ 示例县教育局_网站发布数 }}条")
    assert said(site.load()) == "〔空白〕件，网站〔空白〕条"


def test_without_a_workbook_sections_say_that_nobody_has_written_them(site):
    filed = site.load()
    assert "还没有写" in said(filed)
    assert "sources/xzf/2024.xlsx" in said(filed)
    assert len(report.section(filed, 3)) == 1  # the table says it


def test_last_year_is_the_sum_of_then_and_names_compare_with_it(site):
    for code in ("jyj", "mzj"):
        site.file(code, year=YEAR - 1)
    site.own("上年{{ 上年_新收申请 }}件，增加{{ 增减_新收申请 }}件")
    assert said(site.load()) == "上年14件，增加7件"


def test_counties_below_a_city_are_summed_themselves(site):
    city = {"code": "shi", "name": "示例市人民政府", "kind": "政府"}
    county = entry("xzf", parent="shi")
    site.register(city, county, *(entry(code) for code in NAMES if code != "xzf"))
    filed = report.load_rollup("shi", YEAR)
    assert filed.figures["table3.a.total"].value == 21
    (site.root / "sources/jyj/2024.xlsx").unlink()
    coverage = report.coverage(report.load_rollup("shi", YEAR))
    assert (coverage.missing, coverage.partial) == ((), ("示例县人民政府",))
    site.own("正文", values=balanced(content().form))
    coverage = report.coverage(report.load_rollup("shi", YEAR))
    assert not coverage.is_partial  # the county states every cell


def test_the_files_that_a_key_has_are_those_that_are_read(site):
    site.file("jyj", year=YEAR - 1)
    site.own("正文")
    (site.root / "sources/mzj/received").mkdir()
    site.file("mzj", name="received/2024-1.xlsx", values={"table3.a.natural": 9})
    register = load_register(site.project.register)
    below = read_below(site.project, register, "xzf", YEAR)
    planned = {item.name: item.digest for item in (*below.files, *below.before) if item.digest}
    read = {name: d for name, d in site.load().inputs.items() if "#" not in name}
    own = "sources/xzf/2024.xlsx"
    assert {name: digest for name, digest in read.items() if name != own} == planned


class TestBadInput:
    @pytest.mark.usefixtures("site")
    def test_nobody_below(self):
        with pytest.raises(SourceError, match="没有下级单位，不能汇总"):
            report.load_rollup("jyj", YEAR)

    @pytest.mark.usefixtures("site")
    def test_not_in_the_register(self):
        with pytest.raises(ConfigError, match="名册中没有这个机关"):
            report.load_rollup("szf", YEAR)

    def test_a_circle(self, site):
        site.register(entry("xzf", parent="shi"), {"code": "shi", "name": "示例市人民政府",
                                                    "kind": "政府", "parent": "xzf"})  # fmt: skip
        with pytest.raises(ConfigError, match="连成了圈"):
            site.load()

    def test_nothing_to_be_summed_up(self, site):
        for code in ("jyj", "mzj", "zhen"):
            (site.root / f"sources/{code}/2024.xlsx").unlink()
        with pytest.raises(SourceError, match="没有可以汇总的"):
            site.load()

    def test_its_own_workbook_is_broken(self, site):
        site.own("正文").write_text("坏", encoding="utf-8")
        with pytest.raises(SourceError, match="不是工作簿"):
            site.load()

    @pytest.mark.usefixtures("site")
    def test_blocks_of_a_roll_up_need_one(self):
        with pytest.raises(SourceError, match="这份年报不是汇总"):
            report.coverage(report.load("jyj", YEAR))
