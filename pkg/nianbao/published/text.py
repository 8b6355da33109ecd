"""Text files: UTF-8 or GB18030; tables by tabs, by spaces, one cell a line, or run together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from nianbao.errors import PublishedError
from nianbao.filing.figure import Address
from nianbao.published.model import Cell, Document, Line, display_width
from nianbao.published.runs import is_page_number

LONGEST = 8_000_000  # bytes of text or markup, without pictures
NOTE = "# "  # of ours, at the head of a file

_ASIDE = re.compile("〔原文[^〕]*〕")  # what who copied a report says of it
_BLANKS = re.compile(r"[\u00a0\u2002-\u200a\u3000]")
_RULE = re.compile(r"[\s|+:=─━│┃┌┐└┘├┤┬┴┼-]{3,}")
_PIPE = re.compile(r"\s*[|│┃｜]\s*")
_BARE_NUMBER = re.compile(r"\s*[0-9]{1,3}\s*")


def read_text(data: bytes, shown: str) -> Document:
    """Read a text file.

    Raises
    ------
    PublishedError
        It is in no encoding that Chinese offices use.
    """
    return text_document(decode(data, shown), shown, hashlib.sha256(data).hexdigest())


def decode(data: bytes, shown: str) -> str:
    """Give the text of a file in UTF-8, with or without a mark, in UTF-16 with one, or GB18030.

    Raises
    ------
    PublishedError
        It is in none of these, or longer than any report.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    if len(data) > LONGEST:
        raise PublishedError(
            "文字太多，不像一份年报",
            where=shown,
            found=f"{len(data)} 字节，图片不计",
            expected=f"不超过 {LONGEST} 字节",
            hint="只保存年报正文",
        )
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise PublishedError(
        "文字的编码认不出来",
        where=shown,
        expected="UTF-8 或 GB18030",
        hint="另存为 UTF-8 的文本文件",
    )


def text_document(text: str, shown: str, digest: str) -> Document:
    """Give the lines of a text; leading notes of ours, pages' numbers and blank lines are not."""
    lines: list[Line] = []
    is_apart, page, table = True, 1, 0
    is_head = True
    was_row = False
    for number, raw, ends_page in _lines(text):
        page += raw.count("\f")
        plain = _ASIDE.sub("", raw.replace("\f", ""))
        if is_head and plain.startswith(NOTE):
            continue
        if not plain.strip():
            is_apart = True
            continue
        is_head = False
        if is_page_number(plain) or (ends_page and _BARE_NUMBER.fullmatch(plain)):
            continue
        address = Address(shown, f"第 {number} 行", "")
        if _RULE.fullmatch(plain):
            continue
        plain = _piped(plain)
        plain = plain if "\t" in plain.lstrip() else plain.lstrip("\t")  # indented, no row
        is_row = "\t" in plain
        table += is_row and (not was_row)
        lines.append(
            _row(plain, address, table) if is_row else _text(plain, address, is_apart, page)
        )
        was_row = is_row
        is_apart = False
    return Document(shown, digest, tuple(lines))


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines with their numbers, and whether nothing follows it on its page."""
    lines = re.sub(r"\r\n?", "\n", text).split("\n")
    ends, later = [False] * len(lines), ""
    for number in range(len(lines) - 1, -1, -1):
        ends[number] = later.startswith("\f")
        later = lines[number] if lines[number].strip(" \t") else later
    for number, line in enumerate(lines):
        yield number + 1, line, ends[number]


def _row(text: str, address: Address, table: int) -> Line:
    cells = tuple(
        Cell(_plain(piece).strip(), address, column)
        for column, piece in enumerate(text.split("\t"))
    )
    return Line(cells, "row", table)


def _text(text: str, address: Address, is_apart: bool, page: int) -> Line:  # noqa: FBT001 - as found
    plain = _BLANKS.sub(lambda m: "  " if m[0] == "\u3000" else " ", text).rstrip()
    indent = len(plain) - len(plain.lstrip())
    return Line(
        (Cell(plain, address),),
        indent=indent,
        right=display_width(plain),
        is_apart=is_apart,
        page=page,
    )


def _piped(text: str) -> str:
    """Give a row whose cells are parted by bars with tabs instead."""
    stripped = text.strip()
    is_row = len(_PIPE.findall(stripped)) > 1 and _PIPE.match(stripped) is not None
    return _PIPE.sub("\t", stripped.strip("|│┃｜")) if is_row else text


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text)
