"""Numbers that were typed into the prose, told from those that were put in by name.

A typed number that counts something is held against every figure. That it equals one does not
prove that it means that one; that it equals none is worth a look.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from nianbao.report.blocks import Inline, Number, Paragraph

Known = Mapping[tuple[Decimal, str], Sequence[Mapping[str, Any]]]

# Years, dates, telephones, numbers of articles and of documents count nothing, and stay text.
_COUNTED = re.compile(
    r"(?<![第\d.,\-—〔（(])(\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?=\s*(万元|元|人次|件|条|份|次|人|项|个|场|期|篇|部|起|名|[%％]))",
    re.ASCII,
)
LOOSE = "手写的数字，填报的数据中没有相同的"


def known_values(figures: Sequence[Mapping[str, Any]]) -> Known:
    """Index figures, as `Provenance` holds them, by value and unit."""
    known: defaultdict[tuple[Decimal, str], list[Mapping[str, Any]]] = defaultdict(list)
    for item in figures:
        value = decimal(item["value"])
        if value is not None:
            known[value, item["unit"]].append(item)
    return known


def decimal(text: str | None) -> Decimal | None:
    """Give the number that a text writes; None where it writes none."""
    try:
        return Decimal((text or "").replace(",", ""))
    except InvalidOperation:
        return None


def with_typed_numbers(paragraph: Paragraph, known: Known) -> Paragraph:
    """Give a paragraph whose typed numbers are numbers: ``matched`` or ``loose``."""
    inlines: list[Inline] = []
    for part in paragraph.inlines:
        inlines += _split(part, known) if isinstance(part, str) else [part]
    return replace(paragraph, inlines=tuple(inlines))


def _split(text: str, known: Known) -> Iterator[Inline]:
    done = 0
    for found in _COUNTED.finditer(text):
        yield text[done : found.start()]
        yield _number(found[1], found[2].replace("％", "%"), known)
        done = found.end()
    yield text[done:]


def _number(text: str, unit: str, known: Known) -> Number:
    value = decimal(text)
    same = () if value is None else known.get((value, unit), ())
    if not same:
        return Number(text, address=LOOSE, unit=unit, status="loose")
    first = same[0]
    more = f"等 {len(same)} 项" if len(same) > 1 else ""
    said = f"手写的数字，与“{first['label']}”{more}的值相同"
    ref = first["ref"] if len(same) == 1 else ""
    return Number(text, ref=ref, address=said, unit=unit, status="matched")
