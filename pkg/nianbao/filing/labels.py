"""Labels: equal in spite of typography, never in spite of wording."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from nianbao.characters import without_spaces

ALIKE = 0.5  # of two labels

_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„‟＂「」『』《》‘’'", '"'),
        **dict.fromkeys("〔〕【】[]{}〈〉", "|"),
        **dict.fromkeys("()", "|"),
        **dict.fromkeys("、。．.;；:：·・", ","),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_NOTHING = re.compile(r"[\s\-‐‑‒–—―─−/／\\~_·.…]*")


@lru_cache(8192)  # a sheet is searched for its labels several times
def normalise(text: str) -> str:
    """Give the form in which labels are compared.

    Width, white space, hidden characters, and the look of brackets, quotes and stops are made one.
    The wording stays: 总计 is not 合计.
    """
    return without_spaces(unicodedata.normalize("NFKC", text)).translate(_SAME)


def nearest_label(label: str, known: Iterable[str]) -> str:
    """Give the known label that is spelled most like `label`, as it is printed; or ``""``.

    Labels of a form differ more than names of offices do: half the characters are enough.
    """
    printed = {normalise(item): item for item in known}
    matches = get_close_matches(normalise(label), printed, n=1, cutoff=ALIKE)
    return printed[matches[0]] if matches else ""


def says_nothing(text: str) -> bool:
    """Tell whether a text is what people leave where they have nothing to say: a blank, a dash."""
    return _NOTHING.fullmatch(text) is not None
