"""The workbook of the comparison, for analysts: one line for each thing, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

from nianbao.catalog.comparison import Comparison
from nianbao.catalog.entry import Entry
from nianbao.catalog.measures import MEASURES, read_measure
from nianbao.characters import without_hidden
from nianbao.checks.finding import Severity
from nianbao.filing.blank.content import LedgerCell
from nianbao.filing.blank.pen import new_workbook
from nianbao.report.shares import trim

Line = Sequence[LedgerCell]

_WHO = (("机关代码", "text", 14), ("机关", "text", 30), ("年度", "number", 8))
REPORTS = (
    *_WHO, ("状态", "text", 12), *((kind.label, "number", 8) for kind in Severity),
    ("雷同", "number", 8), ("说明", "text", 90),
)  # fmt: skip
FIGURES = (
    *_WHO, ("指标", "text", 20), ("数值", "number", 12), ("单位", "text", 8),
    ("上年", "number", 12), ("增减", "number", 12), ("大起大落", "text", 10),
)  # fmt: skip
FINDINGS = (
    *_WHO, ("核查", "text", 8), ("级别", "text", 8), ("问题", "text", 30), ("内容", "text", 140),
)  # fmt: skip
COPIES = (
    ("编号", "number", 8), ("部分", "text", 24),
    ("机关代码", "text", 14), ("机关", "text", 30), ("年度", "number", 8),
    ("另一机关代码", "text", 14), ("另一机关", "text", 30), ("另一年度", "number", 8),
    ("相同（%）", "number", 10), ("开头", "text", 124),
)  # fmt: skip


def comparison_workbook(comparison: Comparison) -> bytes:
    """Give the workbook: sheets 一览, 主要数据, 核查问题 and 雷同. Same content, same bytes."""
    buffer = io.BytesIO()
    with new_workbook(buffer, "compare.xlsx") as pen:
        for name, columns, lines in (
            ("一览", REPORTS, _reports(comparison)),
            ("主要数据", FIGURES, _figures(comparison)),
            ("核查问题", FINDINGS, _findings(comparison)),
            ("雷同", COPIES, _copies(comparison)),
        ):
            headings, styles, widths = zip(*columns, strict=True)
            pen.list(name, headings, [*map(_clean, lines)], styles, widths)
    return buffer.getvalue()


def _clean(line: Line) -> Line:
    return [without_hidden(cell) if isinstance(cell, str) else cell for cell in line]


def _entries(comparison: Comparison) -> Iterator[tuple[Entry, Line]]:
    for year in comparison.years:
        for entry in comparison.of_year(year):
            yield entry, (entry.agency, comparison.name(entry.agency), year)


def _reports(comparison: Comparison) -> Iterator[Line]:
    for entry, who in _entries(comparison):
        counts = (entry.counts.get(kind) for kind in Severity)
        same = len(comparison.copied(entry))
        note = "；".join(filter(None, (entry.note, *entry.troubles)))
        yield (*who, entry.status.word, *counts, same, note)


def _figures(comparison: Comparison) -> Iterator[Line]:
    for entry, who in _entries(comparison):
        for measure in MEASURES:
            reading = read_measure(measure, entry.figures)
            if reading.is_there:
                numbers = map(_number, (reading.value, reading.before, reading.change))
                value, before, change = numbers
                spike = "是" if reading.is_spike else ""
                yield (*who, measure.name, value, measure.unit, before, change, spike)


def _number(value: Decimal | None) -> int | Decimal | None:
    return None if value is None else trim(value)


def _findings(comparison: Comparison) -> Iterator[Line]:
    for entry, who in _entries(comparison):
        for item in entry.findings:
            yield (*who, item.id, item.severity.label, item.title, item.message)


def _copies(comparison: Comparison) -> Iterator[Line]:
    for number, copy in enumerate(comparison.all_copies, start=1):
        for one, other, share in copy.pairs:
            places = (copy.places[one], copy.places[other])
            who = [
                cell
                for place in places
                for cell in (place.agency, comparison.name(place.agency), place.year)
            ]
            percent = Decimal(int(share * 1000)) / 10
            yield (number, copy.title, *who, percent, copy.excerpt)
