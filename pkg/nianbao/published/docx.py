"""Word files, from their XML: as with all changes accepted; deleted text is never read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError  # the error and a type: defusedxml parses

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from nianbao.errors import PublishedError
from nianbao.filing.figure import Address
from nianbao.filing.filing import Remark
from nianbao.published.archive import read_part
from nianbao.published.model import Cell, Document, Line

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset({f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "instrText")})
_ADDED = frozenset({f"{_W}ins", f"{_W}moveTo"})
_TAKEN_OUT = frozenset({f"{_W}del", f"{_W}moveFrom"})
_PICTURES = frozenset({f"{_W}drawing", f"{_W}pict", f"{_W}object"})
_BELOW_PICTURES = frozenset({"caption", "图源"})  # names of styles; the second is our own


def read_docx(data: bytes, shown: str) -> Document:
    """Read a Word file.

    Raises
    ------
    PublishedError
        It is damaged or larger than any report.
    """
    root = _xml(read_part(data, "word/document.xml", shown), shown)
    body = root.find(f"{_W}body")
    reader = _Reader(shown, _below_pictures(read_part(data, "word/styles.xml", shown), shown))
    if body is not None:
        reader.blocks(body)
    remarks = [*_revisions(root, shown), *_comments(data, shown)]
    digest = hashlib.sha256(data).hexdigest()
    return Document(shown, digest, tuple(reader.lines), tuple(remarks))


def _xml(part: bytes, shown: str) -> Element:
    try:
        root: Element = fromstring(part)
    except (ParseError, DefusedXmlException, ValueError):
        raise PublishedError(
            "Word 文件已损坏", where=shown, hint="用 WPS 或 Word 打开，另存为 docx"
        ) from None
    return root


def _below_pictures(part: bytes, shown: str) -> frozenset[str]:
    """Give the keys of the styles in which the caption and the source of a picture are set."""
    styles = _xml(part, shown).iter(f"{_W}style") if part else ()
    names = {style.get(f"{_W}styleId", ""): style.find(f"{_W}name") for style in styles}
    return frozenset(
        key
        for key, name in names.items()
        if name is not None and name.get(f"{_W}val", "").lower() in _BELOW_PICTURES
    )


class _Reader:
    """Gathers the lines of a document; what is said below a picture belongs to it."""

    def __init__(self, shown: str, captions: frozenset[str]) -> None:
        self.shown = shown
        self.captions = captions
        self.is_below_picture = False
        self.lines: list[Line] = []
        self.paragraphs = 0
        self.tables = 0

    def blocks(self, parent: Element) -> None:
        for node in parent:
            if node.tag in _GONE or node.tag == _FALLBACK:
                continue
            if node.tag == f"{_W}p":
                self._paragraph(node)
            elif node.tag == f"{_W}tbl":
                self._table(node)
            else:  # content controls, insertions: what they hold
                self.blocks(node)

    def _paragraph(self, node: Element) -> None:
        self.paragraphs += 1
        texts = "".join(_texts(node))
        if self.is_below_picture and _style(node) in self.captions:
            return
        self.is_below_picture = not texts.strip() and any(n.tag in _PICTURES for n in node.iter())
        for text in texts.split("\n"):
            plain = " ".join(text.split())
            if plain:
                where = Address(self.shown, f"第 {self.paragraphs} 段", "")
                self.lines.append(Line((Cell(plain, where),)))

    def _table(self, node: Element) -> None:
        if _is_frame(node):
            for cell in node.iter(f"{_W}tc"):
                self.blocks(cell)
            return
        self.tables += 1
        number = 0
        for row in _children(node, f"{_W}tr"):
            if row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            number += 1
            cells = tuple(self._cells(row, number))
            if cells:
                self.lines.append(Line(cells, "row", self.tables))

    def _cells(self, row: Element, number: int) -> Iterator[Cell]:
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        column = _number(before, 0)
        for count, cell in enumerate(_children(row, f"{_W}tc"), start=1):
            span = _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            is_covered = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
            if not is_covered:
                where = Address(self.shown, f"表 {self.tables} 第 {number} 行第 {count} 格", "")
                text = " ".join("".join(_texts(cell)).split())
                yield Cell(text, where, column, span)
            column += span


def _style(paragraph: Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _children(node: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also those in content controls."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag not in _GONE and child.tag not in {f"{_W}tbl", f"{_W}tc", f"{_W}tr"}:
            yield from _children(child, tag)


def _is_frame(table: Element) -> bool:
    """Tell whether a table only holds the page: it has other tables in it."""
    return any(True for cell in table.iter(f"{_W}tc") for _ in cell.iter(f"{_W}tbl"))


def _texts(node: Element) -> Iterator[str]:
    for child in node:
        if child.tag in _GONE or child.tag == _FALLBACK:
            continue
        if child.tag == f"{_W}r" and _is_hidden(child):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        else:
            yield from _texts(child)
            if child.tag == f"{_W}p":  # in a cell 1 above 2 is not 12
                yield "\n"


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "true") not in {"0", "false", "off"}


def _number(node: Element | None, default: int) -> int:
    value = "" if node is None else node.get(f"{_W}val", "")
    return int(value) if value.isdecimal() else default


def _revisions(root: Element, shown: str) -> Iterator[Remark]:
    added = sum(node.tag in _ADDED for node in root.iter())
    removed = sum(node.tag in _TAKEN_OUT for node in root.iter())
    if added or removed:
        told = f"文件里有未接受的修订：增加 {added} 处、删去 {removed} 处，按全部接受读取"
        yield Remark(told, Address(shown, "修订", ""))


def _comments(data: bytes, shown: str) -> Iterator[Remark]:
    part = read_part(data, "word/comments.xml", shown)
    if part:
        count = sum(1 for _ in _xml(part, shown).iter(f"{_W}comment"))
        if count:
            yield Remark(f"文件里有 {count} 条批注，公开前应删去", Address(shown, "批注", ""))
