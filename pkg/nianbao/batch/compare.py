"""``compare.html`` and ``compare.xlsx``: the reports of an outputs folder side by side.

Both follow from what stands there, and hold no time: the same reports, the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.index import COMPARISON_FILE, PAGE_FILE
from nianbao.batch.index_rows import standing_rows
from nianbao.batch.manifest import Manifest, read_json
from nianbao.batch.plan import FAILED, UNKNOWN
from nianbao.batch.standing import FAILED_RECORD, read_standing
from nianbao.batch.store import put_file, writing
from nianbao.batch.verify import reports_in
from nianbao.catalog.comparison import Comparison, compare
from nianbao.catalog.entry import PAGE, Entry, Status, read_contents
from nianbao.catalog.page import comparison_page
from nianbao.catalog.workbook import comparison_workbook
from nianbao.checks.finding import Severity
from nianbao.errors import UsageError
from nianbao.filing.register import CODE_PATTERN

WORKBOOK_FILE = "compare.xlsx"

_YEAR = re.compile(r"[1-9][0-9]{3}")


def compare_outputs(outputs: Path, batch: Batch | None = None) -> Comparison:
    """Read the reports of a batch, or all that stand, and put them side by side.

    What is damaged is told, and the rest is compared.

    Parameters
    ----------
    outputs
        The outputs folder.
    batch
        Whose reports to compare; one that is not there counts as missing.

    Raises
    ------
    UsageError
        There is no such folder, or no report in it.
    """
    if not outputs.is_dir():
        raise UsageError(
            "没有这个输出文件夹",
            where=outputs,
            hint="先用 nianbao run 生成年报，或用 --outputs 指明",
        )
    if batch is not None:
        return _compare_batch(outputs, batch)
    wanted, strange = _sorted_out(outputs.resolve(), reports_in(outputs))
    found = [_entry(outputs, report) for report in wanted]
    told = {report: row.name for report, row in standing_rows(outputs).items()}
    named = [(entry, name or told.get(ReportName(entry.year, entry.agency), ""))
             for entry, name in found]  # fmt: skip
    return compare((entry for entry, _ in found), _named(named), troubles=strange)


def _compare_batch(outputs: Path, batch: Batch) -> Comparison:
    entries = [entry for entry, _ in (_entry(outputs, report) for report in batch.reports)]
    if all(entry.status is Status.MISSING for entry in entries):
        reports_in(outputs)  # raises where nothing stands at all
    return compare(entries, _registered(batch), title=batch.title, absent=Status.UNASKED)


def write_comparison(comparison: Comparison, outputs: Path) -> tuple[Path, Path]:
    """Write the page and the workbook into the outputs folder, each all at once.

    Returns
    -------
    tuple of Path
        Both.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    page = comparison_page(comparison, has_index=(outputs / PAGE_FILE).is_file())
    files = {
        WORKBOOK_FILE: comparison_workbook(comparison),  # first, for the page leads to it
        COMPARISON_FILE: page.encode(errors="backslashreplace"),
    }
    with writing(outputs):
        for name, data in files.items():
            put_file(outputs, name, data)
    return outputs / COMPARISON_FILE, outputs / WORKBOOK_FILE


def _registered(batch: Batch) -> dict[str, tuple[str, ...]]:
    codes = dict.fromkeys(report.agency for report in batch.reports)
    return {code: batch.register.agency(code).names for code in codes}


def _sorted_out(root: Path, places: Iterable[Path]) -> tuple[list[ReportName], list[str]]:
    """Part the folders of reports from those that no run has made."""
    wanted, strange = [], []
    for place in places:
        year, _, code = place.relative_to(root).as_posix().partition("/")
        if _YEAR.fullmatch(year) and re.fullmatch(CODE_PATTERN, code):
            wanted.append(ReportName(int(year), code))
        else:
            strange.append(
                f"{place.relative_to(root).as_posix()}：不是“年度/机关”的文件夹，没有比较"
            )
    return wanted, strange


def _named(found: Iterable[tuple[Entry, str]]) -> dict[str, tuple[str, ...]]:
    """Give the names of agencies by code, in the order of the codes, the latest name first."""
    names: dict[str, tuple[str, ...]] = {}
    for entry, name in sorted(found, key=lambda item: (item[0].agency, -item[0].year)):
        known = names.setdefault(entry.agency, ())
        if name and name not in known:
            names[entry.agency] = (*known, name)
    return names


def _entry(outputs: Path, report: ReportName) -> tuple[Entry, str]:
    """Give what stands of a report, and the name of its agency where that is known."""
    place = outputs / report.folder
    standing = read_standing(str(place))
    entry = Entry(report.agency, report.year, Status.MISSING)
    if standing.is_empty:
        return entry, ""
    failed = read_json(place / FAILED_RECORD)
    if failed is not None:
        why = str(failed.get("message", "")).partition("\n")[0]
        entry = replace(entry, status=Status.FAILED, note=why or FAILED)
    manifest = standing.manifest
    if manifest is not None:
        return _made(place, entry, manifest, standing.damaged), _name(manifest)
    if failed is not None:
        return entry, ""
    return replace(entry, status=Status.UNREADABLE, troubles=(UNKNOWN,)), ""


def _made(place: Path, entry: Entry, manifest: Manifest, damaged: tuple[str, ...]) -> Entry:
    """Give the entry of a report that stands; `entry` tells whether a later run failed."""
    counts = {kind: manifest.findings.get(kind, 0) for kind in Severity}
    status = Status.DRAFT if counts[Severity.ERROR] else Status.DONE
    contents = read_contents(place, damaged)
    return replace(
        entry,
        status=entry.status if entry.status is Status.FAILED else status,
        page=f"{entry.year}/{entry.agency}/{PAGE}" if (place / PAGE).is_file() else "",
        counts=counts,
        findings=contents.findings,
        figures=contents.figures,
        sections=contents.sections,
        troubles=contents.troubles,
    )


def _name(manifest: Manifest) -> str:
    """Give the name under which an agency was registered when the report was made."""
    try:
        return str(json.loads(manifest.parts["agency"])["name"])
    except (KeyError, TypeError, ValueError):
        return ""
