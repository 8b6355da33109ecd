"""One house style for charts: horizontal bars with their numbers beside them, as SVG.

Text stays text, so that it can be found, read aloud and set in the reader's own font. One unit
has one axis: bars of another unit stand in a panel of their own, on a scale of their own, below a
line that names the unit. The same data gives the same bytes.

Drawn with matplotlib's lines, patches and texts, and without its axes: these charts show no tick
and no frame, and axes would cost twice as much as all that is seen.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from nianbao.fonts import sans_font_path

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.font_manager import FontProperties

# All lengths are in points.
WIDTH = 126 / 25.4 * 72  # less than the page's 156 mm: type stays legible shrunk to a telephone
FONT = 11
BAR = 16
LINE = 14.4
GAP = 7.2
UNIT = 21.6
LEGEND = 24.5
AXIS = 0.8
LABEL_WIDTH = 12  # Chinese characters in a line of a label
LABEL_LINES = 3
DIGIT_WIDTH = 0.6  # of a Chinese character, at most
# Okabe and Ito's blue and orange: told apart by the colour-blind, and dark and light in grey print.
COLOURS = ("#0072B2", "#E69F00")


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
    canvas = _Canvas()
    left = (max(_width(line) for group in groups for line in group.lines) + 1.5) * FONT
    top = 0.0
    if len(series) > 1:
        _explain(canvas, left, [item.name for item in series])
        top = LEGEND
    order = list(dict.fromkeys(group.unit for group in groups))
    number = max(_width(text) for group in groups for text in group.texts)
    panels = groupby(sorted(groups, key=lambda g: order.index(g.unit)), key=lambda g: g.unit)
    for unit, members in panels:
        if len(order) > 1:
            canvas.text(left, top + UNIT - 4, f"单位：{unit or '未注明'}", va="bottom")
            top += UNIT
        top = _panel(canvas, left, top, list(members), (number + 0.6) * FONT)
    return canvas.svg(key, top)


def _panel(
    canvas: _Canvas, left: float, top: float, groups: Sequence[_Group], number: float
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


def _explain(canvas: _Canvas, left: float, names: Sequence[str]) -> None:
    """Say above all panels which colour is which year."""
    at = left
    for name, colour in zip(names, COLOURS, strict=False):
        canvas.bar(at, LEGEND / 2, 2 * FONT, 0.7 * FONT, colour)
        canvas.text(at + 2.8 * FONT, LEGEND / 2, name)
        at += (4.8 + _width(name)) * FONT


@dataclass(slots=True)
class _Canvas:
    """What is drawn: lengths in points, from the upper left corner."""

    artists: list[Artist] = field(default_factory=list)

    def bar(self, left: float, middle: float, length: float, height: float, colour: str) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - as in svg

        corner = (left, middle - height / 2)
        self.artists.append(Rectangle(corner, length, height, facecolor=colour, edgecolor="none"))

    def text(
        self, x: float, y: float, text: str, *, ha: str = "left", va: str = "center_baseline"
    ) -> None:
        from matplotlib.text import Text  # noqa: PLC0415 - as in svg

        self.artists.append(
            Text(x, y, text, ha=ha, va=va, fontproperties=_font(), parse_math=False)
        )

    def svg(self, key: str, height: float) -> str:
        """Give all of it as an ``<svg>`` element."""
        import matplotlib as mpl  # noqa: PLC0415 - exporters import this package, and draw nothing
        from matplotlib.figure import Figure  # noqa: PLC0415 - the same
        from matplotlib.transforms import Affine2D  # noqa: PLC0415 - the same

        drawing = Figure(figsize=(WIDTH / 72, height / 72))
        from_top = Affine2D().scale(1, -1).translate(0, height).scale(1 / 72)
        for artist in self.artists:
            artist.set_transform(from_top + drawing.dpi_scale_trans)
            drawing.add_artist(artist)
        buffer = io.StringIO()
        metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "nianbao"}):
            drawing.savefig(buffer, format="svg", metadata=metadata, transparent=True)
        svg = buffer.getvalue()
        element = svg[svg.index("<svg") :].strip()
        for reference in (' id="', "url(#", 'href="#'):
            element = element.replace(reference, f"{reference}{key}-")
        return element


@cache
def _font() -> FontProperties:
    from matplotlib import font_manager  # noqa: PLC0415 - as in _Canvas.svg

    path = str(sans_font_path())
    font_manager.fontManager.addfont(path)
    family = font_manager.FontProperties(fname=path).get_name()
    return font_manager.FontProperties(family=[family], size=FONT)


def _width(text: str) -> float:
    """Give the width of a text in Chinese characters, none of the others wider than a digit."""
    return sum(1 if east_asian_width(letter) in "WFA" else DIGIT_WIDTH for letter in text)


def _in_lines(label: str) -> tuple[str, ...]:
    """Break a label into lines; what is too long even so ends with an ellipsis."""
    lines = [""]
    for letter in label:
        if _width(lines[-1] + letter) > LABEL_WIDTH:
            lines.append("")
        lines[-1] += letter
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], lines[LABEL_LINES - 1][:-1] + "…"]
    return tuple(lines)
