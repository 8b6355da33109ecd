"""A line of a notice: one root cause, with place, what stands there, what it should be, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from nianbao.batch.checking import Checked
from nianbao.checks.case import FACTS, table_name
from nianbao.checks.finding import Finding, Severity
from nianbao.errors import NianbaoError
from nianbao.filing.figure import Address, Figure, Value, format_value
from nianbao.filing.filing import Filing, Passage
from nianbao.filing.ledgers.personal import masked

UNREAD = "填报表"
"""Stands for a check's id where the workbook itself is at fault."""

BLANK, PROSE = "空白", "正文"
LONG_VALUE = 24  # characters of values that read better as a sentence
NAMED_AT_MOST, CELLS_AT_MOST = 4, 6
UNREAD_SOURCE = "填报表的写法：见填报说明"


class Line(BaseModel):
    """One line.

    Attributes
    ----------
    check
        Id of the check, such as ``A2``; `UNREAD` for what keeps the workbook from being read.
    title, message, source
        What is wrong in a few words and in a sentence, and the ground: form, article, identity.
    place
        In words, with the cells: 表三“（七）总计 · 自然人”（依申请公开!D26）.
    found, expected
        What stands there and what should, in words; both empty where the sentence says it.
    refs, cells
        The figures that it is about, and the cells without the file; by them it is known again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    severity: Severity
    title: str
    message: str
    source: str
    place: str = ""
    found: str = ""
    expected: str = ""
    refs: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """It must be corrected; else it must be explained."""
        return self.severity is Severity.ERROR

    @property
    def is_said(self) -> bool:
        """Its sentence tells more than the two values: of prose, of many cells, where none are."""
        is_long = max(len(self.found), len(self.expected)) > LONG_VALUE
        return is_long or not (self.found or self.expected) or PROSE in self.place


def lines_of(checked: Checked, file: str) -> tuple[Line, ...]:
    """Give the lines about a workbook, gravest first: root causes that ask for something.

    No line has a number by which a person can be told.

    Parameters
    ----------
    file
        The workbook as errors name it: its clerk calls it by another name.
    """
    lines = [_of_error(error, file) for error in checked.errors]
    if checked.filing is not None:
        places = _Places(checked.filing)
        roots = [*_asking(checked.findings)]
        ids = Counter(root.id for root in roots)
        for root in roots:
            evidence = _evidence(root, checked.findings) if ids[root.id] == 1 else ()
            lines.append(_of_finding(root, evidence, places))
    return tuple(sorted(lines, key=lambda line: line.severity.rank))


def _asking(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (item for item in findings if not item.cause and item.severity is not Severity.INFO)


def _evidence(root: Finding, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give what follows from a finding and comes of another comparison: it tells the cell apart.

    Such as the carry-over that differs from last year's, where a column of table three is uneven.
    """
    following = (item for item in findings if item.cause == root.id)
    return tuple(item for item in following if item.id[0] != root.id[0] and item.expected)


def _of_error(error: NianbaoError, file: str) -> Line:
    cell = error.where.removeprefix(file).removeprefix("#")
    return Line(
        check=UNREAD,
        severity=Severity.ERROR,
        title=masked(error.what),
        message=masked("；".join(filter(None, [error.what, error.hint]))),
        source=UNREAD_SOURCE,
        place=masked(f"{UNREAD}（{cell}）" if cell else UNREAD),
        found=masked(error.found),
        expected=masked(error.expected),
    )


def _of_finding(finding: Finding, evidence: Iterable[Finding], places: _Places) -> Line:
    also = [f"并见 {item.title}{places.cells(item.where)}" for item in evidence]
    return Line(
        check=finding.id,
        severity=finding.severity,
        title=finding.title,
        message=masked(finding.message),
        source=finding.source,
        place=masked("；".join([places.of(finding), *also])),
        found=masked(_values(finding.found)),
        expected=masked(_values(finding.expected)),
        refs=finding.refs,
        cells=tuple(f"{address.sheet}!{address.cell}" for address in finding.where),
    )


def _values(values: Mapping[str, Value | str]) -> str:
    """Give one value as it is, several with their labels."""
    shown = {label: _shown(value) for label, value in values.items()}
    if len(shown) <= 1:
        return "".join(shown.values())
    return "；".join(f"{label} {text}" for label, text in shown.items())


def _shown(value: Value | str) -> str:
    text = value if isinstance(value, str) else format_value(value)
    return " ".join(text.split()) or BLANK


@dataclass(frozen=True, slots=True)
class _Places:
    """Names places of a filing as a clerk finds them."""

    filing: Filing

    def of(self, finding: Finding) -> str:
        """Name the place of a finding: the sentence before the figures that it is held against."""
        figures = [self.filing.figures[r] for r in finding.refs if r in self.filing.figures]
        passages = {item.address: item for item in self.filing.prose}
        said = [passages[address] for address in finding.where if address in passages]
        rest = [address for address in finding.where if address not in passages]
        parts = [self._passage(passage) for passage in dict.fromkeys(said)]
        parts += [f"{self._figures(figures)}{self.cells(rest)}"] if figures or rest else []
        return "；".join(parts)

    def _passage(self, passage: Passage) -> str:
        titles = {section.number: section.title for section in self.filing.form.sections}
        words = [titles.get(passage.section, "引言"), passage.heading]
        return f"{PROSE}“{' '.join(filter(None, words))}”{self.cells([passage.address])}"

    def _figures(self, figures: Iterable[Figure]) -> str:
        """Name figures by table and row: 表三“（七）总计”自然人、总计."""
        tables: dict[str, dict[str, list[str]]] = {}
        for figure in figures:
            row, _, column = figure.label.rpartition(" · ")
            rows = tables.setdefault(self._table(figure), {})
            rows.setdefault(row or column, []).append(column if row else "")
        return "；".join(f"{table}{_rows(rows)}" for table, rows in tables.items())

    def _table(self, figure: Figure) -> str:
        key = figure.ref.partition(".")[0]
        tables = [table for table in self.filing.form.tables if table.key == key]
        return table_name(tables[0]) if tables else FACTS

    def cells(self, addresses: Iterable[Address]) -> str:
        """Give cells in brackets, those of one sheet together; a file only where it is another."""
        sheets: dict[str, list[str]] = {}
        for address in dict.fromkeys(addresses):
            file = "" if address.file == self.filing.file else f"{address.file.split('/')[-1]} "
            sheets.setdefault(f"{file}{address.sheet}", []).append(address.cell)
        texts = [f"{sheet}!{_some(cells, CELLS_AT_MOST, '格')}" for sheet, cells in sheets.items()]
        return f"（{'；'.join(texts)}）" if texts else ""


def _rows(rows: Mapping[str, list[str]]) -> str:
    """Give rows with their columns; those that all rows have in common once."""
    columns = list(rows.values())
    if len(rows) > 1 and all(item == columns[0] for item in columns) and any(columns[0]):
        names = "".join(f"“{row}”" for row in [*rows][:NAMED_AT_MOST])
        more = f"等 {len(rows)} 行" if len(rows) > NAMED_AT_MOST else ""
        return f"{names}{more}{_some(columns[0], NAMED_AT_MOST, '列')}"
    texts = [_row(row, names) for row, names in rows.items()]
    return _some(texts, NAMED_AT_MOST, "处")


def _row(row: str, columns: list[str]) -> str:
    named = [column for column in columns if column]
    if len(named) == 1:
        return f"“{row} · {named[0]}”"
    return f"“{row}”{_some(named, NAMED_AT_MOST, '列')}"


def _some(texts: list[str], most: int, unit: str) -> str:
    shown = "、".join(texts[:most])
    return shown if len(texts) <= most else f"{shown} 等 {len(texts)} {unit}"
