"""The words of a notebook read alone are those of the whole document, under the same anchors."""

import nbformat
import pytest
from nbformat import v4

from nianbao.errors import RenderError
from nianbao.render.document import read_document
from nianbao.render.html import anchors_of
from nianbao.render.outline import read_outline
from nianbao.report.blocks import Edition, Heading, Paragraph
from render.samples import (
    CHART,
    FINDINGS,
    PROVENANCE,
    code_cell,
    notebook,
    notebook_of,
    output,
    report_blocks,
)


def headings(document):
    """Text, level and anchor of each heading on the reviewer's page."""
    shown = document.shown(Edition.REVIEW)
    return [
        (part.text, part.level, name)
        for part, name in zip(shown, anchors_of(shown), strict=True)
        if isinstance(part, Heading)
    ]


def an_analysts():
    """A notebook with cells of an analyst's own among ours."""
    frame = v4.new_output("display_data", {"text/html": "<table><tr><td>1</td></tr></table>"})
    words = v4.new_output("display_data", {"text/markdown": "### 自己的小标题"})
    own = [
        v4.new_markdown_cell("## 自己的一部分\n\n一段文字。"),
        code_cell(frame),
        code_cell(words),
    ]
    hidden = code_cell(output(Heading(level=2, text="作者的")), tags=["author-only"])
    ours = [code_cell(output(block), output(CHART)) for block in report_blocks()]
    return notebook(*ours[:8], *own, hidden, *ours[8:], code_cell(output(FINDINGS)))


@pytest.mark.parametrize("made", [notebook_of(report_blocks()), an_analysts()])
def test_headings_and_paragraphs_are_those_of_the_document(made):
    whole, words = read_document(made), read_outline(nbformat.writes(made).encode())
    assert headings(words) == headings(whole) != []
    assert words.masthead == whole.masthead
    paragraphs = [part for part in whole.parts if isinstance(part, Paragraph)]
    assert [part for part in words.parts if isinstance(part, Paragraph)] == paragraphs
    assert words.figures == ()


FAILED = v4.new_output("error", ename="ValueError", evalue="坏", traceback=[])


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"[]", b"{}", b'{"cells": 1}', b'{"cells": [1]}',
        b'{"cells": [{"outputs": [{"data": {"application/vnd.nianbao.block+json": 1}}]}]}',
        nbformat.writes(notebook(code_cell(FAILED))).encode(),
        nbformat.writes(notebook(v4.new_code_cell("示例()"))).encode(),
        nbformat.writes(notebook_of([PROVENANCE])).encode()[:-20],
    ],
)  # fmt: skip
def test_what_is_no_executed_notebook_is_refused(data):
    with pytest.raises(RenderError):
        read_outline(data)
