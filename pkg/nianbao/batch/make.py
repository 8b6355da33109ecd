"""One report, from its workbook into the outputs folder; whatever happens, an outcome comes back.

A job and its outcome can be pickled, so that any `concurrent.futures.Executor` can take
`run_job`.
"""

from __future__ import annotations

import errno
import platform
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nianbao.batch.glyphs import located
from nianbao.batch.job import Job
from nianbao.batch.key import noted_versions
from nianbao.batch.manifest import Manifest, read_manifest
from nianbao.batch.outcome import Outcome, bug, failure
from nianbao.batch.store import FAILED_LOG, FAILED_NOTEBOOK, Store, outputs_of, writing
from nianbao.checks.finding import Severity
from nianbao.errors import (
    NianbaoError,
    OutputError,
    ReportError,
    SourceError,
    listed,
    refusal,
)
from nianbao.filing.sources import missing_workbook, require_one
from nianbao.fonts import typefaces
from nianbao.project import output_name
from nianbao.reasons import is_from_outside

if TYPE_CHECKING:
    from nianbao.running.execute import Limits

NOTEBOOK = "report.ipynb"

_RENDERING = threading.Lock()
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def run_job(job: Job, limits: Limits | None = None, *, run: str = "") -> Outcome:
    """Make one report unless it is up to date; nothing but an interrupt goes past this border.

    Parameters
    ----------
    limits
        Of time and memory; None for the usual ones.
    run
        Token of the run that holds the outputs folder: when it is another's, nothing is written
        any more.
    """
    started = time.monotonic()
    store = Store(job.outputs, run=run)
    try:
        if not job.reasons:
            return _up_to_date(job, store)
        with store.work(job.report) as work:
            return _attempt(job, store, work, limits, started)
    except NianbaoError as error:
        return failure(_outcome(job, started), error)


def give_up(job: Job, error: NianbaoError, cause: str, *, run: str = "") -> Outcome:
    """Note that a report failed for a reason that its own process could not tell.

    Parameters
    ----------
    error, cause
        What people read, and one of `nianbao.batch.outcome.CAUSES`.
    run
        As for `run_job`.
    """
    outcome = failure(_outcome(job, time.monotonic()), error, cause=cause)
    try:
        Store(job.outputs, run=run).fail(job.report, _record(job, outcome, ""))
    except OutputError as refused:
        return failure(outcome, refused)
    return outcome


def _up_to_date(job: Job, store: Store) -> Outcome:
    store.forget_failure(job.report)
    manifest = read_manifest(job.folder)
    return replace(
        _outcome(job, time.monotonic()),
        status="up_to_date",
        findings={} if manifest is None else manifest.findings,
        warnings=() if manifest is None else tuple(manifest.warnings),
        duration=0,
        **_made(job, {} if manifest is None else manifest.missing),
    )


def _attempt(job: Job, store: Store, work: Path, limits: Limits | None, started: float) -> Outcome:
    try:
        return _make(job, store, work, limits, started)
    except NianbaoError as error:
        outcome, log = failure(_outcome(job, started), error), ""
    except Exception as error:  # the border: a bug in one report stops no other
        if isinstance(error, OSError) and (error.errno in _DISK or not work.is_dir()):
            raise OutputError("输出文件夹不能写", where=job.outputs, found=error) from error
        if is_from_outside(error):
            return give_up(job, refusal(error), "system refused", run=store.run)
        outcome, log = bug(_outcome(job, started), job.folder / FAILED_LOG), traceback.format_exc()
    notebook = work / "report" / NOTEBOOK
    kept = FAILED_NOTEBOOK if notebook.is_file() else ""
    store.fail(job.report, _record(job, outcome, kept), notebook=notebook, log=log)
    return outcome


def _make(job: Job, store: Store, work: Path, limits: Limits | None, started: float) -> Outcome:
    _require_source(job)
    # Heavy, and not needed for what is up to date.
    from nianbao.batch.changes import write_changes  # noqa: PLC0415
    from nianbao.render import render_report  # noqa: PLC0415
    from nianbao.running.execute import Limits, execute_report  # noqa: PLC0415

    faces = typefaces(job.common.fonts, job.common.parts["fonts"])
    began = datetime.now().astimezone()
    new, scratch = work / "report", work / "kernel"
    for folder in (new, scratch):
        folder.mkdir()
    notebook = new / NOTEBOOK
    execute_report(
        job.project,
        job.project.root / job.common.notebook.name,
        job.parameters,
        notebook,
        work=scratch,
        limits=limits or Limits(),
    )
    with _temporary_files_in(scratch):
        rendered = render_report(notebook, new, job.formats, faces)
        write_changes(job.folder, new, rendered.document)
    _require_unchanged(job)
    counts = _counts(rendered.document.findings)
    missing = {name: str(located(error, job)) for name, error in rendered.missing.items()}
    with writing(new):
        manifest = Manifest(
            agency=job.report.agency,
            year=job.report.year,
            key=job.key.digest,
            parts=dict(job.key.parts),
            inputs=dict(job.inputs),
            outputs=outputs_of(new),
            findings=counts,
            warnings=rendered.warnings,
            versions=noted_versions(),
            fonts=faces.told(),
            started=began.isoformat(timespec="seconds"),
            finished=datetime.now().astimezone().isoformat(timespec="seconds"),
            duration=round(time.monotonic() - started, 3),
            host=platform.node(),
            missing=missing,
        )
        manifest.write(new)
    store.commit(new, job.report)
    return replace(
        _outcome(job, started),
        findings=counts,
        warnings=rendered.warnings,
        **_made(job, missing),
    )


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Let them be swept with a killed job's own files; for one thread of this process at a time."""
    with _RENDERING:
        before, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = before


def _require_source(job: Job) -> None:
    agency, year = job.report.agency, job.report.year
    for read in (year, year - 1) if job.previous.name else (year,):
        require_one(job.project, agency, read)
    source = job.project.source(agency, year)
    if job.below is None and not source.is_file():
        hint = "把填报表放到这里（.xlsx、.ods 或 .xls），或从批次中删去这份年报"
        raise missing_workbook("填报表不存在", source, job.project.relative(source), hint)


def _require_unchanged(job: Job) -> None:
    """Make sure that what the notebook read is what the key tells."""
    changed = job.changed()
    if changed:
        raise SourceError(
            "生成期间，所用的文件改了", where=listed(changed), hint="保存并关闭文件后再运行一次"
        )


def _counts(findings: Iterable[Mapping[str, object]]) -> dict[str, int]:
    counted = Counter(str(finding["severity"]) for finding in findings)
    return {severity.value: counted[severity.value] for severity in Severity}


def _outcome(job: Job, started: float) -> Outcome:
    return Outcome(
        report=job.report,
        agency=job.agency.name,
        status="done",
        reasons=job.reasons,
        duration=time.monotonic() - started,
    )


def _made(job: Job, missing: Mapping[str, str]) -> dict[str, Any]:
    """Give what an outcome tells of the documents: those that stand, and those that lack."""
    names = (output_name(name) for name in job.formats if name not in missing)
    return {
        "paths": tuple(job.folder / name for name in names),
        "missing": missing,
        "exit_code": ReportError.exit_code if missing else 0,
    }


def _record(job: Job, outcome: Outcome, notebook: str) -> dict[str, object]:
    return {
        "agency": job.report.agency,
        "year": job.report.year,
        "key": job.key.digest,
        "cause": outcome.cause,
        "message": outcome.message,
        "cell": outcome.cell,
        "excerpt": outcome.excerpt,
        "exit_code": outcome.exit_code,
        "notebook": notebook,
        "batch": job.common.batch,
    }
