"""Why a chart or a table is not made, or lacks something: for the reviewer, in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from nianbao.errors import listed
from nianbao.filing.figure import Figure
from nianbao.filing.totals import parts_of_totals
from nianbao.report.blocks import Edition, Paragraph
from nianbao.report.listing import finding_names
from nianbao.report.load import Report

NO_PREVIOUS = "没有上一年的填报表"


def left_out(what: str, why: str) -> Paragraph:
    """Give the note that stands where a chart or a table would."""
    return Paragraph(inlines=(f"这里没有“{what}”：{why}。",), role="note", edition=Edition.REVIEW)


def without_value(report: Report, figures: Iterable[Figure]) -> str:
    """Name figures that have no value, with the findings that say why."""
    return listed(f"“{item.name}”没有数{findings_on(report, item)}" for item in figures)


def findings_on(report: Report, figure: Figure) -> str:
    """Name in brackets the findings about a figure and what it is computed from; none for none."""
    found, totals = findings_by_ref(report), parts_of_totals(report.filing.form)
    refs = [figure.ref, *figure.parts]
    refs += [ref for total in refs for ref in totals.get(total, ()) if _is_blank(report, ref)]
    names = dict.fromkeys(name for ref in refs for name in found.get(ref, ()))
    return f"（见 {listed(names)}）" if names else ""


def _is_blank(report: Report, ref: str) -> bool:
    return report.figures[ref].value is None


def findings_by_ref(report: Report) -> Mapping[str, tuple[str, ...]]:
    """Give the names of the findings about each figure, by its reference."""
    by_ref: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    names = finding_names(finding.id for finding in report.findings)
    for finding, name in zip(report.findings, names, strict=True):
        for ref in dict.fromkeys(finding.refs):
            by_ref[ref] += (name,)
    return by_ref
