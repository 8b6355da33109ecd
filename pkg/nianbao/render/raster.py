"""Drawings and pictures as PNG, for programs that show no SVG: by typst, with the same fonts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from struct import unpack_from
from typing import NamedTuple

from nianbao.characters import code_point
from nianbao.errors import GlyphError, listed
from nianbao.fonts import Typefaces
from nianbao.render.fonts import missing_glyphs
from nianbao.render.typesetting import font_book, typeset
from nianbao.report.drawing import svg_text

TEMPLATE = Path(__file__).parent / "templates" / "pictures.typ"
RESOLUTION = 200  # pixels an inch: sharp in print, and half the time of 300
SIZE_OFFSET = 16  # where a PNG says its width and height


class Source(NamedTuple):
    """A picture to be made into PNG.

    Attributes
    ----------
    suffix
        ``svg``, ``png`` or ``jpeg``.
    content
        The file; an SVG is safe already.
    most
        Millimetres that it may be high.
    """

    suffix: str
    content: bytes
    most: int


class Raster(NamedTuple):
    """A picture as PNG.

    Attributes
    ----------
    width, height
        As it is to be printed, in inches.
    """

    png: bytes
    width: float
    height: float


def rasters(sources: Sequence[Source], faces: Typefaces) -> list[Raster]:
    """Give pictures as PNG, the same bytes whenever they are asked for.

    A picture has its own size, unless that is wider than the text or higher than it may be.

    Raises
    ------
    GlyphError
        A drawing has a character that no font has.
    RenderError
        A broken picture.
    """
    if not sources:
        return []
    _require_glyphs(sources, faces)
    files = {TEMPLATE.name: TEMPLATE.read_bytes()}
    listing = []
    for number, (suffix, content, most) in enumerate(sources):
        file = f"{number}.{suffix}"
        files[file] = content
        listing.append({"file": file, "most": most})
    files["data.json"] = json.dumps(listing).encode()
    made = typeset(
        TEMPLATE.name,
        files,
        font_book(faces.paths),
        failed="图画不出来",
        format="png",
        ppi=RESOLUTION,
    )
    return [_measured(png) for png in made]


def _require_glyphs(sources: Sequence[Source], faces: Typefaces) -> None:
    texts = (svg_text(source.content.decode()) for source in sources if source.suffix == "svg")
    missing = missing_glyphs("".join(texts), faces)
    if missing:
        raise GlyphError(
            "图里有字体里没有的字，画不出来",
            found=listed(f"{code_point(char)} {char}" for char in missing),
            hint="换成通行的写法",
        )


def _measured(png: bytes) -> Raster:
    width, height = unpack_from(">II", png, SIZE_OFFSET)
    return Raster(png, width / RESOLUTION, height / RESOLUTION)
