"""``nianbao check``: findings by report, and the exit code."""

import json
import shutil

import openpyxl
import pytest


def test_a_batch_with_an_error_level_finding_is_1(nianbao, project):
    code, out, err = nianbao("check", "params/xixia-2020.yaml")
    assert (code, err) == (1, "")
    assert out.startswith("2020 银川市西夏区自然资源局（sources/xixia-zrzy/2020.xlsx）\n")
    assert "必须改 A2" in out
    assert "由 A2 引起" in out
    assert "依申请公开!D26" in out
    assert not (project / "outputs").exists()


@pytest.mark.usefixtures("project")
def test_a_batch_without_findings_is_0(nianbao):
    code, out, _ = nianbao("check", "params/shili.yaml")
    assert code == 0
    assert out.count("未发现问题") == 2


def test_a_batch_in_csv_is_checked_too(nianbao, project):
    (project / "params/list.csv").write_text("agency,year\nshili-jyj,2022\n", encoding="utf-8")
    code, out, _ = nianbao("check", "params/list.csv")
    assert (code, out.count("未发现问题")) == (0, 1)


@pytest.mark.usefixtures("project")
def test_a_workbook_tells_itself_whose_it_is(nianbao):
    code, out, _ = nianbao("check", "sources/xixia-zrzy/2020.xlsx", "--format", "json")
    data = json.loads(out)
    (report,) = data["reports"]
    assert (code, data["exit_code"]) == (1, 1)
    assert (report["agency"], report["year"]) == ("xixia-zrzy", 2020)
    assert {"A2", "A3"} <= {finding["id"] for finding in report["findings"]}


def test_last_years_workbook_beside_it_is_read(nianbao, project):
    folder = project / "inbox"
    folder.mkdir()
    shutil.copy("sources/shili-jyj/2022.xlsx", folder / "2022.xlsx")
    (folder / "2021.xlsx").write_bytes(b"broken")
    code, out, _ = nianbao("check", "inbox/2022.xlsx")
    assert code == 3
    assert "错误：" in out
    assert "inbox/2021.xlsx" in out
    assert "2022 示例县教育局" in out


def test_a_file_that_cannot_be_read_is_3_and_stops_no_other(nianbao, project):
    (project / "bad.xlsx").write_bytes(b"no workbook")
    code, out, _ = nianbao("check", "bad.xlsx", "sources/xixia-zrzy/2020.xlsx", "none.xlsx")
    assert code == 3
    assert out.count("错误：") == 2
    assert out.count("\n      位置：") >= 2
    assert "[U+000A]" not in out
    assert "必须改 A2" in out
    assert "Traceback" not in out


def test_a_missing_workbook_of_a_batch_is_3(nianbao, project):
    (project / "sources/shili-jyj/2022.xlsx").unlink()
    code, out, _ = nianbao("check", "params/shili.yaml")
    assert code == 3
    assert "sources/shili-jyj/2022.xlsx" in out
    assert "未发现问题" in out


def test_an_agency_that_is_not_in_the_register_is_3(nianbao, project):
    shutil.copy("sources/shili-jyj/2022.xlsx", project / "any.xlsx")
    rename(project, "示例县教体局")
    code, out, _ = nianbao("check", "any.xlsx")
    assert code == 3
    assert "名册中没有这个机关" in out
    assert "最接近的是 示例县教体局" in out


def rename(project, name):
    register = project / "params" / "agencies.yaml"
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("示例县教育局", name), encoding="utf-8")


def test_a_workbook_has_the_name_that_its_agency_had_or_is_called_by(nianbao, project):
    shutil.copy("sources/shili-jyj/2022.xlsx", project / "any.xlsx")
    rename(project, "示例县教体局\n    aliases: [示例县教育局]")
    code, out, _ = nianbao("check", "any.xlsx", "sources/shili-jyj/2022.xlsx")
    assert (code, out.count("未发现问题")) == (0, 2)


SPOILED = {
    "another year": {"年度": "2021"},
    "a year to come": {"年度": "2031"},
    "no year at all": {"年度": "去年"},
    "another agency": {"机关名称": "银川市西夏区自然资源局"},
    "an unknown agency": {"机关名称": "某县某局"},
}


def rewrite(path, contents, sheet="基本信息"):
    """Change what stands beside labels."""
    book = openpyxl.load_workbook(path)
    for label, at in [(row[0].value, row[1]) for row in book[sheet].iter_rows()]:
        if label in contents:
            at.value = contents[label]
    book.save(path)


@pytest.mark.parametrize(
    "where", ["sources/shili-jyj/2022.xlsx", "sources/shili-jyj/received/2022-1.xlsx"]
)
@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_a_workbook_of_another_year_or_agency_is_3_and_the_others_are_read(
    nianbao, project, spoiled, where
):
    path = project / where
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        shutil.copy("sources/shili-jyj/2022.xlsx", path)
    rewrite(path, spoiled)
    code, out, _ = nianbao("check", where, "sources/shili-jyj/2021.xlsx", "--format", "json")
    wrong, right = json.loads(out)["reports"]
    assert code == 3
    assert len(wrong["errors"]) == 1
    assert "基本信息!B" in wrong["errors"][0]
    assert (right["errors"], right["year"]) == ([], 2021)


def test_a_name_with_a_year_counts_outside_the_sources_too(nianbao, project):
    (project / "inbox").mkdir()
    shutil.copy("sources/shili-jyj/2022.xlsx", project / "inbox/2021.xlsx")
    code, out, _ = nianbao("check", "inbox/2021.xlsx")
    assert code == 3
    assert "工作簿不是这一年度的" in out


def test_no_agency_and_no_year_must_be_corrected(nianbao, project):
    path = project / "sources/shili-jyj/2022.xlsx"
    rewrite(path, {"机关名称": None, "年度": "—"})
    code, out, _ = nianbao("check", path, "--format", "json")
    (report,) = json.loads(out)["reports"]
    assert (code, report["agency"], report["year"]) == (1, "shili-jyj", 2022)
    ((finding, cells),) = [(f, f["where"]) for f in report["findings"]]
    assert (finding["id"], finding["severity"]) == ("S2", "error")
    assert [cell.partition("!")[2] for cell in cells] == ["B2", "B3"]


def test_lines_of_contact_are_explained_and_others_may_stay_empty(nianbao, project):
    path = project / "sources/shili-jyj/2022.xlsx"
    rewrite(path, {"网址": "", "联系电话": "/", "成文日期": ""})
    code, out, _ = nianbao("check", path)
    assert code == 0
    assert "请说明 S2  基本信息没有填“网址”、“联系电话”，年报里引用它们的句子不印" in out
    assert "成文日期" not in out


def test_an_office_that_begins_and_ends_alike_is_not_suggested(nianbao, project):
    register = project / "params" / "agencies.yaml"
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("示例县教育局", "示例县卫健局"), encoding="utf-8")
    code, out, _ = nianbao("check", "sources/shili-jyj/2022.xlsx")
    assert code in {2, 3}
    assert "最接近的是" not in out


class TestAFolder:
    def test_the_workbooks_in_it_are_taken_and_its_ledgers_are_not(self, nianbao, project):
        folder = project / "sources/shili-jyj"
        (folder / "~$2022.xlsx").write_bytes(b"open")
        code, out, _ = nianbao("check", "sources/shili-jyj", "--format", "json")
        checked = [report["file"] for report in json.loads(out)["reports"]]
        assert (code, checked) == (0, [f"sources/shili-jyj/{year}.xlsx" for year in (2021, 2022)])

    def test_so_are_those_in_the_folders_in_it_by_their_years(self, nianbao, project):
        (project / "sources/shili-jyj/received").mkdir()
        shutil.copy(project / "sources/shili-jyj/2022.xlsx", project / "sources/shili-jyj/received")
        code, out, _ = nianbao("check", "sources")
        assert code == 1
        assert [line for line in out.splitlines() if "（sources/" in line] == [
            "2021 示例县教育局（sources/shili-jyj/2021.xlsx）",
            "2022 示例县教育局（sources/shili-jyj/2022.xlsx）",
            "2020 银川市西夏区自然资源局（sources/xixia-zrzy/2020.xlsx）",
        ]

    def test_workbooks_under_any_name_are_taken(self, nianbao, project):
        folder = project / "报来的"
        folder.mkdir()
        shutil.copy(project / "sources/shili-jyj/2022.xlsx", folder / "教育局年报.xlsx")
        (folder / "说明.txt").write_text("说明", encoding="utf-8")
        code, out, _ = nianbao("check", "报来的")
        assert (code, out.splitlines()[0]) == (0, "2022 示例县教育局（报来的/教育局年报.xlsx）")

    @pytest.mark.parametrize("folder", ["params", ".", "notebooks"])
    @pytest.mark.usefixtures("project")
    def test_one_without_is_told_with_what_to_give(self, nianbao, folder):
        code, out, err = nianbao("check", folder)
        assert (code, out) == (2, "")
        assert "文件夹里没有填报表" in err
        assert "sources/shili-jyj" in err


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["params/none.yaml", "params/none.yml"])
def test_a_missing_batch_is_2(nianbao, name):
    code, _, err = nianbao("check", name)
    assert code == 2
    assert name in err


def test_prose_that_cannot_be_written_is_3_and_every_place_is_named(nianbao, project):
    path = project / "sources/shili-jyj/2022.xlsx"
    book = openpyxl.load_workbook(path)
    book["正文"]["C3"], book["正文"]["C5"] = "发布{{ 政府网占 }}条", "{% if %}"
    book.save(path)
    code, out, _ = nianbao("check", path)
    assert code == 3
    assert "正文!C3" in out
    assert "最接近的名称是 政府网站" in out
    assert "正文!C5" in out


def test_prose_that_names_last_year_needs_its_workbook(nianbao, project):
    (project / "sources/shili-jyj/2021.xlsx").unlink()
    code, out, _ = nianbao("check", "sources/shili-jyj/2022.xlsx")
    assert code == 1
    assert "必须改 B11" in out
    assert "{{ 新收申请|增减 }} 没有数：没有上一年的填报表" in out


def test_a_rise_that_is_a_fall_is_found_by_check_as_by_run(nianbao, project):
    path = project / "sources/shili-jyj/2022.xlsx"
    book = openpyxl.load_workbook(path)
    book["正文"].append(["六、其他需要报告的事项", "", "比上年减少{{ 增减_新收申请 }}件。"])
    book.save(path)
    code, out, _ = nianbao("check", path, "--format", "json")
    (report,) = json.loads(out)["reports"]
    assert code == 1
    (found,) = [item for item in report["findings"] if item["id"] == "B12"]
    assert found["severity"] == "error"
    assert found["expected"]["写法"].startswith("增加")


def test_a_row_of_a_ledger_beside_the_workbook_is_named_with_its_file(nianbao, project):
    path = project / "sources/shili-jyj/2022-台账.xlsx"
    book = openpyxl.load_workbook(path)
    outcomes = [cell for (cell,) in book["申请台账"].iter_rows(min_row=2, min_col=6, max_col=6)]
    cell = next(cell for cell in outcomes if cell.value == "（一）予以公开")
    cell.value = "2.重复申请"  # which nobody made, by the table
    book.save(path)
    code, out, _ = nianbao("check", "sources/shili-jyj/2022.xlsx")
    places = out.partition("位置：")[2].partition("\n")[0].split("、")
    assert code == 1
    assert places == [
        "依申请公开!D7",
        "依申请公开!D21",
        f"sources/shili-jyj/2022-台账.xlsx#申请台账!A{cell.row}",
    ]
