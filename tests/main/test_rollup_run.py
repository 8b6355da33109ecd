"""``nianbao rollup`` as the county's office runs it, on a made-up district."""

import json
import re
from dataclasses import replace

import nbformat
import pytest
from python_calamine import CalamineWorkbook

from nianbao.demo import District, filled_in
from nianbao.filing.blank import write_workbook
from render.devtools import browser
from render.judges import errors_in, violations
from runs import contents

pytestmark = pytest.mark.kernel

ORDER = ("--agencies", "6", "--years", "2021-2022", "--errors", "0")
BATCH = "params/batch.yaml"
LARGEST = 800_000


@pytest.fixture(scope="module")
def district(command, tmp_path_factory):
    """A made-up district whose reports of 2022 are summed up; one of its workbooks is missing."""
    folder = tmp_path_factory.mktemp("district") / "d"
    command("nianbao", "demo", folder, *ORDER, cwd=folder.parent)
    (folder / "sources/cgj/2022.xlsx").unlink()
    batch = folder / BATCH
    batch.write_text(batch.read_text(encoding="utf-8").replace("- pdf\n", ""), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def partial(command, district):
    done = command("nianbao", "rollup", BATCH, "--year", "2022", cwd=district)
    return done, district / "outputs/2022/qzf"


def said(path):
    return path.read_text(encoding="utf-8")


def test_a_partial_one_is_a_draft_that_names_whom_it_lacks(partial):
    done, folder = partial
    assert done.stdout.splitlines()[-1].startswith("已生成 outputs/2022/qzf/report.html")
    sentence = "部分汇总：应汇总 6 个单位，已汇总 5 个，缺：示例区城市管理局。"
    for name in ("report.html", "review.html"):
        page = said(folder / name)
        assert sentence in page
        assert page.index("</h1>") < page.index(sentence) < page.index("<main")
        assert "【草稿】" in page
    names = {path.name for path in folder.iterdir()}
    assert {"units.xlsx", "figures.parquet", "findings.json"} <= names
    book = CalamineWorkbook.from_path(folder / "units.xlsx")
    assert (
        "示例区城市管理局（缺）"
        in book.get_sheet_by_name("收到和处理政府信息公开申请情况").to_python()[1]
    )


def test_everybody_sees_no_address_and_no_composition(partial):
    _, folder = partial
    assert "sources/" not in said(folder / "report.html")
    assert "of-table3" not in said(folder / "report.html")
    assert 'href="#of-table3.a.total"' in said(folder / "review.html")


@pytest.mark.chromium
def test_a_cell_opens_into_its_units_without_a_script(partial, tmp_path):
    _, folder = partial
    page = folder / "review.html"
    assert page.stat().st_size < LARGEST
    with browser(tmp_path) as tab:
        tab.open(page)
        assert tab.complaints == []
        tab.tell("location.hash = '#of-table3.a.total'")
        is_open = "document.getElementById('of-table3.a.total').parentElement.open"
        assert tab.tell(is_open)
        assert violations(tab) == []
        with tab.looks(360, "dark"):
            assert tab.tell("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.java
def test_the_checker_of_the_standard_finds_nothing(partial):
    _, folder = partial
    assert errors_in(*(folder / name for name in ("report.html", "review.html"))) == []


def test_stock_papermill_shows_the_same_blocks(command, district, partial, tmp_path):
    def outputs(path):
        cells = nbformat.read(path, as_version=4).cells
        return [cell.outputs for cell in cells if cell.cell_type == "code"]

    stock = tmp_path / "o.ipynb"
    arguments = ("-p", "agency", "qzf", "-p", "year", "2022")
    command("papermill", "notebooks/rollup.ipynb", stock, *arguments, cwd=district)
    assert outputs(stock) == outputs(partial[1] / "report.ipynb")


def test_what_is_up_to_date_stays_and_a_correction_is_named(command, district, partial):
    _, folder = partial
    again = command("nianbao", "rollup", BATCH, "--year", "2022", cwd=district)
    assert again.stdout.startswith("年度") or again.stdout.startswith("已是最新")
    assert "已是最新" in again.stdout
    corrected(district, "jyj")
    plan = command("nianbao", "rollup", BATCH, "--year", "2022", "--dry-run", cwd=district)
    assert "下级单位的填报改了：sources/jyj/2022.xlsx" in plan.stdout
    command("nianbao", "rollup", BATCH, "--year", "2022", cwd=district)
    figures = json.loads(said(folder / "changes.json"))["figures"]
    change = next(item for item in figures if item["ref"] == "table3.a.total")
    assert int(change["new"]) - int(change["old"]) == 2
    (because,) = change["because"]
    assert re.fullmatch(r"示例区教育局 (\d+) → (\d+)", because)
    assert because in said(folder / "changes.html")
    verified = command("nianbao", "verify", "outputs/2022/qzf", cwd=district)
    assert "一致" in verified.stdout


def corrected(district, code):
    """Two more applications of natural persons, which were granted."""
    made = next(b for b in filled_in(District(6, (2021, 2022))) if b.agency.code == code
                and b.year == 2022)  # fmt: skip
    more = {f"table3.{row}.{column}": 2 for row in "agt" for column in ("natural", "total")}
    values = {ref: value + more.get(ref, 0) if value is not None else value
              for ref, value in made.content.values.items()}  # fmt: skip
    path = district / f"sources/{code}/2022.xlsx"
    write_workbook(path, replace(made.content, values=values, ledgers={}))


@pytest.mark.soak
def test_a_batch_that_names_the_government_makes_it_by_the_same_notebook(command, district):
    batch = district / "params/own.yaml"
    batch.write_text("agencies: [qzf]\nyears: [2021]\nformats: [html]\n", encoding="utf-8")
    command("nianbao", "run", "params/own.yaml", cwd=district)
    assert (district / "outputs/2021/qzf/units.xlsx").is_file()
    plan = command("nianbao", "rollup", "params/own.yaml", "--dry-run", cwd=district)
    assert "已是最新" in plan.stdout


def test_without_its_own_workbook_the_sums_are_there(command, district, tmp_path):
    own = district / "sources/qzf/2022.xlsx"
    kept = own.rename(tmp_path / "kept.xlsx")
    try:
        order = ("--year", "2022", "--formats", "html", "--outputs", tmp_path / "out")
        command("nianbao", "rollup", BATCH, *order, cwd=district)
    finally:
        kept.rename(own)
    page = said(tmp_path / "out/2022/qzf/report.html")
    assert "这一部分的文字还没有写" in page
    findings = json.loads(said(tmp_path / "out/2022/qzf/findings.json"))
    blank = [finding["message"] for finding in findings if finding["id"] == "D8"]
    assert [message[:3] for message in blank] == ["“一、", "“五、", "“六、"]
    assert "草稿" in page


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda text: text.replace("parent: qzf", ""), "都没有上级政府"),
        (lambda text: text.replace("kind: 政府\n", "kind: 政府\n  parent: qzf\n"), "连成了圈"),
        (lambda text: text.replace("parent: qzf", "parent: qzff", 1), "上级不在名册中"),
    ],
)
def test_a_wrong_register_is_told_and_nothing_is_lost(command, district, spoil, expected):
    register = district / "params/agencies.yaml"
    before, made = said(register), contents(district / "outputs")
    register.write_text(spoil(before), encoding="utf-8")
    try:
        done = command("nianbao", "rollup", BATCH, cwd=district, check=False)
    finally:
        register.write_text(before, encoding="utf-8")
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(district / "outputs") == made


def test_a_government_that_the_batch_is_not_below_is_told(command, district):
    order = ("--agency", "qzff", "--dry-run")
    done = command("nianbao", "rollup", BATCH, *order, cwd=district, check=False)
    assert done.returncode == 2
    assert "没有这个机关" in done.stderr
    assert "qzf" in done.stderr


def test_check_and_explain_know_the_sums(command, district, partial):
    assert partial[0].returncode == 0
    done = command("nianbao", "check", "sources/qzf/2022.xlsx", cwd=district, check=False)
    assert "缺 1 个单位的年报" in done.stdout
    address = "sources/qzf/2022.xlsx#依申请公开!J5"
    told = command("nianbao", "explain", address, cwd=district).stdout
    assert "算法：5 个单位之和：示例区自然资源局 " in told
    assert "；缺 示例区城市管理局，不是全部" in told
    assert "2023年的年报" not in told
