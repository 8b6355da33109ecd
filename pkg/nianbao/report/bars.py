"""One house style for charts: horizontal bars with their numbers beside them, as SVG.

Text stays text, so that it can be found, read aloud and set in the reader's own font. One unit
has one axis: bars of another unit stand in a panel of their own, on a scale of their own, below a
line that names the unit. The same data gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from nianbao.fonts import sans_font_path

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

# Narrower than the 156 mm of the page, so that type stays legible when a telephone shrinks it.
WIDTH_INCHES = 126 / 25.4
FONT_POINTS = 11
BAR_INCHES = 0.22
LINE_INCHES = 0.2
GAP_INCHES = 0.1
UNIT_INCHES = 0.3
LEGEND_INCHES = 0.34
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
class _Panel:
    """Bars of one unit on one axis.

    Attributes
    ----------
    unit
        Named above the bars; empty where it goes without saying.
    labels
        One per group of bars, broken into lines.
    """

    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def steps(self) -> list[float]:
        """Heights of the groups: as high as their bars, or as the lines of their label."""
        bars = len(self.series) * BAR_INCHES
        lines = ((label.count("\n") + 1) * LINE_INCHES for label in self.labels)
        return [max(bars, height) + GAP_INCHES for height in lines]

    @property
    def bar_area(self) -> float:
        return sum(self.steps) + GAP_INCHES

    @property
    def height(self) -> float:
        return self.bar_area + (UNIT_INCHES if self.unit else 0)


@cache
def _font_family() -> str:
    from matplotlib import font_manager  # noqa: PLC0415 - as in draw_bars

    path = str(sans_font_path())
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


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
    import matplotlib as mpl  # noqa: PLC0415 - exporters import this package, and draw nothing
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415 - the same

    panels = _panels([_in_lines(label) for label in labels], series, units)
    legend = LEGEND_INCHES if len(series) > 1 else 0
    height = legend + sum(panel.height for panel in panels)
    left = _label_share(panels)
    number_width = max(_width(text) for item in series for text in item.texts)
    with mpl.rc_context(
        {
            "font.family": [_font_family()],
            "font.size": FONT_POINTS,
            "svg.fonttype": "none",
            "svg.hashsalt": "nianbao",
            "text.parse_math": False,
            "axes.unicode_minus": False,
        }
    ):
        drawing = Drawing(figsize=(WIDTH_INCHES, height))
        ends = accumulate((panel.height for panel in panels), initial=legend)
        for panel, end in zip(panels, list(ends)[1:], strict=True):
            place = (left, 1 - end / height, 0.98 - left, panel.bar_area / height)
            _draw(drawing.add_axes(place), panel, number_width)
        if legend:
            _explain(drawing, left)
        return _as_element(key, drawing)


def _panels(
    labels: Sequence[str], series: Sequence[Series], units: Sequence[str]
) -> tuple[_Panel, ...]:
    """Part the groups of bars by unit, in the order in which units first appear."""
    by_unit: dict[str, list[int]] = {}
    for index in range(len(labels)):
        by_unit.setdefault(units[index] if units else "", []).append(index)
    return tuple(
        _Panel(
            (unit or "未注明") if len(by_unit) > 1 else "",
            tuple(labels[index] for index in indices),
            tuple(_picked(item, indices) for item in series),
        )
        for unit, indices in by_unit.items()
    )


def _picked(item: Series, indices: Sequence[int]) -> Series:
    values = tuple(item.values[index] for index in indices)
    return Series(item.name, values, tuple(item.texts[index] for index in indices))


def _width(text: str) -> float:
    """Give the width of a text in Chinese characters, none of the others wider than a digit."""
    return sum(1 if east_asian_width(letter) in "WFA" else DIGIT_WIDTH for letter in text)


def _in_lines(label: str) -> str:
    """Break a label into lines; what is too long even so ends with an ellipsis."""
    lines = [""]
    for letter in label:
        if _width(lines[-1] + letter) > LABEL_WIDTH:
            lines.append("")
        lines[-1] += letter
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], lines[LABEL_LINES - 1][:-1] + "…"]
    return "\n".join(lines)


def _label_share(panels: Sequence[_Panel]) -> float:
    """Give the share of the width that the longest line of a label needs."""
    lines = (line for panel in panels for label in panel.labels for line in label.split("\n"))
    return (max(map(_width, lines)) + 1.5) * FONT_POINTS / 72 / WIDTH_INCHES


def _draw(axes: Axes, panel: _Panel, number_width: float) -> None:
    *tops, _ = accumulate(panel.steps, initial=GAP_INCHES)
    middles = [top + (step - GAP_INCHES) / 2 for top, step in zip(tops, panel.steps, strict=True)]
    for index, item in enumerate(panel.series):
        shift = (index - (len(panel.series) - 1) / 2) * BAR_INCHES
        places = [middle + shift for middle in middles]
        axes.barh(
            places, item.values, height=BAR_INCHES * 0.86, color=COLOURS[index], label=item.name
        )
        for place, value, text in zip(places, item.values, item.texts, strict=True):
            axes.annotate(
                text,
                (max(value, 0), place),
                (4, 0),
                textcoords="offset points",
                va="center_baseline",
            )
    axes.set_yticks(middles, panel.labels)
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    axes.set_ylim(panel.bar_area, 0)
    axes.set_xlim(0, _reach(panel, axes.get_position().width, number_width))
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    if panel.unit:
        axes.set_title(f"单位：{panel.unit}", loc="left", fontsize=FONT_POINTS, pad=4)


def _reach(panel: _Panel, share: float, number_width: float) -> float:
    """Give the end of the axis, which begins at zero, so that a number fits beside each bar.

    All-zero data gets an axis of length one.
    """
    highest = max((value for item in panel.series for value in item.values), default=0)
    number = (number_width + 0.6) * FONT_POINTS / 72 / WIDTH_INCHES
    return (highest if highest > 0 else 1) * share / max(share - number, share / 4)


def _explain(drawing: Drawing, left: float) -> None:
    """Say above all panels which colour is which year."""
    handles, names = drawing.axes[0].get_legend_handles_labels()
    drawing.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(left, 1),
        ncols=len(names),
        frameon=False,
        borderaxespad=0.2,
    )


def _as_element(key: str, drawing: Drawing) -> str:
    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    drawing.savefig(buffer, format="svg", metadata=metadata, transparent=True)
    svg = buffer.getvalue()
    element = svg[svg.index("<svg") :].strip()
    for reference in (' id="', "url(#", 'href="#'):
        element = element.replace(reference, f"{reference}{key}-")
    return element
