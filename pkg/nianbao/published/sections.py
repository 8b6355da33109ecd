"""The six sections of a report, found by their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nianbao.filing.filing import Passage
from nianbao.filing.printed import Line as Printed
from nianbao.forms import Section
from nianbao.published.model import Line
from nianbao.published.paragraphs import Paragraph, paragraphs, usual_width
from nianbao.published.wording import common, likeness, words

ALIKE = 0.86
ALIKE_IN_PLACE = 0.7
LONGEST_HEADING = 34  # characters of a heading within a section

_ORDINAL = re.compile(
    r"\s*(?:第?[一二三四五六七八]\s*(?:部分)?\s*[、．.,，:：]?|[0-9]\s*[、．.])?\s*"
)
_ASIDE = re.compile(r"\s*[（(][^（()）]{0,40}[)）]\s*")
_SUB = re.compile(r"[（(][一二三四五六七八九十]{1,2}[)）]")
_STOP = re.compile(r"[。；！？，：:;,!?]")


@dataclass(frozen=True, slots=True)
class Headed:
    """A heading of a section: its number, the line, the title as printed, what follows it there."""

    number: int
    line: int
    title: str
    rest: str


def find_headings(lines: Sequence[Line], sections: Sequence[Section]) -> list[Headed]:
    """Give the headings of the sections in their order; of several the last that is in order.

    A table of contents has them too, before.
    """
    headed = [h for n, line in enumerate(lines) for h in _headed(n, line, sections)]
    chosen: list[Headed] = []
    limit = len(lines)
    for section in reversed(sections):
        own = [h for h in headed if h.number == section.number and h.line < limit]
        if own:
            chosen.append(own[-1])
            limit = own[-1].line
    return chosen[::-1]


def _headed(number: int, line: Line, sections: Sequence[Section]) -> Iterator[Headed]:
    filled = [cell for cell in line.cells if cell.text.strip()]
    if len(filled) != 1:
        return
    text = filled[0].text.strip()
    ordinal = _ORDINAL.match(text)
    start = ordinal.end() if ordinal else 0
    for section in sections:
        end = _end_of(text, start, section.title)
        if end is None:
            continue
        rest = text[end:]
        aside = _ASIDE.match(rest)
        if aside and (aside.end() == len(rest) or aside[0].strip("（()） ").startswith("文字描述")):
            rest = rest[aside.end() :]
        rest = rest.lstrip("：:。. 　")
        if rest and not start:  # such words begin a sentence as well
            continue
        yield Headed(section.number, number, text[:end], rest)
        return


def _end_of(text: str, start: int, title: str) -> int | None:
    """Give where the title of a section ends in a text that begins with it, or with its like."""
    number, _, body = title.partition("、")
    target = words(body)
    count = 0
    for place in range(start, len(text)):
        count += bool(words(text[place]))
        if count == len(target):
            if words(text[start : place + 1]) == target:
                return place + 1
            break
    whole = _ASIDE.sub("", text[start:])
    if not start or _STOP.search(whole) or len(words(whole)) > LONGEST_HEADING:
        return None
    # 五、存在问题及改进情况: with the number of the section other words will do.
    shared = common(words(whole), target) / len(target)
    is_same = text.lstrip().startswith(number) and shared >= ALIKE_IN_PLACE
    is_near = abs(len(words(whole)) - len(target)) <= 3  # noqa: PLR2004 - a slip, no sentence
    return len(text) if is_same or (is_near and likeness(whole, body) >= ALIKE) else None


def passages(
    lines: Sequence[Line], headings: Sequence[Headed], left_out: set[int]
) -> tuple[list[Passage], dict[int, Printed]]:
    """Give the prose by section, paragraphs whole, and the headings as printed, by section.

    Parameters
    ----------
    left_out
        Numbers of the lines that belong to the tables, or are the title.
    """
    found: list[Passage] = []
    usual = usual_width([line for n, line in enumerate(lines) if n not in left_out])
    bounds = [(0, -1, ""), *((h.number, h.line, h.rest) for h in headings)]
    for index, (number, first, rest) in enumerate(bounds):
        end = bounds[index + 1][1] if index + 1 < len(bounds) else len(lines)
        if rest:
            found.append(Passage(number, "", rest, lines[first].address))
        for part in _parts(first + 1, end, left_out):
            texts = paragraphs([lines[n] for n in part], usual)
            found += _of_section(number, [text for text in texts if text.text])
    return found, {h.number: Printed(h.title, lines[h.line].address) for h in headings}


def _parts(start: int, end: int, left_out: set[int]) -> Iterator[list[int]]:
    """Yield the numbers of lines that stand together, between what is left out."""
    part: list[int] = []
    for number in range(start, end):
        if number in left_out:
            if part:
                yield part
            part = []
        else:
            part.append(number)
    if part:
        yield part


def _of_section(number: int, texts: Sequence[Paragraph]) -> Iterator[Passage]:
    heading: Paragraph | None = None
    for paragraph in texts:
        if number and _is_heading(paragraph.text):
            if heading is not None:
                yield Passage(number, heading.text, "", heading.address)
            heading = paragraph
        else:
            yield Passage(
                number, heading.text if heading else "", paragraph.text, paragraph.address
            )
            heading = None
    if heading is not None:
        yield Passage(number, heading.text, "", heading.address)


def _is_heading(text: str) -> bool:
    return bool(_SUB.match(text)) and len(text) <= LONGEST_HEADING and not _STOP.search(text)
