"""Upright bars in a row, such as months or spans of days, with their numbers above them, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nianbao.report.bars import Series
from nianbao.report.canvas import AXIS, COLOURS, FONT, LEGEND, WIDTH, Canvas, width

# All lengths are in points.
HIGHEST = 110  # of a bar
NUMBER = 18  # above it
LABEL = 20  # below it
LIMIT = 20  # above all, for what a line says
FILLED = 0.72  # of its place, by the bars of one label
SMALL, SAID = 8.5, 9.5  # sizes of type


def draw_columns(
    key: str, labels: Sequence[str], series: Sequence[Series], *, limits: Mapping[int, str] = {}
) -> str:
    """Draw upright bars, all of one unit, on an axis that begins at zero.

    Parameters
    ----------
    key
        Makes the ids inside the drawing unique on a page.
    labels
        One below each group of bars.
    series
        One or two; two are told apart by a legend.
    limits
        Dashed lines between groups: after so many of them, and what the line says.

    Returns
    -------
    str
        An ``<svg>`` element, 126 mm wide, without XML declaration.
    """
    canvas = Canvas()
    top = 0.0
    if len(series) > 1:
        canvas.legend(FONT, [item.name for item in series])
        top = LEGEND
    top += LIMIT if limits else 0
    base = top + NUMBER + HIGHEST
    step = WIDTH / len(labels)
    highest = max((value for item in series for value in item.values), default=0) or 1
    for number, label in enumerate(labels):
        canvas.text(
            step * (number + 0.5), base + LABEL / 2, label, ha="center", size=_size(label, step)
        )
        for index, item in enumerate(series):
            thick = step * FILLED / len(series)
            left = step * (number + 0.5) + (index - len(series) / 2) * thick
            height = max(item.values[number], 0) / highest * HIGHEST
            canvas.bar(left, base - height / 2, thick * 0.92, height, COLOURS[index])
            size = _size(item.texts[number], thick)
            half = width(item.texts[number]) * size / 2
            middle = min(max(left + thick * 0.46, half), WIDTH - half)
            canvas.text(middle, base - height - 8, item.texts[number], ha="center", size=size)
    canvas.bar(0, base, WIDTH, AXIS, "black")
    for after, said in limits.items():
        _limit(canvas, step * after, top, base, said)
    return canvas.svg(key, base + LABEL)


def _size(text: str, room: float) -> float:
    """Give the size at which a text fits its place, no smaller than can be read."""
    fitting = int(2 * room / max(1.0, width(text))) / 2  # in halves, for each size is loaded anew
    return max(SMALL, min(FONT, fitting))


def _limit(canvas: Canvas, x: float, top: float, base: float, said: str) -> None:
    """Draw a dashed line, and say on top what it is."""
    canvas.dashes(x, top, base)
    has_room = x > width(said) * SAID  # to its left, where the bars are that it is about
    place, ha = (x - 3, "right") if has_room else (x + 3, "left")
    canvas.text(place, top - LIMIT / 2, said, ha=ha, size=SAID)
