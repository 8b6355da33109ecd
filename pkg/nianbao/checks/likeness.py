"""How much of two texts is the same: one measure for copies between years and between agencies."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import chain
from math import ceil

from nianbao.filing.numerals import DIGITS, POWERS

COPIED = 0.8
"""From this share of common pieces on, two texts are the same but for a few words."""
PIECE, COPIED_LEAST = 6, 60
"""Characters of a piece, and of the shortest text that can be called a copy."""

_YEARS_AND_BLANKS = re.compile(r"20\d\d *年?|\s+")
# One character alone, as in 一是 or 统一, is no number.
_NUMERALS = "".join({**DIGITS, **POWERS})
_NUMBERS = re.compile(rf"\d+(?:[.,]\d+)*[%‰]?|[{_NUMERALS}]{{2,}}")
_BLANKS = re.compile(r"\s+")
_ROUNDING = 1e-9

Pieces = AbstractSet[str]


def without_years(text: str) -> str:
    """Give a text without years and blanks; all else stays."""
    return _YEARS_AND_BLANKS.sub("", text)


def bare(text: str, names: Iterable[str] = ()) -> str:
    """Give a text without what differs in a copy: names, years, all numbers, blanks.

    Parameters
    ----------
    names
        What the text may call its author; of two that overlap the longer one goes.
    """
    plain = _closed(text)
    for name in _longest_first(tuple(names)):
        plain = plain.replace(name, "")
    return _NUMBERS.sub("", plain)


@lru_cache(4096)  # the same for each sentence of an agency
def _longest_first(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, map(_closed, names)), key=len, reverse=True))


def _closed(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def pieces(text: str) -> frozenset[str]:
    """Give the pieces of six characters of a text; none of one too short to be a copy."""
    if len(text) < COPIED_LEAST:
        return frozenset()
    return frozenset(text[start : start + PIECE] for start in range(len(text) - PIECE + 1))


def likeness(one: Pieces, other: Pieces) -> float:
    """Give the share of the pieces of the richer text that the other has as well, 0 to 1."""
    return len(one & other) / (max(len(one), len(other)) or 1)


def alike(texts: Sequence[Pieces], least: float = COPIED) -> Iterator[tuple[int, int, float]]:
    """Yield each pair of texts that are alike to a share of at least `least`, without trying all.

    Two such texts share one of their rarest pieces: of `n` pieces all but ``least * n`` can be
    missing in the other, so one of the rarest ``n - least * n + 1`` is not. An index of these gives
    the candidates, and nothing is lost.

    Yields
    ------
    tuple
        Positions, the lower first, and the share.
    """
    often = Counter(chain.from_iterable(texts))
    shared = sorted((piece for piece, count in often.items() if count > 1), key=often.__getitem__)
    rank = {piece: place for place, piece in enumerate(shared)}
    seen: defaultdict[int, list[int]] = defaultdict(list)
    for position in sorted(range(len(texts)), key=lambda place: len(texts[place])):
        text = texts[position]
        rarest = _rarest(text, rank, least)
        for other in sorted({place for piece in rarest for place in seen[piece]}):
            share = likeness(text, texts[other])
            if share >= least:
                yield min(position, other), max(position, other), share
        for piece in rarest:
            seen[piece].append(position)


def _rarest(text: Pieces, rank: Mapping[str, int], least: float) -> list[int]:
    """Give the ranks of its rarest pieces, among which all that are alike have one."""
    known = [rank[piece] for piece in text if piece in rank]
    needed = len(text) - ceil(least * len(text) - _ROUNDING) + 1
    own = len(text) - len(known)
    return sorted(known)[: needed - own] if needed > own else []
