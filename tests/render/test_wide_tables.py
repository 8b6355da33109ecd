"""A DataFrame of any width stands on the page: no cell runs into the next, and none is lost."""

import io
import subprocess

import docx
import numpy as np
import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v4

from laws import examples
from nianbao.render.document import Document, read_document
from nianbao.render.docx import DocxExporter
from nianbao.render.pdf import PdfExporter
from nianbao.render.wide_tables import fitted
from nianbao.report.blocks import Cell, StatTable
from render.samples import code_cell, notebook

LEFT, RIGHT = 28 / 25.4 * 72, (210 - 26) / 25.4 * 72  # of the type area, in points


def shown(frame: pd.DataFrame) -> Document:
    output = v4.new_output("display_data", {"text/html": frame._repr_html_(), "text/plain": ""})
    return read_document(notebook(code_cell(output, nianbao={"caption": "示例表"})))


def frame(columns: int, kind: str) -> pd.DataFrame:
    """Three rows; each cell is told from all others."""
    made = {
        "numbers": lambda x, y: 10000 + 100 * x + y,
        "fractions": lambda x, y: (10000 + 100 * x + y) / 7,
        "words": lambda x, y: f"关于第{x}列第{y}行政务公开工作的若干意见（征求意见稿）",
        "names": lambda x, y: f"very_long_value_{x:02}_{y}",
    }[kind]
    return pd.DataFrame(
        {f"列{x:02}": [made(x, y) for y in range(3)] for x in range(columns)},
        index=["甲", "乙", "丙"],
    )


def words_on_pages(pdf: bytes) -> list[list[tuple[float, float, float, float]]]:
    """The boxes of the words, page by page."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    )
    root = fromstring(done.stdout.decode())
    names = ("xMin", "xMax", "yMin", "yMax")
    html = "{http://www.w3.org/1999/xhtml}"
    return [
        [tuple(float(word.get(name)) for name in names) for word in page.iter(f"{html}word")]
        for page in root.iter(f"{html}page")
    ]


def overlaps(boxes: list[tuple[float, float, float, float]]) -> int:
    """Count words that run into the next on their line; a bracket at an end is half empty."""
    return sum(
        abs(a[2] - b[2]) < 2 and a[0] < b[1] - 5 and b[0] < a[1] - 5
        for i, a in enumerate(boxes)
        for b in boxes[:i]
    )


@pytest.mark.parametrize("kind", ["numbers", "fractions", "words", "names"])
@pytest.mark.parametrize("columns", [1, 5, 12, 30])
def test_no_cell_runs_into_the_next_and_none_is_lost(columns: int, kind: str):
    made = frame(columns, kind)
    pdf = PdfExporter().from_document(shown(made))
    for boxes in words_on_pages(pdf):
        assert all(left >= LEFT - 1 and right <= RIGHT + 1 for left, right, *_ in boxes)
        assert overlaps(boxes) == 0
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    text = "".join(done.stdout.decode().split()).replace("\u200b", "")
    for value in pd.read_html(io.StringIO(made._repr_html_()))[0].iloc[:, 1:].to_numpy().flat:
        assert str(value) in text


@pytest.mark.parametrize(("columns", "parts"), [(5, 1), (12, 1), (30, 3)])
def test_a_wide_one_stands_in_parts_in_word_too(columns: int, parts: int):
    made = DocxExporter().from_document(shown(frame(columns, "numbers")))
    word = docx.Document(io.BytesIO(made))
    assert len(word.tables) == parts
    heads = [cell.text for table in word.tables for cell in table.rows[0].cells if cell.text]
    assert heads == [f"列{x:02}" for x in range(columns)]
    assert all(table.rows[1].cells[0].text == "甲" for table in word.tables)
    captions = [item.text for item in word.paragraphs if "示例表" in item.text]
    assert captions == ["示例表", *["示例表（续表）"] * (parts - 1)]


def test_merged_headings_are_cut_with_their_columns():
    columns = pd.MultiIndex.from_product([["上", "下"], range(12)])
    made = pd.DataFrame(np.full((2, 24), 1234567), columns=columns)
    (block,) = [part for part in shown(made).parts if isinstance(part, StatTable)]
    parts = fitted(block)
    assert len(parts) > 1
    for part, *_ in parts:
        spans = [sum(cell.colspan for cell in row) for row in part.rows]
        assert spans == [len(part.widths)] * len(part.rows)
    assert (
        sum(cell.colspan for part, *_ in parts for cell in part.rows[0] if cell.text == "上") == 12
    )


def test_a_table_of_ours_stays_as_it_is():
    ours = StatTable(
        key="table3", caption="", rows=((Cell("1"),) * 30,), head_rows=0, widths=(1.0,) * 30
    )
    assert [part.table for part in fitted(ours)] == [ours]


texts = st.sampled_from(
    ["", "1", "123456.789", "甲" * 40, "x" * 50, "乙\n丙", "https://a.cn/" + "b" * 30]
)
cells = st.builds(
    Cell,
    texts,
    st.sampled_from(["value", "stub", "head"]),
    st.integers(1, 3),
    st.integers(1, 4),
)


@given(st.lists(st.lists(cells, min_size=1, max_size=25), min_size=1, max_size=5))
@settings(max_examples=examples(100))
def test_any_table_keeps_all_its_cells(rows: list[list[Cell]]):
    width = 25 * 4
    block = StatTable(
        key="plain", caption="", rows=tuple(map(tuple, rows)), head_rows=0, widths=(1.0,) * width
    )
    parts = fitted(block)
    there = {cell.text for part, *_ in parts for row in part.rows for cell in row}
    assert {cell.text for row in rows for cell in row} <= there
    assert all(wide > 0 for part, *_ in parts for wide in part.widths)
