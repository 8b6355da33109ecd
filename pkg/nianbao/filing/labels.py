"""Labels: equal in spite of typography, never in spite of wording."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from nianbao.characters import without_spaces
from nianbao.errors import nearest

_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„‟＂「」『』《》‘’'", '"'),
        **dict.fromkeys("〔〕【】[]{}〈〉", "|"),
        **dict.fromkeys("()", "|"),
        **dict.fromkeys("、。．.;；:：·・", ","),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)


@lru_cache(8192)  # a sheet is searched for its labels several times
def normalise(text: str) -> str:
    """Give the form in which labels are compared.

    Width, white space, hidden characters, and the look of brackets, quotes and stops are made one.
    The wording stays: 总计 is not 合计.
    """
    return without_spaces(unicodedata.normalize("NFKC", text)).translate(_SAME)


def nearest_label(label: str, known: Iterable[str]) -> str:
    """Give the known label that is spelled most like `label`, as it is printed; or ``""``."""
    printed = {normalise(item): item for item in known}
    return printed.get(nearest(normalise(label), printed), "")
