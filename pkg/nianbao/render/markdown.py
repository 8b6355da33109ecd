"""A Markdown cell as blocks: headings, paragraphs, lists and simple tables, as text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import mistune

from nianbao.report.blocks import Block, Cell, Heading, Paragraph, StatTable

DEEPEST = 4

_BREAKS = {"softbreak": "\x1f", "linebreak": "\n"}
_WORD_BREAK = re.compile("(?<=[!-~])\x1f(?=[!-~])")
_SOFT_BREAK = re.compile("\x1f")

Token = Mapping[str, Any]


def markdown_blocks(source: str) -> list[Block]:
    """Give the blocks of a Markdown text; HTML in it is shown as text.

    Parameters
    ----------
    source
        CommonMark with pipe tables.
    """
    parse = mistune.create_markdown(renderer=None, plugins=["table"])
    tokens = cast("list[Token]", parse(source))
    return [block for token in tokens for block in _blocks(token)]


def _blocks(token: Token) -> Iterator[Block]:
    make = _MAKERS.get(token["type"])
    if make is not None:
        yield from make(token)
    elif token.get("children"):
        for child in token["children"]:
            yield from _blocks(child)
    elif token.get("raw", "").strip():
        yield Paragraph(inlines=(token["raw"].strip(),))


def _heading(token: Token) -> Iterator[Block]:
    level = min(DEEPEST, token["attrs"]["level"])
    yield Heading(level=level, text=_text(token["children"]))


def _paragraph(token: Token) -> Iterator[Block]:
    text = _text(token["children"]).strip()
    if text:
        yield Paragraph(inlines=(text,))


def _list(token: Token) -> Iterator[Block]:
    is_ordered = token["attrs"]["ordered"]
    first = token["attrs"].get("start", 1)
    for number, item in enumerate(token["children"], start=first):
        mark = f"{number}. " if is_ordered else "· "
        for index, block in enumerate(b for child in item["children"] for b in _blocks(child)):
            if index == 0 and isinstance(block, Paragraph):
                yield Paragraph(inlines=(mark, *block.inlines))
            else:
                yield block


def _table(token: Token) -> Iterator[Block]:
    head, *bodies = token["children"]
    lines = [row["children"] for body in bodies for row in body["children"]]
    columns = [_text(cell["children"]) for cell in head["children"]]
    rows = [[_text(cell["children"]) for cell in line] for line in lines]
    yield StatTable(
        key="plain",
        caption="",
        rows=(
            tuple(Cell(text, "head", scope="col") for text in columns),
            *(
                (Cell(row[0], "stub", scope="row"), *(Cell(text) for text in row[1:]))
                for row in rows
            ),
        ),
        head_rows=1,
        widths=tuple(1.0 for _ in columns),
    )


_MAKERS: dict[str, Callable[[Token], Iterator[Block]]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "block_text": _paragraph,
    "list": _list,
    "table": _table,
}


def _text(tokens: list[Token]) -> str:
    """Join the text of inline tokens; a line break beside Chinese is nothing, else a space."""
    return _SOFT_BREAK.sub("", _WORD_BREAK.sub(" ", _joined(tokens)))


def _joined(tokens: list[Token]) -> str:
    return "".join(_inline(token) for token in tokens)


def _inline(token: Token) -> str:
    if token["type"] in _BREAKS:
        return _BREAKS[token["type"]]
    if token.get("children") is not None:
        return _joined(token["children"])
    return str(token.get("raw", ""))
