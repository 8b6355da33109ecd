"""The grid of official documents (GB/T 9704-2012), measured on the pages: where what stands."""

import io
from itertools import groupby, pairwise

import pdfplumber
import pytest

from nianbao.render.document import read_document
from nianbao.render.pdf import PdfExporter
from nianbao.report.blocks import FindingList, Heading, Paragraph
from render.samples import MASTHEAD, notebook_of, statutory

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
TOP, BOTTOM, LEFT, RIGHT = 37 * MM, 35 * MM, 28 * MM, 26 * MM
PITCH = 225 * MM / 22
CELL = 156 * MM / 28
CLOSE = 0.6  # points

BLOCKS = [
    MASTHEAD,
    FindingList(findings=()),
    Heading(level=2, text="一、总体情况"),
    Heading(level=3, text="（一）主动公开"),
    Heading(level=4, text="1.政府网站"),
    Paragraph(inlines=("公开政府信息共计若干条示例" * 120,)),
    Paragraph(inlines=("示例县教育局",), role="signature"),
]


@pytest.fixture(scope="module")
def pages():
    """Two pages and more: of each the characters, as pdfplumber finds them."""
    printed = PdfExporter().from_document(read_document(notebook_of(BLOCKS)))
    with pdfplumber.open(io.BytesIO(printed)) as pdf:
        return [(page.width, page.height, page.chars) for page in pdf.pages]


def lines(chars):
    """The characters of the type area, line by line from above."""
    inside = [char for char in chars if TOP - CLOSE < char["top"] < HEIGHT - BOTTOM]
    inside.sort(key=lambda char: (round(char["doctop"]), char["x0"]))
    return [list(line) for _, line in groupby(inside, key=lambda char: round(char["doctop"]))]


def line_of(pages, text):
    found = [line for *_, chars in pages for line in lines(chars)]
    return next(line for line in found if text in "".join(char["text"] for char in line))


def test_pages_are_a4(pages):
    assert len(pages) > 2
    assert all(
        (width, height) == pytest.approx((WIDTH, HEIGHT), abs=CLOSE) for width, height, _ in pages
    )


def test_a_page_of_text_has_22_lines_of_28_characters(pages):
    *_, chars = pages[1]
    found = lines(chars)
    assert len(found) == 22
    assert {len(line) for line in found} == {28}


def test_the_text_fills_the_type_area_and_no_more(pages):
    *_, chars = pages[1]
    found = lines(chars)
    assert min(char["x0"] for line in found for char in line) == pytest.approx(LEFT, abs=CLOSE)
    last = max(char["x0"] for line in found for char in line) + CELL
    assert last == pytest.approx(WIDTH - RIGHT, abs=CLOSE)
    tops = [line[0]["top"] for line in found]
    steps = [below - above for above, below in pairwise(tops)]
    assert steps == pytest.approx([PITCH] * 21, abs=CLOSE)
    assert tops[-1] + PITCH < HEIGHT - BOTTOM + PITCH / 2


def test_margins_are_empty_but_for_the_page_number(pages):
    for _, _, chars in pages:
        below = [char for char in chars if char["bottom"] > HEIGHT - BOTTOM + CLOSE]
        said = "".join(char["text"] for char in sorted(below, key=lambda char: char["x0"]))
        assert said.replace(" ", "")[0] == said.replace(" ", "")[-1] == "—"
        aside = [
            char for char in chars if char["x0"] < LEFT - CLOSE or char["x1"] > WIDTH - RIGHT + 1
        ]
        assert aside == []


def test_page_numbers_stand_outside_seven_millimetres_below(pages):
    for number, (_, _, chars) in enumerate(pages, start=1):
        folio = [char for char in chars if char["bottom"] > HEIGHT - BOTTOM + CLOSE]
        assert {round(char["size"]) for char in folio} == {14}
        dash = min(folio, key=lambda char: char["x0"])
        middle = (dash["top"] + dash["bottom"]) / 2
        assert 7 * MM - 4 < middle - (HEIGHT - BOTTOM) < 7 * MM + 14
        if number % 2:
            assert max(c["x1"] for c in folio) == pytest.approx(WIDTH - RIGHT - 14, abs=2)
        else:
            assert dash["x0"] == pytest.approx(LEFT + 14, abs=2)


@pytest.mark.parametrize(
    ("text", "font", "size"),
    [
        (MASTHEAD.title[:6], "NotoSerifSC", 22),
        ("一、总体情况", "NotoSansSC", 16),
        ("（一）主动公开", "NotoSerifSC", 16),
        ("1.政府网站", "NotoSerifSC", 16),
        ("公开政府信息", "NotoSerifSC", 16),
    ],
)
def test_each_element_has_its_typeface_and_size(pages, text, font, size):
    first = line_of(pages, text)[0]
    assert font in first["fontname"]
    assert first["size"] == pytest.approx(size, abs=0.1)


def test_paragraphs_and_headings_begin_two_characters_in(pages):
    # Of an opening bracket at the start of a line, the blank half is left out.
    for text, less in (("一、总体情况", 0), ("（一）主动公开", 8), ("1.政府网站", 0)):
        assert line_of(pages, text)[0]["x0"] == pytest.approx(LEFT + 2 * CELL - less, abs=1)
    body = line_of(pages, "公开政府信息")
    assert body[0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=1.5)
    assert len(body) == 26


def test_a_signature_ends_four_characters_from_the_right(pages):
    *_, chars = pages[-1]
    last = next(line for line in reversed(lines(chars)) if line[-1]["text"] == "局")[-1]
    assert WIDTH - RIGHT - last["x1"] == pytest.approx(4 * 16, abs=2)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_no_table_reaches_beyond_the_type_area(form):
    tables = [statutory(key, form) for key in ("table2", "table3", "table4")]
    blocks = [MASTHEAD, FindingList(findings=()), *tables]
    printed = PdfExporter().from_document(read_document(notebook_of(blocks)))
    with pdfplumber.open(io.BytesIO(printed)) as pdf:
        edges = [edge for page in pdf.pages for edge in page.edges if page.edges]
    assert min(edge["x0"] for edge in edges) >= LEFT - 1
    assert max(edge["x1"] for edge in edges) <= WIDTH - RIGHT + 1


@pytest.mark.parametrize("lines", range(15, 26))
def test_a_signature_never_stands_alone_on_a_page(lines):
    body = [Paragraph(inlines=("示例",)) for _ in range(lines)]
    signed = [Paragraph(inlines=(text,), role="signature") for text in ("示例局", "2023年1月5日")]
    document = read_document(notebook_of([MASTHEAD, FindingList(findings=()), *body, *signed]))
    with pdfplumber.open(io.BytesIO(PdfExporter().from_document(document))) as pdf:
        last = pdf.pages[-1].extract_text()
    assert "示例局" in last
    assert last.count("示例") > 1
