"""Findings about sentences: the words quoted, the place named, personal numbers struck out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.reader import Claim
from nianbao.checks.prose.text import Said
from nianbao.checks.registry import Check
from nianbao.filing.figure import Figure, Value
from nianbao.filing.ledgers.personal import masked

SHOWN = 24
"""How many characters before a number a message repeats; anybody may have typed anything there."""

_STOPS = re.compile("[。！？\n，,；;]")


def quoted(said: Said, start: int, end: int) -> str:
    """Give the words around a span, as a message repeats them."""
    before = said.text[max(start - SHOWN, 0) : start]
    words = said.text[start:end]
    own = re.split(r"[。！？\n]", before)[-1]
    if len(own) == SHOWN:
        own = "…" + _from_a_stop(own)
    return masked(" ".join(f"{own}{words}".split()))


def _from_a_stop(text: str) -> str:
    """Begin after the first comma, if what is left says enough."""
    stop = _STOPS.search(text)
    left = text[stop.end() :] if stop else ""
    return left if len(left) >= SHOWN // 3 else text


def of_claim(claim: Claim) -> str:
    """Give the words of a claim."""
    return quoted(claim.said, claim.quantity.start, claim.quantity.end)


def told(
    check: Check,
    message: str,
    saids: Iterable[Said],
    figures: Iterable[Figure] = (),
    *,
    expected: Mapping[str, Value | str] | None = None,
    found: Mapping[str, Value | str] | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Make a finding about sentences and the cells that they are held against.

    Parameters
    ----------
    saids
        The paragraphs; their addresses follow those of the cells.
    """
    made = check.finding(message, figures, expected=expected, found=found, severity=severity)
    places = dict.fromkeys([*made.where, *(said.address for said in saids)])
    return replace(made, where=tuple(places))
