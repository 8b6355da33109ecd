"""PDF files of other makers: ruled and not, over pages, with marks and pictures."""

import json
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
import typst

from nianbao.errors import PublishedError
from nianbao.published.files import read_document
from nianbao.published.recognise import recognise
from published_reports import Report

FONTS = typst.Fonts(
    include_system_fonts=False,
    font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
)
REPORT = Report(
    {
        "table2.penalties.decisions": "4119",
        "table2.fees.amount": "7730.28",
        "table3.a.natural": "21",
        "table3.a.total": "21",
        "table3.u3.natural": "10",
        "table3.o1.business": "3",
        "table4.cases.after_total": "5",
    }
)
HEAD = '#set text(font: "Noto Serif SC", size: {size}pt)\n#set page(height: {height}cm)\n{more}\n'


def source(*, stroke="0.5pt", size=10, height=29.7, more=""):
    pieces = [HEAD.format(size=size, height=height, more=more)]
    for kind, part in REPORT.parts():
        pieces.append(table(part, stroke) if kind == "table" else f"#par({quoted(part)})\n")
    return "".join(pieces)


def table(made, stroke):
    cells = []
    for line in made.layout():
        for cell in line:
            is_value = cell.role == "value"
            shown = REPORT.value(made, cell.row, cell.column) if is_value else cell.text
            spans = f"rowspan: {cell.rowspan}, colspan: {cell.colspan}"
            cells.append(f"table.cell({spans}, {quoted(shown)})")
    widths = {4: "(2fr, 1fr, 1fr, 1fr)", 10: "(1fr, 2fr, 4fr, " + "1fr," * 7 + ")"}
    columns = widths.get(made.width, made.width)
    return f"#table(columns: {columns}, stroke: {stroke}, {', '.join(cells)})\n"


def quoted(text):
    return f"text({json.dumps(text, ensure_ascii=False)})"


def made(**options):
    return typst.compile(source(**options).encode(), font_paths=FONTS, ignore_system_fonts=True)


def read(data):
    return recognise(read_document(data, "年报.pdf"))


def numbers(published):
    return {ref: f.raw for ref, f in published.filing.figures.items() if f.raw != "0"}


@pytest.mark.parametrize("height", [29.7, 14, 9])
def test_a_ruled_table_over_pages(height):
    published = read(made(height=height))
    assert numbers(published) == REPORT.values
    assert published.filing.figures["table3.a.natural"].address.sheet.startswith("第 ")


def test_a_watermark_and_running_heads_are_left_out():
    mark = '#set page(background: rotate(45deg, text(60pt, "草稿 8888")), header: [内部资料 12])'
    published = read(made(more=mark))
    assert numbers(published) == REPORT.values
    assert "内部资料" not in "".join(p.template for p in published.filing.prose)


def test_fonts_that_reach_below_the_line_by_different_lengths_stand_in_one_line():
    more = '#set page(width: 90cm)\n#show regex("[0-9.]+"): set text(size: 3em)'
    published = read(made(more=more, size=15, height=140))
    assert numbers(published) == REPORT.values
    assert published.filing.printed.misprints == ()


def test_a_table_without_rules_is_right_or_unread():
    published = read(made(stroke="none", size=8))
    found = {ref: f for ref, f in published.filing.figures.items() if f.value is not None}
    assert {ref: f.raw for ref, f in found.items() if f.raw != "0"}.items() <= REPORT.values.items()
    assert len(found) > 0.8 * len(published.filing.figures)


def test_a_scan_is_told_as_one():
    picture = b"#rect(width: 10cm, height: 20cm, fill: gray)"
    data = typst.compile(picture, font_paths=FONTS, ignore_system_fonts=True)
    with pytest.raises(PublishedError, match="扫描件") as caught:
        read_document(data, "年报.pdf")
    assert caught.value.where == "年报.pdf"
    assert caught.value.hint
