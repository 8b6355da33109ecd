"""Workbooks in which nobody has filled in anything yet: given out, but not handed in."""

from __future__ import annotations

from pathlib import Path

from nianbao.errors import SourceError
from nianbao.project import workbook_in
from nianbao.published.office import OwnBook


def has_filled(folder: Path, year: int) -> bool:
    """Tell whether an agency's workbook of a year stands in its folder, with something in it."""
    path = workbook_in(folder, year)
    return path is not None and not is_blank_workbook(path)


def is_blank_workbook(path: Path) -> bool:
    """Tell whether a workbook is one that was given out and never filled in."""
    try:
        return OwnBook(path.read_bytes(), path.name).filing(None).is_blank
    except (OSError, SourceError):
        return False
