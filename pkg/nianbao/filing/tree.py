"""A government's filing read from a project: its own workbook, and those of all below it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nianbao.errors import FormError, SourceError, listed
from nianbao.filing.filing import Filing
from nianbao.filing.register import Agency, Register
from nianbao.filing.rollup import Unit, roll_up, without_workbook
from nianbao.filing.sources import (
    ledgers_in,
    misnamed_workbooks,
    received_workbooks,
    require_one,
)
from nianbao.filing.workbook import read_filing
from nianbao.filing.workdays import Calendar
from nianbao.forms import form_for_year
from nianbao.project import Project, all_workbooks_in

NOTHING = "没有填报表"


@dataclass(frozen=True, slots=True)
class Tree:
    """Where the filings of a register's agencies are read.

    Attributes
    ----------
    with_earlier
        Read also what units handed in before; of a year that is over nobody asks.
    """

    project: Project
    register: Register
    calendar: Calendar
    with_earlier: bool = True

    def filing(self, code: str, year: int, *, own: Path | None = None) -> Filing:
        """Give an agency's filing: a government that others are below is the sum of them.

        A government without a workbook gives the sums alone.

        Parameters
        ----------
        own
            Its workbook, where that is not in the usual place.

        Raises
        ------
        ConfigError
            No such agency.
        SourceError
            Its own workbook cannot be taken as a filing.
        """
        agency = self.register.agency(code)
        children = self.register.children(code, year)
        if own is None:
            require_one(self.project, code, year)
        path = own or self.project.source(code, year)
        if not children:
            return self._read(path, agency, year)
        form = form_for_year(year)
        if form is None:
            raise FormError("这一年度没有统一格式", where=code, found=year)
        filed = (
            self._read(path, agency, year)
            if own or path.is_file()
            else without_workbook(agency, year, form)
        )
        return roll_up(filed, [self.unit(child, year) for child in children])

    def unit(self, agency: Agency, year: int) -> Unit:
        """Give an agency below a government; what it lacks is said, and raises nothing."""
        left_out = agency.left_out_of(year)
        has_workbook = self.project.source(agency.code, year).is_file()
        if not has_workbook and not self.register.children(agency.code, year):
            return Unit(agency, left_out=left_out, missing=self._nothing(agency, year))
        try:
            filing = self.filing(agency.code, year)
        except SourceError as error:
            return Unit(agency, left_out=left_out, missing=_why(error))
        if filing.rollup is not None and not filing.file and not filing.rollup.counted:
            return Unit(agency, left_out=left_out, missing=f"{NOTHING}，下级也都没有")
        if filing.rollup is None and filing.is_blank:  # given out, and not filled in
            return Unit(agency, left_out=left_out, missing="填报表还没有填")
        earlier = tuple(self._earlier(agency, year, filing.digest)) if self.with_earlier else ()
        return Unit(agency, filing, left_out, earlier=earlier)

    def _nothing(self, agency: Agency, year: int) -> str:
        """Say that an agency has no workbook, and which files may be meant for it."""
        names = misnamed_workbooks(self.project.sources(agency.code), year)
        return f"{NOTHING}（文件夹里有 {listed(names)}）" if names else NOTHING

    def _earlier(self, agency: Agency, year: int, digest: str) -> Iterator[Filing]:
        """Yield what was handed in before and can be read; all but what counts now."""
        for path in received_workbooks(self.project.sources(agency.code), year):
            try:
                if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                    yield self._read(path, agency, year)
            except (OSError, SourceError):
                continue

    def _read(self, path: Path, agency: Agency, year: int) -> Filing:
        shown = self.project.relative(path)
        return read_filing(path, agency, year, shown=shown, calendar=self.calendar)


def files_below(
    project: Project, register: Register, code: str, year: int, *, with_earlier: bool = True
) -> Iterator[Path]:
    """Yield the files that a `Tree` reads of all that are below a government, there or not."""
    for child in register.children(code, year):
        folder = project.sources(child.code)
        yield project.source(child.code, year)
        yield from (folder / name for name in all_workbooks_in(folder).get(year, ())[1:])
        yield from (folder / name for name in ledgers_in(folder).get(year, ()))
        if with_earlier:
            yield from received_workbooks(folder, year)
        yield from files_below(project, register, child.code, year, with_earlier=with_earlier)


def entries_below(register: Register, code: str, year: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what the register says of all below a government, as far as a sum depends on it."""
    for child in register.children(code, year):
        said = {
            "entry": child.entry,
            "names": "、".join(child.names),
            "parent": code,
            "left_out": child.left_out_of(year),
        }
        yield child.code, said
        yield from entries_below(register, child.code, year)


def _why(error: SourceError) -> str:
    return f"{error.what}（{error.where}）" if error.where else error.what
