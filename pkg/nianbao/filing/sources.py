"""Which workbooks a report reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nianbao.forms import form_for_year
from nianbao.project import WORKBOOK_SUFFIXES, Project, workbooks_in


def names_read(workbooks: Mapping[int, str], year: int) -> tuple[str, str]:
    """Give the names of this year's workbook and of last year's.

    Parameters
    ----------
    workbooks
        The workbooks in the agency's folder: year to name.
    year
        The report year.

    Returns
    -------
    tuple of str
        This year's, as it would usually be called where there is none; last year's, empty where
        there is none, or no form for that year.
    """
    previous = workbooks.get(year - 1, "") if form_for_year(year - 1) is not None else ""
    return workbooks.get(year, f"{year}{WORKBOOK_SUFFIXES[0]}"), previous


def workbooks_read(project: Project, agency: str, year: int) -> tuple[Path, Path | None]:
    """Give this year's workbook, there or not, and last year's where there is one to read."""
    folder = project.sources(agency)
    source, previous = names_read(workbooks_in(folder), year)
    return folder / source, folder / previous if previous else None
