"""What it takes to make one report, and whether there is a reason to."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.below import changed_below, read_below
from nianbao.batch.key import (
    Below,
    Input,
    Key,
    noted_versions,
    read_input,
    read_pictures,
    report_key,
    shared_parts,
)
from nianbao.batch.plan import FORCED, SEVERAL, reasons
from nianbao.batch.standing import read_standing
from nianbao.errors import LISTED_AT_MOST, ConfigError, OutputError, UsageError, listed
from nianbao.filing.register import Agency, Register, load_register
from nianbao.filing.sources import (
    ledgers_in,
    misnamed_workbooks,
    names_read,
    rename_hint,
    workbooks_read,
)
from nianbao.project import FOLDERS, WORKBOOK_SUFFIXES, Project, all_workbooks_in
from nianbao.running.parameters import ReportParameters


@dataclass(frozen=True, slots=True)
class Common:
    """What all jobs of a batch have in common.

    Attributes
    ----------
    formats
        Of the documents, such as ``html``.
    notebook, register, holidays
        The master notebook, the register and the project's own list of holidays, as they were
        when the batch was planned; the last without a digest where there is none.
    parts
        Of the keys: those that all reports share.
    fonts
        Folder of the office's own fonts; empty for none.
    pictures
        Those of the project that the notebook names.
    batch
        File of the batch, as the project names it.
    """

    project: Project
    outputs: Path
    formats: tuple[str, ...]
    public_hotline: bool
    small_groups: int
    notebook: Input
    register: Input
    holidays: Input
    parts: Mapping[str, str]
    fonts: str = ""
    pictures: tuple[Input, ...] = ()
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """All that it takes to make one report; small, and fit to be pickled.

    Attributes
    ----------
    agency
        Its entry in the register.
    source, previous
        Its workbooks when it was planned; without a digest where there is none.
    ledgers
        The ledgers beside both.
    below
        Of a government's report, what it sums up; None for any other.
    reasons
        Why it is made; empty when it is up to date.
    """

    common: Common
    report: ReportName
    agency: Agency
    source: Input
    previous: Input
    ledgers: tuple[Input, ...] = ()
    below: Below | None = None
    reasons: tuple[str, ...] = ()

    @property
    def lacks(self) -> str:
        """Name the workbook without which it cannot be made; empty where there is one.

        A government needs none of its own, if one of its units has one.
        """
        files = (self.source, *(self.below.files if self.below else ()))
        return "" if any(item.digest for item in files) else self.source.name

    @property
    def project(self) -> Project:
        """Where its files stand."""
        return self.common.project

    @property
    def outputs(self) -> Path:
        """The outputs folder."""
        return self.common.outputs

    @property
    def folder(self) -> Path:
        """Where the report stands when it is made."""
        return self.common.outputs / self.report.folder

    @property
    def formats(self) -> tuple[str, ...]:
        """The documents that are made."""
        return self.common.formats

    @property
    def parameters(self) -> ReportParameters:
        """What the notebook is given."""
        return ReportParameters(
            agency=self.report.agency,
            year=self.report.year,
            public_hotline=self.common.public_hotline,
            small_groups=self.common.small_groups,
        )

    @property
    def key(self) -> Key:
        """Of what the report is to be made from, taken when it was planned."""
        return report_key(
            self.common.parts,
            self.agency,
            self.parameters,
            self.source,
            self.previous,
            self.ledgers,
            self.below,
        )

    @property
    def inputs(self) -> Mapping[str, str]:
        """Each file that it is made from, as the project names it, with its SHA-256."""
        common = self.common
        shared = (common.notebook, *common.pictures, common.register, common.holidays)
        below = (*self.below.files, *self.below.before) if self.below else ()
        files = (*shared, self.source, self.previous, *self.ledgers, *below)
        return {item.name: item.digest for item in files if item.digest}

    def changed(self) -> tuple[str, ...]:
        """Name what is no longer as it was when the job was planned, reading the files again.

        Returns
        -------
        tuple of str
            Files as the project names them, and the program itself. The register counts where it
            says something else of this agency.
        """
        return tuple(self._changed())

    def _changed(self) -> Iterator[str]:
        common = self.common
        notebook = read_input(common.project, common.notebook.name)
        if notebook != common.notebook:
            yield notebook.name
        pictures = read_pictures(common.project, common.notebook.name)
        yield from sorted({item.name for item in {*pictures} ^ {*common.pictures}})
        holidays = read_input(common.project, common.holidays.name)
        if holidays != common.holidays:
            yield holidays.name
        now = shared_parts(notebook, holidays, common.formats, common.fonts)
        if any(now[part] != common.parts[part] for part in ("code", "packages")):
            yield "nianbao 程序本身"
        if now["fonts"] != common.parts["fonts"]:
            yield common.fonts
        if not self._is_registered_as_before():
            yield common.register.name
        paths = workbooks_read(common.project, self.report.agency, self.report.year)
        for path, before in zip(paths, (self.source, self.previous), strict=True):
            name = "" if path is None else common.project.relative(path)
            if read_input(common.project, name).part != before.part:
                yield name or before.name
        folder = common.project.sources(self.agency.code)
        names = _ledgers_read(ledgers_in(folder), self.report.year, self.previous)
        found = {read_input(common.project, common.project.relative(folder / n)) for n in names}
        yield from sorted({item.name for item in found ^ set(self.ledgers)})
        if self.below is not None:
            yield from self._changed_below(self.below)

    def _changed_below(self, then: Below) -> Iterator[str]:
        """Name what has changed of the units; of a register that cannot be read nothing is told."""
        code, year = self.agency.code, self.report.year
        with suppress(ConfigError):
            register = load_register(self.project.register)
            now = read_below(self.project, register, code, year)
            if now is None or now.tree != then.tree:
                yield self.common.register.name
            yield from changed_below(now, then)

    def _is_registered_as_before(self) -> bool:
        register = self.common.register
        project = self.common.project
        if read_input(project, register.name) == register:
            return True
        try:
            now = load_register(project.register)
        except ConfigError:
            return False
        return now.has(self.agency.code) and now.agency(self.agency.code) == self.agency


def make_jobs(
    project: Project, batch: Batch, outputs: Path, *, force: bool = False, fonts: str = ""
) -> tuple[Job, ...]:
    """Plan a batch: a job for each of its reports, in order. Each workbook is read once.

    Parameters
    ----------
    outputs
        The outputs folder; it need not exist.
    force
        Make also what is up to date.
    fonts
        Folder of the office's own fonts; empty for none.

    Raises
    ------
    ConfigError
        The folder of fonts cannot be read.
    OutputError
        The outputs folder is one of the project's others, or part of it leads out of it.
    """
    _require_place(project, outputs, {report.year for report in batch.reports})
    years = defaultdict[str, list[int]](list)
    for report in batch.reports:
        years[report.agency].append(report.year)
    common = _common(project, batch, outputs, fonts)
    # In one thread: several take three times as long over many small files, and no less over few.
    jobs = {
        job.report: job
        for code, wanted in years.items()
        for job in _plan_agency(common, batch.register, code, wanted, force=force)
    }
    return tuple(jobs[report] for report in batch.reports)


def missing_sources(jobs: Iterable[Job]) -> UsageError | None:
    """Give one error that names all workbooks that jobs lack; None when all are there.

    It need not be raised: the other reports can be made nevertheless.
    """
    missing = [job for job in jobs if job.lacks]
    if not missing:
        return None
    shown = [(job, _misnamed(job)) for job in missing[:LISTED_AT_MOST]]
    hints = dict.fromkeys(rename_hint(names, job.report.year) for job, names in shown if names)
    suffixes = "、".join(WORKBOOK_SUFFIXES)
    return UsageError(
        f"{len(missing)} 份年报的填报表不存在或读不了",
        where=listed(job.source.name for job in missing),
        found="、".join(f"sources/{job.agency.code}/{n}" for job, names in shown for n in names),
        expected=f"文件名是年度，扩展名是 {suffixes} 之一",
        hint="；".join([*hints, "把填报表放到这里，或从批次中删去这些年报"]),
    )


def _misnamed(job: Job) -> tuple[str, ...]:
    return misnamed_workbooks(job.project.sources(job.report.agency), job.report.year)


def _common(project: Project, batch: Batch, outputs: Path, fonts: str) -> Common:
    notebook = read_input(project, project.relative(project.report_notebook))
    holidays = read_input(project, project.relative(project.holidays))
    pictures = read_pictures(project, notebook.name)
    return Common(
        project=project,
        outputs=outputs,
        formats=batch.formats,
        public_hotline=batch.public_hotline,
        small_groups=batch.small_groups,
        notebook=notebook,
        register=Input(batch.register.file, batch.register.digest),
        holidays=holidays,
        parts=shared_parts(notebook, holidays, batch.formats, fonts, pictures),
        fonts=fonts,
        pictures=pictures,
        batch=batch.file,
    )


def _for_rollups(common: Common) -> Common:
    """Give the same with the notebook of a government's report in the report's place."""
    project = common.project
    notebook = read_input(project, project.relative(project.rollup_notebook))
    pictures = read_pictures(project, notebook.name)
    own = shared_parts(notebook, common.holidays, common.formats, common.fonts, pictures)
    return replace(common, notebook=notebook, parts=own, pictures=pictures)


def _plan_agency(
    common: Common, register: Register, code: str, years: Sequence[int], *, force: bool
) -> list[Job]:
    """Give the jobs of one agency."""
    agency = register.agency(code)
    folder, outputs = f"sources/{agency.code}", str(common.outputs)
    found = all_workbooks_in(common.project.sources(agency.code))
    workbooks = {year: names[0] for year, names in found.items()}
    ledgers = ledgers_in(common.project.sources(agency.code))
    read: dict[str, Input] = {"": Input("")}

    def workbook(name: str) -> Input:
        if name not in read:
            read[name] = read_input(common.project, f"{folder}/{name}")
        return read[name]

    jobs = []
    for year in years:
        source, previous = map(workbook, names_read(workbooks, year))
        report = ReportName(year, agency.code)
        beside = tuple(map(workbook, _ledgers_read(ledgers, year, previous)))
        below = read_below(common.project, register, code, year)
        shared = _for_rollups(common) if below else common
        job = Job(shared, report, agency, source, previous, beside, below, (FORCED,))
        several = any(len(found.get(read, ())) > 1 for read in (year, year - 1))
        undecided = (SEVERAL,) if several else ()
        jobs.append(job if force else replace(job, reasons=_reasons(job, outputs) or undecided))
    return jobs


def _ledgers_read(
    ledgers: Mapping[int, tuple[str, ...]], year: int, previous: Input
) -> tuple[str, ...]:
    """Name the ledgers beside this year's workbook, and beside last year's where that is read."""
    return (*ledgers.get(year, ()), *(ledgers.get(year - 1, ()) if previous.digest else ()))


def _reasons(job: Job, outputs: str) -> tuple[str, ...]:
    standing = read_standing(f"{outputs}/{job.report.folder}")
    return reasons(lambda: job.key, standing, noted_versions())


def _require_place(project: Project, outputs: Path, years: Iterable[int]) -> None:
    """Make sure that nothing will be written but into a folder of outputs."""
    real = Path(os.path.realpath(outputs))
    for name in FOLDERS:
        if real.is_relative_to(project.root / name):
            raise OutputError(
                f"输出文件夹不能在项目的 {name} 里", where=outputs, hint="用 --outputs 换一个文件夹"
            )
    for year in sorted(years):
        folder = outputs / str(year)
        target = Path(os.path.realpath(folder))
        if target != real / str(year):
            raise OutputError(
                "输出文件夹里有通到别处的链接", where=folder, found=target, hint="把它移开"
            )
