"""What a report is made from: this year's filing, last year's, what the checks say of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from nianbao.checks.case import SMALL_GROUPS, Case
from nianbao.checks.finding import Finding
from nianbao.checks.runner import run_checks
from nianbao.errors import WorkbookError
from nianbao.filing.figure import Figure
from nianbao.filing.filing import Filing, Text
from nianbao.filing.register import Agency, Register, load_register
from nianbao.filing.sources import require_one, workbooks_read
from nianbao.filing.workbook import read_filing
from nianbao.filing.workdays import Calendar
from nianbao.project import Project
from nianbao.report.kernel import prepare_kernel
from nianbao.report.statistics import (
    absent_comparison,
    compare,
    derive,
    doubtful_refs,
    is_same_kind,
)
from nianbao.report.unit_figures import UnitFigures, names_in


@dataclass(frozen=True)
class Report:
    """One agency's report for one year, before it is written.

    Attributes
    ----------
    filing, previous
        This year's filing, and last year's where there is one.
    findings
        What the checks say, gravest first.
    inputs
        Workbooks read, as the project names them, and the agency's entry in the register, each
        with its SHA-256.
    public_hotline
        The batch asks for the hotline cases in the reader's edition too.
    units
        Of a government's report: the figures of its units, for its prose; else None.
    """

    filing: Filing
    previous: Filing | None
    findings: tuple[Finding, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    public_hotline: bool = False
    units: UnitFigures | None = None

    def checked(self, *, small_groups: int = SMALL_GROUPS) -> Self:
        """Give the report with what the checks say of it; `findings` are left aside.

        What prose names is computed from what the other checks have found; what they find in
        prose then changes no figure, so that nothing is computed twice.
        """
        before = [self]

        def names(findings: Sequence[Finding]) -> Mapping[str, Figure | Text]:
            before[0] = replace(self, findings=tuple(findings))
            return before[0].names

        findings = run_checks(
            self.filing, self.previous, small_groups=small_groups, names_after=names
        )
        made = copy(before[0])
        made.__dict__["findings"] = findings
        return made

    @property
    def title(self) -> str:
        """The title as such reports have it."""
        return f"{self.filing.agency.name}{self.filing.year}年政府信息公开工作年度报告"

    @cached_property
    def case(self) -> Case:
        """What the checks look at; for telling what a typed number is about."""
        return Case.of(self.filing, self.previous)

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure by its reference: filed, computed from them, and compared with last year.

        Of a government's units, and of what cannot be compared, those that its prose names.
        """
        asked = {**self.absent, **self.of_units}
        return {**self._own_figures, **{item.ref: item for item in asked.values()}}

    @cached_property
    def absent(self) -> Mapping[str, Figure]:
        """By name the comparisons that the prose asks for, and that nothing is there for."""
        own, has_before = self._own_names, self.previous is not None
        asked = (name for name in names_in(self.filing.prose) if name not in own)
        found = ((name, absent_comparison(name, own, has_before=has_before)) for name in asked)
        return {name: figure for name, figure in found if figure is not None}

    @cached_property
    def of_units(self) -> Mapping[str, Figure]:
        """The figures of units that the prose names, by those names."""
        if self.units is None:
            return {}
        own = self._own_names
        asked = (name for name in names_in(self.filing.prose) if name not in own)
        found = ((name, self.units.get(name)) for name in asked)
        return {name: figure for name, figure in found if figure is not None}

    @cached_property
    def _own_figures(self) -> Mapping[str, Figure]:
        current = derive(self.filing, self.findings)
        if self.previous is None:
            return current
        before, findings = self._last_year
        doubtful = doubtful_refs(self.filing.form, self.findings)
        doubtful |= doubtful_refs(self.previous.form, findings)
        return {**current, **compare(current, before, doubtful)}

    @cached_property
    def before(self) -> Mapping[str, Figure]:
        """Last year's figures that have a value and mean what this year's of their reference do."""
        then, _ = self._last_year
        return {
            ref: then[ref]
            for ref, figure in self._own_figures.items()
            if ref in then and then[ref].value is not None and is_same_kind(figure, then[ref])
        }

    @cached_property
    def _last_year(self) -> tuple[Mapping[str, Figure], tuple[Finding, ...]]:
        """Last year's figures, and what the checks say of that year."""
        if self.previous is None:
            return {}, ()
        findings = run_checks(self.previous)
        return derive(self.previous, findings), findings

    @cached_property
    def names(self) -> Mapping[str, Figure | Text]:
        """What prose may use, by its Chinese name; what is filed goes before what is computed."""
        return {**self.absent, **self.of_units, **self._own_names}

    @cached_property
    def _own_names(self) -> Mapping[str, Figure | Text]:
        figures = self._own_figures
        named = {item.name: item for item in figures.values()}
        filed = {item.name: figures[ref] for ref, item in self.filing.figures.items()}
        return {**named, **filed, **self.filing.basics}


def load(
    agency: str,
    year: int,
    *,
    source: str = "",
    previous: str = "",
    register: str = "",
    public_hotline: bool = False,
    small_groups: int = SMALL_GROUPS,
) -> Report:
    """Load one agency's filing for one year, with last year's, and check it.

    Parameters
    ----------
    agency
        Code of the agency in the register.
    year
        The report year.
    source, previous, register
        This year's workbook, last year's, and the register, as named from the project's root;
        empty for the usual places. Last year's is optional there.
    public_hotline
        Whether the reader's edition shows the hotline cases.
    small_groups
        Groups of fewer persons than this in a published breakdown are told to the reviewer.

    Raises
    ------
    ProjectError, ConfigError
        No project here; no such agency.
    SourceError
        A workbook that cannot be taken as a filing.
    """
    prepare_kernel()
    project = Project.find()
    listed_agencies = named_register(project, register)
    reporter = listed_agencies.agency(agency)
    path, before_path = workbooks_read(project, agency, year)
    if source:
        path = project.resolve(source)
    else:
        require_one(project, agency, year)
    if previous:
        before_path = named_before(project, previous)
    elif before_path is not None:
        require_one(project, agency, year - 1)
    calendar = Calendar.of(project)
    filing = read_filing(path, reporter, year, shown=project.relative(path), calendar=calendar)
    before = None
    if before_path is not None:
        shown = project.relative(before_path)
        before = read_filing(before_path, reporter, year - 1, shown=shown, calendar=calendar)
    entry = register_entry(listed_agencies, reporter.in_year(year))
    return Report(
        filing=filing,
        previous=before,
        inputs=files_read(calendar, filing, before) | entry,
        public_hotline=public_hotline,
    ).checked(small_groups=small_groups)


def files_read(calendar: Calendar, *filings: Filing | None) -> dict[str, str]:
    """Give the files that were read, with the digests of the very bytes."""
    read: dict[str, str] = {}
    for filing in filings:
        if filing is not None:
            read |= {filing.file: filing.digest, **filing.ledger_files}
    return read | ({calendar.file: calendar.digest} if calendar.digest else {})


def named_register(project: Project, named: str) -> Register:
    """Give the register that is named from the project's root; the project's own for none."""
    path = project.resolve(named) if named else project.register
    return load_register(path, shown=project.relative(path))


def named_before(project: Project, named: str) -> Path:
    """Give the workbook of last year that is named; WorkbookError where there is none."""
    path = project.resolve(named)
    if not path.is_file():
        raise WorkbookError("上一年的填报表不存在", where=named, hint="改正参数 previous")
    return path


def register_entry(register: Register, agency: Agency) -> dict[str, str]:
    """Give an agency's entry in the register as an input: its name and its SHA-256."""
    return {f"{register.file}#{agency.code}": hashlib.sha256(agency.entry.encode()).hexdigest()}
