"""What charts are drawn on: matplotlib's patches and texts, without its axes, given as SVG.

Text stays text, so that it can be found, read aloud and set in the reader's own font. The same
drawing gives the same bytes. Charts here show no tick and no frame, and matplotlib's axes would
cost twice as much as all that is seen.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from nianbao.fonts import SANS
from nianbao.report.kernel import register_fonts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.font_manager import FontProperties

# All lengths are in points.
WIDTH = 126 / 25.4 * 72  # less than the page's 156 mm: type stays legible shrunk to a telephone
FONT = 11
AXIS = 0.8
LEGEND = 24.5
DASHED = (0, (4, 3))
DIGIT_WIDTH = 0.6  # of a Chinese character, at most
# Okabe and Ito's blue and orange: told apart by the colour-blind, and dark and light in grey print.
COLOURS = ("#0072B2", "#E69F00")


@dataclass(slots=True)
class Canvas:
    """What is drawn: lengths in points, from the upper left corner."""

    artists: list[Artist] = field(default_factory=list)

    def bar(self, left: float, middle: float, length: float, height: float, colour: str) -> None:
        """Draw a rectangle: its left edge, the middle of its height, its length and height."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - as in svg

        corner = (left, middle - height / 2)
        self.artists.append(Rectangle(corner, length, height, facecolor=colour, edgecolor="none"))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        ha: str = "left",
        va: str = "center_baseline",
        size: float = FONT,
    ) -> None:
        """Write a line of text, aligned as matplotlib has it."""
        from matplotlib.text import Text  # noqa: PLC0415 - as in svg

        self.artists.append(
            Text(x, y, text, ha=ha, va=va, fontproperties=_font(size), parse_math=False)
        )

    def dashes(self, x: float, top: float, bottom: float) -> None:
        """Draw an upright dashed line."""
        from matplotlib.lines import Line2D  # noqa: PLC0415 - as in svg

        line = Line2D([x, x], [top, bottom], color="black", linewidth=AXIS, linestyle=DASHED)
        self.artists.append(line)

    def legend(self, left: float, names: Sequence[str]) -> None:
        """Say on top which colour is which."""
        at = left
        for name, colour in zip(names, COLOURS, strict=False):
            self.bar(at, LEGEND / 2, 2 * FONT, 0.7 * FONT, colour)
            self.text(at + 2.8 * FONT, LEGEND / 2, name)
            at += (4.8 + width(name)) * FONT

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
def _font(size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - as in Canvas.svg

    register_fonts()
    return FontProperties(family=[SANS], size=size)


def width(text: str) -> float:
    """Give the width of a text in Chinese characters, none of the others wider than a digit."""
    return sum(1 if east_asian_width(letter) in "WFA" else DIGIT_WIDTH for letter in text)
