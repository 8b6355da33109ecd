"""The print: its text, its pages, its fonts, its face, and the same bytes every time."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from nianbao.errors import GlyphError, RenderError
from nianbao.forms import load_form
from nianbao.render.document import Document, read_document
from nianbao.render.pdf import PdfExporter
from nianbao.report.bars import Series, draw_bars
from nianbao.report.blocks import (
    Block,
    Cell,
    Chart,
    FindingList,
    Heading,
    Paragraph,
    Picture,
    StatTable,
)
from render.samples import (
    CHART,
    FILE,
    MASTHEAD,
    PARAGRAPH,
    PICTURE,
    SVG,
    filled,
    notebook_of,
    report_blocks,
    statutory,
)

CLEAN = FindingList(findings=())
BODY = Paragraph(inlines=("示例文字。" * 60,))


def document(blocks: list[Block]) -> Document:
    return read_document(notebook_of(blocks))


def printed(blocks: list[Block]) -> bytes:
    return PdfExporter().from_document(document([MASTHEAD, *blocks]))


def run(program: str, pdf: bytes, *options: str) -> str:
    """The output of one of poppler's programs; `-` among the options stands for the PDF."""
    command = [program, *options]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def text(pdf: bytes) -> str:
    return run("pdftotext", pdf, "-", "-")


def pages(pdf: bytes) -> list[str]:
    return text(pdf).split("\f")[:-1]


def joined(words: str) -> str:
    return "".join(words.split())


def info(pdf: bytes) -> dict[str, str]:
    lines = run("pdfinfo", pdf, "-").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return PdfExporter().from_document(document(report_blocks()))


class TestWholeReport:
    def test_is_tagged_and_tells_what_it_is(self, pdf: bytes):
        facts = info(pdf)
        assert facts["Tagged"] == "yes"
        assert facts["Title"] == MASTHEAD.title
        assert facts["Author"] == MASTHEAD.agency
        assert facts["JavaScript"] == "no"
        assert facts["Pages"] == "5"
        assert facts["Page size"].endswith("pts (A4)")
        assert "/Lang(zh-CN)" in pdf.decode("latin-1")
        assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.decode("latin-1")
        assert "<pdfaid:part>2</pdfaid:part>" in pdf.decode("latin-1")

    def test_is_dated_on_the_first_day_after_its_year(self, pdf: bytes):
        dates = run("pdfinfo", pdf, "-isodates", "-")
        assert "CreationDate:    2022-01-01T" in dates

    def test_embeds_its_fonts_as_subsets_and_no_others(self, pdf: bytes):
        lines = run("pdffonts", pdf, "-").splitlines()[2:]
        assert {re.match(r"[A-Z]{6}\+(\S+)", line)[1] for line in lines} == {
            "NotoSansSC-Regular-Identity-H",
            "NotoSerifSC-Regular-Identity-H",
        }
        for line in lines:
            embedded, subset, unicode = line.split()[-5:-2]
            assert (embedded, subset, unicode) == ("yes", "yes", "yes")

    def test_says_all_that_a_reader_is_told(self, pdf: bytes):
        said = joined(text(pdf))
        assert joined(PARAGRAPH.text) in said
        for section in load_form("2021").sections:
            assert joined(section.title) in said
        assert joined(CHART.caption) in said
        assert "自然人" in said

    def test_has_the_labels_of_the_tables_in_order(self, pdf: bytes):
        said = joined(text(pdf))
        for key in ("table2", "table3", "table4"):
            labels = [
                joined(cell.text)
                for row in statutory(key).rows
                for cell in row
                if cell.role == "stub" and cell.rowspan == 1
            ]
            found = [said.find(label) for label in labels]
            assert -1 not in found
            assert found == sorted(found)

    def test_says_nothing_that_only_a_reviewer_is_told(self, pdf: bytes):
        said = text(pdf)
        assert FILE not in said
        assert "核查结果" not in said
        assert "应为" not in said

    def test_numbers_its_pages(self, pdf: bytes):
        for number, page in enumerate(pages(pdf), start=1):
            assert f"—{number}—" in joined(page)

    def test_page_number_stands_at_the_outer_side(self, pdf: bytes):
        layout = run("pdftotext", pdf, "-layout", "-", "-").split("\f")
        margins = [len(re.search(r"\n( *)— ?\d ?—", page)[1]) for page in layout[:2]]
        assert margins[0] > 20
        assert margins[1] < 10

    def test_comes_out_the_same_every_time(self, pdf: bytes):
        exporter = PdfExporter()
        node = notebook_of(report_blocks())
        first, _ = exporter.from_notebook_node(node)
        exporter.from_document(document([MASTHEAD, PARAGRAPH]))
        again, _ = exporter.from_notebook_node(node)
        assert first == again == pdf


class TestFace:
    def test_a_draft_says_so_on_each_page(self):
        pdf = printed([BODY] * 4 + report_blocks()[-2:-1])
        assert len(pages(pdf)) > 1
        for page in pages(pdf):
            assert "草稿：有2处必须改的问题，改正前不得公开" in joined(page)

    def test_a_sample_says_so_on_each_page(self):
        for page in pages(printed([BODY] * 4)):
            assert "示例：机关和数据都是虚构的" in page

    def test_a_real_report_without_errors_says_neither(self):
        masthead = replace(MASTHEAD, is_sample=False, title="2021年年报", agency="某局")
        pdf = PdfExporter().from_document(document([masthead, CLEAN]))
        assert joined(text(pdf)) == "2021年年报—1—"


class TestLayout:
    def test_a_page_holds_22_lines_of_28_characters(self):
        pdf = printed([Paragraph(inlines=("字" * (28 * 44),))])
        lines = [re.findall("字+", page) for page in pages(pdf)]
        assert {len(line) for line in lines[1][:-1]} == {28}
        assert len(lines[1]) == 22

    def test_a_long_title_is_broken_before_its_year(self):
        lines = text(printed([])).splitlines()
        assert lines[1:3] != []
        assert "示例市示例区示例局" in lines
        assert "2021年政府信息公开工作年度报告" in lines

    @pytest.mark.parametrize("lines_before", range(3, 21, 3))
    def test_a_short_table_is_never_broken(self, lines_before: int):
        before = Paragraph(inlines=("字" * (28 * lines_before - 2),))
        pdf = printed([before, Heading(level=2, text="四、示例"), statutory("table4")])
        (page,) = [page for page in pages(pdf) if "行政复议" in page]
        assert "44" in page.split()
        assert "四、示例" in page

    def test_a_long_table_repeats_its_header(self):
        pdf = printed([BODY, statutory("table3")])
        assert [page.count("申请人情况") for page in pages(pdf)] == [1, 1]

    @pytest.mark.parametrize("form", ["2019", "2021"])
    @pytest.mark.parametrize("number", ["0", "12345678", "123456789012"])
    @pytest.mark.parametrize("key", ["table2", "table3", "table4"])
    def test_what_is_known_of_a_table_is_what_would_be_measured(
        self, monkeypatch, key: str, number: str, form: str
    ):
        blocks = [BODY, filled(statutory(key, form), number), CLEAN]
        known = printed(blocks)
        monkeypatch.setattr("nianbao.render.pdf.STATUTORY", ())
        assert printed(blocks) == known

    @pytest.mark.parametrize("key", ["table3", "table4"])
    def test_a_large_number_stays_in_its_column(self, key: str):
        table = filled(statutory(key), "1164546")
        pdf = printed([table, CLEAN])
        values = sum(cell.role == "value" for row in table.rows for cell in row)
        assert text(pdf).split().count("1164546") == values

    def test_a_table_too_wide_for_its_numbers_breaks_them_and_loses_none(self):
        cells = tuple(Cell("222222.204") for _ in range(18))
        table = StatTable(key="own", caption="", rows=(cells,), head_rows=0, widths=(1.0,) * 18)
        words = run("pdftotext", printed([table, CLEAN]), "-bbox", "-", "-")
        boxes = [
            (float(x), float(end))
            for x, end in re.findall(r'xMin="([\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>[\d.]+<', words)
        ]
        widest = max(end - x for x, end in boxes)
        assert widest <= 156 / 25.4 * 72 / 18

    def test_a_row_is_never_broken(self):
        line = (Cell("甲", "stub"), Cell("乙" * 54))
        table = StatTable(key="own", caption="", rows=(line,) * 40, head_rows=0, widths=(1.0, 0.7))
        counts = [page.count("乙") for page in pages(printed([table, CLEAN]))]
        assert len(counts) > 1
        assert [count % 54 for count in counts] == [0] * len(counts)

    def test_a_cell_higher_than_a_page_runs_on(self):
        line = (Cell("甲", "stub"), Cell("乙" * 2000))
        table = StatTable(key="own", caption="", rows=(line,), head_rows=0, widths=(4.0, 1.0))
        assert text(printed([table, CLEAN])).count("乙") == 2000

    def test_a_heading_never_ends_a_page(self):
        for count in range(17, 23):
            before = Paragraph(inlines=("字" * (28 * count - 2),))
            pdf = printed([before, Heading(level=2, text="示例标题"), PARAGRAPH])
            (page,) = [page for page in pages(pdf) if "示例标题" in page]
            assert "满意率" in joined(page)

    def test_a_table_of_an_analyst_has_its_caption_and_notes(self):
        table = StatTable(
            key="plain",
            caption="示例表",
            rows=((Cell("甲", "head", scope="col"),), (Cell("1"),)),
            head_rows=1,
            widths=(1.0,),
            notes=("单位：件",),
        )
        said = text(printed([table]))
        assert "示例表" in said
        assert "单位：件" in said

    def test_a_long_address_is_broken_and_stays_whole_as_text(self):
        address = "https://www.example.invalid/" + "a1" * 60
        said = text(printed([Paragraph(inlines=(f"网址{address}。",))]))
        assert address in joined(said).replace("\u200b", "")

    def test_headings_may_skip_levels(self):
        blocks = [Heading(level=4, text="丁"), Heading(level=2, text="乙")]
        said = joined(text(printed(blocks)))
        assert "丁" in said
        assert "乙" in said


class TestPictures:
    def test_the_type_of_a_high_chart_is_no_smaller_than_that_of_tables(self):
        svg = draw_bars("k", ["示例渠道" * 8] * 12, [Series("", (1,) * 12, ("12345 条",) * 12)])
        words = run("pdftotext", printed([replace(CHART, svg=svg), CLEAN]), "-bbox", "-", "-")
        numbers = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">12345<', words)
        assert len(numbers) == 12
        assert all(float(end) - float(start) >= 9 for start, end in numbers)

    @pytest.mark.parametrize("block", [CHART, PICTURE], ids=["chart", "picture"])
    def test_have_words(self, block: Chart | Picture):
        assert b"/S/Figure" in printed([block])
        assert f"/Alt<FEFF{block.alt.encode('utf-16-be').hex().upper()}".encode() in printed(
            [block]
        )

    def test_words_are_there_even_where_none_were_given(self):
        bare = Picture(mimetype="image/svg+xml", data=SVG)
        assert b"/Alt" in printed([bare])

    def test_a_broken_one_is_an_error(self):
        with pytest.raises(RenderError, match="PDF 排版失败"):
            printed([Picture(mimetype="image/png", data="AAAA", alt="示例")])


HOSTILE = (
    '#import "@preview/x:1.0.0" #read("/etc/passwd") $x$ *b* _i_ <a> @b `c` \\u{41} ]} // /* '
    "<script>alert(1)</script> {{7*7}} \u202e12\x00"
)


def test_hostile_text_is_printed_as_it_stands():
    shown = HOSTILE.replace("\u202e", "").replace("\x00", "")
    blocks = [
        replace(MASTHEAD, title=HOSTILE, agency=HOSTILE),
        Heading(level=2, text=HOSTILE),
        Paragraph(inlines=(HOSTILE,)),
        replace(statutory("table4"), caption=HOSTILE, notes=(HOSTILE,)),
        replace(CHART, caption=HOSTILE, source=HOSTILE, alt=HOSTILE),
    ]
    pdf = PdfExporter().from_document(document(blocks))
    said = joined(text(pdf)).replace("\u200b", "")
    assert said.count(joined(shown)) >= 6
    assert info(pdf)["Title"] == shown.strip()


def test_a_character_without_a_glyph_is_an_error():
    with pytest.raises(GlyphError, match=r"U\+20BB7 𠮷"):
        printed([Paragraph(inlines=("示例\U00020bb7",))])


def test_without_a_masthead_it_is_printed_all_the_same():
    pdf = PdfExporter().from_document(document([Heading(level=1, text="示例标题"), PARAGRAPH]))
    assert info(pdf)["Title"] == "示例标题"
    assert text(pdf).count("示例标题") == 1


def test_nbconvert_knows_it_by_name(tmp_path: Path):
    source = tmp_path / "示例.ipynb"
    nbformat.write(notebook_of(report_blocks()), source)
    command = [sys.executable, "-m", "nbconvert", "--to", "nianbao-pdf", source.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    expected = PdfExporter().from_document(document(report_blocks()))
    assert (tmp_path / "示例.pdf").read_bytes() == expected
