"""What an analyst's own cell shows, as blocks: a table out of HTML, a picture."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from itertools import count, product
from typing import Any, Literal, get_args

from bs4 import BeautifulSoup, Tag

from nianbao.render.markdown import markdown_blocks
from nianbao.report.blocks import Block, Cell, Picture, StatTable

PictureType = Literal["image/svg+xml", "image/png", "image/jpeg"]

WIDEST_SPAN = 1000  # as browsers have it
LONGEST_NUMBER = 9  # digits, which are more than enough
TEXT_ONLY = frozenset({"text/plain"})

Read = tuple[list[Block], list[str]]


def foreign_blocks(data: Mapping[str, Any], said: Mapping[str, Any]) -> Read:
    """Give the blocks of one output that is none of ours, and the warnings about it.

    Parameters
    ----------
    data
        MIME type to content, as nbformat has it.
    said
        What the cell's metadata say under ``nianbao``: ``caption``, ``alt``.
    """
    caption, alt = str(said.get("caption", "")), str(said.get("alt", ""))
    if "<table" in _joined(data.get("text/html", "")):
        return _tables(_joined(data["text/html"]), caption)
    for mimetype in get_args(PictureType):
        if mimetype in data:
            return _picture(mimetype, _joined(data[mimetype]), caption, alt)
    if "text/markdown" in data:
        return markdown_blocks(_joined(data["text/markdown"])), []
    if data.keys() <= TEXT_ONLY:
        return [], []
    kinds = "、".join(sorted(data.keys() - TEXT_ONLY))
    return [], [f"这种输出没有放进文档：{kinds}"]


def _joined(content: object) -> str:
    """Give text that nbformat may hold as lines."""
    return "".join(content) if isinstance(content, list) else str(content)


def _picture(mimetype: PictureType, data: str, caption: str, alt: str) -> Read:
    if mimetype != "image/svg+xml":
        try:
            data = "".join(data.split())
            b64decode(data, validate=True)
        except binascii.Error:
            return [], ["图片的数据是坏的，没有放进文档"]
    warnings = []
    if not alt:
        warnings.append("图没有文字说明；写在单元格元数据 nianbao.alt 中")
    if not caption:
        warnings.append("图没有标题；写在单元格元数据 nianbao.caption 中")
    return [Picture(mimetype=mimetype, data=data, alt=alt, caption=caption)], warnings


def _tables(html: str, caption: str) -> Read:
    soup = BeautifulSoup(html, "html.parser")
    outer = [table for table in soup.find_all("table") if table.find_parent("table") is None]
    tables = [table for table in (_table(tag, caption) for tag in outer) if table]
    if not tables:
        return [], ["表格是空的，没有放进文档"]
    missing = "表格没有标题；写在单元格元数据 nianbao.caption 中"
    return list(tables), [] if caption else [missing]


def _table(table: Tag, caption: str) -> StatTable | None:
    lines = [tr for tr in table.find_all("tr") if tr.find_parent("table") is table]
    head_rows = sum(_is_head(line) for line in lines)
    rows = [_cells(line, is_head=index < head_rows) for index, line in enumerate(lines)]
    whole, width = tiled([row for row in rows if row])
    if not width:
        return None
    return StatTable(
        key="plain",
        caption=caption,
        rows=whole,
        head_rows=min(head_rows, len(whole)),
        widths=tuple(1.0 for _ in range(width)),
    )


def _is_head(line: Tag) -> bool:
    return line.parent is not None and line.parent.name == "thead"


def _cells(line: Tag, *, is_head: bool) -> list[Cell]:
    return [_cell(tag, is_head=is_head) for tag in line.find_all(["td", "th"], recursive=False)]


def _cell(tag: Tag, *, is_head: bool) -> Cell:
    text = tag.get_text(" ", strip=True)
    rowspan, colspan = _span(tag, "rowspan"), _span(tag, "colspan")
    if is_head:
        scope: Literal["colgroup", "col"] = "colgroup" if colspan > 1 else "col"
        return Cell(text, "head" if text else "corner", rowspan, colspan, scope if text else "")
    if tag.name == "th":
        return Cell(text, "stub", rowspan, colspan, "rowgroup" if rowspan > 1 else "row")
    return Cell(text, "value", rowspan, colspan)


def _span(tag: Tag, name: str) -> int:
    text = str(tag.get(name, "1"))
    return min(WIDEST_SPAN, max(1, int(text[:LONGEST_NUMBER]))) if text.isdecimal() else 1


def tiled(rows: list[list[Cell]]) -> tuple[tuple[tuple[Cell, ...], ...], int]:
    """Give rows that fill a rectangle, with its width, as a browser would lay them out.

    A span ends at the last row and before a cell that is there already; gaps are filled.
    """
    taken: set[tuple[int, int]] = set()
    placed: list[dict[int, Cell]] = []
    for y, row in enumerate(rows):
        placed.append({})
        x = 0
        for cell in row:
            x = next(free for free in count(x) if (y, free) not in taken)
            colspan = _free(taken, y, x, cell.colspan)
            rowspan = min(cell.rowspan, len(rows) - y)
            taken |= set(product(range(y, y + rowspan), range(x, x + colspan)))
            placed[y][x] = replace(cell, rowspan=rowspan, colspan=colspan)
    width = max((x + 1 for _, x in taken), default=0)
    for y, x in product(range(len(rows)), range(width)):
        if (y, x) not in taken:
            placed[y][x] = Cell("")
    return tuple(tuple(line[x] for x in sorted(line)) for line in placed), width


def _free(taken: set[tuple[int, int]], y: int, x: int, most: int) -> int:
    """Count the free columns of row `y` from the free column `x` on, up to `most`."""
    return next((width for width in range(1, most) if (y, x + width) in taken), most)
