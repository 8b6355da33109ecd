"""HTML that somebody else wrote, as blocks: what a browser would show of it, and no more.

Nothing of it goes through as HTML: words, lists, tables and pictures are read out, comments and
what is hidden stay behind, and what cannot be printed is named.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement

from nianbao.errors import RenderError
from nianbao.render.html_tables import table_block
from nianbao.render.html_text import (
    BLOCKS,
    KNOWN,
    MARKS,
    UNPRINTABLE,
    Piece,
    inlines_of,
    is_unseen,
    plain,
    web_address,
    words_of,
)
from nianbao.render.pictures import NoPicture, Pictures, picture_of
from nianbao.report.blocks import Block, Heading, ItemList, Paragraph
from nianbao.report.drawing import with_case
from nianbao.report.inlines import Item, Mark

DEEPEST = 4  # level of a heading
DEEPEST_ITEM = 6
BULLET = "·"

# Comments, also where Markdown takes them for text; declarations; tags. What stands in code stays.
_SCAN = re.compile(
    r"<code\b[^<]*"
    r"|(?P<comment><!--(?:-?>|.*?(?:--!?>|(?P<open>\Z))))"
    r"|(?P<escaped>&lt;!--.*?(?:--!?(?:&gt;|>)|(?P<open_too>\Z)))"
    r"|(?P<declaration><[!?][^>]*(?:>|\Z))"
    r"|</?(?P<tag>[A-Za-z][^\s/>]*)[^>]*>?",
    re.DOTALL,
)
UNCLOSED = "HTML 注释没有结束，它后面的内容没有放进文档"


class Read(NamedTuple):
    """What was read, and what an analyst should know."""

    blocks: list[Block]
    warnings: list[str]


def html_blocks(
    source: str, pictures: Pictures | None = None, *, caption: str = "", is_markdown: bool = False
) -> Read:
    """Read HTML.

    Parameters
    ----------
    source
        From anybody: a fragment or a page.
    pictures
        Where those that it names are found.
    caption
        Of its tables.
    is_markdown
        It was made from Markdown, whose tables have a heading in the first column, and in which
        what looks like a comment is meant to be one.

    Raises
    ------
    RenderError
        It is nested too deeply.
    """
    reader = _Reader(pictures or Pictures(), caption, is_markdown=is_markdown)
    clean = reader.clean(source)
    try:
        return reader.read(BeautifulSoup(clean, "html.parser"))
    except RecursionError:
        raise RenderError("单元格里的 HTML 嵌套过深") from None


class _Reader:
    def __init__(self, pictures: Pictures, caption: str, *, is_markdown: bool) -> None:
        self.pictures = pictures
        self.caption = caption
        self.is_markdown = is_markdown
        self.blocks: list[Block] = []
        self.warnings: list[str] = []
        self.dropped: dict[str, None] = {}  # names of what cannot be printed
        self.line: list[Piece] = []
        self.items: list[Item] = []
        self.lists: list[int | None] = []  # the open ones: the next number, None for bullets
        self.mark = ""  # of the item that is about to begin
        self.quotes = 0

    def clean(self, source: str) -> str:
        """Take comments out, and make text of what looks like a tag and is none."""
        depth = 0  # of drawings, whose tags are their own

        def cleaned(found: re.Match[str]) -> str:
            nonlocal depth
            whole, name = found[0], (found["tag"] or "").lower()
            if found["open"] is not None or (self.is_markdown and found["open_too"] is not None):
                self.warnings.append(UNCLOSED)
            if found["comment"] or found["declaration"]:
                return ""
            if found["escaped"]:
                return "" if self.is_markdown else whole
            if name == "svg":
                depth += -1 if whole.startswith("</") else 1
            return whole if not name or depth > 0 or name in KNOWN else html.escape(whole)

        return _SCAN.sub(cleaned, source)

    def read(self, root: Tag) -> Read:
        """Read the whole."""
        self.walk(root, (), "")
        self.close_list()
        if self.dropped:
            self.warnings.append(f"这些内容没有放进文档：{'、'.join(self.dropped)}")
        return Read(self.blocks, self.warnings)

    def walk(self, parent: Tag, marks: tuple[Mark, ...], href: str) -> None:
        for node in parent.children:
            self.node(node, marks, href)

    def node(self, node: PageElement, marks: tuple[Mark, ...], href: str) -> None:
        text = words_of(node)
        if text is not None:
            self.line.append(Piece(text, marks, href))
        if not isinstance(node, Tag) or is_unseen(node):
            return
        if node.name in UNPRINTABLE:
            self.dropped[node.name] = None
        elif make := _WAYS.get(node.name):
            make(self, node, marks, href)
        elif node.name in BLOCKS:
            self.flush()
            self.walk(node, self.marked(node, marks), href)
            self.flush()
        else:
            self.walk(node, self.marked(node, marks), href)

    @staticmethod
    def marked(tag: Tag, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        mark = MARKS.get(tag.name)
        return (*marks, mark) if mark and mark not in marks else marks

    def flush(self) -> None:
        """End the line: an item of a list, or a paragraph."""
        inlines = inlines_of(self.line)
        self.line = []
        if not inlines:
            return
        if self.lists:
            self.items.append(Item(min(DEEPEST_ITEM, len(self.lists)), self.mark, inlines))
            self.mark = ""
        else:
            self.blocks.append(Paragraph(inlines=inlines, role="quote" if self.quotes else "body"))

    def close_list(self) -> None:
        self.flush()
        if self.items:
            self.blocks.append(ItemList(items=tuple(self.items)))
            self.items = []

    def emit(self, block: Block) -> None:
        self.close_list()
        self.blocks.append(block)

    def read_br(self, _tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        self.line.append(Piece("\n", marks, href))

    def read_a(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        own = str(tag.get("href", "")).strip()
        if "footnote" in tag.get_attribute_list("class"):
            return  # the way back from a footnote
        if own and not own.startswith("#") and not web_address(tag):
            self.warnings.append(f"这个链接没有放进文档：{own[:60]}")
        self.walk(tag, marks, web_address(tag) or href)

    def read_q(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        self.line.append(Piece("“", marks, href))
        self.walk(tag, marks, href)
        self.line.append(Piece("”", marks, href))

    def read_input(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        if tag.get("type") == "checkbox":
            self.line.append(Piece("☑ " if tag.has_attr("checked") else "☐ ", marks, href))
        elif tag.get("type") != "hidden":
            self.dropped["input"] = None

    def read_heading(self, tag: Tag, _marks: tuple[Mark, ...], _href: str) -> None:
        text = plain(tag)
        if text:
            self.emit(Heading(level=min(DEEPEST, int(tag.name[1])), text=text))
        self.read_images(tag)

    def read_hr(self, _tag: Tag, _marks: tuple[Mark, ...], _href: str) -> None:
        self.emit(Paragraph(inlines=(), role="rule"))

    def read_pre(self, tag: Tag, _marks: tuple[Mark, ...], _href: str) -> None:
        text = tag.get_text().rstrip()
        if text.strip():
            self.emit(Paragraph(inlines=(text.removeprefix("\n"),), role="code"))

    def read_blockquote(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        self.flush()
        self.quotes += 1
        self.walk(tag, marks, href)
        self.flush()
        self.quotes -= 1

    def read_list(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        self.flush()
        if self.mark:  # an item that is nothing but this list
            self.items.append(Item(min(DEEPEST_ITEM, len(self.lists)), self.mark, ()))
            self.mark = ""
        start = str(tag.get("start", "1"))
        first = int(start[:9]) if start.isdecimal() else 1
        self.lists.append(first if tag.name == "ol" else None)
        self.walk(tag, marks, href)
        self.flush()
        self.lists.pop()
        if not self.lists:
            self.close_list()

    def read_li(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        self.flush()
        if self.lists:
            number = self.lists[-1]
            self.mark = BULLET if number is None else f"{number}."
            self.lists[-1] = None if number is None else number + 1
        self.walk(tag, marks, href)
        self.flush()
        self.mark = ""

    def read_table(self, tag: Tag, _marks: tuple[Mark, ...], _href: str) -> None:
        table = table_block(tag, self.caption, has_stubs=self.is_markdown)
        if table is None:
            self.warnings.append("表格是空的，没有放进文档")
        else:
            self.emit(table)
        self.read_images(tag)

    def read_figure(self, tag: Tag, marks: tuple[Mark, ...], href: str) -> None:
        self.flush()
        below = tag.find("figcaption")
        image = tag.find("img")
        if isinstance(below, Tag) and isinstance(image, Tag):
            image["title"] = plain(below)
            below.extract()
        self.walk(tag, marks, href)
        self.flush()

    def read_images(self, tag: Tag) -> None:
        for image in tag.find_all("img"):
            self.read_img(image, (), "")

    def read_img(self, tag: Tag, _marks: tuple[Mark, ...], _href: str) -> None:
        address, alt = str(tag.get("src", "")), str(tag.get("alt", "")).strip()
        try:
            self.emit(self.pictures.find(address, alt, str(tag.get("title", "")).strip()))
        except NoPicture as error:
            self.warnings.append(f"{error}（{alt}）" if alt else str(error))
            return
        if not alt:
            self.warnings.append("图没有文字说明；写成 ![文字说明](图)")

    def read_svg(self, tag: Tag, _marks: tuple[Mark, ...], _href: str) -> None:
        title = tag.find("title")
        alt = str(tag.get("aria-label", "")) or (plain(title) if isinstance(title, Tag) else "")
        try:
            self.emit(picture_of(with_case(str(tag)).encode(), alt))
        except NoPicture as error:
            self.warnings.append(str(error))


_WAYS: dict[str, Callable[[_Reader, Tag, tuple[Mark, ...], str], None]] = {
    "br": _Reader.read_br,
    "a": _Reader.read_a,
    "q": _Reader.read_q,
    "input": _Reader.read_input,
    "hr": _Reader.read_hr,
    "pre": _Reader.read_pre,
    "blockquote": _Reader.read_blockquote,
    "li": _Reader.read_li,
    "table": _Reader.read_table,
    "figure": _Reader.read_figure,
    "img": _Reader.read_img,
    "svg": _Reader.read_svg,
    **dict.fromkeys(("ul", "ol"), _Reader.read_list),
    **{f"h{level}": _Reader.read_heading for level in range(1, 7)},
}
