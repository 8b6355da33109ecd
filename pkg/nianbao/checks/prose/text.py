"""The prose of a filing as it is read: names filled in, cut into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nianbao.errors import TemplateError
from nianbao.filing.figure import Address, Figure
from nianbao.filing.filing import Filing, Text
from nianbao.filing.template import Filling, filling, template_parts

COMPUTED = "◇"
"""Stands for a figure that is computed only when the report is made."""

# 其中 takes apart what the sentence before it counts.
_BREAK = re.compile(r"[。！？!?\n]+(?!\s*其中)")
_ABRIDGED = re.compile(r"[［\[（(〔]\s*(?:…+|\.{3,}|[^［\[（(〔］\]）)〕]{0,8}略)\s*[］\]）)〕]")


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph as readers see it.

    Attributes
    ----------
    section, heading
        As of the passage: number of the section, and the heading above it.
    text
        The paragraph, names filled in.
    bound
        Spans that were filled in: right by construction.
    fillings
        What stands for a name there, each with the place where it begins.
    is_broken
        The template cannot be filled; the text is then as it was typed.
    """

    section: int
    heading: str
    text: str
    address: Address
    bound: tuple[tuple[int, int], ...] = ()
    is_broken: bool = False
    fillings: tuple[tuple[int, Filling], ...] = ()

    def is_bound(self, start: int, end: int) -> bool:
        """Tell whether any part of a span was filled in by name."""
        return any(begin < end and start < stop for begin, stop in self.bound)

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Yield each sentence with the place where it begins."""
        start = 0
        for stop in _BREAK.finditer(self.text):
            if self.text[start : stop.start()].strip():
                yield start, self.text[start : stop.start()]
            start = stop.end()
        if self.text[start:].strip():
            yield start, self.text[start:]


def read_prose(
    filing: Filing, names: Mapping[str, Figure | Text] | None = None
) -> tuple[Said, ...]:
    """Give the paragraphs of a filing: as printed, or with figures put in where they are named.

    Parameters
    ----------
    names
        What may be named; None for what is filed alone.
    """
    if names is None:
        names = {} if filing.printed else _names(filing)
    return tuple(
        Said(passage.section, passage.heading, passage.template, passage.address)
        if filing.printed
        else _filled(passage.section, passage.heading, passage.template, passage.address, names)
        for passage in filing.prose
    )


def is_abridged(text: str) -> bool:
    """Tell whether something was left out of a text, as in ［……］ or （略）."""
    return _ABRIDGED.search(text) is not None


def _names(filing: Filing) -> dict[str, Figure | Text]:
    return {**{item.name: item for item in filing.figures.values()}, **filing.basics}


def _filled(
    section: int, heading: str, template: str, address: Address, names: Mapping[str, Figure | Text]
) -> Said:
    text = ""
    bound: list[tuple[int, int]] = []
    fillings: list[tuple[int, Filling]] = []
    try:
        for part in template_parts(template, address):
            if isinstance(part, str):
                text += part
                continue
            filled = filling(part, names)
            if filled is not None:
                fillings.append((len(text), filled))
            piece = COMPUTED if filled is None else filled.text
            bound.append((len(text), len(text) + len(piece)))
            text += piece
    except TemplateError:
        return Said(section, heading, template, address, is_broken=True)
    return Said(section, heading, text, address, tuple(bound), fillings=tuple(fillings))
