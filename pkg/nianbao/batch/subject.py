"""What is asked about: a cell of a workbook, or a figure by its name, and the report it is of."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from string import ascii_uppercase, digits

from nianbao.batch.batch import ReportName
from nianbao.checks.case import SMALL_GROUPS
from nianbao.errors import NianbaoError, UsageError, listed, nearest, visible
from nianbao.filing.figure import Address, Figure
from nianbao.filing.filing import Filing
from nianbao.filing.register import Agency, Register
from nianbao.filing.sources import ledger_name, require_one
from nianbao.filing.tree import Tree
from nianbao.filing.workbook import read_filing
from nianbao.filing.workdays import Calendar
from nianbao.forms import form_for_year
from nianbao.project import Project, workbook_year
from nianbao.report.load import Report
from nianbao.report.rollup import rollup_report

LABEL_AT_MOST = 30  # characters of what stands nearby


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about.

    Attributes
    ----------
    report
        The report that it belongs to.
    address
        Where it stands; None for a computed figure.
    figure
        The figure; None where a text stands, or what a finding speaks of.
    text
        What stands there where it is no figure; may be empty.
    """

    report: Report
    address: Address | None
    figure: Figure | None = None
    text: str = ""

    @property
    def name(self) -> ReportName:
        """Which report it belongs to."""
        return ReportName(self.report.filing.year, self.report.filing.agency.code)


class Sources:
    """The reports of a project as its workbooks stand now, each read once.

    Parameters
    ----------
    small_groups
        As the batch has it, if there is one.
    """

    def __init__(
        self, project: Project, register: Register, *, small_groups: int = SMALL_GROUPS
    ) -> None:
        self.project = project
        self.register = register
        self.small_groups = small_groups
        self._calendar = Calendar.of(project)
        self._reports: dict[ReportName, Report | NianbaoError] = {}

    def report(self, name: ReportName) -> Report:
        """Give a report that is not written yet.

        Raises
        ------
        ConfigError
            No such agency.
        SourceError
            Its workbook, or last year's, cannot be taken as a filing.
        """
        if name not in self._reports:
            try:
                self._reports[name] = self._read(name)
            except NianbaoError as error:
                self._reports[name] = error
        found = self._reports[name]
        if isinstance(found, NianbaoError):
            raise found
        return found

    def has(self, name: ReportName) -> bool:
        """Tell whether there is a workbook for a report, or a sum to be made."""
        below = self.register.children(name.agency, name.year)
        codes = (name.agency, *(agency.code for agency in below))
        return any(self.project.source(code, name.year).is_file() for code in codes)

    def _read(self, name: ReportName) -> Report:
        agency = self.register.agency(name.agency)
        if self.register.children(name.agency, name.year):
            tree = Tree(self.project, self.register, self._calendar)
            return rollup_report(tree, name.agency, name.year, small_groups=self.small_groups)
        filing = self._filing(agency, name.year)
        before = ReportName(name.year - 1, name.agency)
        has_previous = form_for_year(before.year) is not None and self.has(before)
        previous = self._filing(agency, before.year) if has_previous else None
        return Report(filing, previous).checked(small_groups=self.small_groups)

    def _filing(self, agency: Agency, year: int) -> Filing:
        require_one(self.project, agency.code, year)
        path = self.project.source(agency.code, year)
        shown = self.project.relative(path)
        return read_filing(path, agency, year, shown=shown, calendar=self._calendar)


def report_at(address: Address, project: Project, here: Path) -> tuple[ReportName, Address]:
    """Tell whose workbook an address is in, and name it as the project does.

    Parameters
    ----------
    here
        The current folder, from which the file may be named too.

    Raises
    ------
    UsageError
        The file is outside the project, is not there, or is no workbook that a report reads.
    """
    named = [project.root / address.file, here.resolve() / address.file]
    candidates = [Path(os.path.abspath(path)) for path in named]  # noqa: PTH100 - resolve would follow links
    path = next((path for path in candidates if path.is_file()), candidates[0])
    if not path.is_relative_to(project.root):
        raise UsageError("地址不在项目中", where=path, expected=f"{project.root} 中的填报表")
    if not path.is_file():
        known = [project.relative(item) for item in sorted(project.root.glob("sources/*/*.*"))]
        close = nearest(address.file, known)
        raise UsageError(
            "没有这个填报表",
            where=project.relative(path),
            hint=f"最接近的是 {close}" if close else "填报表放在 sources/机关/年度.xlsx",
        )
    code = path.parent.name
    year, is_read = _year(path, project)
    if year is None or not is_read:
        raise UsageError(
            "年报不读这个文件",
            where=project.relative(path),
            expected="sources/机关/年度.xlsx",
            hint="填报表放到这里，才进年报",
        )
    return ReportName(year, code), Address(project.relative(path), address.sheet, address.cell)


def _year(path: Path, project: Project) -> tuple[int | None, bool]:
    """Tell of which year a file is by its name, and whether a report reads it."""
    ledger = ledger_name(path.name)
    if ledger is not None:
        return ledger[0], project.sources(path.parent.name) == path.parent
    year = workbook_year(path.name)
    return year, year is not None and project.source(path.parent.name, year) == path


def subject_at(report: Report, address: Address) -> Subject:
    """Give what stands at an address of this report's workbook.

    Raises
    ------
    UsageError
        Nothing that the report knows; with the nearest that it does.
    """
    for figure in report.figures.values():
        if figure.address == address:
            return Subject(report, address, figure)
    known = dict(_texts(report))
    if address in known:
        return Subject(report, address, text=known[address] or _ledger_row(report, address))
    if said := _ledger_row(report, address):
        return Subject(report, address, text=said)
    known |= {figure.address: figure.label for figure in report.figures.values() if figure.address}
    raise _nothing_there(address, known)


def _texts(report: Report) -> Iterator[tuple[Address, str]]:
    """Yield what has an address and is no figure; what is told last holds."""
    for finding in report.findings:
        yield from ((address, "") for address in finding.where)
    for remark in report.filing.remarks:
        yield remark.address, remark.message
    for label, text in report.filing.basics.items():
        yield text.address, f"{label}：{text.text}"
    for passage in report.filing.prose:
        yield passage.address, passage.template


def _ledger_row(report: Report, address: Address) -> str:
    """Say what a row of a ledger counts for; empty for what is no row of one."""
    row = int(address.cell.lstrip(ascii_uppercase))
    for ledger in report.filing.ledgers:
        if (ledger.file, ledger.sheet) != (address.file, address.sheet):
            continue
        rejects = [item for item in ledger.rejects if item.row == row]
        if rejects:
            return f"{ledger.kind.sheet}第 {row} 行，没有计入：{rejects[0].why}"
        if row not in ledger.frame.index:
            continue
        counts = (item for item in report.filing.counts.values() if item.ledger is ledger)
        labels = [report.figures[item.ref].label for item in counts if row in item.rows]
        return f"{ledger.kind.sheet}第 {row} 行，计入：{listed(labels) or '没有表中的数'}"
    return ""


def _nothing_there(address: Address, known: Mapping[Address, str]) -> UsageError:
    here = [item for item in known if (item.file, item.sheet) == (address.file, address.sheet)]
    if not here:
        sheets = list(dict.fromkeys(item.sheet for item in known if item.file == address.file))
        close = nearest(address.sheet, sheets)
        return UsageError(
            "这个工作表里没有年报要读的内容",
            where=address,
            expected=listed(sheets),
            hint=f"最接近的是 {close}" if close else "",
        )
    close_by = min(here, key=lambda item: _distance(item, address))
    return UsageError(
        "这个单元格里没有数据",
        where=address,
        hint=f"最近的是 {close_by.cell}（{visible(known[close_by], most=LABEL_AT_MOST)}）",
    )


def _distance(one: Address, other: Address) -> int:
    (row, column), (to_row, to_column) = _position(one), _position(other)
    return abs(row - to_row) + abs(column - to_column)


def _position(address: Address) -> tuple[int, int]:
    letters = address.cell.rstrip(digits)
    column = reduce(lambda number, letter: 26 * number + ord(letter) - ord("A") + 1, letters, 0)
    return int(address.cell.removeprefix(letters)), column


def subject_named(report: Report, name: str) -> Subject:
    """Give the figure or text of this name or reference.

    Raises
    ------
    UsageError
        There is none; with the nearest name.
    """
    found = report.names.get(name) or report.figures.get(name)
    if isinstance(found, Figure):
        return Subject(report, found.address, found)
    if found is not None:
        return Subject(report, found.address, text=f"{name}：{found.text}")
    close = nearest(name, [*report.names, *report.figures])
    raise UsageError(
        "没有这个名称的数据",
        where=report.filing.file,
        found=name,
        hint=f"最接近的是 {close}" if close else "名称见审核版的“全部数据”",
    )
