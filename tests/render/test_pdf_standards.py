"""PDF/UA-1 and PDF/A-2a, by two checkers that know nothing of typst or of each other."""

import io

import page
import pdfua
import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen

from nianbao.render.document import read_document
from nianbao.render.pdf import PdfExporter
from nianbao.report.blocks import FindingList
from render.samples import MASTHEAD, notebook_of, report_blocks, statutory

# `page` takes a width that a glyph leaves to its font (CFF: defaultWidthX) for zero. The last test
# here holds that each width is what the PDF says.
OF_THE_CHECKER = {"PDFUA1-FONT-GLYPH-WIDTH-001", "PDFA2A-TRUETYPE-GLYPH-WIDTH-001"}
UNREAD_WIDTH = "width 0.000 in its embedded CIDFontType0C program but 1000.000 in /W"


def tables(form):
    return [statutory(key, form) for key in ("table2", "table3", "table4")]


@pytest.fixture(
    scope="module",
    params=[
        report_blocks(),
        [MASTHEAD, FindingList(findings=()), *tables("2019")],
        [MASTHEAD, FindingList(findings=()), *tables("2021")],
    ],
    ids=["draft", "2019", "2021"],
)
def printed(request):
    return PdfExporter().from_document(read_document(notebook_of(request.param)))


@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_2A"])
def test_the_first_checker_finds_nothing_but_what_it_misreads(printed, profile):
    report = page.validate_pdf_bytes(printed, profile=getattr(page.ValidationProfile, profile))
    left = [item for item in report.failures if item.rule_id not in OF_THE_CHECKER]
    assert left == []
    assert all(UNREAD_WIDTH in item.message for item in report.failures)


def test_the_second_checker_finds_nothing(printed, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(printed)
    assert list(pdfua.validate(path).findings) == []


def test_each_glyph_is_as_wide_as_the_pdf_says(printed):
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        fonts = [item for item in pdf.objects if is_font(item)]
        assert fonts
        for font in fonts:
            program = CFFFontSet()
            program.decompile(io.BytesIO(font.FontDescriptor.FontFile3.read_bytes()), None)
            stated = dict(widths(font.W))
            assert stated
            for number, name in enumerate(program[0].charset):
                if number in stated:
                    assert stated[number] == pytest.approx(width_of(program[0], name), abs=1)


def is_font(item):
    return isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/CIDFontType0"


def widths(array):
    """Each CID with its width, out of ``3 [500 600]`` and ``5 9 1000``."""
    rest = list(array)
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0)
        if isinstance(second, pikepdf.Array):
            yield from ((first + place, float(width)) for place, width in enumerate(second))
        else:
            width = float(rest.pop(0))
            yield from ((number, width) for number in range(first, int(second) + 1))


def width_of(font, name):
    outline = font.CharStrings[name]
    outline.draw(NullPen())
    return outline.width
