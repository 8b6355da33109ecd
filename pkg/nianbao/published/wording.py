"""Wording compared in spite of typography, breaks and typing errors."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STOPS = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
SHORT_FORM = 4  # characters: from this length on a part of a label may stand for it
SHORT_LIKE = 0.8  # of these characters that must be in the label


@lru_cache(16384)
def words(text: str) -> str:
    """Give what is compared: letters, digits and Chinese characters, in one width."""
    return _STOPS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(65536)
def common(first: str, second: str) -> int:
    """Give the length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for a in first:
        diagonal = 0
        for index, b in enumerate(second, start=1):
            above = row[index]
            row[index] = diagonal + 1 if a == b else max(above, row[index - 1])
            diagonal = above
    return row[-1]


def likeness(found: str, label: str) -> float:
    """Tell from 0 to 1 how well a printed text stands for a label.

    A text that lacks some characters, or has some too many, is still like it; a short form whose
    characters are nearly all in the label, in order, counts for less.
    """
    ours, theirs = words(label), words(found)
    if not ours or not theirs:
        return 0.0
    if ours == theirs:
        return 1.0
    shared = common(theirs, ours)
    recall, precision = shared / len(ours), shared / len(theirs)
    whole = recall * (0.6 + 0.4 * precision)
    short = 0.7 * precision if len(theirs) >= SHORT_FORM and precision >= SHORT_LIKE else 0.0
    return max(whole, short)


def contains(text: str, label: str, least: float = 0.8) -> bool:
    """Tell whether a label, perhaps misprinted, stands somewhere in a text."""
    ours, theirs = words(label), words(text)
    if not ours or not theirs:
        return False
    if ours in theirs:
        return True
    size = len(ours)
    first = ours[: max(2, size // 3)]
    starts = {theirs.find(first)} if first in theirs else {0, max(0, len(theirs) - size)}
    return any(common(theirs[start : start + size + 2], ours) >= least * size for start in starts)
