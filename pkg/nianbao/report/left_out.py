"""Why a chart or a table is not made, or lacks something: for the reviewer, in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from nianbao.errors import listed
from nianbao.filing.figure import Figure
from nianbao.report.blocks import Edition, Paragraph
from nianbao.report.listing import finding_names
from nianbao.report.load import Report

NO_PREVIOUS = "没有上一年的填报表"


def left_out(what: str, why: str) -> Paragraph:
    """Give the note that stands where a chart or a table would."""
    return Paragraph(inlines=(f"这里没有“{what}”：{why}。",), role="note", edition=Edition.REVIEW)


def without_value(report: Report, figures: Iterable[Figure]) -> str:
    """Name figures that have no value, with the findings that say why."""
    found = findings_by_ref(report)
    return listed(f"“{item.name}”没有数{_named(found, item)}" for item in figures)


def findings_on(report: Report, figure: Figure) -> str:
    """Name in brackets the findings about a figure and what it is computed from; none for none."""
    return _named(findings_by_ref(report), figure)


def _named(found: Mapping[str, tuple[str, ...]], figure: Figure) -> str:
    names = dict.fromkeys(name for ref in (figure.ref, *figure.parts) for name in found[ref])
    return f"（见 {listed(names)}）" if names else ""


def findings_by_ref(report: Report) -> Mapping[str, tuple[str, ...]]:
    """Give the names of the findings about each figure, by its reference."""
    by_ref: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    names = finding_names(finding.id for finding in report.findings)
    for finding, name in zip(report.findings, names, strict=True):
        for ref in dict.fromkeys(finding.refs):
            by_ref[ref] += (name,)
    return by_ref
