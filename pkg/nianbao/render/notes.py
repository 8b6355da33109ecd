"""What the reviewer's page says beside numbers and findings, gathered from the whole document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from nianbao.filing.figure import PERCENT, POINTS, format_value
from nianbao.render.document import Document
from nianbao.report.blocks import Block, Composition, Heading, Paragraph, StatTable
from nianbao.report.composition_html import opened, parts_anchor
from nianbao.report.inlines import Number
from nianbao.report.listing import finding_names
from nianbao.report.notes import Notes, Place, cell_anchor


def notes_of(document: Document, parts: Sequence[Block], anchors: Sequence[str]) -> Notes:
    """Gather the notes on a document's parts, which stand on the page under `anchors`."""
    findings = _findings_by_ref(document)
    labels = {item["ref"]: str(item["label"]) for item in document.figures}
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for name, place in _places(parts, anchors, findings, labels):
        if place not in places[name]:
            places[name].append(place)
    return Notes(
        before={item["ref"]: said for item in document.figures if (said := last_year(item))},
        findings=findings,
        places={name: tuple(found) for name, found in places.items()},
        opens={
            cell.ref: parts_anchor(cell.ref)
            for part in parts
            if isinstance(part, Composition)
            for cell in opened(part)
        },
    )


def last_year(figure: Mapping[str, Any]) -> str:
    """Give a figure's value of last year and the change; empty where it is not known."""
    then = figure.get("previous")
    value, before = _decimal(figure["value"]), _decimal(then)
    if value is None or before is None:
        return ""
    mark, unit = (PERCENT, f" {POINTS}") if figure["unit"] == PERCENT else ("", "")
    change = value - before
    word = "增" if change > 0 else "减"
    step = f"{word} {format_value(abs(change))}{unit}" if change else "持平"
    return f"上年 {then}{mark}，{step}"


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        return None


def _findings_by_ref(document: Document) -> dict[str, tuple[str, ...]]:
    by_ref: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    names = finding_names(item["id"] for item in document.findings)
    for finding, name in zip(document.findings, names, strict=True):
        for ref in dict.fromkeys(finding["refs"]):
            by_ref[ref] += (name,)
    return dict(by_ref)


def _places(
    parts: Sequence[Block],
    anchors: Sequence[str],
    findings: Mapping[str, tuple[str, ...]],
    labels: Mapping[str, str],
) -> Iterator[tuple[str, Place]]:
    """Yield the name of a finding with each place that shows what it is about."""
    section = "正文"
    for part, anchor in zip(parts, anchors, strict=True):
        if isinstance(part, Heading):
            section = part.text
        elif isinstance(part, Paragraph):
            refs = [inline.ref for inline in part.inlines if isinstance(inline, Number)]
            for ref in refs:
                yield from ((name, (anchor, section)) for name in findings.get(ref, ()))
        elif isinstance(part, StatTable):
            for y, row in enumerate(part.rows):
                for x, cell in enumerate(row):
                    place = (cell_anchor(anchor, y, x), labels.get(cell.ref) or part.caption)
                    yield from ((name, place) for name in cell.findings)
