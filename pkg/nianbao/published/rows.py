"""Which cells of a row are its values, where some are blank, too many, or hold no number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from nianbao.published.model import Cell
from nianbao.published.runs import Run
from nianbao.published.wording import common, likeness, words

FORCED = 0.3  # of a label: what is less like it is none
PART = 0.8  # of a text's characters: as many in a label, and it is a part of it

Values = list[Cell | None]


def values_of(run: Run, label: str, need: int, usual: int | None = None) -> Values | None:
    """Give the values of a row, as many as needed; None where they cannot be told apart.

    A cell between label and numbers, or among the numbers, holds what is no number, such as 一件:
    it keeps its place, and is read as what it is.

    Parameters
    ----------
    label
        Of the row, in the form; empty where it has none.
    usual
        Column at which values begin in the other rows of the table.
    """
    if not run.has_places or run.line is None or run.line.shape != "row":
        return taken(run, need, usual)
    line = run.line.cells
    first = next(n for n, cell in enumerate(line) if cell is run.cells[0])
    start = min(_after_label(line[:first], label), first)
    rest = line[start:]
    beyond = line[first + len(run.cells) :]
    if start == first and not any(cell.text for cell in beyond):
        return taken(run, need, usual)
    is_usual = run.cells[0].column == usual or bool(run.cells[-1].text)
    is_shifted = start < first and not is_usual and sum(map(_is_filled, run.cells)) < need
    if len(run.cells) < need or is_shifted:
        return [*rest] if len(rest) == need else None
    return taken(run, need, usual)


def _after_label(cells: Sequence[Cell], label: str) -> int:
    """Give the place after the cells of a label, and of the labels before it."""
    if not label:
        return 0
    likes = [likeness(cell.text, label) for cell in cells]
    best = max(likes, default=0.0)
    if best < FORCED:  # set in other lines, or garbled
        return len(cells)
    place = likes.index(best) + 1
    while place < len(cells) and _is_part(cells[place].text, label):
        place += 1
    return place


def _is_part(text: str, label: str) -> bool:
    own = words(text)
    return bool(own) and common(own, words(label)) >= PART * len(own)


def _is_filled(cell: Cell) -> bool:
    return bool(cell.text)


def fits(run: Run, need: int) -> Iterator[int]:
    """Yield from where in a run its values may begin, so that only blank cells are left out."""
    for start in range(len(run.cells) - need + 1):
        outside = run.cells[:start] + run.cells[start + need :]
        if not any(cell.text for cell in outside):
            yield start


def taken(run: Run, need: int, usual: int | None = None) -> Values | None:
    """Give the values of a run, as many as needed; None where they cannot be told apart.

    Parameters
    ----------
    usual
        Column at which values begin in the other rows of the table.
    """
    if len(run.cells) < need:
        # Blank cells at the end of a row are often left out; a single one may be all run together.
        is_plain = len(run.cells) > 1 and not any(c.text.startswith("〔") for c in run.cells)
        is_begun = bool(run.cells[0].text) or run.cells[0].column == usual
        if run.has_places and is_plain and is_begun and _is_unbroken(run):
            return [*run.cells, *[None] * (need - len(run.cells))]
        return None
    filled = [cell for cell in run.cells if cell.text]
    if len(filled) == need:  # blank cells between them only part groups of columns
        return [*filled]
    starts = [*fits(run, need)]
    if not starts:
        return _all_alike(run, need)
    choices = {tuple(cell.text for cell in run.cells[s : s + need]) for s in starts}
    if len(choices) == 1:
        return [*run.cells[starts[0] : starts[0] + need]]
    at_usual = [s for s in starts if run.cells[s].column == usual]
    return [*run.cells[at_usual[0] : at_usual[0] + need]] if at_usual else None


def _all_alike(run: Run, need: int) -> Values | None:
    """Give the first ones of a run that has too many, all the same: whichever is left out."""
    is_alike = len({cell.text for cell in run.cells}) == 1 and len(run.cells) <= need + 1
    return [*run.cells[:need]] if is_alike else None


def _is_unbroken(run: Run) -> bool:
    """Tell whether each value stands in the column after the one before: none is merged."""
    is_single = all(cell.span == 1 for cell in run.cells)
    return is_single and all(b.column == a.column + 1 for a, b in pairwise(run.cells))
