"""The batch at a glance: ``index.html`` for the eye and ``batch.json`` for the machine.

Both stand in the outputs folder and tell of every report there that a run has come by. Beside the
manifests and logs they are the one place where times stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.hold import belonging
from nianbao.batch.index_rows import JSON_FILE, NAMES, SCHEMA, Row, files_in, other_rows
from nianbao.batch.manifest import read_manifest
from nianbao.batch.outcome import WORDS, Outcome, Status
from nianbao.batch.page import index_page
from nianbao.batch.store import FAILED_LOG, FAILED_NOTEBOOK, OWN, put_file, writing
from nianbao.batch.swap import sync_folder
from nianbao.checks.finding import Severity
from nianbao.project import Project, output_name

PAGE_FILE = "index.html"
COMPARISON_FILE = "compare.html"  # what `nianbao compare` puts beside them

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

_values = attrgetter(*NAMES)
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
    batch: Batch | None = None,
    run: str = "",
) -> None:
    """Write both files, each all at once.

    Rows of other reports stay, whatever part of the batch this run makes: of what was made once,
    as long as its folder stands, also where no row told of it; of what never was, as long as its
    batch orders it.

    Parameters
    ----------
    outputs
        The outputs folder; this run holds it.
    outcomes
        What became of the jobs so far.
    title
        Of the batch.
    project, batch
        What is ordered: the whole batch, of which this run may make a part.
    run
        Token of the run that holds the outputs folder: when it is another's, nothing is written.

    Raises
    ------
    OutputError
        The folder cannot be written, or belongs to another run by now.
    """
    file = batch.file if batch else ""
    new = {outcome.report: _row(outcome, outputs, file) for outcome in outcomes}
    rows = {**other_rows(outputs, new.keys(), project, batch), **new}
    kept = ((row, _links(report, files_in(outputs, report))) for report, row in rows.items())
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


def _row(outcome: Outcome, outputs: Path, batch: str) -> Row:
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
        batch=batch,
    )


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
    return dict(zip(NAMES, _values(row), strict=True))
