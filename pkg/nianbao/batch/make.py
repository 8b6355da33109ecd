"""One report, from its workbook into the outputs folder; whatever happens, an outcome comes back.

A job and its outcome can be pickled, so that any `concurrent.futures.Executor` can take
`run_job`.
"""

from __future__ import annotations

import errno
import platform
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import nianbao
from nianbao.batch.job import Job
from nianbao.batch.key import (
    FONTS_PACKAGE,
    content_digest,
    inputs,
    package_versions,
    report_key,
    shared_parts,
)
from nianbao.batch.manifest import Manifest, read_manifest
from nianbao.batch.outcome import Outcome, bug, failure
from nianbao.batch.store import FAILED_LOG, FAILED_NOTEBOOK, Store, outputs_of, writing
from nianbao.checks.finding import Severity
from nianbao.errors import NianbaoError, OutputError, SourceError, WorkbookError

NOTEBOOK = "report.ipynb"

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def run_job(job: Job) -> Outcome:
    """Make one report unless it is up to date; nothing but an interrupt goes past this border."""
    started = time.monotonic()
    store = Store(job.outputs)
    try:
        if not job.reasons:
            return _up_to_date(job, store)
        with store.work(job.report) as work:
            return _attempt(job, store, work, started)
    except NianbaoError as error:
        return failure(_outcome(job, started), error)


def _up_to_date(job: Job, store: Store) -> Outcome:
    store.forget_failure(job.report)
    manifest = read_manifest(job.folder)
    return replace(
        _outcome(job, time.monotonic()),
        status="up_to_date",
        findings={} if manifest is None else manifest.findings,
        warnings=() if manifest is None else tuple(manifest.warnings),
        paths=_documents(job),
        duration=0,
    )


def _attempt(job: Job, store: Store, work: Path, started: float) -> Outcome:
    place = str(job.folder / FAILED_LOG)
    try:
        return _make(job, store, work, started)
    except NianbaoError as error:
        outcome, log = failure(_outcome(job, started), error), ""
    except Exception as error:  # the border: a bug in one report stops no other
        if isinstance(error, OSError) and error.errno in _DISK:
            raise OutputError("输出文件夹不能写", where=job.outputs, found=error) from error
        outcome, log = bug(_outcome(job, started), error, place), traceback.format_exc()
    notebook = work / "report" / NOTEBOOK
    store.fail(job.report, _record(job, outcome, notebook), notebook=notebook, log=log)
    return outcome


def _make(job: Job, store: Store, work: Path, started: float) -> Outcome:
    _require_source(job)
    # Heavy, and not needed for what is up to date.
    from nianbao.render import render_report  # noqa: PLC0415
    from nianbao.running.execute import execute_report  # noqa: PLC0415

    began = datetime.now().astimezone()
    new, scratch = work / "report", work / "kernel"
    for folder in (new, scratch):
        folder.mkdir()
    notebook = new / NOTEBOOK
    execute_report(job.project, job.project.report_notebook, job.parameters, notebook, work=scratch)
    rendered = render_report(notebook, new, job.formats)
    _require_unchanged(job)
    counts = _counts(rendered.document.findings)
    with writing(new):
        manifest = Manifest(
            agency=job.report.agency,
            year=job.report.year,
            key=job.key.digest,
            parts=dict(job.key.parts),
            inputs=_input_digests(job),
            outputs=outputs_of(new),
            findings=counts,
            warnings=rendered.warnings,
            versions={"nianbao": nianbao.__version__, **package_versions()},
            fonts={FONTS_PACKAGE: job.key.parts["fonts"]},
            started=began.isoformat(timespec="seconds"),
            finished=datetime.now().astimezone().isoformat(timespec="seconds"),
            duration=round(time.monotonic() - started, 3),
            host=platform.node(),
        )
        manifest.write(new)
    store.commit(new, job.report)
    return replace(
        _outcome(job, started),
        findings=counts,
        warnings=rendered.warnings,
        paths=_documents(job),
    )


def _require_source(job: Job) -> None:
    source = job.project.source(job.report.agency, job.report.year)
    if not source.is_file():
        raise WorkbookError(
            "填报表不存在",
            where=job.project.relative(source),
            hint="把填报表放到这里（.xlsx、.ods 或 .xls），或从批次中删去这份年报",
        )


def _require_unchanged(job: Job) -> None:
    """Make sure that what the notebook read is what the key tells."""
    shared = shared_parts(job.project, job.formats)
    now = report_key(job.project, job.agency, job.parameters, shared)
    changed = now.changed(job.key.parts)
    if changed:
        paths = inputs(job.project, job.report.agency, job.report.year)
        raise SourceError(
            "生成期间，所用的文件改了",
            where=job.project.relative(paths.get(changed[0], job.project.report_notebook)),
            hint="保存并关闭文件后再运行一次",
        )


def _input_digests(job: Job) -> dict[str, str]:
    workbooks = inputs(job.project, job.report.agency, job.report.year).values()
    paths = [job.project.report_notebook, job.project.register, *workbooks]
    return {job.project.relative(path): content_digest(path) for path in paths}


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


def _documents(job: Job) -> tuple[Path, ...]:
    return tuple(job.folder / f"report.{suffix}" for suffix in job.formats)


def _record(job: Job, outcome: Outcome, notebook: Path) -> dict[str, object]:
    return {
        "agency": job.report.agency,
        "year": job.report.year,
        "key": job.key.digest,
        "cause": outcome.cause,
        "message": outcome.message,
        "exit_code": outcome.exit_code,
        "notebook": FAILED_NOTEBOOK if notebook.is_file() else "",
    }
