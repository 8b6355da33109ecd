"""Characters that nobody sees but that change what is seen, and text made safe for HTML."""

from __future__ import annotations

import html
import re
from functools import lru_cache

# Controls but tab and line feed, soft hyphens, zero-width and direction marks, line separators,
# variation selectors, halves of surrogate pairs, noncharacters, tags.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)


def hidden_characters(text: str) -> tuple[str, ...]:
    """Give the hidden characters of a text, each once, in the order of their codes."""
    return tuple(sorted(set(_HIDDEN.findall(text))))


def without_hidden(text: str) -> str:
    """Give the text without hidden characters, such as one that turns the order of digits."""
    return _HIDDEN.sub("", text)


def code_point(character: str) -> str:
    """Name a character by its code: ``U+202E``."""
    return f"U+{ord(character):04X}"


def escape(text: object) -> str:
    """Give the text for HTML, inside an element or a quoted attribute."""
    return _escape(str(text))


@lru_cache(8192)  # of a report's cells most say what others say, too: 件, 0, the name of a sheet
def _escape(text: str) -> str:
    return html.escape(without_hidden(text))
