"""The print: a tagged PDF by typst, to which everything goes as data."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import typst
from traitlets import default

from nianbao.fonts import MONO, ROLES, Typefaces
from nianbao.render.document import Document
from nianbao.render.docx_table import PLAIN
from nianbao.render.exporting import LONG_RUN, LONG_WORDS, FileExporter
from nianbao.render.fonts import require_glyphs
from nianbao.render.typesetting import font_book, typeset
from nianbao.render.wide_tables import broken, fitted
from nianbao.report.blocks import (
    Block,
    Chart,
    Coverage,
    Edition,
    Heading,
    ItemList,
    Paragraph,
    Picture,
    StatTable,
)
from nianbao.report.drawing import safe_svg
from nianbao.report.inlines import Inline, Words, plain_text
from nianbao.report.markup import title_lines

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[Any] = ["ua-1", "a-2a"]

STATUTORY = ("table2", "table3", "table4")
KEPT = 300  # characters of a last paragraph that goes to the signature's page as a whole
SHORT = 8  # characters of a number that takes one line in any column
MOST_ROWS = 26  # of a statutory table with its head, on one page
ZERO_WIDTH_SPACE = "\u200b"
NAMES = ("type", "role", "file", "alt", "href", "mark", "marks")  # what is not set as text

Files = dict[str, bytes]


class PdfExporter(FileExporter):
    """A PDF on the grid of official documents, made from the blocks of an executed notebook."""

    output_mimetype = "application/pdf"
    export_from_notebook = "年报（PDF）"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def made(self, document: Document, faces: Typefaces) -> bytes:
        """Give the PDF; GlyphError or RenderError where typst cannot set it."""
        require_glyphs(document, faces)
        files = {name: (TEMPLATES / name).read_bytes() for name in ("report.typ", "draft.svg")}
        fonts = font_book(faces.paths)
        data = {**_data(document, files), "fonts": _families(faces, fonts)}
        files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
        return typeset(
            "report.typ",
            files,
            fonts,
            failed="PDF 排版失败",
            pdf_standards=STANDARDS,
            timestamp=document.date,
        )[0]


def _families(faces: Typefaces, fonts: typst.Fonts) -> dict[str, dict[str, Any]]:
    """Give for each role the families as typst calls them, and whether a regular face is all."""
    called = {Path(font.path): font.family for font in fonts.fonts() if font.path}
    own = {name: called[path] for name, path in faces.own.items()}
    return {
        role: {
            "families": [own.get(name, name) for name in faces.chain(role)],
            "is_own": faces.is_own(role),
        }
        for role in ROLES
    } | {"code": {"families": [MONO, *faces.chain("heading")], "is_own": True}}


def _data(document: Document, files: Files) -> dict[str, Any]:
    """Give the document as the template takes it; pictures go into `files`."""
    masthead, date = document.masthead, document.date
    return {
        "title": document.title,
        "title_lines": title_lines(masthead) if masthead else [document.title],
        "author": masthead.agency if masthead else "",
        "keywords": ["政府信息公开", "年度报告"],
        "date": [date.year, date.month, date.day],
        "marks": list(document.marks),
        "is_draft": document.is_draft,
        "parts": list(_parts(document, files)),
    }


def _parts(document: Document, files: Files) -> Iterator[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    for is_signed, parts in groupby(document.shown(Edition.BOTH), key=_is_signature):
        if is_signed:
            lines = [part.text for part in parts if isinstance(part, Paragraph)]
            # No page has a signature and no text: the last paragraph goes with it.
            if written and len(written[-1].get("text", "")) <= KEPT:
                written[-1]["is_kept"] = True
            written.append(_breakable({"type": "signature", "lines": lines}))
        else:
            written += _written(parts, files)
    yield from written


def _is_signature(part: Block) -> bool:
    return isinstance(part, Paragraph) and part.role == "signature"


def _written(parts: Iterable[Block], files: Files) -> Iterator[dict[str, Any]]:
    heading = ""
    for part in parts:
        if isinstance(part, Heading):
            heading = part.text
        if isinstance(part, StatTable):
            # The heading above a statutory table says the same as its caption.
            is_said = heading.endswith(part.caption)
            for table in fitted(part):
                written = _table(*table)
                yield _breakable({**written, "caption": ""} if is_said else written)
        elif type(part) in _WRITERS:
            yield _breakable(_WRITERS[type(part)](part, files))


def _heading(block: Heading, _: Files) -> dict[str, Any]:
    return {"type": "heading", "level": block.level, "text": block.text}


def _paragraph(block: Paragraph, _: Files) -> dict[str, Any]:
    written = {"type": "paragraph", "role": block.role, "text": block.text}
    return {**written, **_spans(block.inlines)}


def _list(block: ItemList, _: Files) -> dict[str, Any]:
    items = (
        {"level": item.level, "mark": item.mark, "text": plain_text(item.inlines)}
        | _spans(item.inlines)
        for item in block.items
    )
    return {"type": "list", "items": list(items)}


def _spans(inlines: Sequence[Inline]) -> dict[str, Any]:
    """Give a line whose words are marked piece by piece; nothing for a plain one."""
    if not any(isinstance(part, Words) for part in inlines):
        return {}
    return {
        "spans": [
            {"text": part.text, "marks": list(part.marks), "href": part.href}
            if isinstance(part, Words)
            else {"text": plain_text([part]), "marks": [], "href": ""}
            for part in inlines
        ]
    }


def _coverage(block: Coverage, _: Files) -> dict[str, Any]:
    return {"type": "coverage", "text": block.text}


def _breakable(value: Any) -> Any:
    """Let a long run of Latin letters, such as an address on the web, be broken anywhere."""
    if isinstance(value, str):
        return LONG_RUN.sub(lambda run: ZERO_WIDTH_SPACE.join(run[0]), value)
    if isinstance(value, dict):
        return {k: v if k in NAMES else _breakable(v) for k, v in value.items()}
    return [_breakable(item) for item in value] if isinstance(value, list) else value


def _table(block: StatTable, columns: int, words: int) -> dict[str, Any]:
    is_plain = block.key == PLAIN
    return {
        "type": "table",
        "caption": block.caption,
        "rows": [
            [
                {
                    "text": broken(c.text) if is_plain else c.text,
                    "role": c.role,
                    "rowspan": c.rowspan,
                    "colspan": c.colspan,
                }
                for c in row
            ]
            for row in block.rows
        ],
        "head_rows": block.head_rows,
        "widths": list(block.widths),
        "notes": list(block.notes),
        "is_tall": _is_tall(block),
        "columns": columns,
        "has_words": words > 0,
        "is_long": words > LONG_WORDS,
        "is_fitted": is_plain,
    }


def _is_tall(block: StatTable) -> bool | None:
    """Tell whether a table is higher than most of a page; None where that is to be measured.

    Of a statutory one with numbers in it that is known by its rows; one of words runs on anyway.
    """
    if block.words:
        return True
    values = (cell.text for row in block.rows for cell in row if cell.role == "value")
    if block.key not in STATUTORY or any(len(text) > SHORT for text in values):
        return None
    return len(block.rows) > MOST_ROWS


def _chart(block: Chart, files: Files) -> dict[str, Any]:
    name = _stored(files, "svg", safe_svg(block.svg).encode())
    return {**_image(name, block.alt, block.caption, block.source), "is_chart": True}


def _picture(block: Picture, files: Files) -> dict[str, Any]:
    if block.mimetype == "image/svg+xml":
        name = _stored(files, "svg", safe_svg(block.data).encode())
    else:
        name = _stored(files, block.mimetype.removeprefix("image/"), b64decode(block.data))
    return _image(name, block.alt or block.caption or "未写文字说明的图", block.caption, "")


def _stored(files: Files, suffix: str, content: bytes) -> str:
    name = f"picture-{len(files)}.{suffix}"
    files[name] = content
    return name


def _image(name: str, alt: str, caption: str, source: str) -> dict[str, Any]:
    words = {"alt": alt, "caption": caption, "source": source}
    return {"type": "picture", "file": name, **words, "is_chart": False}


_WRITERS: dict[type[Block], Callable[[Any, Files], dict[str, Any]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Coverage: _coverage,
    ItemList: _list,
    Chart: _chart,
    Picture: _picture,
}
