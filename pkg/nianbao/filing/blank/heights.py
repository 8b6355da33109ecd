"""How high a row has to be for its texts: spreadsheet programs do not tell for merged cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from unicodedata import east_asian_width

LEAST, PER_LINE, MARGIN = 20.0, 14.5, 5.5  # points
CHINESE = 2.1  # of a character of 宋体, in digits of Calibri


def width_of(text: str) -> float:
    """Give the width of a text, in digits of the default font as columns are measured."""
    return sum(CHINESE if east_asian_width(letter) in "WFA" else 1 for letter in text)


def height_for(texts: Sequence[tuple[str, float]]) -> float:
    """Give the height in points for texts in cells of these widths in characters."""
    lines = (_lines(text, width) for text, width in texts if text)
    return max(LEAST, PER_LINE * max(lines, default=1) + MARGIN)


def _lines(text: str, width: float) -> int:
    return sum(math.ceil(width_of(line) / max(1.0, width - 1.5)) for line in text.split("\n"))
