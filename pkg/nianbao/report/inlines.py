"""What stands in a line: numbers and where they come from, marked words, items of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from nianbao.report.shapes import Level, LinkAddress

Mark = Literal["strong", "em", "del", "u", "code", "sub", "sup"]
Status = Literal["bound", "matched", "loose"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an analyst's own that are marked, as HTML names it, or lead somewhere."""

    text: str
    marks: tuple[Mark, ...]
    href: LinkAddress = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number inside a paragraph.

    Attributes
    ----------
    text
        As printed, without its unit.
    ref, address
        The figure it shows, and where that was filed or how it was computed.
    status
        ``bound``: put in by name; ``matched``: typed, and equal to a figure; ``loose``: typed.
    """

    text: str
    ref: str = ""
    address: str = ""
    unit: str = ""
    status: Status = "bound"


Inline = str | Number | Words


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list.

    Attributes
    ----------
    level
        From one; deeper ones belong to the line above them.
    mark
        ``1.`` or ``·``; empty where the line above goes on in a new paragraph.
    """

    level: Level
    mark: str
    inlines: tuple[str | Words, ...]

    @property
    def text(self) -> str:
        """The line as plain text, with its mark."""
        return " ".join(filter(None, (self.mark, plain_text(self.inlines))))


class HasText(Protocol):
    """Whatever stands in a line."""

    @property
    def text(self) -> str:
        """Its words."""


def plain_text(inlines: Iterable[str | HasText]) -> str:
    """Join what stands in a line, without marks."""
    return "".join(part if isinstance(part, str) else part.text for part in inlines)
