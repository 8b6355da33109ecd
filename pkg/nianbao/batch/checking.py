"""One workbook held against itself and last year's: what `nianbao check` and the notices tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nianbao.batch.batch import Batch, ReportName
from nianbao.checks.case import SMALL_GROUPS
from nianbao.checks.finding import Finding
from nianbao.checks.runner import run_checks
from nianbao.errors import NianbaoError
from nianbao.filing.filing import Filing
from nianbao.filing.register import Agency, Register
from nianbao.filing.sources import require_one, workbooks_read
from nianbao.filing.tree import Tree
from nianbao.filing.workbook import read_filing
from nianbao.filing.workdays import Calendar
from nianbao.project import Project
from nianbao.report.load import Report
from nianbao.report.narrative import prose_errors
from nianbao.report.rollup import rollup_report


@dataclass(frozen=True, slots=True)
class Case:
    """A workbook to check, with last year's where there is one.

    Attributes
    ----------
    register
        Of a government that others are below, which is the sum of them; None for any other.
    small_groups
        As the batch has it, if there is one.
    """

    project: Project
    agency: Agency
    year: int
    source: Path
    previous: Path | None
    register: Register | None = None
    small_groups: int = SMALL_GROUPS


def case_of(project: Project, batch: Batch, report: ReportName) -> Case:
    """Give what there is to check for one report of a batch, and how the batch wants it."""
    source, previous = workbooks_read(project, report.agency, report.year)
    is_sum = batch.register.children(report.agency, report.year)
    return Case(
        project=project,
        agency=batch.register.agency(report.agency),
        year=report.year,
        source=source,
        previous=previous,
        register=batch.register if is_sum else None,
        small_groups=batch.small_groups,
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it.

    Attributes
    ----------
    filing
        What was read; None where the workbook cannot be taken as a filing.
    errors
        Why no report can be made of it.
    previous_error
        Why it was not compared with last year's workbook, though there is one.
    """

    filing: Filing | None = None
    findings: tuple[Finding, ...] = ()
    errors: tuple[NianbaoError, ...] = ()
    previous_error: NianbaoError | None = None


def check_case(case: Case) -> Checked:
    """Read a workbook and last year's, and run all checks; nothing that is wrong is raised."""
    calendar = Calendar.of(case.project)
    if case.register is not None:
        return _check_sum(case, Tree(case.project, case.register, calendar))
    previous, previous_error = None, None
    if case.previous is not None:
        try:
            previous = _read(case, case.previous, case.year - 1, calendar)
        except NianbaoError as error:
            previous_error = error
    try:
        filing = _read(case, case.source, case.year, calendar)
    except NianbaoError as error:
        return Checked(errors=(error,), previous_error=previous_error)
    if previous_error is not None:  # without last year, prose that names it would seem wrong
        findings = run_checks(filing, small_groups=case.small_groups)
        return Checked(filing, findings, previous_error=previous_error)
    made = Report(filing, previous).checked(small_groups=case.small_groups)
    return Checked(filing, made.findings, tuple(prose_errors(made)))


def _check_sum(case: Case, tree: Tree) -> Checked:
    """Check a government's report: its own workbook, if there is one, and the sums."""
    own = case.source.absolute() if case.source.is_file() else None
    try:
        if own is not None:
            _require_one(case, own, case.year)
        made = rollup_report(
            tree, case.agency.code, case.year, own=own, small_groups=case.small_groups
        )
    except NianbaoError as error:
        return Checked(errors=(error,))
    return Checked(made.filing, made.findings, tuple(prose_errors(made)))


def _read(case: Case, path: Path, year: int, calendar: Calendar) -> Filing:
    _require_one(case, path, year)
    shown = case.project.relative(path)
    return read_filing(path, case.agency.in_year(year), year, shown=shown, calendar=calendar)


def _require_one(case: Case, path: Path, year: int) -> None:
    """Make sure that a workbook is the only one of its year where reports look for it."""
    if path.absolute().parent == case.project.sources(case.agency.code):
        require_one(case.project, case.agency.code, year)
