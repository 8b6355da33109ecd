"""Blank cells in text laid out by spaces: told by where the numbers stand below each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from nianbao.published.model import Cell
from nianbao.published.runs import Run

LEAST_ROWS = 2  # whole rows that show where the columns are
NEAR = 0.3  # of the distance between two columns


def spread(run: Run, need: int, runs: Sequence[Run]) -> list[Cell | None] | None:
    """Give the values of a run by their columns; None where these are not certain.

    Parameters
    ----------
    runs
        All of the table: the whole ones on the same page show where its columns are.
    """
    if run.has_places or run.is_alone or run.line is None or len(run.cells) >= need:
        return None
    is_set = run.line.right > 0  # what was run together has no columns
    if not is_set or any(len(cell.text) >= need for cell in run.cells):
        return None
    page = run.line.page
    whole = [r for r in runs if len(r.cells) == need and r.line and r.line.page == page]
    if len(whole) < LEAST_ROWS:
        return None
    columns = [median(r.cells[n].column for r in whole) for n in range(need)]
    if not _are_columns(columns, whole):
        return None
    values: list[Cell | None] = [None] * need
    for cell in run.cells:
        place = min(range(need), key=lambda n: abs(columns[n] - cell.column))
        gap = min(abs(columns[n] - columns[place]) for n in range(need) if n != place)
        if abs(columns[place] - cell.column) > NEAR * gap or values[place] is not None:
            return None
        values[place] = cell
    return values


def _are_columns(columns: Sequence[float], whole: Sequence[Run]) -> bool:
    """Tell whether the whole rows stand below each other: behind labels set close, none do."""
    gap = min((b - a for a, b in pairwise(columns)), default=0)
    return all(
        abs(cell.column - column) <= NEAR * gap
        for run in whole
        for cell, column in zip(run.cells, columns, strict=True)
    )
