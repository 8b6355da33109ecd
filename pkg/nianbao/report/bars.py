"""One house style for charts: horizontal bars with their numbers beside them, as SVG.

One unit has one axis: bars of another unit stand in a panel of their own, on a scale of their own,
below a line that names the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from nianbao.report.canvas import AXIS, COLOURS, FONT, LEGEND, WIDTH, Canvas, width

# All lengths are in points.
BAR = 16
LINE = 14.4
GAP = 7.2
UNIT = 21.6
LABEL_WIDTH = 12  # Chinese characters in a line of a label
LABEL_LINES = 3


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one year or kind, one per label, each with the text printed beside its bar."""

    name: str
    values: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """The bars of one label, one of each series.

    Attributes
    ----------
    lines
        Of its label.
    """

    lines: tuple[str, ...]
    unit: str
    values: tuple[float, ...]
    texts: tuple[str, ...]

    @property
    def height(self) -> float:
        """As high as its bars, or as the lines of its label."""
        return max(len(self.values) * BAR, len(self.lines) * LINE)


def draw_bars(
    key: str, labels: Sequence[str], series: Sequence[Series], *, units: Sequence[str] = ()
) -> str:
    """Draw horizontal bars, first label on top.

    Parameters
    ----------
    key
        Makes the ids inside the drawing unique on a page.
    labels
        One per group of bars.
    series
        One or two; two are told apart by a legend.
    units
        One per label; without them all are of one unit. Each unit gets an axis of its own.

    Returns
    -------
    str
        An ``<svg>`` element, 126 mm wide, without XML declaration.
    """
    groups = [
        _Group(
            _in_lines(label),
            units[index] if units else "",
            tuple(item.values[index] for item in series),
            tuple(item.texts[index] for item in series),
        )
        for index, label in enumerate(labels)
    ]
    canvas = Canvas()
    left = (max(width(line) for group in groups for line in group.lines) + 1.5) * FONT
    top = 0.0
    if len(series) > 1:
        canvas.legend(left, [item.name for item in series])
        top = LEGEND
    order = list(dict.fromkeys(group.unit for group in groups))
    number = max(width(text) for group in groups for text in group.texts)
    panels = groupby(sorted(groups, key=lambda g: order.index(g.unit)), key=lambda g: g.unit)
    for unit, members in panels:
        if len(order) > 1:
            canvas.text(left, top + UNIT - 4, f"单位：{unit or '未注明'}", va="bottom")
            top += UNIT
        top = _panel(canvas, left, top, list(members), (number + 0.6) * FONT)
    return canvas.svg(key, top)


def _panel(
    canvas: Canvas, left: float, top: float, groups: Sequence[_Group], number: float
) -> float:
    """Draw the bars of one unit, and give where they end."""
    room = WIDTH * 0.98 - left
    longest = max(room - number, room / 4)  # a number fits beside each bar
    # All-zero data gets an axis of length one.
    highest = max(max(0.0, *group.values) for group in groups) or 1
    at = top + GAP
    for group in groups:
        middle = at + group.height / 2
        for index, line in enumerate(group.lines):  # one by one: each font ends them at the axis
            at_line = middle + (index - (len(group.lines) - 1) / 2) * LINE
            canvas.text(left - 3.5, at_line, line, ha="right")
        for index, (value, text) in enumerate(zip(group.values, group.texts, strict=True)):
            place = middle + (index - (len(group.values) - 1) / 2) * BAR
            length = max(value, 0) / highest * longest
            canvas.bar(left, place, length, BAR * 0.86, COLOURS[index])
            canvas.text(left + length + 4, place, text)
        at += group.height + GAP
    canvas.bar(left - AXIS / 2, (top + at) / 2, AXIS, at - top, "black")
    return at


def _in_lines(label: str) -> tuple[str, ...]:
    """Break a label into lines; what is too long even so ends with an ellipsis."""
    lines = [""]
    for letter in label:
        if width(lines[-1] + letter) > LABEL_WIDTH:
            lines.append("")
        lines[-1] += letter
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], lines[LABEL_LINES - 1][:-1] + "…"]
    return tuple(lines)
