"""No text of a report holds a unit without its number, whatever is left blank in the workbook."""

import csv
import io
import re
import zipfile

import nbformat
import openpyxl
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blanks import filed
from laws import examples
from nianbao import report
from nianbao.forms import form_for_year
from nianbao.render import render_report
from nianbao.render.document import read_document
from nianbao.render.open_data import HEADINGS, open_rows
from nianbao.report.blocks import Block, Chart
from nianbao.report.drawing import svg_text
from nianbao.report.markup import to_text
from render.samples import notebook_of
from workbooks import balanced

YEARS = (2022, 2023)  # on one form: all is compared
UNITS = "个?百分点|人次|万元|件|条|项|%"
BARE = re.compile(
    rf"(?:^|[\t\n])(?:{UNITS})(?=$|[\t\n])|(?<![\d.])[ \u3000]+(?:{UNITS})(?=$|[\s，。；、）])"
    rf"|(?:由|变为|为)\s*(?:{UNITS})(?=$|[\s，。；、）])"
)
FACTS = {"网站": 12, "微信": 30, "热线受理": 108, "热线办结": 99}
PROSE = (
    ("一、总体情况", "", "网站{{ 网站 }}条，比上年{{ 网站|增减 }}，同比{{ 网站|同比 }}。"),
    ("", "", "新收{{ 新收申请 }}件，{{ 新收申请|增减 }}，办结率{{ 申请办结率 }}%。"),
    ("", "", "不予公开占{{ 不予公开占比 }}%，热线办结率{{ 热线办结率 }}%。"),
)
REFS = sorted(balanced(form_for_year(YEARS[1])))
TOTALS = [f"table3.{row}.total" for row in ("a", "b", "g", "p", "t", "f")]


def reported(blank, before=()):
    """The report of a filing in which these are blank, last year's too."""

    def made(year, holes, prose):
        values = dict.fromkeys([ref for ref in holes if ref in REFS])
        facts = tuple(
            ("发布渠道" if name in {"网站", "微信"} else "热线办理", name,
             None if name in holes else number, "条" if name in {"网站", "微信"} else "件", "")
            for name, number in FACTS.items()
        )  # fmt: skip
        return filed(year, values, facts=facts, prose=prose)

    now, then = made(YEARS[1], blank, PROSE), made(YEARS[0], before, ())
    return report.Report(now, then, public_hotline=True).checked()


def shown(made):
    """All blocks of a notebook, as it has them."""
    asked = [
        report.masthead(made),
        *(report.section(made, number) for number in range(1, 7)),
        *(report.statutory_table(made, table.key) for table in made.filing.form.tables),
        *(getattr(report, name)(made) for name in (
            "channels", "applicants", "outcome_chart", "hotline", "year_on_year", "rates_table",
            "change_table", "ledger_review", "finding_list", "provenance",
        )),
    ]  # fmt: skip
    return [block for item in asked for block in ([item] if isinstance(item, Block) else item)]


def drawn(block):
    """What a drawing says, text by text."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", block.svg) if isinstance(block, Chart) else []


holes = st.lists(st.sampled_from([*REFS, *TOTALS * 9, *FACTS, *[*FACTS] * 9]), max_size=12)


@settings(max_examples=examples(15))
@given(holes, holes)
@example(TOTALS, [])
@example(["table3.a.total", "table3.a.natural"], [])
@example([], ["table3.a.total", "table3.a.natural"])
@example([*FACTS], [])
@example(REFS, REFS)
def test_no_block_has_a_unit_without_its_number(blank, before):
    blocks = shown(reported(blank, before))
    for block in blocks:
        if block.type in {"findings", "provenance"}:
            continue
        for text in [to_text(block), *drawn(block)]:
            assert not BARE.search(text), text
    document = read_document(notebook_of(blocks))
    value, unit = HEADINGS.index("数值"), HEADINGS.index("单位")
    assert not [row for row in open_rows(document) if row[unit] and row[value] is None]


@pytest.mark.parametrize("rows", ["a", "t", "f", "g", "atfgpb"])
def test_a_total_left_open_is_drawn_as_it_is_computed(rows):
    whole = reported([])
    left_open = reported([f"table3.{row}.total" for row in rows])
    for name in ("outcome_chart", "year_on_year", "applicants"):
        chart = getattr(report, name)(left_open)
        assert chart == getattr(report, name)(whole)
        assert not chart.omitted


def test_what_is_not_drawn_is_told_to_the_reviewer_alone():
    made = reported(["table3.f.natural", "table3.f.total"])
    for chart in (report.outcome_chart(made), report.year_on_year(made)):
        assert "结转下年度" not in dict.fromkeys(row[0] for row in chart.rows)
        assert "结转下年度" not in chart.alt + svg_text(chart.svg)
        assert "“结转下年度”没有数" in chart.omitted
        assert "A5" in chart.omitted


def test_a_channel_that_last_year_did_not_have_is_told():
    chart = report.channels(reported([], ["网站"]))
    assert chart.columns == ("项目", "数量")
    assert chart.omitted == "没有与上年并列：“网站”上年没有数。"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """All documents of a report with blanks."""
    folder = tmp_path_factory.mktemp("made")
    made = reported(["table3.f.natural", "table3.f.total", "网站", "热线受理", *TOTALS])
    nbformat.write(notebook_of(shown(made)), folder / "report.ipynb")
    render_report(folder / "report.ipynb", folder, ("html", "pdf", "docx", "csv", "xlsx"))
    return folder


def texts_of(folder, name):
    path = folder / name
    if name.endswith("html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        alts = [tag["aria-label"] for tag in page.find_all(attrs={"aria-label": True})]
        return [*page.get_text("\n").splitlines(), *alts]
    if name.endswith("pdf"):
        with pypdfium2.PdfDocument(path) as opened:
            return [page.get_textpage().get_text_bounded() for page in opened]
    if name.endswith("docx"):
        with zipfile.ZipFile(path) as archive:
            xml = archive.read("word/document.xml").decode()
        alts = re.findall(r'descr="([^"]*)"', xml)
        paragraphs = re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL)
        return [*alts, *("".join(re.findall(r"<w:t[^>]*>([^<]*)", item)) for item in paragraphs)]
    if name.endswith("csv"):
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    else:
        rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["数据"]]
    value, unit = HEADINGS.index("数值"), HEADINGS.index("单位")
    return [row[unit] or "" for row in rows if row[value] in {None, ""}]


@pytest.mark.parametrize(
    "name", ["report.html", "report.pdf", "report.docx", "figures.csv", "figures.xlsx"]
)
def test_no_document_has_a_unit_without_its_number(files, name):
    for text in texts_of(files, name):
        assert not BARE.search(text), text


def test_the_reviewers_page_says_what_was_left_out(files):
    told = (files / "review.html").read_text("utf-8")
    assert "没有画的：“结转下年度”没有数" in told
    assert "没有画的" not in (files / "report.html").read_text("utf-8")
