"""What the comparison reads of an outputs folder, and what its page and its workbook say of it."""

import json
import re
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup

from batch.outcomes import outcome
from catalog.reports import Made, found, lay
from nianbao.batch.compare import compare_outputs, write_comparison
from nianbao.batch.index import write_index
from nianbao.catalog.entry import Status
from nianbao.errors import UsageError
from nianbao.render.data import write_parquet

HOSTILE = "</title></style><script>alert(1)</script><img src=x onerror=x>{{7*7}}\u202e\"'&"


@pytest.fixture(scope="session")
def page(standing):
    return BeautifulSoup((standing / "compare.html").read_bytes(), "html.parser")


def table(page, label):
    """The rows of a table by the name of the agency: the texts of the cells."""
    region = page.find(attrs={"aria-label": label})
    return {
        row.th.text: [" ".join(cell.stripped_strings) for cell in row.find_all("td")]
        for row in region.tbody.find_all("tr")
    }


def test_years_come_latest_first_and_agencies_by_code(compared):
    assert compared.years == (2022, 2020)
    assert list(compared.names) == ["bing", "jia", "yi"]
    assert compared.name("bing") == "示例县丙字镇人民政府"
    assert compared.statuses == {Status.DONE: 4, Status.DRAFT: 1, Status.MISSING: 1}
    assert compared.troubled == ()


def test_the_overview_says_what_there_is_of_each(page):
    rows = table(page, "一览")
    assert rows["示例县甲字局"] == [
        "✎ 草稿", "1", "2", "21 +5", "20 A2 持平", "1 处", "✓ 已完成", "0", "0", "21", "20", "—",
    ]  # fmt: skip
    assert rows["示例县丙字镇人民政府"][6:] == ["✕ 缺", "—", "—", "—", "—", "—"]


def test_main_figures_with_their_change_and_what_leaps(page):
    rows = table(page, "2022 年度主要数据")
    assert rows["示例县甲字局"] == [
        "21 +5", "20 A2 持平", "53.97 −6.03", "1", "7", "900 突增 +800", "0", "空白",
        "12.5", "2", "4 +2",
    ]  # fmt: skip
    assert rows["示例县乙字局"][2] == "不算"
    assert rows["示例县丙字镇人民政府"] == ["21", "20", "—", "1", *["—"] * 7]
    assert table(page, "2020 年度主要数据")["示例县丙字镇人民政府"] == ["缺"]


def test_findings_by_check_and_agency(page):
    region = page.find(attrs={"aria-label": "2022 年度核查问题"})
    assert [head.text for head in region.thead.find_all("th")] == ["机关", "A2", "A5", "C4"]
    assert table(page, "2022 年度核查问题") == {"示例县甲字局": ["● 1", "○ 2", "· 1"]}
    assert page.find(id="check-A5").text == "A5空白"
    assert "没有核查问题" in page.find(id="findings-2020").find_next("p").text


def test_copies_between_agencies_and_between_years(page):
    between = table(page, "2022 年度各机关之间的雷同")
    assert [cells[:2] for cells in between.values()] == [["示例县甲字局 示例县乙字局", "100%"]]
    years = table(page, "同一机关各年度之间的雷同")
    assert [cells[:2] for cells in years.values()] == [["示例县乙字局： 2022 2020", "100%"]]


def test_each_cell_with_a_number_is_a_link(page):
    cells = [cell for region in page.find_all(class_="scroll") for cell in region.find_all("td")]
    bare = {cell.text for cell in cells if re.search(r"[0-9]", cell.text) and not cell.find("a")}
    assert {text for text in bare if not text.endswith(("%", "…"))} == set()


def test_each_link_leads_to_an_element_that_is_there(page, standing):
    targets = {link["href"] for link in page.find_all("a")}
    ids: dict[str, set[str]] = {}
    for target in targets:
        file, _, anchor = target.partition("#")
        if (file or "compare.html") not in ids:
            there = BeautifulSoup((standing / (file or "compare.html")).read_bytes(), "html.parser")
            ids[file or "compare.html"] = {tag["id"] for tag in there.find_all(id=True)}
        assert not anchor or anchor in ids[file or "compare.html"], target
    assert "2022/jia/review.html#finding-A5" in targets
    assert "2022/jia/review.html#section-3" in targets
    assert {"2022/jia/review.html#section-5", "2022/yi/review.html#section-5"} <= targets


def test_the_workbook_has_a_line_for_each_thing(standing):
    book = openpyxl.load_workbook(standing / "compare.xlsx")
    assert book.sheetnames == ["一览", "主要数据", "核查问题", "雷同"]
    lines = {name: [*book[name].iter_rows(values_only=True)] for name in book.sheetnames}
    assert ("jia", "示例县甲字局", 2022, "草稿", 1, 2, 1, 1, None) in lines["一览"]
    assert ("jia", "示例县甲字局", 2022, "行政许可", 900, "件", 100, 800, "是") in lines["主要数据"]
    assert ("jia", "示例县甲字局", 2022, "行政强制", None, "件", *[None] * 3) in lines["主要数据"]
    assert lines["核查问题"][1][:5] == ("jia", "示例县甲字局", 2022, "A2", "必须改")
    assert lines["雷同"][1][:9] == (
        1, "五、存在的主要问题及改进情况",
        "jia", "示例县甲字局", 2022, "yi", "示例县乙字局", 2022, 100,
    )  # fmt: skip


def test_the_same_reports_give_the_same_bytes(outputs, tmp_path):
    made = []
    for folder in (outputs, lay_again(outputs, tmp_path / "elsewhere")):
        files = write_comparison(compare_outputs(folder), folder)
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]


def lay_again(outputs, folder):
    for path in sorted(outputs.rglob("*"), reverse=True):  # another order of making
        if path.is_file():
            target = folder / path.relative_to(outputs)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


def test_what_people_wrote_stays_text(tmp_path):
    text = (
        HOSTILE + "公开目录更新较慢，部分科室报送不及时，解读材料偏少，将修订目录并明确时限。" * 2
    )
    made = [Made(code, 2022, {"table3.a.total": "1"}, {5: text}, name="示例县局") for code in "ab"]
    folder = lay(tmp_path, *made)
    files = write_comparison(compare_outputs(folder), folder)
    page = BeautifulSoup(files[0].read_bytes(), "html.parser")
    assert (page.find("script"), page.find("img")) == (None, None)
    assert "<script>alert(1)" in page.text
    assert "\u202e" not in page.text


def test_what_goes_round_names_no_person(tmp_path):
    number, identity = "13912345678", "110101199003077758"
    text = (
        f"联系人张三{number}。"
        + "公开目录更新较慢，部分科室报送不及时，解读材料偏少，将修订目录。" * 2
    )
    finding = found("A6", message=f"填报为“{identity}”")
    made = [
        Made(code, 2022, {"table3.a.total": "1"}, {5: text}, [finding], name=f"示例县{name}")
        for code, name in (("a", "甲字局"), ("b", "乙字局"))
    ]
    page, book = write_comparison(compare_outputs(lay(tmp_path, *made)), tmp_path)
    cells = [
        str(cell) for sheet in openpyxl.load_workbook(book) for row in sheet.values for cell in row
    ]
    for told in (page.read_text(encoding="utf-8"), "\n".join(cells)):
        assert "联系人张三×××" in told
        assert number not in told
        assert identity not in told
    assert "填报为“×××”" in cells


DAMAGES = {
    "findings.json": (b'[{"id": 1}]', b"[{", b""),
    "figures.parquet": (b"PAR1", b"", b"x" * 5000),
    "report.ipynb": (b"{}", b"[1]", b"\xff", b'{"cells": [{"outputs": [{"data": {}}]}]}'),
}


@pytest.mark.parametrize(
    ("name", "content"), [(name, data) for name, all_ in DAMAGES.items() for data in all_]
)
def test_a_damaged_file_is_told_and_the_rest_is_compared(outputs, name, content):
    (outputs / "2022/jia" / name).write_bytes(content)
    _forget_digests(outputs / "2022/jia")
    compared = compare_outputs(outputs)
    (troubled,) = compared.troubled
    assert (troubled.agency, troubled.year, len(troubled.troubles)) == ("jia", 2022, 1)
    assert troubled.troubles[0].startswith(name)
    assert troubled.status is Status.DRAFT
    assert compared.entries["yi", 2022].figures["table3.a.total"] == Decimal(21)
    read = [bool(troubled.findings), bool(troubled.figures), bool(troubled.sections)]
    assert read.count(True) == 2
    page, _ = write_comparison(compared, outputs)
    assert f"{name}：" in page.read_text(encoding="utf-8")


def _forget_digests(folder):
    """As if the file had been made so."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["outputs"] = {"review.html": manifest["outputs"]["review.html"]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_file_that_was_changed_afterwards_is_not_trusted(outputs):
    path = outputs / "2022/jia/findings.json"
    path.write_bytes(path.read_bytes().replace(b"A2", b"A3"))
    (troubled,) = compare_outputs(outputs).troubled
    assert troubled.troubles == ("findings.json：缺失，或做成后被改动",)
    assert troubled.findings == ()


def test_a_file_too_large_for_a_report_is_not_read(outputs):
    with (outputs / "2022/jia/figures.parquet").open("r+b") as file:
        file.truncate(1 << 30)
    _forget_digests(outputs / "2022/jia")
    (troubled,) = compare_outputs(outputs).troubled
    assert "文件太大" in troubled.troubles[0]


def test_more_figures_than_any_report_has_are_not_read(outputs):
    path = outputs / "2022/jia/figures.parquet"
    table = pq.read_table(path)
    write_parquet(pa.concat_tables([table] * 6_000), path)
    _forget_digests(outputs / "2022/jia")
    (troubled,) = compare_outputs(outputs).troubled
    assert troubled.troubles[0].startswith("figures.parquet：数据太多")


def test_a_manifest_that_nobody_knows_makes_the_report_unreadable(outputs):
    (outputs / "2022/jia/manifest.json").write_text('{"schema": 99}', encoding="utf-8")
    compared = compare_outputs(outputs)
    assert compared.entries["jia", 2022].status is Status.UNREADABLE
    assert compared.statuses[Status.UNREADABLE] == 1


def test_a_failed_run_is_told_beside_the_last_good_report(outputs):
    record = json.dumps({"key": "x", "message": "文件不是工作簿\n  位置：x"})
    for folder in ("2022/jia", "2020/bing"):
        (outputs / folder).mkdir(exist_ok=True)
        (outputs / folder / "failed.json").write_text(record, encoding="utf-8")
    compared = compare_outputs(outputs)
    before, never = (compared.entries[key] for key in (("jia", 2022), ("bing", 2020)))
    assert (before.status, before.note) == (Status.FAILED, "文件不是工作簿")
    assert before.figures
    assert (never.status, never.page) == (Status.FAILED, "")
    page, _ = write_comparison(compared, outputs)
    rows = table(BeautifulSoup(page.read_bytes(), "html.parser"), "一览")
    assert rows["示例县甲字局"][0] == "✕ 没有做成 （各数为上次做成的）"
    assert rows["示例县丙字镇人民政府"][6] == "✕ 没有做成"


def test_an_agency_without_a_report_has_the_name_that_the_index_knows(outputs):
    failed = outcome("ding", 2022, "failed", agency="示例县丁字局")
    (outputs / "2022/ding").mkdir()
    (outputs / "2022/ding/failed.json").write_text("{}", encoding="utf-8")
    assert compare_outputs(outputs).name("ding") == "ding"
    write_index(outputs, [failed], title="")
    assert compare_outputs(outputs).name("ding") == "示例县丁字局"


def test_folders_of_another_kind_are_told(outputs):
    (outputs / "2022/jia").rename(outputs / "jia")
    compared = compare_outputs(outputs)
    assert compared.entries["jia", 2022].status is Status.MISSING
    assert compared.troubles == ("jia：不是“年度/机关”的文件夹，没有比较",)


@pytest.mark.parametrize("make", [lambda _: None, lambda folder: folder.mkdir()])
def test_without_a_report_there_is_nothing_to_compare(tmp_path, make):
    make(tmp_path / "outputs")
    with pytest.raises(UsageError) as told:
        compare_outputs(tmp_path / "outputs")
    assert "nianbao run" in str(told.value)
