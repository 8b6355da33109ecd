"""Lines of an analyst's own cell as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from nianbao.report.characters import escape
from nianbao.report.inlines import Item, Words


def words_html(part: str | Words) -> str:
    """Give words with their marks; a link has an address of the web or of mail, or none."""
    if isinstance(part, str):
        return escape(part)
    html = escape(part.text)
    for mark in reversed(part.marks):
        html = f"<{mark}>{html}</{mark}>"
    link = f'<a href="{escape(part.href)}" rel="noopener noreferrer">'
    return f"{link}{html}</a>" if part.href else html


def list_html(items: Sequence[Item], attribute: str) -> str:
    """Give lines as a list; `attribute` goes into its tag."""
    return _nested(items, 1, attribute) + "\n"


def _nested(items: Sequence[Item], level: int, attribute: str) -> str:
    """Give lines as a list; deeper ones are lists within the line above them."""
    starts = [i for i, item in enumerate(items) if i == 0 or (item.level <= level and item.mark)]
    lines = [items[a:b] for a, b in pairwise([*starts, len(items)])]
    html = ""
    for tag, group in groupby(lines, key=lambda line: _tag(line[0])):
        same = list(group)
        start = f' start="{escape(same[0][0].mark[:-1])}"' if tag == "ol" else ""
        # No line feed between: a page keeps those that stand in an item.
        inside = "".join(f"<li>{_line(line, level)}</li>" for line in same)
        html += f"<{tag}{start}{attribute}>{inside}</{tag}>"
        attribute = ""
    return html


def _line(items: Sequence[Item], level: int) -> str:
    html = ""
    for is_deeper, group in groupby(items, key=lambda item: item.level > level):
        if is_deeper:
            html += _nested(list(group), level + 1, "")
            continue
        for item in group:
            text = "".join(map(words_html, item.inlines))
            html += text if item.mark else f"<p>{text}</p>"
    return html


def _tag(item: Item) -> str:
    return "ol" if item.mark[:-1].isdecimal() else "ul"
