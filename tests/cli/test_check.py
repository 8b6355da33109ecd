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
    assert "必须改 A2" in out
    assert "Traceback" not in out


def test_a_missing_workbook_of_a_batch_is_3(nianbao, project):
    (project / "sources/shili-jyj/2022.xlsx").unlink()
    code, out, _ = nianbao("check", "params/shili.yaml")
    assert code == 3
    assert "sources/shili-jyj/2022.xlsx" in out
    assert "未发现问题" in out


def test_an_agency_that_is_not_in_the_register_is_2(nianbao, project):
    register = project / "params" / "agencies.yaml"
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("示例县教育局", "示例县教体局"), encoding="utf-8")
    code, out, _ = nianbao("check", "sources/shili-jyj/2022.xlsx")
    assert code == 2
    assert "最接近的是 示例县教体局" in out


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
    assert code == 3
    assert "{{ 增减_新收申请 }}" in out
    assert "上一年" in out


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
