"""Runs of values with the labels around them: what a table comes to, however it was set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nianbao.filing.figure import Address
from nianbao.published.model import Cell, Line, display_width

LONGEST_LABEL = 90  # characters: what is longer is prose

_UNITS = r"(?:亿元|千万元|百万元|千元|万元|元|万|亿|件|条|项|次|个|份|%)"
_DASHES = r"[-‐‑‒–—―−/／\\]+"
_NUMBER = r"[-+−－]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_NEARLY = "[约近逾超]"
_VALUE = re.compile(
    rf"{_NEARLY}?{_NUMBER}\s*余?多?{_UNITS}?\s*(?:[（(][^（()）]*[)）])?"
    rf"|{_DASHES}|[0-9][0-9,. ]*|无|〔.*〕",
    re.DOTALL,
)
# In a line of text a number stands apart on its right, and begins the line or follows no number.
_TOKEN = re.compile(
    rf"(?<![0-9A-Za-z.,，．/约近逾超-])(?P<value>{_NUMBER}(?:\s?{_UNITS})?)(?=\s|$)(?!\s*[.．、])"
    rf"|(?:(?<=\s)|^)(?P<dash>{_DASHES}|无)(?=\s|$)"
)
_PAGE_NUMBER = re.compile(r"[-–—－‐ ]*(?:第)?\s*[0-9]{1,3}\s*(?:页)?[-–—－‐ ]*")


@dataclass(slots=True)
class Run:
    """Values that stand together.

    Attributes
    ----------
    cells
        The values, blank ones too where the file has cells.
    own
        The label beside them: the last one before, in the same line.
    beside
        All labels in the same line.
    before, after
        Texts since the run before, and until the next.
    line, end
        The first line that it takes, and the last where that is another.
    has_places
        Each value is in a cell of its own, so that blank ones are known.
    """

    cells: list[Cell]
    own: str = ""
    beside: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    has_places: bool = False
    is_alone: bool = False
    line: Line | None = None
    end: Line | None = None

    @property
    def address(self) -> Address:
        """Where its first value stands."""
        return self.cells[0].address

    @property
    def is_blank(self) -> bool:
        """Whether it holds no value at all."""
        return not any(cell.text for cell in self.cells)


def is_value(text: str) -> bool:
    """Tell whether a cell holds a number, a dash, a note of ours, or nothing."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return not plain or _VALUE.fullmatch(plain) is not None


def is_page_number(text: str) -> bool:
    """Tell whether a line is but the number of a page, with dashes around it."""
    plain = text.strip()
    return bool(_PAGE_NUMBER.fullmatch(plain)) and not plain.isdigit()


class _Gathering:
    """Puts lines together into runs."""

    def __init__(self, need: int) -> None:
        self.need = need
        self.runs: list[Run] = []
        self.labels: list[str] = []

    def label(self, text: str) -> None:
        piece = text.strip()[:LONGEST_LABEL]
        if piece:
            self.labels.append(piece)
            if self.runs:
                self.runs[-1].after.append(piece)

    def values(self, run: Run) -> None:
        last = self.runs[-1] if self.runs and not self.labels else None
        can_go_on = last is not None and last.is_alone and run.is_alone
        if last is not None and can_go_on and len(last.cells) + len(run.cells) <= self.need:
            last.cells += run.cells
            last.end = run.line
            return
        run.before = self.labels
        self.labels = []
        self.runs.append(run)

    def row(self, line: Line) -> None:
        first, end = _extent(line)
        labels = [cell.text for cell in line.cells[:first] if cell.text]
        for text in labels:
            self.label(text)
        cells = list(line.cells[first:end])
        if cells:
            own = labels[-1] if labels else ""
            self.values(Run(cells, own, "".join(labels), has_places=True, line=line))

    def text(self, line: Line) -> None:
        (piece,) = line.cells
        at = 0
        group: list[Cell] = []
        text = piece.text
        plain = unicodedata.normalize("NFKC", text) if len(text) < 400 else text  # noqa: PLR2004
        if len(plain) != len(text):  # places must stay those of the text
            plain = text
        tokens = [*_TOKEN.finditer(plain)]
        labels: list[str] = []
        for number, match in enumerate(tokens):
            between = plain[at : match.start()]
            if between.strip():
                self._close(group, labels, line)
                group, labels = [], [between]
                self.label(between)
            group.append(_value_of(piece, match))
            at = match.end()
            if number == len(tokens) - 1 and not plain[at:].strip():
                is_alone = not labels and len(group) == len(tokens)
                self._close(group, labels, line, is_alone=is_alone)
                return
        self._close(group, labels, line)
        self.label(plain[at:])

    def _close(
        self, group: list[Cell], labels: list[str], line: Line, *, is_alone: bool = False
    ) -> None:
        if group:
            own = labels[-1].strip() if labels else ""
            pieces = re.split(r"\s{2,}", own)
            self.values(Run(group, pieces[-1], own, is_alone=is_alone, line=line))


def _extent(line: Line) -> tuple[int, int]:
    """Give where the values of a row begin and end: of what stands between labels the most.

    Before them may be the number of the row, beside them a remark.
    """
    labelled = [n for n, cell in enumerate(line.cells) if not is_value(cell.text)]
    bounds = [-1, *labelled, len(line.cells)]
    spans = [(first + 1, end) for first, end in pairwise(bounds)]
    return max(spans, key=lambda span: (_filled(line, span), span[0]))


def _filled(line: Line, span: tuple[int, int]) -> int:
    return sum(bool(cell.text) for cell in line.cells[span[0] : span[1]])


def _value_of(piece: Cell, match: re.Match[str]) -> Cell:
    text = piece.text[match.start() : match.end()]  # as printed, in whatever width
    before = display_width(piece.text[: match.start()])
    return Cell(text.strip(), piece.address, before + len(text) // 2)


def runs_of(lines: Sequence[Line], need: int) -> list[Run]:
    """Give the runs of some lines.

    Parameters
    ----------
    need
        How many values a whole run has; lines that hold nothing but values are put together up to
        that many.
    """
    gathering = _Gathering(need)
    for line in lines:
        if line.shape == "row":
            gathering.row(line)
        elif not is_page_number(line.text):
            gathering.text(line)
    return gathering.runs
