"""Web pages: what a reader of them sees, however broken the markup is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from nianbao.characters import without_hidden
from nianbao.filing.figure import Address
from nianbao.published.model import Cell, Document, Line
from nianbao.published.text import decode
from nianbao.published.title import titles

_TAGS = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|table|div|p|span|br|h1|tr|td)\b", re.IGNORECASE
)
_PICTURE = re.compile(rb"data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN = frozenset(
    ["script", "style", "head", "noscript", "template", "svg", "select", "option", "button",
     "iframe", "textarea", "title", "math", "object", "nav", "footer"]
)  # fmt: skip
_BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div",
     "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
     "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary",
     "details", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"]
)  # fmt: skip
MOST_SPAN = 60  # columns or rows of one cell


def looks_like_html(data: bytes) -> bool:
    """Tell whether bytes are a web page, or a piece of one."""
    return len(_TAGS.findall(data[:200_000])) > 1


def read_html(data: bytes, shown: str) -> Document:
    """Read a web page.

    Raises
    ------
    PublishedError
        It is in no encoding that Chinese offices use, or longer than any report.
    """
    soup = BeautifulSoup(_decoded(_PICTURE.sub(b"", data), shown), "html.parser")
    page = _Page(shown)
    page.title(soup)
    page.walk(soup)
    page.close()
    return Document(shown, hashlib.sha256(data).hexdigest(), tuple(page.lines))


def _decoded(data: bytes, shown: str) -> str:
    named = _CHARSET.search(data[:4096])
    encoding = named[1].decode().lower() if named else ""
    if encoding in {"gb2312", "gbk", "gb18030"}:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:  # says so, and is not
            return decode(data, shown)
    return decode(data, shown)


class _Page:
    """Goes through a page and gathers its lines."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.lines: list[Line] = []
        self.pieces: list[str] = []
        self.paragraphs = 0
        self.tables = 0

    def title(self, soup: BeautifulSoup) -> None:
        """Take the title of the window, which the page itself may lack."""
        texts = [soup.title.get_text()] if soup.title else []
        where = Address(self.shown, "网页标题", "")
        for text in re.split(r"[_|\-—–]", "".join(texts)):
            line = Line((Cell(_squeezed(text), where),))
            if any(titles([line])):
                self.lines.append(line)

    def walk(self, root: Tag) -> None:
        # Not by recursion: broken markup nests without end.
        stack: list[PageElement | None] = [*reversed(root.contents)]
        while stack:
            node = stack.pop()
            if node is None:  # a block ends
                self.close()
            elif isinstance(node, Tag):
                self._tag(node, stack)
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self.pieces.append(str(node))

    def _tag(self, tag: Tag, stack: list[PageElement | None]) -> None:
        if _is_unseen(tag):
            return
        if tag.name == "table" and _is_data(tag):
            self.close()
            self.table(tag)
            return
        if tag.name in _BLOCKS:
            self.close()
            stack.append(None)
        stack += reversed(tag.contents)

    def close(self) -> None:
        """End a paragraph."""
        text = _squeezed("".join(self.pieces))
        self.pieces = []
        if text:
            self.paragraphs += 1
            where = Address(self.shown, f"第 {self.paragraphs} 段", "")
            self.lines.append(Line((Cell(text, where),)))

    def table(self, table: Tag) -> None:
        """Take the rows of a table, merged cells at their places."""
        self.tables += 1
        covered: dict[int, int] = {}  # column, to for how many rows it is covered yet
        number = 0
        for row in table.find_all("tr"):
            if _is_unseen(row) or any(_is_unseen(p) for p in row.parents if p is not table):
                continue
            number += 1
            cells = [*self._row(row, number, covered)]
            if cells:
                self.lines.append(Line(tuple(cells), "row", self.tables))

    def _row(self, row: Tag, number: int, covered: dict[int, int]) -> Iterator[Cell]:
        column = count = 0
        taken = {place for place, left in covered.items() if left > 0}
        for place in taken:
            covered[place] -= 1
        for cell in row.find_all(["td", "th"], recursive=False):
            if _is_unseen(cell):
                continue
            while column in taken:
                column += 1
            count += 1
            where = Address(self.shown, f"表 {self.tables} 第 {number} 行第 {count} 格", "")
            span, depth = _span(cell, "colspan"), _span(cell, "rowspan")
            yield Cell(_text_of(cell), where, column, span)
            covered.update(dict.fromkeys(range(column, column + span), depth - 1))
            column += span


def _is_unseen(tag: Tag) -> bool:
    style = tag.get("style")
    is_hidden = isinstance(style, str) and _HIDDEN.search(style) is not None
    return tag.name in _UNSEEN or tag.has_attr("hidden") or is_hidden or _is_picture(tag)


def _is_picture(tag: Tag) -> bool:
    """Tell a picture with its caption; or a chart of our own, with its source and its numbers."""
    if tag.name == "figure":
        return tag.find(["svg", "img"]) is not None and tag.find("table") is None
    return tag.get("class") == ["chart"] and tag.find("figure", recursive=False) is not None


def _is_data(table: Tag) -> bool:
    """Tell a table of data from one that lays out the page: that holds others, or is one column."""
    if table.find("table") is not None:
        return False
    rows = (row.find_all(["td", "th"], recursive=False) for row in table.find_all("tr"))
    return any(len(row) > 1 for row in rows)


def _text_of(cell: Tag) -> str:
    pieces: list[str] = []
    stack: list[PageElement] = [*reversed(cell.contents)]
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            if node.name in _BLOCKS and not _is_unseen(node):  # 1 above 2 is not 12
                stack += [NavigableString(" "), *reversed(node.contents)]
                pieces.append(" ")
            elif not _is_unseen(node):
                stack += reversed(node.contents)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            pieces.append(str(node))
    return _squeezed("".join(pieces))


def _squeezed(text: str) -> str:
    return without_hidden(re.sub(r"\s+", " ", text)).strip()


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    number = int(value) if value.isdecimal() else 1
    return min(max(number, 1), MOST_SPAN)
