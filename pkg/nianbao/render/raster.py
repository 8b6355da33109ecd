"""Drawings and pictures as PNG, for programs that show no SVG: by typst, with the same fonts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from struct import unpack_from
from tempfile import TemporaryDirectory
from typing import NamedTuple, cast

import typst

from nianbao.errors import GlyphError, RenderError, listed
from nianbao.fonts import Typefaces
from nianbao.render.fonts import missing_glyphs
from nianbao.render.typesetting import font_book, forget
from nianbao.report.characters import code_point
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
    fonts = font_book(faces.paths)
    made = _compile(sources, fonts)
    forget(fonts)
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


def _compile(sources: Sequence[Source], fonts: typst.Fonts) -> list[bytes]:
    # The folder is all that typst can read, and holds nothing else.
    with TemporaryDirectory(prefix="nianbao-") as name:
        folder = Path(name)
        listing = []
        for number, (suffix, content, most) in enumerate(sources):
            file = f"{number}.{suffix}"
            (folder / file).write_bytes(content)
            listing.append({"file": file, "most": most})
        (folder / "data.json").write_text(json.dumps(listing), encoding="utf-8")
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        try:
            made: object = typst.compile(
                folder / TEMPLATE.name,
                root=folder,
                font_paths=fonts,
                ignore_system_fonts=True,
                format="png",
                ppi=RESOLUTION,
            )
        except typst.TypstError as error:
            raise RenderError("图画不出来", found=error.message) from None
    # One page comes out bare, several as a list, whatever the type says.
    return cast("list[bytes]", made if isinstance(made, list) else [made])


def _measured(png: bytes) -> Raster:
    width, height = unpack_from(">II", png, SIZE_OFFSET)
    return Raster(png, width / RESOLUTION, height / RESOLUTION)
