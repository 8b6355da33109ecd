"""The rows of the index, and which of them stay when a run makes some reports and not others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.manifest import FILE as MANIFEST
from nianbao.batch.manifest import read_json, read_manifest
from nianbao.batch.outcome import REFUSED, Status
from nianbao.batch.standing import FAILED_RECORD
from nianbao.checks.finding import Severity
from nianbao.filing.register import AgencyCode
from nianbao.project import Project
from nianbao.running.parameters import Year

JSON_FILE = "batch.json"
SCHEMA = 1
MADE = {MANIFEST, "report.ipynb"}  # what stands of a report that was made once
RECORDED = ("cause", "message", "cell", "excerpt", "batch")  # of a failure
NOTED = ("findings", "warnings", "duration")  # of a report

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one report in the last run that came by it.

    Attributes
    ----------
    agency, name
        Code and full name.
    reasons
        Why it was made; empty when it was up to date.
    findings
        Number of findings by severity; empty where they are not known.
    cause, message, cell, excerpt
        Of a failure: see `nianbao.batch.outcome.Outcome`.
    duration
        Seconds that the making took, whenever that was.
    missing
        Formats that were ordered and could not be made, and why.
    batch
        File of the batch that ordered it, as the project names it.
    """

    agency: AgencyCode
    name: str
    year: Year
    status: Status
    reasons: tuple[str, ...] = ()
    findings: Mapping[Severity, Count] = field(default_factory=dict)
    cause: str = ""
    message: str = ""
    cell: Count = 0
    excerpt: str = ""
    warnings: tuple[str, ...] = ()
    duration: Seconds = 0
    missing: Mapping[str, str] = field(default_factory=dict)
    batch: str = ""

    @property
    def report(self) -> ReportName:
        """Which report it is about."""
        return ReportName(self.year, self.agency)


_ROW = TypeAdapter(Row)
NAMES = tuple(item.name for item in fields(Row))


def standing_rows(outputs: Path) -> dict[ReportName, Row]:
    """Give the rows that stand; none of a file, and no row, that does not fit."""
    data = read_json(outputs / JSON_FILE) or {}
    found = data.get("reports")
    if data.get("schema") != SCHEMA or not isinstance(found, list):
        return {}
    return {row.report: row for row in _valid(found)}


def _valid(items: Iterable[object]) -> Iterator[Row]:
    for item in items:
        try:
            yield _ROW.validate_python(item)
        except ValidationError:
            continue


def other_rows(
    outputs: Path,
    known: AbstractSet[ReportName],
    project: Project | None = None,
    batch: Batch | None = None,
) -> dict[ReportName, Row]:
    """Give the rows of all other reports than those known, as they stand.

    What a report's own folder tells goes before what the index told: a run may have been killed
    between the two, and an index may be lost.
    """
    told = {report: row for report, row in standing_rows(outputs).items() if report not in known}
    places = (path for path in outputs.glob("[12][0-9][0-9][0-9]/*") if path.is_dir())
    names = {ReportName(int(path.parent.name), path.name) for path in places} - known
    ordered = batch.all_reports() if batch else frozenset[ReportName]()
    rows = {}
    for report in sorted(names | told.keys()):
        files, row = files_in(outputs, report) or set(), told.get(report)
        if row is None or _tells_otherwise(row, files):
            row = _row_of_folder(outputs, report, batch) or row
        if row is None:
            continue
        is_missed = report in ordered or _is_ordered_elsewhere(row, files, project, batch)
        if files & MADE or (row.status == "failed" and is_missed):
            rows[report] = row
    return rows


def files_in(outputs: Path, report: ReportName) -> set[str] | None:
    """Name what is in the folder of a report; None where there is no folder."""
    try:
        return set(os.listdir(f"{outputs}/{report.folder}"))  # noqa: PTH208 - of thousands
    except OSError:
        return None


def _tells_otherwise(row: Row, files: AbstractSet[str]) -> bool:
    """Tell whether a folder has another status than a row; a refused place has no note of it."""
    if row.status == "failed":
        return row.cause != REFUSED and MANIFEST in files and FAILED_RECORD not in files
    return FAILED_RECORD in files


def _row_of_folder(outputs: Path, report: ReportName, batch: Batch | None) -> Row | None:
    """Tell what stands in the folder of a report; None where nothing there tells it."""
    folder = outputs / report.folder
    manifest, failed = read_manifest(folder), read_json(folder / FAILED_RECORD)
    is_known = batch is not None and batch.register.has(report.agency)
    name = batch.register.agency(report.agency).name if batch and is_known else report.agency
    told: dict[str, object] = {"agency": report.agency, "year": report.year, "name": name}
    if failed is not None:
        told |= {key: failed[key] for key in RECORDED if key in failed} | {"status": "failed"}
    elif manifest is not None:
        told |= {key: getattr(manifest, key) for key in NOTED} | {"status": "done"}
    return next(_valid([told]), None)


def _is_ordered_elsewhere(
    row: Row, files: AbstractSet[str], project: Project | None, batch: Batch | None
) -> bool:
    """Tell whether what failed may still be ordered by another batch than this."""
    if batch is not None and row.batch == batch.file:
        return False
    is_batch = project is not None and (project.root / row.batch).is_file()
    return bool(files) or is_batch
