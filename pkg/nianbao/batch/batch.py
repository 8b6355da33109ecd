"""A batch: a file in ``params/`` that names agencies, years and outputs; checked as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from nianbao.batch.declared import EVERY_AGENCY, FORMATS, BatchFile
from nianbao.batch.rows import Row, read_rows
from nianbao.checks.case import SMALL_GROUPS
from nianbao.errors import LISTED_AT_MOST, ConfigError, UsageError, listed, nearest
from nianbao.filing.config import Config, all_at_once, is_workbook, load_config
from nianbao.filing.labels import normalise
from nianbao.filing.register import Register, load_register
from nianbao.project import Project
from nianbao.running.parameters import ReportParameters


@dataclass(frozen=True, slots=True, order=True)
class ReportName:
    """Which report: of an agency, by its code, for a year."""

    year: int
    agency: str

    @property
    def folder(self) -> str:
        """Where it stands below the outputs folder."""
        return f"{self.year}/{self.agency}"


@dataclass(frozen=True, slots=True)
class Batch:
    """What is ordered.

    Attributes
    ----------
    file
        As the project names it.
    register
        The agencies, all of those named here among them.
    reports
        In the order of the file, or of the register; years within agencies. No two are equal, so
        no two share a folder: codes have neither capitals nor anything beyond ASCII.
    office, due, due_again, due_year
        Who gathers the reports, its own dates, and the report year for which they are: see
        `BatchFile`.
    """

    file: str
    title: str
    register: Register
    reports: tuple[ReportName, ...]
    formats: tuple[str, ...] = FORMATS
    public_hotline: bool = False
    small_groups: int = SMALL_GROUPS
    office: str = ""
    due: dt.date | None = None
    due_again: dt.date | None = None
    due_year: int = 0

    def narrowed(
        self,
        only: Iterable[str] = (),
        year: int | None = None,
        formats: tuple[str, ...] = (),
    ) -> Self:
        """Give the same batch with some of its agencies, one of its years, other formats.

        Raises
        ------
        UsageError
            An agency or a year that the batch does not have, or an unknown format.
        """
        wanted = tuple(only)
        _require("机关", wanted, {report.agency for report in self.reports}, self.file)
        if year is not None:
            _require("年度", (year,), {report.year for report in self.reports}, self.file)
        _require("输出格式", formats, set(FORMATS), "--formats")
        kept = tuple(
            report
            for report in self.reports
            if (not wanted or report.agency in wanted) and year in {None, report.year}
        )
        if not kept:
            raise UsageError("批次中没有这样的年报", where=self.file, found=f"{wanted} {year}")
        return replace(self, reports=kept, formats=formats or self.formats)

    def governments(self) -> Self:
        """Give the reports of the governments above this batch's agencies, from below upwards.

        A government that the batch names itself is among them.

        Raises
        ------
        UsageError
            There are none.
        """
        register, found = self.register, self._governments()
        if not found:
            raise UsageError(
                "批次中的机关都没有上级政府，不知道汇总给谁",
                where=f"{self.file}（名册是 {register.file}）",
                hint="在名册中登记政府（kind: 政府），给机关写 parent: 政府的代码",
            )
        places = {agency.code: place for place, agency in enumerate(register.agencies)}

        def rank(report: ReportName) -> tuple[int, int, int]:
            return -len(register.ancestors(report.agency)), places[report.agency], report.year

        return replace(self, reports=tuple(sorted(found, key=rank)))

    def all_reports(self) -> frozenset[ReportName]:
        """Give all that its file orders, the reports of the governments above among them."""
        return frozenset(self.reports) | self._governments()

    def _governments(self) -> set[ReportName]:
        register = self.register
        return {
            ReportName(report.year, code)
            for report in self.reports
            for code in (report.agency, *register.ancestors(report.agency))
            if register.children(code, report.year)
        }

    def parameters(self, report: ReportName) -> ReportParameters:
        """Give the notebook's parameters for one report."""
        return ReportParameters(
            agency=report.agency,
            year=report.year,
            public_hotline=self.public_hotline,
            small_groups=self.small_groups,
        )


def _require(what: str, names: Iterable[object], known: set[Any], where: str) -> None:
    for name in names:
        if name not in known:
            close = nearest(name, known) if isinstance(name, str) else ""
            hint = f"最接近的是 {close}" if close else ""
            shown = listed(sorted(known))
            raise UsageError(f"没有这个{what}", where=where, found=name, expected=shown, hint=hint)


def find_batch(path: Path, project: Project) -> Path:
    """Find a batch file: from the current folder or, where there is none, from the project."""
    return path if path.exists() else project.root / path


def load_batch(path: Path, project: Project) -> Batch:
    """Read a batch and its project's register, and check all of it.

    Parameters
    ----------
    path
        YAML or, by its suffix, CSV; from the current folder or, where there is none, from the
        project's root.

    Raises
    ------
    ConfigError
        With the file and the line, all at once: no such file, no YAML or CSV, not as declared, an
        agency that the register does not have, a report named twice.
    """
    found = find_batch(path, project)
    shown = project.relative(found) if found.exists() else str(path)
    _require_batch(found, project, shown)
    register = load_register(project.register, shown=project.relative(project.register))
    if found.suffix.lower() == ".csv":
        rows = read_rows(found, shown=shown)
        _raise_all(_wrong_rows(rows, register))
        reports = tuple(ReportName(row.year, row.agency) for row in rows)
        return Batch(file=shown, title=found.stem, register=register, reports=reports)
    config = load_config(found, BatchFile, shown=shown)
    declared = config.declared
    _raise_all(_wrong_forms(config))
    _raise_all([*_wrong_entries(config, register), *_named_twice(config), *_wrong_days(config)])
    return Batch(
        file=shown,
        title=declared.title,
        register=register,
        reports=tuple(_reports(declared, register)),
        formats=tuple(name for name in FORMATS if name in declared.formats),
        public_hotline=declared.public_hotline,
        small_groups=declared.small_groups,
        office=declared.office,
        due=declared.due,
        due_again=declared.due_again,
        due_year=_last_year(declared),
    )


def _require_batch(found: Path, project: Project, shown: str) -> None:
    """Refuse what is often given in a batch's place: a workbook, the register."""
    if is_workbook(found):
        hint = "批次写成 YAML，或另存为 CSV；看填报表用 nianbao check"
        raise ConfigError("这是工作簿，不是批次", where=shown, hint=hint)
    if found.resolve() == project.register.resolve():
        hint = "给出 params/ 中的批次文件；批次写 agencies: all，就是名册中的全部机关"
        raise ConfigError("这是名册，不是批次", where=shown, hint=hint)


def _raise_all(errors: Iterable[ConfigError]) -> None:
    found = list(errors)
    if found:
        raise all_at_once(found)


def _reports(declared: BatchFile, register: Register) -> Iterator[ReportName]:
    for entry in declared.reports:
        yield ReportName(entry.year, entry.agency)
    is_chosen = declared.agencies != EVERY_AGENCY
    for code in _codes(declared, register):
        for year in declared.years:
            if is_chosen or _files(register, code, year):
                yield ReportName(year, code)


def _files(register: Register, code: str, year: int) -> bool:
    """Tell whether an agency files a workbook for a year; a government is summed up instead."""
    return register.agency(code).reports_in(year) and not register.children(code, year)


def _codes(declared: BatchFile, register: Register) -> Sequence[str]:
    if declared.agencies != EVERY_AGENCY:
        return declared.agencies
    kinds = declared.kinds
    return [agency.code for agency in register.agencies if not kinds or agency.kind in kinds]


def _wrong_forms(config: Config[BatchFile]) -> Iterator[ConfigError]:
    """Tell what cannot stand together in one file."""
    declared, name = config.declared, config.name
    is_grid = bool(declared.agencies or declared.years)
    if is_grid == bool(declared.reports):
        yield ConfigError(
            "批次要么写 agencies 和 years，要么写 reports",
            where=name,
            found="两种都有" if is_grid else "两种都没有",
        )
    elif is_grid and not (declared.agencies and declared.years):
        missing = "agencies" if declared.years else "years"
        yield ConfigError("缺少必需的项", where=name, expected=missing)
    if declared.kinds and declared.agencies != EVERY_AGENCY:
        yield ConfigError("kinds 只与 agencies: all 同用", where=config.where("kinds"))


def _wrong_entries(config: Config[BatchFile], register: Register) -> Iterator[ConfigError]:
    """Tell agencies that the register does not have."""
    declared = config.declared
    if declared.agencies == EVERY_AGENCY:
        if not _codes(declared, register):
            where = f"{config.where('agencies')}（名册是 {register.file}）"
            yield ConfigError("名册中没有这样的机关", where=where, found=listed(declared.kinds))
        return
    codes = [(("agencies", n), code) for n, code in enumerate(declared.agencies)]
    codes += [(("reports", n), entry.agency) for n, entry in enumerate(declared.reports)]
    unknown = [(config.where(*place), code) for place, code in codes if not register.has(code)]
    yield from _unregistered(unknown, register)


def _named_twice(config: Config[BatchFile]) -> Iterator[ConfigError]:
    declared = config.declared
    named: dict[str, Sequence[Hashable]] = {
        "agencies": declared.agencies,
        "years": declared.years,
        "reports": [ReportName(entry.year, entry.agency).folder for entry in declared.reports],
    }
    for key, values in named.items():
        for number in _again(values):
            where = config.where(key, number)
            yield ConfigError("同一项写了两次", where=where, found=values[number])


def _last_year(declared: BatchFile) -> int:
    return max([*declared.years, *(entry.year for entry in declared.reports)])


def _wrong_days(config: Config[BatchFile]) -> Iterator[ConfigError]:
    """Tell dates that cannot be those of the batch's last year, or of which the later is first."""
    declared = config.declared
    last = _last_year(declared)
    for key, day in (("due", declared.due), ("due_again", declared.due_again)):
        if day is not None and day.year not in {last, last + 1}:
            where, expected = config.where(key), f"{last} 或 {last + 1} 年的日期"
            yield ConfigError(
                f"{key} 不是 {last} 年度年报的日期", where=where, found=day, expected=expected
            )
    if declared.due and declared.due_again and declared.due_again < declared.due:
        yield ConfigError(
            "退改后再交的日期早于交稿的日期",
            where=config.where("due_again"),
            found=declared.due_again,
            expected=f"不早于 {declared.due}",
        )


def _wrong_rows(rows: Sequence[Row], register: Register) -> Iterator[ConfigError]:
    """Tell agencies that the register does not have, or by another name; and rows there twice."""
    unknown = [(row.where, row.agency) for row in rows if not register.has(row.agency)]
    yield from _unregistered(unknown, register)
    for row in rows:
        if row.name and register.has(row.agency):
            name = register.agency(row.agency).name
            if normalise(name) != normalise(row.name):
                yield ConfigError(
                    "机关名称与名册不符", where=row.where, found=row.name, expected=name
                )
    folders = [ReportName(row.year, row.agency).folder for row in rows]
    for number in _again(folders):
        yield ConfigError("同一项写了两次", where=rows[number].where, found=folders[number])


def _again(values: Iterable[Hashable]) -> Iterator[int]:
    """Give the positions of values that were there before."""
    seen: set[Hashable] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield number
        seen.add(value)


def _unregistered(unknown: Sequence[tuple[str, str]], register: Register) -> Iterator[ConfigError]:
    """Give an error for each place and code; to look for what was meant takes its time."""
    for number, (where, code) in enumerate(unknown):
        yield ConfigError(
            "名册中没有这个机关",
            where=f"{where}（名册是 {register.file}）",
            found=code,
            hint=register.hint(code) if number < LISTED_AT_MOST else "",
        )
