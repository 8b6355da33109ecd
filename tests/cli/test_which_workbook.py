"""Two workbooks of a year are told and none is chosen; files that only look like one are named."""

import json
import os
import shutil

import pytest

from nianbao.project import Project
from nianbao.report import load

BATCH = "params/shili.yaml"
FOLDER = "sources/shili-jyj"


@pytest.fixture
def two(project):
    """A newer workbook of the same year beside the one that is there."""

    def put(name, year=2022):
        old = project / FOLDER / f"{year}.xlsx"
        new = shutil.copy(old, project / FOLDER / name)
        os.utime(old, (1_641_000_000, 1_641_000_000))  # New Year of 2022, in any zone or nearly
        return new

    return put


def reports(out):
    return {report["year"]: report for report in json.loads(out)["reports"]}


@pytest.mark.parametrize("name", ["2022.xls", "2022.ods", "2022.XLSX", "2022.XLS"])
def test_two_of_one_year_are_told_with_their_times(nianbao, two, name):
    two(name)
    code, out, _ = nianbao("check", BATCH)
    assert code == 3
    assert "2022 年度有 2 份填报表，不知道用哪一份" in out
    assert "位置：sources/shili-jyj\n" in out
    assert "2022.xlsx（202" in out
    assert f"{name}（20" in out
    assert "存）" in out
    assert "留下要用的一份，其余移走或改名" in out
    assert out.count("未发现问题") == 1  # the other year


def test_of_last_year_it_is_not_chosen_either(nianbao, two):
    two("2021.ods", 2021)
    code, out, _ = nianbao("check", BATCH, "--format", "json")
    assert code == 3
    told = reports(out)
    assert ["2021 年度有 2 份填报表" in str(told[year]["errors"]) for year in (2021, 2022)] == [
        True, True,
    ]  # fmt: skip


def test_a_workbook_named_by_its_file_is_none_that_counts(nianbao, two):
    two("2022.xls")
    for name in ("2022.xlsx", "2022.xls"):
        code, out, _ = nianbao("check", f"{FOLDER}/{name}")
        assert (code, "2022 年度有 2 份填报表" in out) == (3, True)


def test_elsewhere_several_may_lie_together(nianbao, project):
    for name in ("2022.xlsx", "2022.XLSX"):
        (project / "inbox").mkdir(exist_ok=True)
        shutil.copy(project / FOLDER / "2022.xlsx", project / "inbox" / name)
    code, _, _ = nianbao("check", "inbox/2022.xlsx")
    assert code == 0


def test_explain_chooses_none(nianbao, two):
    two("2022.xls")
    code, _, err = nianbao("explain", f"{FOLDER}/2022.xlsx#依申请公开!J6")
    assert code == 3
    assert "2022 年度有 2 份填报表" in err


def test_a_notebook_chooses_none_unless_it_is_told(project, two):
    two("2022.xls")
    with pytest.raises(Exception, match="2022 年度有 2 份填报表"):
        load("shili-jyj", 2022)
    report = load("shili-jyj", 2022, source=f"{FOLDER}/2022.xlsx")
    assert report.filing.file == f"{FOLDER}/2022.xlsx"
    assert Project(project).source("shili-jyj", 2022).name == "2022.xlsx"


@pytest.mark.kernel
def test_a_report_that_stands_is_not_up_to_date_beside_a_second_workbook(nianbao, cells, two):
    cells("1 + 1")
    order = ("run", BATCH, "--year", "2022", "--formats", "html")
    assert nianbao(*order)[0] == 0
    second = two("2022.ods")
    code, out, _ = nianbao(*order, "--dry-run")
    assert "一个年度有几份填报表" in out
    code, out, _ = nianbao(*order)
    assert code == 3
    assert "没有做成：2022 年度有 2 份填报表，不知道用哪一份" in out
    second.unlink()
    code, out, _ = nianbao(*order)
    assert (code, "2022.ods" in out) == (0, False)


MISNAMED = {
    "2022.et": "另存为 2022.xlsx",
    "2022.xlsm": "另存为 2022.xlsx",
    "2022.xlsb": "另存为 2022.xlsx",
    "2022年填报表.xlsx": "改名为 2022",
    "2022 .xlsx": "改名为 2022",
    "２０２２.xlsx": "改名为 2022",
    "2022(1).xlsx": "改名为 2022",
    "2022（终稿）.XLS": "改名为 2022",
    "示例县教育局2022年度.ods": "改名为 2022",
    "2022\u200b.xlsx": "改名为 2022",
    "2022.xlsx.xlsx": "改名为 2022",
    "填报表.xlsx": "改名为 2022",
}


@pytest.mark.parametrize("name", MISNAMED)
def test_a_file_that_may_be_meant_is_named_with_what_to_do(nianbao, project, name):
    (project / FOLDER / "2022.xlsx").rename(project / FOLDER / name)
    code, out, _ = nianbao("check", BATCH)
    assert code == 3
    assert name in out.replace("[U+200B]", "\u200b")
    assert MISNAMED[name] in out


def test_they_are_named_in_a_run_as_well(nianbao, project):
    for year, name in ((2022, "2022.et"), (2021, "2021年填报表.xlsx")):
        (project / FOLDER / f"{year}.xlsx").rename(project / FOLDER / name)
    code, _, err = nianbao("run", BATCH, "--formats", "html")
    assert code == 3
    assert "sources/shili-jyj/2021年填报表.xlsx、sources/shili-jyj/2022.et" in err
    assert "填报表如果是 2022.et，用 WPS 或 Excel 打开，另存为 2022.xlsx" in err
    assert "填报表如果是 2021年填报表.xlsx，改名为 2021，扩展名不变" in err


@pytest.mark.parametrize(
    "name",
    ["2021.et", "2021年填报表.xlsx", "~$2022.xlsx", ".2022.xlsx", "2022-申请台账.xls", "2022年.pdf",
     "2022台账.xlsx", "2022.xlsx.tmp"],
)  # fmt: skip
def test_what_is_of_another_year_or_something_else_is_not_named(nianbao, project, name):
    for path in (project / FOLDER).iterdir():
        path.unlink()
    (project / FOLDER / name).write_bytes(b"x")
    code, out, _ = nianbao("check", BATCH, "--format", "json")
    assert code == 3
    assert name not in str(reports(out)[2022]["errors"])
