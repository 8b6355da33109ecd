"""Puts an agency's blank workbook in its place, whole or not at all, and never over another."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nianbao.errors import NianbaoError, OutputError, SourceError, UsageError
from nianbao.filing.blank.before import Before
from nianbao.filing.blank.clerk import Blank, blank_workbook
from nianbao.filing.register import Agency
from nianbao.filing.sources import require_one, workbooks_read
from nianbao.filing.workbook import read_filing
from nianbao.forms import Form, form_for_year
from nianbao.project import WORKBOOK_SUFFIXES, Project, workbook_in
from nianbao.reasons import system_reason


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook that was made.

    Attributes
    ----------
    before
        The year whose figures it carries; None for none.
    trouble
        Why last year's workbook could not be used, where there is one.
    """

    path: Path
    before: int | None = None
    trouble: NianbaoError | None = None


def make_workbook(project: Project, agency: Agency, year: int, *, has_ledgers: bool = True) -> Made:
    """Make ``sources/<agency>/<year>.xlsx``, blank but for what last year's workbook carries over.

    Raises
    ------
    UsageError
        No form for the year; or there is a workbook already.
    OutputError
        It cannot be written there.
    """
    form = require_form(year)
    folder = project.sources(agency.code)
    there = workbook_in(folder, year)
    if there is not None:
        raise _there_already(there, project)
    _, previous = workbooks_read(project, agency.code, year)
    before, trouble = None, None
    if previous is not None:
        try:
            require_one(project, agency.code, year - 1)
            filing = read_filing(previous, agency, year - 1, shown=project.relative(previous))
            before = Before.of(filing, form)
        except SourceError as error:
            trouble = error
    blank = Blank(agency, year, form, before, has_ledgers=has_ledgers)
    target = folder / f"{year}{WORKBOOK_SUFFIXES[0]}"
    _write(target, blank_workbook(blank), project)
    carries = before is not None and before.has_numbers
    return Made(target, year - 1 if carries else None, trouble)


def require_form(year: int) -> Form:
    """Give the form of a year.

    Raises
    ------
    UsageError
        There is none.
    """
    form = form_for_year(year)
    if form is None:
        raise UsageError("这一年度没有统一格式", found=year, hint="2019 年度起才有统一格式")
    return form


def _write(path: Path, content: bytes, project: Project) -> None:
    folder = path.parent
    is_new = not folder.exists()
    try:
        if is_new:
            folder.mkdir(parents=True, exist_ok=True)
        _put(path, content)
    except FileExistsError:
        raise _there_already(path, project) from None
    except OSError as error:
        reason = system_reason(error)
        raise OutputError("填报表写不进去", where=project.relative(path), found=reason) from error
    finally:
        if is_new:
            with suppress(OSError):  # it holds the workbook, as a rule
                folder.rmdir()


def _put(path: Path, content: bytes) -> None:
    """Write a file beside its place first; OSError where something stands there already."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(beside, path)  # which, unlike a rename, writes over nothing
        except FileExistsError:
            raise
        except OSError:  # a disk without such links
            if path.exists():
                raise FileExistsError from None
            beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


def _there_already(path: Path, project: Project) -> UsageError:
    return UsageError(
        "这一年度已有填报表，没有改动",
        where=project.relative(path),
        hint="要重新填，先把它移走或改名",
    )
