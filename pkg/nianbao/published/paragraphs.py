"""Lines of text put together into whole paragraphs, as they were before they were set in lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nianbao.filing.figure import Address
from nianbao.published.model import Line, display_width

_ENDS = "。！？：；!?:;…”）)]】〕"
_OPENS = re.compile(
    r"[一二三四五六七八九十]是|[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|第[一二三四五六七八九十]+[，、]|[0-9]{1,2}[.、．]"
)
FULL = 0.88  # of the usual width: what is shorter was ended on purpose
MOST = 0.6  # of the usual width: so long is no heading
LEAST_WIDE = 24  # columns: below that nothing was set in lines
LONG = 44  # columns: a line that was set, and not a heading


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and where it begins."""

    text: str
    address: Address


def paragraphs(lines: Sequence[Line], usual: float) -> Iterator[Paragraph]:
    """Yield the paragraphs of some lines of text, of which the whole ones are as wide as usual."""
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group[-1], line, usual):
            yield _joined(group)
            group = []
        group.append(line)
    if group:
        yield _joined(group)


def usual_width(lines: Sequence[Line]) -> float:
    """Give the width of whole lines: half of all the text stands in lines no wider."""
    widths = sorted(line.right for line in lines)
    half, passed = sum(widths) / 2, 0.0
    for width in widths:
        passed += width
        if passed >= half:
            return width
    return 0


def _goes_on(last: Line, line: Line, usual: float) -> bool:
    """Tell whether a line goes on with the paragraph of the line before."""
    before, text = last.text.rstrip(), line.text.strip()
    if last.shape == "row" or line.shape == "row" or usual < LEAST_WIDE:
        return False
    is_ended = before[-1:] in _ENDS
    is_opening = _OPENS.match(text) is not None
    if line.is_apart:  # a page's end in the middle of a sentence
        is_long = display_width(before.strip()) >= LONG
        return is_long and not is_ended and before[-1:] not in "，,、" and not is_opening
    if is_ended:
        is_indented = line.page == last.page and line.indent >= last.indent + 2
        return last.right >= FULL * usual and not is_opening and not is_indented
    return last.right >= MOST * usual and not (is_opening and last.right < FULL * usual)


def _joined(lines: Sequence[Line]) -> Paragraph:
    text = ""
    for line in lines:
        piece = re.sub(r"\s+", " ", line.text).strip()
        gap = " " if re.search(r"[A-Za-z]$", text) and re.match(r"[A-Za-z]", piece) else ""
        text += gap + piece
    return Paragraph(text, lines[0].address)
