"""A table of HTML that somebody else wrote, as a block."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, product
from typing import Literal

from bs4 import Tag

from nianbao.render.html_text import plain
from nianbao.report.blocks import Cell, StatTable

WIDEST_SPAN = 1000  # as browsers have it
LONGEST_NUMBER = 9  # digits, which are more than enough


def table_block(table: Tag, caption: str, *, has_stubs: bool = False) -> StatTable | None:
    """Give a table; None for an empty one.

    Parameters
    ----------
    caption
        What stands above it; else its own.
    has_stubs
        The first cell of a row is its heading, whatever it is called.
    """
    lines = [tr for tr in table.find_all("tr") if tr.find_parent("table") is table]
    head_rows = sum(_is_head(line) for line in lines)
    rows = [_cells(line, index < head_rows, has_stubs) for index, line in enumerate(lines)]
    own = table.find("caption", recursive=False)
    whole, width = tiled([row for row in rows if row])
    if not width:
        return None
    return StatTable(
        key="plain",
        caption=caption or (plain(own) if isinstance(own, Tag) else ""),
        rows=whole,
        head_rows=min(head_rows, len(whole)),
        widths=tuple(1.0 for _ in range(width)),
    )


def _is_head(line: Tag) -> bool:
    return line.parent is not None and line.parent.name == "thead"


def _cells(line: Tag, is_head: bool, has_stubs: bool) -> list[Cell]:  # noqa: FBT001 - both named above
    tags = line.find_all(["td", "th"], recursive=False)
    return [
        _cell(tag, is_head=is_head, is_stub=tag.name == "th" or (has_stubs and index == 0))
        for index, tag in enumerate(tags)
    ]


def _cell(tag: Tag, *, is_head: bool, is_stub: bool) -> Cell:
    text = plain(tag)
    rowspan, colspan = _span(tag, "rowspan"), _span(tag, "colspan")
    if is_head:
        scope: Literal["colgroup", "col"] = "colgroup" if colspan > 1 else "col"
        return Cell(text, "head" if text else "corner", rowspan, colspan, scope if text else "")
    if is_stub:
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
