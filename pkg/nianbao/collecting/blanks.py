"""Workbooks in which nobody has filled in anything yet: given out, but not handed in."""

from __future__ import annotations

from pathlib import Path

from nianbao.errors import SourceError
from nianbao.filing.filing import Filing
from nianbao.project import workbook_in
from nianbao.published.office import OwnBook

CARRIED = "table3.b."
"""上年结转, which the blank workbook has from last year already."""


def is_blank(filing: Filing) -> bool:
    """Tell whether nothing is filled in: facts and what ledgers give count as well."""
    return all(
        figure.value is None
        for ref, figure in filing.figures.items()
        if not ref.startswith(CARRIED)
    )


def has_filled(folder: Path, year: int) -> bool:
    """Tell whether an agency's workbook of a year stands in its folder, with something in it."""
    path = workbook_in(folder, year)
    return path is not None and not is_blank_workbook(path)


def is_blank_workbook(path: Path) -> bool:
    """Tell whether a workbook is one that was given out and never filled in."""
    try:
        return is_blank(OwnBook(path.read_bytes(), path.name).filing(None))
    except (OSError, SourceError):
        return False
