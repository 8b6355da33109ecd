"""Whether the fonts can print a document, told before anything is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.errors import GlyphError
from nianbao.fonts import Typefaces, glyph_error, missing_glyphs, named
from nianbao.render.document import Document
from nianbao.report.blocks import Block, Chart, Edition, Heading, Picture, StatTable
from nianbao.report.drawing import svg_text
from nianbao.report.markup import to_text
from nianbao.report.shapes import SVG

STAND_IN = "〓"
"""What printers set in the place of a character that they lack."""


def require_glyphs(document: Document, faces: Typefaces | None = None) -> None:
    """Make sure that everything a reader sees can be printed.

    Raises
    ------
    GlyphError
        A character that no font has, with its code and the place where it stands.
    """
    if missing_glyphs("".join(text for _, text in _texts(document)), faces):
        raise _error(document, faces)


def _error(document: Document, faces: Typefaces | None) -> GlyphError:
    lacking = [(place, missing_glyphs(text, faces)) for place, text in _texts(document)]
    characters = (char for _, missing in lacking for char in missing)
    return glyph_error(characters, (place for place, missing in lacking if missing))


def drawing_warnings(document: Document, faces: Typefaces | None = None) -> Iterator[str]:
    """Yield what is to be said of drawings in which a character stands that no font has."""
    for part, cell in zip(document.parts, document.cells, strict=True):
        svg = svg_of(part) if part.edition is Edition.BOTH else ""
        missing = missing_glyphs(svg_text(svg), faces) if svg else []
        if missing:
            told = f"图中有字体里没有的字 {named(missing)}，Word 文件里印作“{STAND_IN}”"
            yield f"第 {cell} 个单元格：{told}"


def svg_of(block: Block) -> str:
    """Give the drawing that a block shows; empty for none."""
    if isinstance(block, Chart):
        return block.svg
    return block.data if isinstance(block, Picture) and block.mimetype == SVG else ""


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield each text that is printed, with the place where it stands."""
    yield "标题", document.title
    if document.masthead:
        yield "题头", document.masthead.agency
    heading = ""
    for block, cell in zip(document.parts, document.cells, strict=True):
        if block.edition is Edition.BOTH:
            heading = block.text if isinstance(block, Heading) else heading
            place = "，".join(filter(None, [f"第 {cell} 个单元格", heading, _name(block)]))
            yield place, _printed(block)


def _name(block: Block) -> str:
    if isinstance(block, StatTable | Chart | Picture):
        return f"“{block.caption}”" if block.caption else ""
    return ""


def _printed(block: Block) -> str:
    if isinstance(block, Chart | Picture):
        source = block.source if isinstance(block, Chart) else ""
        svg = svg_of(block)
        return f"{block.caption}{source}{svg_text(svg) if svg else ''}"
    return to_text(block)
