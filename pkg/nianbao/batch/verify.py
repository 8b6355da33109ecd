"""Whether reports that stand are what they would be if they were made again.

A report is made again in a folder of its own, by the same jobs as ever, and compared byte by byte.
Where it was made from something else than there is now, nothing can be compared, and that is said.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.changes import DATA, PAGE
from nianbao.batch.differences import ALTERED, MISSING, Difference, first_difference
from nianbao.batch.executors import Workers
from nianbao.batch.job import Job, make_jobs
from nianbao.batch.key import noted_versions
from nianbao.batch.manifest import FILE, Manifest, read_manifest
from nianbao.batch.outcome import Outcome
from nianbao.batch.plan import FAILED, UNKNOWN, Standing, reasons
from nianbao.batch.run import run_jobs
from nianbao.batch.standing import FAILED_RECORD, read_standing
from nianbao.batch.store import FAILED_FILES
from nianbao.errors import UsageError
from nianbao.filing.register import Register, load_register
from nianbao.project import Project
from nianbao.running.parameters import ReportParameters

if TYPE_CHECKING:
    from nianbao.running.execute import Limits

# What tells of the making, or of what stood there before, and so follows from no input.
UNREPEATED = frozenset({FILE, PAGE, DATA})
REPORT_FILES = (FILE, "report.ipynb", FAILED_RECORD)  # by one of these a report's folder is known
DEEPEST = 2  # levels of folders below one of outputs: year, agency

Status = Literal["same", "differs", "incomparable", "failed"]
WORDS: dict[Status, str] = {
    "same": "一致",
    "differs": "不一致",
    "incomparable": "不能比较",
    "failed": "没有做成",
}
EXIT_CODES: dict[Status, int] = {"same": 0, "differs": 1, "incomparable": 3}


@dataclass(frozen=True, slots=True)
class Case:
    """A report that stands, and what it takes to make it again.

    Attributes
    ----------
    damaged
        Its outputs that are missing or have other bytes than its manifest says.
    manifest, job
        None where it cannot be made again.
    reasons
        Why it cannot be compared; empty where it can.
    """

    folder: Path
    damaged: tuple[str, ...] = ()
    manifest: Manifest | None = None
    job: Job | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found about a report.

    Attributes
    ----------
    reasons
        Why it cannot be compared; empty otherwise.
    differences
        Files that are not as they should be. Of a report that cannot be compared: those that are
        not as it was made.
    others
        Files in its folder that nianbao does not make.
    message
        Why it could not be made again; empty otherwise.
    elsewhere
        The machine on which it was made, where that is another.
    """

    folder: Path
    status: Status
    reasons: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    others: tuple[str, ...] = ()
    message: str = ""
    exit_code: int = 0
    elsewhere: str = ""

    @property
    def word(self) -> str:
        """The status as people read it."""
        return WORDS[self.status]


def reports_in(folder: Path) -> list[Path]:
    """Give the folders of reports: the folder itself, else all down to two levels below it.

    Raises
    ------
    UsageError
        There are none.
    """
    found: list[Path] = []
    level = [folder.resolve()]
    for _ in range(DEEPEST + 1):
        reports = [place for place in level if _is_report(place)]
        found += reports
        level = [below for place in level if place not in reports for below in _folders(place)]
    if found:
        return sorted(found)
    raise UsageError(
        "这里没有年报",
        where=folder,
        expected="一份年报的文件夹，或其中有“年度/机关”的输出文件夹",
        hint="例如 outputs/2022/shili-jyj 或 outputs；还没有年报，先用 nianbao run 生成",
    )


def _is_report(place: Path) -> bool:
    return any((place / name).is_file() for name in REPORT_FILES)


def _folders(place: Path) -> list[Path]:
    """Give the folders in a folder, but for nianbao's own and other hidden ones."""
    try:
        return sorted(p for p in place.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError:
        return []


def open_cases(
    project: Project, folders: Iterable[Path], scratch: Path, *, fonts: str = ""
) -> list[Case]:
    """Look at reports that stand, and plan how to make them again.

    Parameters
    ----------
    scratch
        The outputs folder in which they will be made again.
    fonts
        Folder of the office's own fonts; empty for none.

    Raises
    ------
    ConfigError
        That folder, or the register, cannot be read.
    """
    register = load_register(project.register, shown=project.relative(project.register))
    seen: dict[ReportName, Path] = {}
    cases = []
    for folder in folders:
        case = _open_case(project, register, folder, scratch, fonts)
        if case.job is not None:
            first = seen.setdefault(case.job.report, folder)
            if first != folder:
                case = Case(folder, reasons=(f"与 {first} 是同一份年报",))
        cases.append(case)
    return cases


def _open_case(
    project: Project, register: Register, folder: Path, scratch: Path, fonts: str
) -> Case:
    standing = read_standing(str(folder))
    manifest = standing.manifest
    batch = None if manifest is None else _batch(manifest, register)
    if manifest is None or batch is None:
        return Case(folder, reasons=(FAILED if standing.failed_key else UNKNOWN,))
    if not register.has(manifest.agency):
        return Case(folder, standing.damaged, reasons=(f"名册中没有这个机关：{manifest.agency}",))
    (job,) = make_jobs(project, batch, scratch, force=True, fonts=fonts)
    # Only what it was made from: what has become of it since is what is to be found out.
    changed = reasons(lambda: job.key, Standing(manifest, is_empty=False), noted_versions())
    return Case(folder, standing.damaged, manifest, job, changed)


def _batch(manifest: Manifest, register: Register) -> Batch | None:
    """Give the batch of this one report, as it was ordered; None where that is not told."""
    try:
        given = ReportParameters.model_validate_json(manifest.parts.get("parameters", ""))
    except ValidationError:
        return None
    name = ReportName(given.year, given.agency)
    if name != ReportName(manifest.year, manifest.agency):
        return None
    return Batch(
        file=FILE,
        title="",
        register=register,
        reports=(name,),
        formats=tuple(filter(None, manifest.parts.get("formats", "").split(","))),
        public_hotline=given.public_hotline,
        small_groups=given.small_groups,
    )


def verify(
    cases: Iterable[Case],
    workers: Workers | None = None,
    *,
    limits: Limits | None = None,
    begin: Callable[[ReportName], None] = lambda _: None,
    end: Callable[[Outcome], None] = lambda _: None,
) -> Generator[Verdict]:
    """Make reports again, and yield what is found: first about those that cannot be compared.

    What was made again is gone as soon as it is compared.

    Parameters
    ----------
    cases
        From `open_cases`.
    workers, limits, begin
        As for `nianbao.batch.run.run_jobs`.
    end
        Called when one was made again, or could not be.
    """
    due: dict[ReportName, Case] = {}
    jobs = []
    for case in cases:
        if case.reasons or case.job is None:
            yield _incomparable(case)
        else:
            due[case.job.report] = case
            jobs.append(case.job)
    with closing(run_jobs(jobs, workers, limits=limits, begin=begin)) as coming:
        for outcome in coming:
            case = due[outcome.report]
            end(outcome)
            yield _verdict(case, outcome)
            if case.job is not None:
                shutil.rmtree(case.job.folder, ignore_errors=True)


def _incomparable(case: Case, *more: str) -> Verdict:
    there = {name for name in case.damaged if (case.folder / name).is_file()}
    return Verdict(
        case.folder,
        "incomparable",
        reasons=(*case.reasons, *more),
        differences=tuple(
            Difference(name, ALTERED if name in there else MISSING) for name in case.damaged
        ),
        exit_code=EXIT_CODES["incomparable"],
    )


def _verdict(case: Case, outcome: Outcome) -> Verdict:
    if outcome.status == "failed" or case.job is None or case.manifest is None:
        return Verdict(
            case.folder, "failed", message=outcome.message, exit_code=outcome.exit_code or 3
        )
    made = {path.name: path for path in case.job.folder.iterdir() if path.name not in UNREPEATED}
    differences = tuple(_differences(case.folder, made))
    if read_manifest(case.folder) != case.manifest:
        return _incomparable(case, "比较期间，这份年报变了")
    others = {path.name for path in case.folder.iterdir()} - {*made, *UNREPEATED, *FAILED_FILES}
    status: Status = "differs" if differences else "same"
    return Verdict(
        case.folder,
        status,
        differences=differences,
        others=tuple(sorted(others)),
        exit_code=EXIT_CODES[status],
        elsewhere="" if case.manifest.host == platform.node() else case.manifest.host,
    )


def _differences(folder: Path, made: dict[str, Path]) -> Iterator[Difference]:
    for name in sorted(made):
        place = folder / name
        try:
            found = place.read_bytes() if place.is_file() else None
        except OSError:
            found = None
        if found is None:
            yield Difference(name, MISSING)
        elif difference := first_difference(name, found, made[name].read_bytes()):
            yield difference
