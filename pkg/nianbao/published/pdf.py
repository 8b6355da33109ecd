"""PDF files that have text: ruled tables as rows of cells, the rest as lines."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from nianbao.errors import PublishedError
from nianbao.filing.figure import Address
from nianbao.published.model import Cell, Document, Line
from nianbao.published.runs import is_page_number

MOST_PAGES = 300
LEAST_TEXT = 40  # characters: what has fewer in all its pages is a scan
SAME_LINE = 3.0  # points
ASLANT = 0.1  # rise of a line of text over its length
COLUMN = 5.25  # points: half of a Chinese character of 五号, as wide as one column of text

Chars = list[dict[str, Any]]


def read_pdf(data: bytes, shown: str) -> Document:
    """Read a PDF file.

    Raises
    ------
    PublishedError
        It is damaged, locked, has very many pages, or holds pictures of pages only.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it tells of each odd font
    lines: list[Line] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            count = len(pdf.pages)
            reader = _Reader(shown)
            for number, page in enumerate(pdf.pages[:MOST_PAGES], start=1):
                # A watermark stands aslant; what is bold may be printed twice.
                seen = page.filter(_is_level).filter(_apart_from(_drawn(page)))
                lines += reader.page(seen.dedupe_chars(), number)
                page.close()
    except (PdfminerException, PDFPasswordIncorrect) as error:
        is_locked = "Password" in repr(error)
        raise PublishedError(
            "PDF 有打开密码" if is_locked else "PDF 已损坏或不完整",
            where=shown,
            hint="取消密码后重新保存" if is_locked else "重新下载",
        ) from None
    if count > MOST_PAGES:
        raise PublishedError(
            "页数太多，不像一份年报",
            where=shown,
            found=f"{count} 页",
            hint="只给出年报正文的那几页",
        )
    lines = _without_furniture(lines)
    if sum(len(line.text) for line in lines) < LEAST_TEXT:
        raise PublishedError(
            "PDF 里没有文字，可能是扫描件",
            where=shown,
            found=f"{count} 页，都是图片",
            expected="可以选中文字的 PDF",
            hint="请交电子版（原来的 Word 或网页），或先作文字识别并校对",
        )
    return Document(shown, hashlib.sha256(data).hexdigest(), tuple(lines))


def _without_furniture(lines: list[Line]) -> list[Line]:
    """Leave out what stands on most pages, word for word, at their head or foot."""
    pages = {line.page for line in lines}
    edges: Counter[str] = Counter()
    for page in pages:
        own = [line.text for line in lines if line.page == page and line.shape == "text"]
        edges.update({*own[:2], *own[-2:]})
    repeated = {text for text, count in edges.items() if count > 1 and count * 2 > len(pages)}
    return [line for line in lines if line.shape == "row" or line.text not in repeated]


def _is_level(thing: dict[str, Any]) -> bool:
    if thing["object_type"] != "char":
        return True
    along, across, *_ = thing["matrix"]  # of a step to the right: how far it goes, and how far up
    return bool(abs(across) < ASLANT * abs(along))


def _drawn(page: Any) -> set[int]:
    """Give the marks of what a tagged page has in its pictures, and of what is said below them.

    A caption begins as the words for the blind do; a source says that it is one.
    """
    marks: set[int] = set()
    said = ""
    for element in _elements(page.structure_tree):
        own = set(element.get("mcids", ()))
        if element["type"] == "Figure":
            said = element.get("alt_text", "")
            marks |= own if said else set()
        elif own and said:
            text = "".join(c["text"] for c in page.chars if c.get("mcid") in own).strip()
            if text.startswith((said.partition("：")[0], "数据来源：")):
                marks |= own
            else:
                said = ""
    return marks


def _elements(tree: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the elements of a page in reading order."""
    stack = [*reversed(tree)]
    while stack:
        element = stack.pop()
        yield element
        stack += reversed(element.get("children", []))


def _apart_from(marks: set[int]) -> Callable[[dict[str, Any]], bool]:
    return lambda thing: thing["object_type"] != "char" or thing.get("mcid") not in marks


class _Reader:
    """Goes through the pages; counts the tables."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.tables = 0

    def page(self, page: Any, number: int) -> Iterator[Line]:
        """Yield rows and lines of a page from top to bottom."""
        items: list[tuple[float, Line]] = []
        boxes: list[tuple[float, float, float, float]] = []
        for table in page.find_tables():
            rows = [*self._rows(page, table, number)]
            items += [(box[1], line) for box, line in rows]
            boxes += [box for box, _ in rows]
        rest = [char for char in page.chars if not _inside(char, boxes)]
        items += self._text(rest, number)
        items.sort(key=lambda item: item[0])
        for _, line in items:
            yield line

    def _rows(self, page: Any, table: Any, number: int) -> Iterator[tuple[Any, Line]]:
        grid = [row for row in table.rows if sum(cell is not None for cell in row.cells) > 1]
        if not grid:
            return
        self.tables += 1
        for index, row in enumerate(grid, start=1):
            cells = tuple(
                Cell(
                    _cell_text(page, box),
                    Address(
                        self.shown,
                        f"第 {number} 页表 {self.tables} 第 {index} 行第 {place} 格",
                        "",
                    ),
                    column,
                )
                for place, (column, box) in enumerate(
                    ((c, b) for c, b in enumerate(row.cells) if b is not None), start=1
                )
            )
            yield _row_box(row.cells), Line(cells, "row", self.tables, page=number)

    def _text(self, chars: Chars, number: int) -> Iterator[tuple[float, Line]]:
        lines = [*_lines(chars)]
        left = Counter(round(line[0]["x0"]) for line in lines)
        margin = min((x for x, count in left.items() if count > 1), default=0)
        before = None
        usual = _usual_gap(lines)
        for line in lines:
            text = _spaced(line)
            if not text.strip() or is_page_number(text):
                continue
            top = min(char["top"] for char in line)
            is_apart = before is not None and top - before > usual * 1.6
            before = top
            where = Address(self.shown, f"第 {number} 页", "")
            yield (
                top,
                Line(
                    (Cell(text, where),),
                    indent=(line[0]["x0"] - margin) / COLUMN,
                    right=(line[-1]["x1"] - margin) / COLUMN,
                    is_apart=is_apart,
                    page=number,
                ),
            )


def _row_box(cells: Sequence[Any]) -> tuple[float, float, float, float]:
    boxes = [box for box in cells if box is not None]
    # A merged cell that goes on below belongs to the rows there as well.
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _cell_text(page: Any, box: tuple[float, float, float, float]) -> str:
    chars = [char for char in page.chars if _inside(char, [box])]
    return " ".join(_spaced(line).strip() for line in _lines(chars)).strip()


def _inside(char: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)


def _lines(chars: Chars) -> Iterator[Chars]:
    """Yield the characters line by line, from left to right: those of one baseline.

    Fonts differ in how far their characters reach below it.
    """
    group: Chars = []
    for char in sorted(chars, key=lambda c: (-_baseline(c), c["x0"])):
        if group and _baseline(group[0]) - _baseline(char) > SAME_LINE:
            yield sorted(group, key=lambda c: c["x0"])
            group = []
        group.append(char)
    if group:
        yield sorted(group, key=lambda c: c["x0"])


def _baseline(char: dict[str, Any]) -> float:
    """Give how high above the foot of the page a character stands."""
    return float(char["matrix"][5])


def _spaced(line: Chars) -> str:
    """Give the text of a line, with as many blanks in gaps as fit in."""
    text, last = "", None
    for char in line:
        gap = char["x0"] - last["x1"] if last else 0.0
        if last and gap > 0.25 * char["size"] and not text.endswith(" "):
            text += " " * (1 if gap < char["size"] else max(2, round(gap / COLUMN)))
        text += char["text"]
        last = char
    return re.sub(r"[\u00a0\u3000]", " ", text).rstrip()


def _usual_gap(lines: Sequence[Chars]) -> float:
    tops = [min(char["top"] for char in line) for line in lines]
    gaps = sorted(b - a for a, b in pairwise(tops) if b > a)
    return gaps[len(gaps) // 2] if gaps else 0.0
