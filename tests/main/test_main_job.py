"""The main job on the one real sample: from the workbook to what is published."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
from decimal import Decimal

import nbformat
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from nianbao.forms import load_form

MADE = {
    "report.ipynb", "report.html", "review.html", "report.pdf", "report.docx",
    "figures.parquet", "figures.csv", "figures.xlsx", "findings.json", "changes.html",
    "manifest.json",
}  # fmt: skip
REPEATABLE = MADE - {"manifest.json"}
FORM = load_form("2019")

pytestmark = pytest.mark.kernel


def squeezed(text):
    """Without white space: a PDF breaks lines anywhere."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def print_text(xixia):
    return subprocess.run(
        ["pdftotext", "-layout", xixia / "report.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def reading_order(xixia):
    return squeezed(
        subprocess.run(
            ["pdftotext", xixia / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
    )


def digests(folder):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in REPEATABLE}


def in_order(text, parts):
    """The parts that do not follow those before them in the text."""
    at = 0
    for part in parts:
        found = text.find(squeezed(part), at)
        if found < 0:
            yield part
        else:
            at = found + len(squeezed(part))


def test_run_makes_all_outputs_and_its_last_line_names_html_and_pdf(xixia, xixia_run):
    assert {path.name for path in xixia.iterdir()} == MADE
    last = xixia_run.stdout.strip().splitlines()[-1]
    assert "outputs/2020/xixia-zrzy/report.html" in last
    assert "outputs/2020/xixia-zrzy/report.pdf" in last


def test_second_run_makes_nothing_again(command, project, xixia):
    before = (xixia / "manifest.json").read_bytes()
    again = command("nianbao", "run", "params/xixia-2020.yaml", cwd=project)
    assert (xixia / "manifest.json").read_bytes() == before
    assert "outputs/2020/xixia-zrzy/report.pdf" in again.stdout.strip().splitlines()[-1]


def test_print_has_the_published_figures(print_text):
    for number in ("46", "698", "108", "26", "4299"):
        assert re.search(rf"(?<!\d){number}(?!\d)", print_text), number


def test_print_has_titles_and_row_labels_in_order(reading_order):
    titles = [section.title for section in FORM.sections]
    wanted = []
    for number, title in enumerate(titles, start=1):
        wanted.append(title)
        for table in FORM.tables:
            if table.section == number:
                wanted += [row.path[-1] for block in table.blocks for row in block.rows if row.path]
    assert not list(in_order(reading_order, wanted))


def test_findings_are_a2_and_a3_that_follows_from_it(xixia):
    findings = json.loads((xixia / "findings.json").read_text(encoding="utf-8"))
    errors = [item for item in findings if item["severity"] == "error"]
    assert [(item["id"], item["cause"], item["mends"]) for item in errors] == [
        ("A2", "", ["A3"]),
        ("A3", "A2", []),
    ]
    assert errors[0]["expected"] == {"自然人": 2, "总计": 2}
    assert errors[0]["found"] == {"自然人": 0, "总计": 0}
    assert errors[0]["where"] == [
        "sources/xixia-zrzy/2020.xlsx#依申请公开!D26",
        "sources/xixia-zrzy/2020.xlsx#依申请公开!J26",
    ]


def test_reader_sees_the_row_as_filed_on_a_draft_and_no_finding(xixia):
    page = (xixia / "report.html").read_text(encoding="utf-8")
    assert "草稿" in page
    assert "应为" not in page
    assert "sources/xixia-zrzy" not in page
    assert "自行发现并处理问题26件" in page
    assert "热线和留言办理情况" not in page  # that chart is the reviewer's


def test_reviewer_sees_both_numbers_and_what_a_correction_mends(xixia):
    page = (xixia / "review.html").read_text(encoding="utf-8")
    assert "草稿" in page
    assert "改正后同时消除" in page
    assert "应为 2" in page
    assert "sources/xixia-zrzy/2020.xlsx#依申请公开!D26" in page
    assert "热线和留言办理情况" in page


def test_every_filed_figure_has_its_address_in_parquet(xixia):
    rows = pq.read_table(xixia / "figures.parquet").to_pylist()
    by_ref = {row["ref"]: row for row in rows}
    weibo = by_ref["facts.官方微博"]
    assert (weibo["value"], weibo["unit"]) == (698, "条")
    assert (weibo["file"], weibo["sheet"]) == ("sources/xixia-zrzy/2020.xlsx", "工作数据")
    assert by_ref["table2.procurement.amount"]["unit"] == "万元"
    assert all(row["cell"] or row["derivation"] for row in rows)


def test_open_data_has_what_the_page_shows_as_filed_and_no_more(xixia):
    with (xixia / "figures.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = {row["ref"]: row for row in pq.read_table(xixia / "figures.parquet").to_pylist()}
    shown = {row["编号"]: row for row in rows}
    assert {ref for ref in told if ref.startswith("table")} <= shown.keys() <= told.keys()
    assert all(Decimal(row["数值"]) == told[ref]["value"] for ref, row in shown.items())
    assert shown["table3.t.natural"]["数值"] == "0"  # as filed, which check A2 is about
    assert {row["状态"] for row in rows} == {"草稿"}
    page = (xixia / "report.html").read_text(encoding="utf-8")
    assert [row["编号"] for row in rows if row["数值"] not in page] == []
    # Hotline figures that the prose names, and not those of the reviewer's chart alone.
    assert "facts.热线办结" in shown
    assert {ref for ref in told if ref.startswith("rates.")} - shown.keys()
    book = CalamineWorkbook.from_path(xixia / "figures.xlsx").get_sheet_by_name("数据")
    head, *cells = book.to_python()
    assert head == list(rows[0])
    assert [Decimal(str(row[7])) for row in cells] == [Decimal(row["数值"]) for row in rows]


def test_two_runs_into_two_folders_give_the_same_bytes(command, project, xixia, tmp_path):
    command("nianbao", "run", "params/xixia-2020.yaml", "--outputs", tmp_path, cwd=project)
    assert digests(tmp_path / "2020" / "xixia-zrzy") == digests(xixia)


def test_no_output_tells_where_it_was_made(project, xixia):
    for name in REPEATABLE:
        assert str(project).encode() not in (xixia / name).read_bytes(), name


def test_saved_notebook_has_no_times_and_readable_parameters(xixia):
    notebook = nbformat.read(xixia / "report.ipynb", as_version=4)
    nbformat.validate(notebook)
    text = (xixia / "report.ipynb").read_text(encoding="utf-8")
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text)
    assert "duration" not in text
    injected = [c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", [])]
    assert len(injected) == 1
    assert 'agency = "xixia-zrzy"' in injected[0].source


@pytest.mark.parametrize(
    ("name", "written", "twin"),
    [
        ("nianbao-pdf", "report.pdf", "report.pdf"),
        ("nianbao-docx", "report.docx", "report.docx"),
        ("nianbao-html", "report.html", "report.html"),
        ("nianbao-review", "report.review.html", "review.html"),
    ],
)
def test_nbconvert_from_the_shell_gives_the_same_document(
    command, xixia, tmp_path, name, written, twin
):
    notebook = shutil.copy(xixia / "report.ipynb", tmp_path)
    command("jupyter", "nbconvert", "--to", name, notebook, cwd=tmp_path)
    assert (tmp_path / written).read_bytes() == (xixia / twin).read_bytes()


def test_second_year_compares_with_the_first(shili):
    rows = pq.read_table(shili / "2022" / "shili-jyj" / "figures.parquet").to_pylist()
    by_name = {row["name"]: row["value"] for row in rows}
    now, then = by_name["新收申请"], by_name["上年_新收申请"]
    assert by_name["增减_新收申请"] == now - then
    page = (shili / "2022" / "shili-jyj" / "report.html").read_text(encoding="utf-8")
    assert "申请数量对比" in page
    assert "示例" in page
    assert "草稿" not in page


def test_first_year_has_nothing_to_compare_with(shili):
    folder = shili / "2021" / "shili-jyj"
    assert "申请数量对比" not in (folder / "report.html").read_text(encoding="utf-8")
    told = "申请数量对比”：没有上一年的填报表"  # which the reviewer reads in its place
    assert told in (folder / "review.html").read_text(encoding="utf-8")
