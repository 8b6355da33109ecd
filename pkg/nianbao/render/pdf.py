"""The print: a tagged PDF by typst, to which everything goes as data."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode, default

from nianbao.errors import RenderError
from nianbao.fonts import ROLES, Typefaces, typefaces
from nianbao.render.document import Document, read_document
from nianbao.render.fonts import require_glyphs
from nianbao.render.typesetting import font_book, forget
from nianbao.report.blocks import Block, Chart, Edition, Heading, Paragraph, Picture, StatTable
from nianbao.report.drawing import safe_svg
from nianbao.report.markup import title_lines

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[Any] = ["ua-1", "a-2a"]

STATUTORY = ("table2", "table3", "table4")
KEPT = 300  # characters of a last paragraph that goes to the signature's page as a whole
SHORT = 8  # characters of a number that takes one line in any column
MOST_ROWS = 26  # of a statutory table with its head, on one page
ZERO_WIDTH_SPACE = "\u200b"
NAMES = ("type", "role", "file", "alt")  # what is not set as text

Files = dict[str, bytes]

_RUN = re.compile("[!-~]{24,}")


class PdfExporter(Exporter):
    """A PDF on the grid of official documents, made from the blocks of an executed notebook."""

    output_mimetype = "application/pdf"
    export_from_notebook = "年报（PDF）"
    fonts = Unicode("", help="Folder of the office's own fonts.").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any] | None = None,
        **kw: Any,
    ) -> tuple[bytes, dict[str, Any]]:
        """Give the PDF of an executed notebook, and nbconvert's resources.

        Raises
        ------
        RenderError
            The notebook failed or holds what cannot be set, or a character has no glyph.
        """
        prepared, prepared_resources = super().from_notebook_node(nb, resources, **kw)
        return self.from_document(read_document(prepared)), prepared_resources

    def from_document(self, document: Document, faces: Typefaces | None = None) -> bytes:
        """Give the PDF of a document: the same bytes whenever it is asked for.

        Parameters
        ----------
        faces
            What it is set in; None for those of the folder `fonts`.

        Raises
        ------
        GlyphError
            A character that no font has.
        RenderError
            Something that typst cannot set, such as a broken picture.
        """
        faces = faces or typefaces(self.fonts)
        require_glyphs(document, faces)
        files = {name: (TEMPLATES / name).read_bytes() for name in ("report.typ", "draft.svg")}
        fonts = font_book(faces.paths)
        data = {**_data(document, files), "fonts": _families(faces, fonts)}
        files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
        printed = _compile(files, _date(document), fonts)
        forget(fonts)
        return printed


def _compile(files: Files, date: datetime, fonts: typst.Fonts) -> bytes:
    # The folder is all that typst can read, and holds nothing else.
    with TemporaryDirectory(prefix="nianbao-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            return typst.compile(
                Path(folder, "report.typ"),
                root=Path(folder),
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=STANDARDS,
                timestamp=date,
            )
        except typst.TypstError as error:
            hint = "；".join(error.hints)
            raise RenderError("PDF 排版失败", found=error.message, hint=hint) from None


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
    }


def _date(document: Document) -> datetime:
    """Give the day on which reports for its year begin to be made; the clock is not read."""
    return document.date


def _data(document: Document, files: Files) -> dict[str, Any]:
    """Give the document as the template takes it; pictures go into `files`."""
    masthead, date = document.masthead, _date(document)
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
        if type(part) in _WRITERS:
            written = _WRITERS[type(part)](part, files)
            # The heading above a statutory table says the same as its caption.
            is_said = isinstance(part, StatTable) and heading.endswith(part.caption)
            yield _breakable({**written, "caption": ""} if is_said else written)


def _heading(block: Heading, _: Files) -> dict[str, Any]:
    return {"type": "heading", "level": block.level, "text": block.text}


def _paragraph(block: Paragraph, _: Files) -> dict[str, Any]:
    return {"type": "paragraph", "role": block.role, "text": block.text}


def _breakable(value: Any) -> Any:
    """Let a long run of Latin letters, such as an address on the web, be broken anywhere."""
    if isinstance(value, str):
        return _RUN.sub(lambda run: ZERO_WIDTH_SPACE.join(run[0]), value)
    if isinstance(value, dict):
        return {k: v if k in NAMES else _breakable(v) for k, v in value.items()}
    return [_breakable(item) for item in value] if isinstance(value, list) else value


def _table(block: StatTable, _: Files) -> dict[str, Any]:
    return {
        "type": "table",
        "caption": block.caption,
        "rows": [
            [
                {"text": c.text, "role": c.role, "rowspan": c.rowspan, "colspan": c.colspan}
                for c in row
            ]
            for row in block.rows
        ],
        "head_rows": block.head_rows,
        "widths": list(block.widths),
        "notes": list(block.notes),
        "is_tall": _is_tall(block),
    }


def _is_tall(block: StatTable) -> bool | None:
    """Tell whether a table is higher than most of a page; None where that is to be measured.

    Of a statutory one with numbers in it that is known by its rows.
    """
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
    StatTable: _table,
    Chart: _chart,
    Picture: _picture,
}
