"""The batch at a glance: ``index.html`` for the eye and ``batch.json`` for the machine.

Both stand in the outputs folder and tell of every report there that a run has come by. Beside the
manifests and logs they are the one place where times stand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from nianbao.batch.batch import ReportName
from nianbao.batch.hold import belonging
from nianbao.batch.manifest import FILE as MANIFEST
from nianbao.batch.manifest import read_json, read_manifest
from nianbao.batch.outcome import WORDS, Outcome, Status
from nianbao.batch.page import index_page
from nianbao.batch.store import FAILED_LOG, FAILED_NOTEBOOK, OWN, put_file, writing
from nianbao.batch.swap import sync_folder
from nianbao.checks.finding import Severity
from nianbao.filing.register import AgencyCode
from nianbao.project import Project, output_name
from nianbao.running.parameters import Year

JSON_FILE, PAGE_FILE = "batch.json", "index.html"
COMPARISON_FILE = "compare.html"  # what `nianbao compare` puts beside them
SCHEMA = 1

LINKS = {
    "report": "report.html",
    "review": "review.html",
    "pdf": "report.pdf",
    "docx": output_name("docx"),
    "csv": output_name("csv"),
    "xlsx": output_name("xlsx"),
    "units": "units.xlsx",
    "notebook": "report.ipynb",
    "changes": "changes.html",
    "failed_notebook": FAILED_NOTEBOOK,
    "failed_log": FAILED_LOG,
}
# The page of changes is always there; that it has something to tell, its data says.
SAYS = {"changes": "changes.json"}

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

    @property
    def report(self) -> ReportName:
        """Which report it is about."""
        return ReportName(self.year, self.agency)


_ROW = TypeAdapter(Row)
_NAMES = tuple(item.name for item in fields(Row))
_values = attrgetter(*_NAMES)
_json = json.JSONEncoder(ensure_ascii=False).encode  # one for all: thousands are written


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the two files tell.

    Attributes
    ----------
    generated
        ISO 8601 with the offset.
    rows
        Each with the files of its report that are there: a name of `LINKS` to the path from the
        outputs folder. What needs somebody's eye comes first: failed, then what lacks a format,
        then with errors.
    comparison
        The page that compares them, from the outputs folder; empty where there is none.
    """

    title: str
    generated: str
    rows: tuple[tuple[Row, Mapping[str, str]], ...]
    comparison: str = ""

    @property
    def statuses(self) -> dict[Status, int]:
        """How many reports have each status."""
        found = [row.status for row, _ in self.rows]
        return {status: found.count(status) for status in WORDS}

    @property
    def findings(self) -> dict[Severity, int]:
        """How many findings of each severity there are in all."""
        return {kind: sum(row.findings.get(kind, 0) for row, _ in self.rows) for kind in Severity}


def write_index(
    outputs: Path,
    outcomes: Iterable[Outcome],
    *,
    title: str,
    project: Project | None = None,
    run: str = "",
) -> None:
    """Write both files, each all at once.

    Rows of other reports stay as they are as long as the folder of the report stands, so that
    a run may tell of all its outcomes at once or of the latest only. One that was never made goes
    as soon as its workbook is not there either: its name was wrong, or it is ordered no more.

    Parameters
    ----------
    outputs
        The outputs folder; this run holds it.
    outcomes
        What became of the jobs so far.
    title
        Of the batch.
    project
        Where the workbooks stand; without it, all count as being there.
    run
        Token of the run that holds the outputs folder: when it is another's, nothing is written.

    Raises
    ------
    OutputError
        The folder cannot be written, or belongs to another run by now.
    """
    new = {outcome.report: _row(outcome, outputs) for outcome in outcomes}
    rows = {**standing_rows(outputs), **new}
    found = ((row, _files(outputs, report)) for report, row in rows.items())
    kept = ((row, _links(row.report, files)) for row, files in found
            if row.report in new or _stands(files, row.report, project))  # fmt: skip
    listing = Listing(
        title=title,
        generated=datetime.now().astimezone().isoformat(timespec="seconds"),
        rows=tuple(sorted(kept, key=_rank)),
        comparison=COMPARISON_FILE if (outputs / COMPARISON_FILE).is_file() else "",
    )
    texts = {JSON_FILE: _json_text(listing), PAGE_FILE: index_page(listing)}
    with writing(outputs), belonging(outputs / OWN, run, outputs) if run else nullcontext():
        for name, text in texts.items():
            put_file(outputs, name, text.encode(errors="backslashreplace"))
        sync_folder(outputs)


def _row(outcome: Outcome, outputs: Path) -> Row:
    duration = outcome.duration
    if outcome.status == "up_to_date":
        manifest = read_manifest(outputs / outcome.report.folder)
        duration = 0 if manifest is None else manifest.duration
    return Row(
        agency=outcome.report.agency,
        name=outcome.agency,
        year=outcome.report.year,
        status=outcome.status,
        reasons=outcome.reasons,
        findings={Severity(kind): count for kind, count in outcome.findings.items()},
        cause=outcome.cause,
        message=outcome.message,
        cell=outcome.cell,
        excerpt=outcome.excerpt,
        warnings=outcome.warnings,
        duration=round(duration, 3),
        missing=outcome.missing,
    )


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


def _files(outputs: Path, report: ReportName) -> set[str] | None:
    """Name what is in the folder of a report; None where there is no folder."""
    try:
        return set(os.listdir(f"{outputs}/{report.folder}"))  # noqa: PTH208 - of thousands
    except OSError:
        return None


def _stands(files: set[str] | None, report: ReportName, project: Project | None) -> bool:
    """Tell whether there is something of a report: it was made once, or has a workbook."""
    if files is None:
        return False
    if project is None or not files.isdisjoint({MANIFEST, LINKS["notebook"]}):
        return True
    return project.source(report.agency, report.year).is_file()


def _links(report: ReportName, files: set[str] | None) -> dict[str, str]:
    """Give what can be opened of a report."""
    names = files or set()
    return {
        link: f"{report.folder}/{file}"
        for link, file in LINKS.items()
        if SAYS.get(link, file) in names
    }


def _rank(item: tuple[Row, Mapping[str, str]]) -> tuple[bool, bool, bool, ReportName]:
    row, _ = item
    errors = row.findings.get(Severity.ERROR)
    return row.status != "failed", not row.missing, not errors, row.report


def _json_text(listing: Listing) -> str:
    """Give the file: a row a line, which is quick to write and easy to compare."""
    head: dict[str, Any] = {
        "schema": SCHEMA,
        "generated": listing.generated,
        "title": listing.title,
        "totals": {
            "reports": len(listing.rows),
            "status": listing.statuses,
            "findings": {kind.value: count for kind, count in listing.findings.items()},
        },
    }
    rows = ",\n".join(_json(_data(row) | {"links": links}) for row, links in listing.rows)
    return _json(head)[:-1] + f', "reports": [\n{rows}\n]}}\n'


def _data(row: Row) -> dict[str, Any]:
    return dict(zip(_NAMES, _values(row), strict=True))
