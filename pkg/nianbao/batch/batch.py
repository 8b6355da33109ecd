"""A batch: a file in ``params/`` that names agencies, years and outputs; checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from nianbao.errors import ConfigError, UsageError, listed, nearest
from nianbao.filing.config import load_config
from nianbao.filing.register import CODE_PATTERN, AgencyCode, Register, load_register
from nianbao.project import Project
from nianbao.running.parameters import ReportParameters, Year

Format = Literal["html", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "pdf")

# Names of devices: no folder on Windows can have one.
RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def _check_code(value: object) -> object:
    if not isinstance(value, str) or not re.match(CODE_PATTERN, value):
        raise PydanticCustomError(
            "agency_code", "机关代码：只用小写字母、数字和连字符，以字母开头，如 xixia-zrzy"
        )
    if RESERVED.fullmatch(value):
        raise PydanticCustomError("agency_code", "机关代码：不能是 Windows 的设备名")
    return value


Code = Annotated[AgencyCode, BeforeValidator(_check_code)]
StrictYear = Annotated[Year, Field(strict=True)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: Code
    year: StrictYear


class _BatchFile(BaseModel):
    """The file as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    agencies: tuple[Code, ...] = ()
    years: tuple[StrictYear, ...] = ()
    reports: tuple[_Entry, ...] = ()
    formats: Annotated[tuple[Format, ...], Field(min_length=1)] = FORMATS
    public_hotline: Annotated[bool, Field(strict=True)] = False


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
        In the order of the file, years within agencies; no two share a folder.
    """

    file: str
    title: str
    register: Register
    reports: tuple[ReportName, ...]
    formats: tuple[str, ...] = FORMATS
    public_hotline: bool = False

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

    def parameters(self, report: ReportName) -> ReportParameters:
        """Give the notebook's parameters for one report."""
        return ReportParameters(
            agency=report.agency, year=report.year, public_hotline=self.public_hotline
        )


def _require(what: str, names: Iterable[object], known: set[Any], where: str) -> None:
    for name in names:
        if name not in known:
            close = nearest(str(name), known)
            hint = f"最接近的是 {close}" if close else ""
            shown = listed(sorted(known))
            raise UsageError(f"没有这个{what}", where=where, found=name, expected=shown, hint=hint)


def load_batch(path: Path, project: Project) -> Batch:
    """Read a batch and its project's register, and check all of it.

    Parameters
    ----------
    path
        From the current folder or, where there is none, from the project's root.

    Raises
    ------
    ConfigError
        With the file and the line: no such file, no YAML, not as declared, an agency that the
        register does not have, a report named twice.
    """
    found = path if path.exists() else project.root / path
    shown = project.relative(found) if found.exists() else str(path)
    declared = load_config(found, _BatchFile, shown=shown)
    register = load_register(project.register, shown=project.relative(project.register))
    finder = _Lines(found.read_text(encoding="utf-8"), shown)
    return Batch(
        file=shown,
        title=declared.title,
        register=register,
        reports=_reports(declared, register, finder),
        formats=tuple(name for name in FORMATS if name in declared.formats),
        public_hotline=declared.public_hotline,
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """Finds the line that a message is about."""

    text: str
    shown: str

    def where(self, value: object, *, nth: int = 1) -> str:
        """Name the line of the n-th place where the value stands by itself."""
        pattern = rf"(?<![\w.-]){re.escape(str(value))}(?![\w.-])"
        bare = re.sub(r"(?m)(^|\s)#.*$", lambda comment: " " * len(comment.group()), self.text)
        found = list(re.finditer(pattern, bare))
        if not found:
            return self.shown
        at = found[min(nth, len(found)) - 1].start()
        return f"{self.shown} 第 {self.text.count(chr(10), 0, at) + 1} 行"


def _reports(declared: _BatchFile, register: Register, finder: _Lines) -> tuple[ReportName, ...]:
    is_grid = bool(declared.agencies or declared.years)
    if is_grid == bool(declared.reports):
        raise ConfigError(
            "批次要么写 agencies 和 years，要么写 reports",
            where=finder.shown,
            found="两种都有" if is_grid else "两种都没有",
        )
    if is_grid and not (declared.agencies and declared.years):
        missing = "agencies" if declared.years else "years"
        raise ConfigError("缺少必需的项", where=finder.shown, expected=missing)
    _refuse_twice(declared.agencies, finder)
    _refuse_twice(declared.years, finder)
    grid = [ReportName(year, code) for code in declared.agencies for year in declared.years]
    named = [ReportName(entry.year, entry.agency) for entry in declared.reports]
    _refuse_same_folder(named, finder)
    for report in [*grid, *named]:
        _require_registered(report.agency, register, finder)
    return tuple(grid or named)


def _refuse_twice(values: Iterable[object], finder: _Lines) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            where = finder.where(value, nth=2)
            raise ConfigError("同一项写了两次", where=where, found=value)
        seen.add(value)


def _refuse_same_folder(reports: Iterable[ReportName], finder: _Lines) -> None:
    seen: set[str] = set()
    for report in reports:
        folder = report.folder.casefold()  # some file systems do not tell cases apart
        if folder in seen:
            raise ConfigError("同一份年报写了两次", where=finder.shown, found=report.folder)
        seen.add(folder)


def _require_registered(code: str, register: Register, finder: _Lines) -> None:
    try:
        register.agency(code)
    except ConfigError as error:
        where = f"{finder.where(code)}（名册是 {register.file}）"
        raise ConfigError(error.what, where=where, found=code, hint=error.hint) from None
