"""Files of published reports, read, linked by year, and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from nianbao.checks.finding import Finding
from nianbao.checks.runner import run_checks
from nianbao.errors import NianbaoError
from nianbao.filing.figure import Figure, Trouble
from nianbao.filing.filing import Filing
from nianbao.filing.labels import normalise
from nianbao.filing.register import Register
from nianbao.published.files import read_files
from nianbao.published.model import Document
from nianbao.published.office import OwnBook
from nianbao.published.recognise import Published, recognise
from nianbao.published.title import is_same_office
from nianbao.report.load import Report

Plain = int | float | str | None


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of one file."""

    file: str
    published: Published | None = None
    findings: tuple[Finding, ...] = ()
    errors: tuple[NianbaoError, ...] = ()


def read_reports(
    paths: Sequence[Path], register: Register | None = None
) -> list[tuple[str, Published | NianbaoError]]:
    """Recognise every report in some files."""
    reports: list[tuple[str, Published | NianbaoError]] = []
    for shown, document in read_files([*paths]):
        if isinstance(document, NianbaoError):
            reports.append((shown, document))
            continue
        try:
            reports.append((shown, as_report(document, register)))
        except NianbaoError as error:
            reports.append((shown, error))
    return reports


def as_report(document: Document | OwnBook, register: Register | None = None) -> Published:
    """Recognise one document.

    Raises
    ------
    SourceError
        It is no report, or a workbook of ours that cannot be read as a filing.
    """
    if isinstance(document, Document):
        return recognise(document, register)
    return Published(document.filing(register), {})


def audit(paths: Sequence[Path], register: Register | None = None) -> list[Audited]:
    """Read and check some files; those of one agency are compared with the year before."""
    reports = read_reports(paths, register)
    filings = [p.filing for _, p in reports if isinstance(p, Published)]
    audited = []
    for shown, report in reports:
        if isinstance(report, NianbaoError):
            audited.append(Audited(shown, errors=(report,)))
            continue
        previous = previous_of(report.filing, filings)
        errors = (report.lacking,) if report.lacking else ()
        findings = _findings(report.filing, previous)
        audited.append(Audited(shown, report, findings, errors))
    return audited


def _findings(filing: Filing, previous: Filing | None) -> tuple[Finding, ...]:
    """Check a report; a workbook of ours names what is computed."""
    if filing.printed is not None:
        return run_checks(filing, previous)
    return Report(filing, previous).checked().findings


def previous_of(filing: Filing, filings: Iterable[Filing]) -> Filing | None:
    """Give the same agency's filing for the year before, where there is just one agency like it."""
    before = [f for f in filings if f.year == filing.year - 1]
    own = [f for f in before if f.agency.code == filing.agency.code]
    if own:
        return own[0]
    name = normalise(filing.agency.name)
    like = [f for f in before if is_same_office(normalise(f.agency.name), name)]
    return like[0] if len({f.agency.code for f in like}) == 1 else None


def tables_json(published: Published) -> dict[str, object]:
    """Give the three tables as plain data: rows of values, or None for a table not found."""
    figures = published.filing.figures
    data: dict[str, object] = {}
    for table in published.filing.form.tables:
        key, rows = table.key, dict[str, list[Plain]]()
        if published.lacking is not None and key not in published.tables:
            continue
        for _, row, column in table.cells():
            rows.setdefault(row.key, []).append(_plain(figures[f"{key}.{row.key}.{column.key}"]))
        match key:
            case "table2":
                data[key] = [*rows.values()]
            case "table3":
                data[key] = rows
            case _:
                (data[key],) = rows.values()
    return data


def form_json(published: Published) -> Mapping[str, int]:
    """Give on which form tables two and three are."""
    on = {key: found.form for key, found in published.tables.items()}
    if published.lacking is None:
        on = dict.fromkeys(("table2", "table3"), published.filing.form.key) | on
    return {key: int(form) for key, form in on.items() if key != "table4"}


def _plain(figure: Figure) -> Plain:
    """Give a number; a text where a unit or a note stands there; None where it is blank."""
    if figure.trouble in {Trouble.BLANK, Trouble.UNREAD}:
        return None
    is_number = figure.value is not None and figure.trouble is not Trouble.UNIT_CONVERTED
    digits = figure.raw.replace(",", "").strip()
    if figure.value is None or not is_number or not _is_bare(digits):
        return figure.raw
    return float(figure.value) if isinstance(figure.value, Decimal) else figure.value


def _is_bare(text: str) -> bool:
    return all(char.isdigit() or char in ".+-−－．，, " for char in text)
