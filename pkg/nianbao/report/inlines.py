"""Lines of an analyst's own cell: words that are marked, and lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from nianbao.report.shapes import Level, LinkAddress

Mark = Literal["strong", "em", "del", "u", "code", "sub", "sup"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of an analyst's own that are marked, as HTML names it, or lead somewhere."""

    text: str
    marks: tuple[Mark, ...]
    href: LinkAddress = ""


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
