"""What an analyst's own cell shows, as blocks: a table, a picture, words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nianbao.render.hypertext import Read, html_blocks
from nianbao.render.markdown import markdown_blocks
from nianbao.render.pictures import NoPicture, decoded, picture_of
from nianbao.report.blocks import Paragraph, StatTable

HTML, MARKDOWN, PLAIN, JSON = "text/html", "text/markdown", "text/plain", "application/json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")


def foreign_blocks(data: Mapping[str, Any], said: Mapping[str, Any]) -> Read:
    """Give the blocks of one output that is none of ours, and the warnings about it.

    Of several forms of the same, the first that can be printed is taken: a table, a picture, then
    words.

    Parameters
    ----------
    data
        MIME type to content, as nbformat has it.
    said
        What the cell's metadata say under ``nianbao``: ``caption``, ``alt``.
    """
    caption, alt = str(said.get("caption", "")), str(said.get("alt", ""))
    page = html_blocks(_joined(data[HTML]), caption=caption) if HTML in data else Read([], [])
    if any(isinstance(block, StatTable) for block in page.blocks):
        return _captioned(page)
    for mimetype in PICTURES:
        if mimetype in data:
            return _picture(mimetype, _joined(data[mimetype]), caption, alt)
    if page.blocks:
        return page
    if MARKDOWN in data:
        return markdown_blocks(_joined(data[MARKDOWN]))
    return _words(data, page)


def _words(data: Mapping[str, Any], page: Read) -> Read:
    """Give what is left: a formula or data as they are written, or a text where that is all."""
    if "text/latex" in data:
        return _code(_joined(data["text/latex"]))
    if JSON in data:
        return _code(json.dumps(data[JSON], ensure_ascii=False, indent=2))
    others = sorted(data.keys() - {PLAIN, HTML})
    if not others and HTML not in data:
        return _code(_joined(data.get(PLAIN, "")))
    if others:
        kinds = "、".join((*others, *([HTML] if HTML in data else [])))
        return Read([], [f"这种输出没有放进文档：{kinds}"])
    return page


def _code(text: str) -> Read:
    stripped = text.strip("\n").rstrip()
    return Read([Paragraph(inlines=(stripped,), role="code")] if stripped.strip() else [], [])


def _joined(content: object) -> str:
    """Give text that nbformat may hold as lines."""
    return "".join(content) if isinstance(content, list) else str(content)


def _picture(mimetype: str, data: str, caption: str, alt: str) -> Read:
    try:
        content = data.encode() if mimetype == PICTURES[0] else decoded(data)
        picture = picture_of(content, alt, caption)
    except NoPicture as error:
        return Read([], [str(error)])
    warnings = []
    if not alt:
        warnings.append("图没有文字说明；写在单元格元数据 nianbao.alt 中")
    if not caption:
        warnings.append("图没有标题；写在单元格元数据 nianbao.caption 中")
    return Read([picture], warnings)


def _captioned(page: Read) -> Read:
    lacks = any(isinstance(block, StatTable) and not block.caption for block in page.blocks)
    missing = "表格没有标题；写在单元格元数据 nianbao.caption 中"
    return Read(page.blocks, [*page.warnings, *([missing] if lacks else [])])
