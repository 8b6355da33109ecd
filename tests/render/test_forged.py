"""Notebooks that somebody wrote by hand: shown, or refused in words, and never more than that."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, from_dict, v4

from nianbao.errors import RenderError
from nianbao.render.data import findings_json
from nianbao.render.document import read_document
from nianbao.render.html import ReaderExporter, ReviewExporter
from nianbao.render.pdf import PdfExporter
from nianbao.report.blocks import MIME, Block, Cell, Heading, Picture, StatTable
from render.samples import (
    CHART,
    FINDINGS,
    MASTHEAD,
    PARAGRAPH,
    PICTURE,
    PROVENANCE,
    code_cell,
    finding,
    notebook,
    notebook_of,
    output,
)

TABLE = StatTable(
    key="示例",
    caption="示例表",
    rows=((Cell("甲", "head"),), (Cell("1", computed="2", findings=("A2",)),)),
    head_rows=1,
    widths=(1.0,),
    notes=("注",),
)
EVERY = [
    *(MASTHEAD, Heading(level=2, text="一"), PARAGRAPH, TABLE),
    *(CHART, PICTURE, FINDINGS, PROVENANCE),
]
EVIL: list[Any] = [None, -1, 10**30, 1.5, float("nan"), "x", "\ud800", [], {}, [None], {"a": 1}]
MISSING = object()


def places(data: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in some data; of a list, in its first two items."""
    yield place
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*place, key))
    elif isinstance(data, list):
        for number, value in enumerate(data[:2]):
            yield from places(value, (*place, number))


def put(data: Any, place: tuple[str | int, ...], value: Any) -> Any:
    """The data with another value in one place, or with nothing there."""
    if not place:
        return value
    changed = copy.deepcopy(data)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    if value is MISSING:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return changed


def carrying(data: Any) -> NotebookNode:
    shown = {"output_type": "display_data", "metadata": {}, "data": {MIME: data}}
    return notebook(code_cell(from_dict(shown)))


@pytest.fixture(scope="module")
def exporters():
    return ReaderExporter(), ReviewExporter()


@pytest.mark.parametrize("block", EVERY, ids=lambda block: block.type)
def test_a_forged_block_is_shown_or_refused(block: Block, exporters):
    data = json.loads(json.dumps(block.to_json()))
    refused = 0
    for place in places(data):
        for value in [*EVIL, MISSING] if place else EVIL:
            try:
                document = read_document(carrying(put(data, place, value)))
                findings_json(document)
                for exporter in exporters:
                    exporter.from_document(document)
            except RenderError:
                refused += 1
    assert refused > len(EVIL)


def test_what_is_wrong_is_named_with_its_place():
    data = put(TABLE.to_json(), ("rows", 1, 0, "rowspan"), "many")
    with pytest.raises(RenderError, match=r"第 1 个单元格 table\.rows\.1\.0\.rowspan"):
        read_document(carrying(data))


def test_what_a_finding_does_not_have_is_left_out():
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"深": deep}
    data = put(FINDINGS.to_json(), ("findings", 0), {**finding(), "more": deep})
    assert "more" not in read_document(carrying(data)).findings[0]


@pytest.mark.parametrize("data", ["AAA", "图", "A" * 5])
def test_a_picture_that_cannot_be_decoded_is_refused(data):
    with pytest.raises(RenderError, match=r"picture\.data"):
        read_document(notebook_of([Picture(mimetype="image/png", data=data)]))


@pytest.mark.parametrize("exporter", [ReaderExporter, PdfExporter])
def test_a_drawing_without_bottom_is_refused(exporter):
    groups = 20_000
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{"<g>" * groups}{"</g>" * groups}</svg>'
    shown = notebook_of([Picture(mimetype="image/svg+xml", data=svg, alt="示例")])
    with pytest.raises(RenderError, match="SVG"):
        exporter().from_notebook_node(shown)


@pytest.mark.parametrize(("bottom", "message"), [("", "数据块不完整"), ("\u202e", "嵌套过深")])
def test_a_block_without_bottom_is_refused(bottom: str, message: str):
    deep: list[Any] = [bottom]
    for _ in range(3_000):
        deep = [deep]
    made = carrying(PARAGRAPH.to_json())
    data = {**PARAGRAPH.to_json(), "inlines": deep}
    dict.__setitem__(made.cells[0].outputs[0].data, MIME, data)  # past nbformat's own limit
    with pytest.raises(RenderError, match=message):
        read_document(made)


@pytest.mark.parametrize(
    "cell",
    [
        None,
        {"cell_type": "code", "metadata": {}},
        {"cell_type": 5, "metadata": {}, "source": ""},
        {"cell_type": "markdown", "metadata": None, "source": "正文"},
        {"cell_type": "markdown", "metadata": {"tags": "review-only"}, "source": "正文"},
        {"cell_type": "markdown", "metadata": {"tags": [{}]}, "source": "正文"},
        {**code_cell(), "outputs": "x"},
        {**code_cell(), "outputs": [{"output_type": "display_data", "metadata": {}}]},
        {**code_cell(), "outputs": [{"output_type": "stream", "name": "stdout"}]},
    ],
)
def test_a_misshapen_notebook_is_refused(cell):
    made = notebook(code_cell())
    made.cells.append(from_dict(cell))
    with pytest.raises(RenderError, match="格式不对"):
        read_document(made)


def test_misshapen_metadata_of_papermill_is_refused():
    made = notebook(code_cell())
    made.metadata["papermill"] = "done"
    with pytest.raises(RenderError, match="papermill"):
        read_document(made)


def test_a_notebook_without_ids_is_read():
    made = notebook(code_cell(output(PARAGRAPH)))
    del made.cells[0]["id"]
    assert read_document(made).parts == (PARAGRAPH,)


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4])
def test_an_older_minor_version_is_read_as_stock_nbconvert_does(minor: int, tmp_path: Path):
    result = v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)
    made = notebook(v4.new_markdown_cell("## 一、示例"), code_cell(output(PARAGRAPH), result))
    for cell in made.cells:
        del cell["id"]
    made.nbformat_minor = minor
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(made), encoding="utf-8")
    page, _ = ReaderExporter().from_filename(str(path))
    assert "一、示例" in page
    assert "收到政府信息公开申请" in page
    assert made.nbformat_minor == minor


def test_a_notebook_of_format_3_is_read(tmp_path: Path):
    markdown = {"cell_type": "markdown", "metadata": {}, "source": ["## 一、示例"]}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [markdown]}],
    }
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old), encoding="utf-8")
    assert "一、示例" in ReaderExporter().from_filename(str(path))[0]


@pytest.mark.parametrize("minor", [-1, "4", None, [4]])
def test_a_minor_version_that_is_none_is_refused(minor: object):
    made = notebook(code_cell(output(PARAGRAPH)))
    made["nbformat_minor"] = minor
    with pytest.raises(RenderError, match="格式不对"):
        read_document(made)


@pytest.mark.parametrize("said", [[1], "示例", None])
def test_words_for_a_picture_in_a_wrong_shape_are_no_words(said):
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": PICTURE.data}}
    document = read_document(notebook(code_cell(from_dict(picture), nianbao=said)))
    assert any("没有文字说明" in warning for warning in document.warnings)


def test_a_span_of_thousands_of_digits_is_a_wide_one():
    html = f"<table><tr><td rowspan={'9' * 5000}>示例</td></tr></table>"
    table = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    (block,) = read_document(notebook(code_cell(from_dict(table)))).parts
    assert isinstance(block, StatTable)
    assert block.rows[0][0].rowspan == 1
