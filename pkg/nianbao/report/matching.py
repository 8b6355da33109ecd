"""Numbers typed into the prose of a filing, matched to the figures that their sentences are about.

What stands in cells of an analyst's own is looked at later, by its value alone: `report.typed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate

from nianbao.checks.case import GOVERNMENT
from nianbao.checks.prose.numbers import MONEY, Quantity, plain, quantities
from nianbao.checks.prose.reader import Claim, read_claims
from nianbao.checks.prose.sums import cells_of_claim, sum_of_cells
from nianbao.checks.prose.text import Said
from nianbao.filing.figure import PERCENT, POINTS, Figure
from nianbao.filing.filing import Passage
from nianbao.report.inlines import Inline, Number
from nianbao.report.load import Report

UNITS = frozenset({*"件条次份篇起宗例期场户家人部批册则", "人次", "件次", MONEY, PERCENT, POINTS})
"""What a number must count to be told from the numbers of dates, roads and notices."""

SHARES = {
    "g": "予以公开占比",
    "p": "部分公开占比",
    "d": "不予公开占比",
    "u": "无法提供占比",
    "n": "不予处理占比",
    "o": "其他处理占比",
}
LOOSE = "手写的数字，没有与这句话所说的填报数据对上"
_DIGITS = re.compile(r"\d[\d,.]*(?: *[-‐–—~～至到] *\d[\d,.]*)?")
_LEAD = re.compile("[^，。；：,;:、]*$")


def with_typed(parts: Iterable[Inline], passage: Passage, report: Report) -> tuple[Inline, ...]:
    """Give a paragraph in which typed numbers are numbers, too.

    Parameters
    ----------
    parts
        Text, and the numbers that were put in by name.
    passage
        Where the paragraph stands.
    """
    kept = tuple(parts)
    text = "".join(part if isinstance(part, str) else part.text for part in kept)
    ends = list(accumulate(len(part if isinstance(part, str) else part.text) for part in kept))
    spans = list(zip([0, *ends], ends, strict=False))
    bound = [span for part, span in zip(kept, spans, strict=True) if isinstance(part, Number)]
    said = Said(passage.section, passage.heading, text, passage.address, tuple(bound))
    found = list(_numbers(said, report))
    made: list[Inline] = []
    for part, span in zip(kept, spans, strict=True):
        made += [part] if isinstance(part, Number) else _cut(text, span, found)
    return tuple(made)


def _cut(
    text: str, span: tuple[int, int], found: list[tuple[int, int, Number]]
) -> Iterator[Inline]:
    """Yield a part of a text in pieces: what is no number, and the numbers."""
    last, end = span
    for start, stop, number in found:
        if last <= start and stop <= end:
            if last < start:
                yield text[last:start]
            yield number
            last = stop
    if last < end:
        yield text[last:end]


def _numbers(said: Said, report: Report) -> Iterator[tuple[int, int, Number]]:
    """Yield each typed number with its span, without its unit."""
    agency = report.filing.agency
    claims = {
        claim.quantity.start: claim
        for claim in read_claims(
            said, report.filing.year, is_of_government=agency.kind == GOVERNMENT
        )
    }
    for quantity in quantities(said.text):
        digits = _DIGITS.search(plain(said.text), quantity.start, quantity.end)
        if digits is None or quantity.unit not in UNITS or said.is_bound(*digits.span()):
            continue
        claim = claims.get(quantity.start)
        figure = _claimed(claim, report) if claim else None
        figure = figure or _named(said.text, quantity, report)
        text = said.text[slice(*digits.span())]
        number = Number(text, address=LOOSE, unit=quantity.unit, status="loose")
        if figure is not None:
            address = figure.derivation or str(figure.address)
            number = replace(number, ref=figure.ref, address=address, status="matched")
        yield (*digits.span(), number)


def _claimed(claim: Claim, report: Report) -> Figure | None:
    """Give the figure that a claim is about, if the two are equal."""
    if claim.topic == "closing-rate":
        return _equal(report.figures.get("rates.申请办结率"), claim.quantity)
    if claim.topic == "share" and claim.of:
        return _equal(report.figures.get(f"rates.{SHARES.get(claim.of.topic)}"), claim.quantity)
    for refs in cells_of_claim(report.case, claim) if not claim.year else ():
        total = sum_of_cells(report.case, refs)
        if total is None or claim.quantity.value not in total.values:
            continue
        if len(refs) == 1:
            return report.figures[refs[0]]
        return next((f for f in report.figures.values() if f.parts == refs), None)
    return None


def _named(text: str, quantity: Quantity, report: Report) -> Figure | None:
    """Give the figure whose name stands before a number that is equal to it."""
    lead = _LEAD.search(text, 0, quantity.start)
    words = lead.group() if lead else ""
    named = [
        item
        for name, item in report.names.items()
        if isinstance(item, Figure) and len(name) > 1 and name in words
    ]
    return _equal(max(named, key=lambda item: len(item.name), default=None), quantity)


def _equal(figure: Figure | None, quantity: Quantity) -> Figure | None:
    is_equal = figure is not None and quantity.is_exact and figure.value == quantity.value
    return figure if is_equal and figure and figure.unit == quantity.unit else None
