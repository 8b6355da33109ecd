"""``nianbao explain``: from a number's source to the pages that show it."""

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from nianbao.batch.batch import ReportName
from nianbao.batch.explain import explain
from nianbao.batch.subject import Sources, report_at, subject_at, subject_named
from nianbao.cli.main import nianbao as group
from nianbao.filing.figure import Address
from nianbao.filing.register import load_register
from nianbao.project import Project

ROOT = Path(__file__).parents[2]
BATCH = "params/shili.yaml"
NEW = "sources/shili-jyj/2021.xlsx#依申请公开!J5"  # 新收申请, in all
WRONG = "sources/xixia-zrzy/2020.xlsx#依申请公开!D26"
NAMED = ("--agency", "shili-jyj", "--year", "2022")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project in which the reports of two years stand."""
    folder = tmp_path_factory.mktemp("made").resolve() / "project"
    for name in ("notebooks", "params", "sources"):
        shutil.copytree(ROOT / name, folder / name)
    done = CliRunner().invoke(group, ["run", str(folder / BATCH), "--formats", "html"])
    assert (done.exception, done.exit_code) == (None, 0), done.output
    return folder


def change(project, file, sheet, cell, value):
    book = openpyxl.load_workbook(project / file)
    book[sheet][cell] = value
    book.save(project / file)


def lines_of(nianbao, *arguments):
    code, out, err = nianbao("explain", *arguments)
    assert (code, err) == (0, "")
    return [line.strip() for line in out.splitlines()]


@pytest.mark.usefixtures("project")
class TestFromTheSources:
    def test_a_filed_number_tells_what_it_is_and_where_it_stands_in_the_form(self, nianbao):
        lines = lines_of(nianbao, NEW)
        assert lines[:6] == [
            "2021 示例县教育局",
            "一、本年新收政府信息公开申请数量 · 总计：11 件",
            f"位置：{NEW}",
            "填报原文：11",
            "名称：新收申请  引用名：table3.a.total",
            "格式：表三，行“一、本年新收政府信息公开申请数量”，列“申请人情况 › 总计”",
        ]
        assert lines[6].startswith("勾稽 A1（这里是合计）：分项之和 11，合计 11；国办公开办函")
        assert lines[7].startswith("勾稽 A3（这里是分项）：分项之和 12，合计 12；")

    def test_it_tells_what_is_computed_from_it_this_year_and_next(self, nianbao):
        lines = lines_of(nianbao, NEW)
        this, following = (
            lines.index("由它算出（1 项）"),
            lines.index("2022年的年报里由它算出（6 项）"),
        )
        assert lines[this + 1] == "申请办结率：91.67%"
        assert "产物：outputs/2021/shili-jyj 还没有做过" in lines[this:following]
        assert "上年_新收申请：11 件" in lines[following:]
        assert "增减_申请办结率：1.66 百分点" in lines[following:]

    def test_findings_with_cause_and_what_they_mend(self, nianbao):
        lines = lines_of(nianbao, WRONG)
        at = lines.index("核查问题")
        assert lines[at + 1].startswith("必须改 A2  表三“（七）总计”与（一）至（六）之和不符")
        assert lines[at + 2] == "改正后同时消除：A3"
        assert lines[at + 3].startswith("必须改 A3")
        assert lines[at + 4] == "由 A2 引起"

    def test_a_part_tells_the_finding_about_its_sum(self, nianbao, project):
        part = "sources/shili-jyj/2021.xlsx#依申请公开!D5"
        assert "核查问题" not in lines_of(nianbao, part)
        change(project, "sources/shili-jyj/2021.xlsx", "依申请公开", "D5", 9)
        lines = lines_of(nianbao, part)
        assert lines[lines.index("核查问题") + 1].startswith("必须改 A1")

    def test_a_computed_number_is_followed_down_to_what_was_filed(self, nianbao):
        code, out, _ = nianbao("explain", "同比_新收申请", *NAMED, "--format", "json")
        data = json.loads(out)
        assert (code, data["address"], data["figure"]["value"]) == (0, "", "27.27")
        step, before = data["origins"]
        assert [item["figure"]["value"] for item in (step, before)] == ["3", "11"]
        assert (
            step["origins"][0]["figure"]["address"] == "sources/shili-jyj/2022.xlsx#依申请公开!J5"
        )
        (filed,) = before["origins"]
        assert (filed["year"], filed["figure"]["address"]) == (2021, NEW)

    def test_a_total_left_blank_is_told_as_computed(self, nianbao, project):
        (project / "sources/shili-jyj/2021-台账.xlsx").unlink()
        change(project, "sources/shili-jyj/2021.xlsx", "依申请公开", "J5", None)
        lines = lines_of(nianbao, NEW)
        assert "填报原文：空白" in lines
        assert any(line.startswith("算法：") and "由分项相加得出" in line for line in lines)
        place = "sources/shili-jyj/2021.xlsx#依申请公开!D5"
        assert f"2021年 一、本年新收政府信息公开申请数量 · 自然人：8 件（{place}）" in lines

    def test_a_blank_cell_is_told_as_counted_from_its_ledger(self, nianbao, project):
        change(project, "sources/shili-jyj/2021.xlsx", "依申请公开", "J5", None)
        lines = lines_of(nianbao, NEW)
        assert "填报原文：空白" in lines
        assert any(line.startswith("算法：申请台账：本年收到 的 11 行（第 ") for line in lines)

    def test_a_row_of_a_ledger_is_told_with_what_it_counts_for(self, nianbao):
        lines = lines_of(nianbao, "sources/shili-jyj/2022-台账.xlsx#申请台账!F3")
        assert lines[1].startswith("申请台账第 3 行，计入：一、本年新收政府信息公开申请数量 · ")
        assert "三、本年度办理结果" not in lines[1]

    def test_of_many_origins_the_first_are_told_and_json_has_all(self, nianbao, project):
        (project / "sources/shili-jyj/2021-台账.xlsx").unlink()
        change(project, "sources/shili-jyj/2021.xlsx", "依申请公开", "J28", None)
        asked = "sources/shili-jyj/2021.xlsx#依申请公开!J28"
        lines = lines_of(nianbao, asked)
        begun = lines.index("由这些算出")
        origins = json.loads(nianbao("explain", asked, "--format", "json")[1])["origins"]
        assert len(origins) > 12
        assert lines[begun + 13] == f"……共 {len(origins)} 项，全部见 --format json"

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("sources/shili-jyj/2021.xlsx#基本信息!B2", "机关名称：示例县教育局"),
            ("sources/shili-jyj/2021.xlsx#正文!C3", "全年在政府网站公开信息{{ 政府网站 }}条"),
        ],
    )
    def test_a_text_is_told_as_one(self, nianbao, asked, told):
        lines = lines_of(nianbao, asked)
        assert lines[1].startswith(told)
        assert lines[3] == "文字没有逐处登记，见引言和相应部分"

    @pytest.mark.parametrize(
        "asked",
        [
            "sources/shili-jyj/2021.xlsx＃依申请公开！J5",
            "sources\\shili-jyj\\2021.xlsx#依申请公开!$J$5",
            " sources/shili-jyj/2021.xlsx#依申请公开!ｊ5 ",
        ],
    )
    def test_an_address_may_be_written_in_several_ways(self, nianbao, asked):
        assert f"位置：{NEW}" in lines_of(nianbao, asked)

    def test_a_file_may_be_named_from_the_current_folder(self, nianbao, project, monkeypatch):
        monkeypatch.chdir(project / "sources/shili-jyj")
        assert f"位置：{NEW}" in lines_of(nianbao, "2021.xlsx#依申请公开!J5")

    def test_a_name_a_reference_and_an_address_are_the_same(self, nianbao):
        asked = ["新收申请", "table3.a.total", "sources/shili-jyj/2022.xlsx#依申请公开!J5"]
        first, *others = [lines_of(nianbao, name, *NAMED) for name in asked]
        assert others == [first, first]

    def test_a_batch_of_one_report_says_which(self, nianbao):
        assert (
            lines_of(nianbao, "新收申请", "params/xixia-2020.yaml")[0]
            == "2020 银川市西夏区自然资源局"
        )

    def test_next_year_that_cannot_be_read_is_told_and_stops_nothing(self, nianbao, project):
        (project / "sources/shili-jyj/2022.xlsx").write_bytes(b"no workbook")
        lines = lines_of(nianbao, NEW)
        assert "申请办结率：91.67%" in lines
        assert any(line.startswith("2022年的年报里影响什么，现在不能知道：") for line in lines)

    def test_what_a_workbook_holds_steers_no_terminal(self, nianbao, project):
        change(project, "sources/shili-jyj/2021.xlsx", "基本信息", "B4", "甲\u202e乙")
        (line, *_) = lines_of(nianbao, "sources/shili-jyj/2021.xlsx#基本信息!B4")[1:]
        assert line.endswith("甲[U+202E]乙")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sources/shili-jyj/2021.xlsx#依申请公开：J5"], "半角叹号"),
        (["依申请公开：J5"], "半角叹号"),
        (["#!"], "地址的写法不对"),
        (["sources/shili-jyj/2021.xlsx#依申请公开!5J"], "地址的写法不对"),
        (["sources/shili-jyj/2021.xlsx#依申请!J5"], "最接近的是 依申请公开"),
        (["sources/shili-jyj/2021.xlsx#依申请公开!J4"], "最近的是 J5（一、本年新收"),
        (["sources/shili-jyj/2021.xlsx#依申请公开!ZZZ9999999"], "这个单元格里没有数据"),
        (["sources/shili-jyj/2031.xlsx#依申请公开!J5"], "最接近的是 sources/shili-jyj/2021.xlsx"),
        (["../outside.xlsx#依申请公开!J5"], "地址不在项目中"),
        (["/etc/passwd#依申请公开!J5"], "地址不在项目中"),
        (["params/agencies.yaml#依申请公开!J5"], "年报不读这个文件"),
        ([NEW, "--year", "2022"], "不属于所指的年报"),
        ([NEW, "params/xixia-2020.yaml"], "不属于所指的年报"),
        (["新收申请"], "2021 shili-jyj、2022 shili-jyj、2020 xixia-zrzy"),
        (["新收申请", "--agency", "shili-jjy"], "最接近的是 shili-jyj"),
        (["新收申请", "--agency", "shili-jyj", "--year", "2031"], "没有这样的年报"),
        (["新收申清", *NAMED], "最接近的是 新收申请"),
        (["", *NAMED], "没有这个名称的数据"),
        ([NEW, "params/none.yaml"], "params/none.yaml"),
    ],
)
def test_a_wrong_question_is_2_with_what_may_be_meant(nianbao, arguments, told):
    code, out, err = nianbao("explain", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("错误：")
    assert told in err
    assert "Traceback" not in err


def test_a_workbook_that_cannot_be_read_is_3(nianbao, project):
    (project / "sources/shili-jyj/2021.xlsx").write_bytes(b"no workbook")
    code, out, err = nianbao("explain", NEW)
    assert (code, out) == (3, "")
    assert "sources/shili-jyj/2021.xlsx" in err


def test_a_workbook_beside_the_one_that_counts_is_not_read(nianbao, project):
    shutil.copy(project / "sources/shili-jyj/2021.xlsx", project / "sources/shili-jyj/2021.xls")
    code, _, err = nianbao("explain", NEW.replace("2021.xlsx", "2021.xls"))
    assert code == 2
    assert "年报不读这个文件" in err


@pytest.mark.kernel
class TestInWhatStands:
    @pytest.fixture
    def copy(self, made, tmp_path, monkeypatch):
        folder = tmp_path.resolve() / "project"
        shutil.copytree(made, folder)
        monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
        monkeypatch.chdir(folder)
        return folder

    def test_each_place_that_is_told_shows_the_number(self, nianbao, copy):
        _, out, _ = nianbao("explain", NEW, "--format", "json")
        own, following = json.loads(out)["reports"]
        assert own["output"]["values"]["table3.a.total"] == "11"
        assert following["output"]["values"]["上年.table3.a.total"] == "11"
        places = [*own["output"]["places"], *following["output"]["places"]]
        assert {place["edition"] for place in places} == {"both", "review"}
        assert [p["what"] for p in following["output"]["places"] if p["what"].startswith("图")] == [
            "图“2022年与上年政府信息公开申请数量对比”"
        ] * 2
        for place in places:
            file, _, anchor = place["link"].partition("#")
            page = BeautifulSoup((copy / "outputs" / file).read_bytes(), "html.parser")
            block = page.find(id=anchor)
            if "table3.a.total" in place["refs"]:
                assert "11" in block.text
            shown = block.find_all("data", attrs={"data-ref": True})
            if place["edition"] == "review" and shown:
                assert set(place["refs"]) <= {item["data-ref"] for item in shown}
            heading = block.find_previous(re.compile("^h[123]$"))
            assert place["section"] in heading.text

    def test_a_report_that_is_older_than_its_source_is_told(self, nianbao, copy):
        assert "产物：outputs/2021/shili-jyj（与填报表一致）" in lines_of(nianbao, NEW)
        change(copy, "sources/shili-jyj/2021.xlsx", "依申请公开", "J5", 12)
        lines = lines_of(nianbao, NEW)
        changed = "做成后改过 sources/shili-jyj/2021.xlsx，要重做"
        assert f"产物：outputs/2021/shili-jyj（{changed}）" in lines
        assert f"产物：outputs/2022/shili-jyj（{changed}）" in lines
        assert lines.count("做成时的值：11") == 1
        assert "必须改 A1" in " ".join(lines)

    def test_a_damaged_output_is_told_and_stops_nothing(self, nianbao, copy):
        (copy / "outputs/2021/shili-jyj/report.ipynb").write_text("{", encoding="utf-8")
        (copy / "outputs/2022/shili-jyj/manifest.json").unlink()
        lines = lines_of(nianbao, NEW)
        assert any("2021/shili-jyj 笔记本读不了" in line for line in lines)
        assert "产物：outputs/2022/shili-jyj 生成记录缺失或损坏；重做一次就有" in lines

    def test_other_outputs_may_be_named(self, nianbao, copy):
        (copy / "outputs").rename(copy / "elsewhere")
        lines = lines_of(nianbao, NEW, "--outputs", "elsewhere")
        assert "elsewhere/2021/shili-jyj/report.html#part-5" in lines

    def test_every_address_and_name_that_an_output_tells_is_explained(self, copy):
        project = Project(copy)
        sources = Sources(project, load_register(project.register))
        asked = 0
        for folder in sorted(copy.glob("outputs/2*/*")):
            figures = pq.read_table(folder / "figures.parquet").to_pylist()
            for place in {*_addresses(folder / "review.html"), *_filed(figures)}:
                asked += 1
                assert _told(sources, place)["address"] == place
            report = sources.report(ReportName(int(folder.parent.name), folder.name))
            for item in figures:
                assert subject_named(report, item["ref"]).figure.name == item["name"]
        assert asked > 300


def _addresses(page):
    document = BeautifulSoup(page.read_bytes(), "html.parser")
    titles = [tag["title"].splitlines()[0] for tag in document.find_all("data", title=True)]
    return [text for text in titles if re.fullmatch(r"sources/.+#.+![A-Z]+\d+", text)]


def _filed(figures):
    return [f"{item['file']}#{item['sheet']}!{item['cell']}" for item in figures if item["file"]]


def _told(sources, place):
    name, address = report_at(Address.parse(place), sources.project, sources.project.root)
    subject = subject_at(sources.report(name), address)
    return explain(subject, sources, sources.project.root / "none").to_json()


def test_every_address_that_a_finding_names_is_explained_with_it(project):
    path = project / "sources/xixia-zrzy/2020.xlsx"
    book = openpyxl.load_workbook(path)
    book["依申请公开"]["D7"] = "不详"
    book.create_sheet("备用")
    book.save(path)
    sources = Sources(Project(project), load_register(project / "params/agencies.yaml"))
    findings = sources.report(ReportName(2020, "xixia-zrzy")).findings
    assert len({finding.id for finding in findings}) > 3
    for finding in findings:
        for address in finding.where:
            told = _told(sources, str(address))["reports"][0]["findings"]
            assert finding.to_json() in told
