"""Characters that nobody sees, but that change or hide what is read: the one table of the package.

It is written out, for Python's own tables differ from version to version, and would print other
bytes. What is in no table yet, or means something in one office only, is named in messages too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Controls but tab and line feed; soft hyphen, joiners, fillers, blanks without width; marks and
# overrides of direction; ends of lines and paragraphs; variation selectors; halves of pairs;
# noncharacters, annotations, tags.
_RANGES = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"[{_RANGES}]")
_HIDDEN_RUNS = re.compile(f"[{_RANGES}]+")
_HIDDEN_OR_SPACE = re.compile(rf"[\s{_RANGES}]+")
_ENDS = re.compile(rf"\A[\s{_RANGES}]+|[\s{_RANGES}]+\Z")
_TURNS_DIGITS, _TURNS_SIGNS = "\u202e", frozenset("\u061c\u200f\u202b\u2067")
_MAY_SHOW = "\u00ad"  # as a hyphen
_UNKNOWN = frozenset({"Cf", "Cn", "Co"})  # signs of format, unassigned and private characters


def is_hidden(character: str) -> bool:
    """Tell whether nobody sees a character, such as one that turns the direction."""
    return _HIDDEN.fullmatch(character) is not None


def hidden_characters(text: str) -> tuple[str, ...]:
    """Give the hidden characters of a text, each once, in the order of their codes."""
    return tuple(sorted(set(_HIDDEN.findall(text))))


def without_hidden(text: str) -> str:
    """Give the text without hidden characters, such as one that turns the order of digits."""
    return _HIDDEN_RUNS.sub("", text)


def without_spaces(text: str) -> str:
    """Give the text without white space of any width, and without hidden characters."""
    return _HIDDEN_OR_SPACE.sub("", text)


def trim(text: str) -> str:
    """Give the text without white space and hidden characters at its ends."""
    return _ENDS.sub("", text)


def is_as_shown(text: str) -> bool:
    """Tell whether a short text shows as it reads without its hidden characters.

    One of them turns its digits round, others the signs between them; some part it into two lines,
    and one may show as a hyphen.
    """
    inner = text.replace("\r\n", "\n").strip().rstrip(_MAY_SHOW)
    hidden = set(_HIDDEN.findall(inner))
    if hidden & {_TURNS_DIGITS, _MAY_SHOW} or any(map(str.isspace, hidden)):
        return False
    digits = sum(map(str.isdecimal, inner))
    return hidden.isdisjoint(_TURNS_SIGNS) or digits in {0, len(without_spaces(text))}


def code_point(character: str) -> str:
    """Name a character by its code: ``U+202E``."""
    return f"U+{ord(character):04X}"


def code_points(characters: Iterable[str]) -> str:
    """Name characters by their codes: ``U+202C、U+202E``."""
    return "、".join(map(code_point, characters))


def name_hidden(text: str) -> str:
    """Give the text with hidden characters named by their codes, ``[U+202E]``; its lines stay.

    Such characters may steer a terminal, turn a line round, or hide why two names differ.
    """
    if text.isprintable() and _HIDDEN.search(text) is None:  # as nearly always
        return text
    return "".join(f"[{code_point(char)}]" if _is_to_name(char) else char for char in text)


def _is_to_name(char: str) -> bool:
    return is_hidden(char) or unicodedata.category(char) in _UNKNOWN
