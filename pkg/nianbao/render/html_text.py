"""The words of HTML that somebody else wrote: its white space, its marks, and what is no text."""

# ruff: noqa: SIM905 - so many names read better as words than as a list

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bs4 import Tag
from bs4.element import CData, NavigableString, PageElement, PreformattedString

from nianbao.report.inlines import Mark, Words
from nianbao.report.shapes import WEB_ADDRESS

MARKS: dict[str, Mark] = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em",
    "var": "em", "s": "del", "strike": "del", "del": "del", "u": "u", "ins": "u", "mark": "u",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "sub": "sub", "sup": "sup",
    "dt": "strong",
}  # fmt: skip
BLOCKS = frozenset(
    "address article aside body caption center dd details dir div dl dt fieldset figcaption figure "
    "footer form header hgroup html legend li main menu nav ol p search section summary table "
    "tbody td tfoot th thead tr ul blockquote h1 h2 h3 h4 h5 h6 pre hr".split()
)
# What a browser does not show, or not before a script has run; nobody misses it on paper.
UNSEEN = frozenset(
    "head title base link meta style template noscript datalist dialog area map param source "
    "track col colgroup rp".split()
)
# What a browser shows and paper cannot.
UNPRINTABLE = frozenset(
    "script iframe object embed video audio canvas select textarea button progress meter math "
    "frame frameset applet portal".split()
)
INLINE = frozenset(
    "a abbr acronym bdi bdo big br data font img input label nobr output picture q rb rt rtc ruby "
    "slot small span svg time wbr".split()
)
KNOWN = BLOCKS | UNSEEN | UNPRINTABLE | INLINE | MARKS.keys()

_SOFT = "\x1f"  # a line's end in the source
_SPACES = re.compile("[ \t\r\n\f]+")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LINES = re.compile(r"[ \x1f]*\n[ \x1f\n]*")


class Piece(NamedTuple):
    """Words as they stand in the source, with their marks and where they lead."""

    text: str
    marks: tuple[Mark, ...] = ()
    href: str = ""


def is_unseen(tag: Tag) -> bool:
    """Tell whether a browser would not show it."""
    hides = tag.has_attr("hidden") or _HIDING.search(str(tag.get("style", "")))
    return tag.name in UNSEEN or bool(hides)


def words_of(node: PageElement) -> str | None:
    """Give the text of a text node, its white space made one; None for comments and the like."""
    if not isinstance(node, NavigableString):
        return None
    if isinstance(node, PreformattedString) and not isinstance(node, CData):
        return None
    return _SPACES.sub(lambda found: _SOFT if "\n" in found[0] else " ", str(node))


def web_address(tag: Tag) -> str:
    """Give where a link leads, if that is the web or a mailbox; else nothing."""
    address = str(tag.get("href", "")).strip()
    return address if WEB_ADDRESS.fullmatch(address) else ""


def inlines_of(pieces: Iterable[Piece]) -> tuple[str | Words, ...]:
    """Give pieces as a line: a line's end beside Chinese is nothing, else a space."""
    settled: list[Piece] = []
    for text, marks, href in _trimmed(_without_soft_breaks(list(pieces))):
        if settled and settled[-1][1:] == (marks, href):
            settled[-1] = Piece(settled[-1].text + text, marks, href)
        elif text:
            settled.append(Piece(text, marks, href))
    return tuple(
        Words(text, marks, href) if marks or href else text for text, marks, href in settled
    )


def _without_soft_breaks(pieces: list[Piece]) -> list[Piece]:
    whole = "".join(piece.text for piece in pieces)
    settled, at = [], 0
    for piece in pieces:
        chars = enumerate(piece.text, start=at)
        text = "".join(_break(whole, i) if char == _SOFT else char for i, char in chars)
        settled.append(piece._replace(text=text))
        at += len(piece.text)
    return settled


def _break(whole: str, at: int) -> str:
    beside = whole[at - 1 : at] + whole[at + 1 : at + 2] if at else ""
    return " " if len(beside) == 2 and all("!" <= char <= "~" for char in beside) else ""  # noqa: PLR2004 - one on each side


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    while pieces and not pieces[0].text.strip():
        pieces = pieces[1:]
    while pieces and not pieces[-1].text.strip():
        pieces = pieces[:-1]
    if pieces:
        pieces[0] = pieces[0]._replace(text=pieces[0].text.lstrip())
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
    return pieces


def plain(tag: Tag) -> str:
    """Give the words alone, as a heading or a cell has them; a link has its address beside it."""
    text = _LINES.sub("\n", "".join(_plain(tag))).strip(" \n\x1f")
    return "".join(_break(text, i) if char == _SOFT else char for i, char in enumerate(text))


def _plain(tag: Tag) -> Iterator[str]:
    for node in tag.children:
        text = words_of(node)
        if text is not None:
            yield text
        elif isinstance(node, Tag) and not is_unseen(node) and node.name not in UNPRINTABLE:
            yield from _plain_tag(node)


def _plain_tag(tag: Tag) -> Iterator[str]:
    apart = "\n" if tag.name in BLOCKS or tag.name == "br" else ""
    inside = "".join(_plain(tag))
    address = web_address(tag) if tag.name == "a" else ""
    yield apart + inside
    if address and address.removeprefix("mailto:") not in inside:
        yield f"（{address}）"
    yield apart
