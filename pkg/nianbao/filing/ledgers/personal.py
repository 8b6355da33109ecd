"""Numbers by which a person can be told, struck out of whatever is said about a ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

STRUCK_OUT = "×××"

# Each may be typed in groups. What else has so many digits (a case, a credit code) is no person's.
_GAP = r"[ \-‐–—.·]{0,2}"
_MOBILE = rf"(?:\+?0{{0,2}}86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_LANDLINE = r"\(?0\d{2,3}[)\- ‐–—]{1,2}[2-9]\d{2,3}[ \-]?\d{4}"
_MONTH_AND_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d{{2}}{_MONTH_AND_DAY}{_GAP}\d{{3}}[\dXx]"
_OLD_IDENTITY = rf"[1-9]\d{{5}}{_GAP}\d{{2}}{_MONTH_AND_DAY}{_GAP}\d{{3}}"
_NUMBERS = re.compile(
    rf"(?<!\d)(?:(?P<mobile>{_MOBILE})|(?P<identity>{_IDENTITY})|(?P<old_identity>{_OLD_IDENTITY})"
    rf"|(?P<landline>{_LANDLINE}))(?!\d)"
)
_CARD = re.compile(rf"(?<!\d)[3-6]\d{{3}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)")
_WEIGHTS = [2**power % 11 for power in range(17, 0, -1)]
_CHECK_DIGITS = "10X98765432"

# One character for one, so that places stay the same.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A number by which a person can be told.

    Attributes
    ----------
    kind
        ``mobile``, ``identity``, ``old_identity``, ``landline`` or ``card``.
    is_sure
        Its check digit is right, where its kind has one.
    """

    kind: str
    start: int
    end: int
    is_sure: bool


def personal_numbers(text: str) -> Iterator[PersonalNumber]:
    """Yield the numbers of telephones, identity cards and bank cards in a text."""
    plain = text.translate(_PLAIN)
    identities = []
    for found in _NUMBERS.finditer(plain):
        kind = str(found.lastgroup)
        if kind == "identity":
            identities.append(found.span())
        is_sure = kind != "identity" or _is_identity(found.group())
        yield PersonalNumber(kind, *found.span(), is_sure)
    for found in _CARD.finditer(plain):
        if found.span() not in identities:
            yield PersonalNumber("card", *found.span(), _is_card(found.group()))


def _is_identity(number: str) -> bool:
    """Tell whether the check digit of GB 11643 is right."""
    digits = re.sub(r"[^\dXx]", "", number).upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
    return digits[17] == _CHECK_DIGITS[total % 11]


def _is_card(number: str) -> bool:
    """Tell whether the check digit of Luhn is right."""
    digits = [int(digit) for digit in re.sub(r"\D", "", number)][::-1]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]  # noqa: PLR2004 - of 10
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


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
