"""The words of an executed notebook alone, in a fifth of the time that the whole document takes."""

from __future__ import annotations

from typing import Any

import nbformat.v4
import orjson

from nianbao.errors import RenderError
from nianbao.render.document import Document, read_document
from nianbao.report.blocks import MIME, Heading, Masthead, Paragraph

WORDS = frozenset({Masthead.type, Heading.type, Paragraph.type})
HEADLINES = frozenset({"text/markdown", "text/html"})  # outputs that may hold headings


def read_outline(data: bytes) -> Document:
    """Read masthead, headings and paragraphs of an executed notebook; tables and charts are left.

    Headings have the anchors that they have on its pages, for these are counted among headings.

    Parameters
    ----------
    data
        The bytes of the file.

    Raises
    ------
    RenderError
        It is no notebook, was never run, failed, or holds a block that cannot be read.
    """
    try:
        notebook = orjson.loads(data)
        notebook["cells"] = [*filter(None, map(_worded, notebook["cells"]))]
        # Without the check that nbformat makes first: the document's own is the same.
        read = nbformat.v4.reads(orjson.dumps(notebook).decode())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RenderError("笔记本的格式不对", found=type(error).__name__) from error
    return read_document(read)


def _worded(cell: dict[str, Any]) -> dict[str, Any] | None:
    """Give a cell with those of its outputs that are words; None where it has none but others."""
    outputs = cell.get("outputs")
    if not outputs:
        return cell
    words = [*filter(_is_worded, outputs)]
    return {**cell, "outputs": words} if words else None


def _is_worded(output: dict[str, Any]) -> bool:
    data = output.get("data", {})
    if MIME in data:
        return data[MIME]["type"] in WORDS
    return not HEADLINES.isdisjoint(data) or output["output_type"] == "error"
