"""``units.xlsx``: the numbers of each unit, live sums, and what is missing."""

import io
import subprocess
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from nianbao.errors import RenderError
from nianbao.render.changes import compare_documents
from nianbao.render.document import Document
from nianbao.render.docx import DocxExporter
from nianbao.render.pdf import PdfExporter
from nianbao.render.units import units_xlsx
from nianbao.report.blocks import Composition, Coverage, Edition, Heading, Provenance
from nianbao.report.markup import to_html
from render.samples import COMPOSITION, COVERAGE, FINDINGS, MASTHEAD

SHEET = "收到和处理政府信息公开申请情况"


def document(*parts):
    return Document(MASTHEAD, parts, tuple(range(len(parts))), ())


@pytest.fixture
def workbook():
    return units_xlsx(document(COVERAGE, COMPOSITION))


def shown(data, sheet):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_each_cell_is_a_row_and_each_unit_a_column(workbook):
    head, *rows = shown(workbook, SHEET)[1:]
    assert head == ["行", "列", "单位", "示例区甲局", "示例区乙局", "示例区丙局（缺）",
                    "合计", "本级填报", "差"]  # fmt: skip
    assert rows[0][:3] == ["一、本年新收", "自然人", "件"]
    assert rows[0][3:] == [5, 7, "", 12, 13, -1]
    assert rows[1][3:] == [0.1, 0.2, "", 0.3, "", ""]
    assert rows[2][3:] == ["", 4, "", 4, "", ""]  # blank, not zero
    assert rows[3][3:] == [0, 0, "", 0, "", ""]


def test_sums_and_differences_are_formulas(workbook):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))[SHEET]
    assert (sheet["G3"].value, sheet["I3"].value) == ("=SUM(D3:F3)", "=ROUND(G3-H3,6)")
    assert sheet.freeze_panes == "D3"
    assert sheet.auto_filter.ref == "A2:I6"


def test_a_cell_that_nobody_fills_has_no_sum(workbook):
    head, row = shown(workbook, "复议、诉讼情况")[1:]
    assert head[-1] == "合计"  # nothing is stated there
    assert row == ["", "行政复议 结果维持", "件", "", "", "", ""]


def test_the_first_sheet_tells_of_everybody_and_why(workbook):
    lines = [line[:3] for line in shown(workbook, "说明")]
    assert ["示例区丙局", "缺", "没有填报表"] in lines
    assert ["示例区税务局", "不计入", "垂直管理"] in lines
    assert any(line[0].startswith("草稿：部分汇总，缺 1 个单位") for line in lines)


def test_the_same_document_gives_the_same_bytes(workbook):
    assert units_xlsx(document(COVERAGE, COMPOSITION)) == workbook


def test_a_report_of_one_agency_has_none():
    assert units_xlsx(document(FINDINGS)) is None


def test_what_is_no_number_is_an_error_that_says_where():
    data = COMPOSITION.to_json()
    data["cells"][0]["shares"][0]["value"] = "五"
    with pytest.raises(RenderError, match=r"table3\.a\.natural"):
        units_xlsx(document(Composition.from_data(data)))


@pytest.mark.libreoffice
def test_libreoffice_computes_the_same(workbook, tmp_path):
    (tmp_path / "units.xlsx").write_bytes(workbook)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "ods", "--outdir", tmp_path, tmp_path / "units.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    data = (tmp_path / "units.ods").read_bytes()
    computed = [row[6] for row in shown(data, SHEET)[2:]]
    assert [round(value, 9) for value in computed] == [12, 0.3, 4, 0]


def test_a_partial_sum_is_a_draft_and_says_so_below_the_title():
    whole = document(COVERAGE, FINDINGS)
    assert whole.is_draft
    assert "部分汇总，缺 1 个单位" in whole.draft_reason
    assert COVERAGE in whole.shown(Edition.BOTH)
    assert COVERAGE.text == (
        "部分汇总：应汇总 3 个单位，已汇总 2 个，缺：示例区丙局"
        "；下级没有汇齐的：示例区丁政府；不计入：示例区税务局。"
    )


def test_the_reviewers_page_opens_each_cell_that_is_not_zero():
    html = to_html(COMPOSITION, edition=Edition.REVIEW)
    assert 'id="of-table3.a.natural"' in html
    assert "sources/jia/2022.xlsx#依申请公开!D6" in html
    assert 'id="of-table3.b.other"' not in html  # all zero
    assert "其余 1 格，各单位都是 0" in html
    assert "空白：示例区甲局" in html
    assert "本级填报 13" in html


def test_a_unit_that_nobody_knows_is_shown_by_its_code():
    data = COMPOSITION.to_json()
    data["units"] = []
    assert "jia" in to_html(Composition.from_data(data), edition=Edition.REVIEW)


def test_because_of_whom_a_cell_changed():
    def figure(value):
        names = dict.fromkeys(
            ["name", "raw", "file", "sheet", "cell", "derivation", "category"], ""
        )
        return {"ref": "table3.a.natural", "label": "新收", "unit": "件", "value": value, **names}

    def version(value, given, late="missing"):
        data = COMPOSITION.to_json()
        for unit in data["units"]:
            unit["state"] = late if unit["name"] == "示例区丙局" else unit["state"]
        data["cells"][0]["value"] = value
        data["cells"][0]["shares"][1]["value"] = given
        provenance = Provenance(inputs={}, environment={}, figures=(figure(value),))
        return document(Composition.from_data(data), provenance)

    (change,) = compare_documents(version("12", "7"), version("14", "9")).figures
    assert (change.old, change.new, change.because) == ("12", "14", ("示例区乙局 7 → 9",))
    # One that comes late, and gives nothing to this cell, is no reason.
    with_late = version("14", "9", "counted")
    (change,) = compare_documents(version("12", "7"), with_late).figures
    assert change.because == ("示例区乙局 7 → 9",)


def test_print_and_word_say_it_below_the_title_too():
    whole = document(COVERAGE, FINDINGS, Heading(level=2, text="一、总体情况"))
    pdf = PdfExporter().from_document(whole)
    command = ["pdftotext", "-", "-"]
    read = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    assert "缺：示例区丙局" in "".join(read.split())
    word = zipfile.ZipFile(io.BytesIO(DocxExporter().from_document(whole)))
    text = word.read("word/document.xml").decode()
    assert COVERAGE.text in text
    assert text.index(MASTHEAD.title[:4]) < text.index(COVERAGE.text) < text.index("一、总体情况")


def test_a_complete_one_is_no_news_to_readers():
    whole = document(Coverage(counted=3), FINDINGS)
    assert [part.type for part in whole.shown(Edition.BOTH)] == []
    assert not any("汇总" in mark for mark in whole.marks)
