"""Whether the fonts can print a document, told before anything is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from nianbao.characters import code_point
from nianbao.errors import GlyphError, listed
from nianbao.fonts import Typefaces, typefaces
from nianbao.render.document import Document
from nianbao.report.blocks import Block, Chart, Edition, Heading, Picture, StatTable
from nianbao.report.drawing import svg_text
from nianbao.report.markup import to_text

SPACES = frozenset("\n\t ")
MOST_GLYPHS = 65536


def missing_glyphs(text: str, faces: Typefaces | None = None) -> list[str]:
    """Give the characters of a text that no font has, each once, in the order of their codes.

    Parameters
    ----------
    faces
        What it is set in; None for the fonts that come as a package.
    """
    known = _characters((faces or typefaces()).paths)
    return sorted({char for char in set(text) - SPACES if ord(char) not in known})


@cache
def _characters(paths: tuple[Path, ...]) -> frozenset[int]:
    return frozenset().union(*map(_mapped, paths))


def _mapped(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True, fontNumber=0) as font:
        # Names of the glyphs are of no interest; to read them takes as long as all the rest.
        font.setGlyphOrder([str(number) for number in range(MOST_GLYPHS)])
        return frozenset(font.getBestCmap())


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
    found: dict[str, str] = {}
    for place, text in _texts(document):
        for char in missing_glyphs(text, faces):
            found.setdefault(char, place)
    return GlyphError(
        "有字体里没有的字，印不出来",
        where=listed(dict.fromkeys(found.values())),
        found=listed(f"{code_point(char)} {char}" for char in found),
        hint="换成通行的写法；如是人名、地名用字，请联系技术人员换用字更全的字体",
    )


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
    if isinstance(block, Chart):
        return f"{block.caption}{block.source}{svg_text(block.svg)}"
    if isinstance(block, Picture) and block.mimetype == "image/svg+xml":
        return f"{block.caption}{svg_text(block.data)}"
    return to_text(block)
