"""Numbers by which a person can be told, struck out of whatever is said about a ledger."""

from __future__ import annotations

import re

STRUCK_OUT = "×××"

# Each may be typed in groups. What else has so many digits (a case, a credit code) is no person's.
_GAP = r"[ \-‐–—.·]{0,2}"
_MOBILE = rf"(?:\+?0{{0,2}}86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_LANDLINE = r"\(?0\d{2,3}[)\- ‐–—]{1,2}[2-9]\d{2,3}[ \-]?\d{4}"
_MONTH_AND_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d{{2}}{_MONTH_AND_DAY}{_GAP}\d{{3}}[\dXx]"
_OLD_IDENTITY = rf"[1-9]\d{{5}}{_GAP}\d{{2}}{_MONTH_AND_DAY}{_GAP}\d{{3}}"
_NUMBERS = re.compile(rf"(?<!\d)(?:{_MOBILE}|{_IDENTITY}|{_OLD_IDENTITY}|{_LANDLINE})(?!\d)")

# One character for one, so that places stay the same.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}


def masked(text: str) -> str:
    """Strike out numbers of telephones and identity cards, in whatever width and grouping."""
    plain = text.translate(_PLAIN)
    kept, end = [], 0
    for found in _NUMBERS.finditer(plain):
        kept.append(text[end : found.start()])
        end = found.end()
    return STRUCK_OUT.join([*kept, text[end:]])


def has_personal_number(text: str) -> bool:
    """Tell whether a text has such a number in it."""
    return _NUMBERS.search(text.translate(_PLAIN)) is not None
