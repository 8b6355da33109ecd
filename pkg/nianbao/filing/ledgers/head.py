"""Which row of a sheet is the header of a ledger, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from nianbao.errors import listed
from nianbao.filing.grid import Position, column_letters
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.kinds import LedgerKind, personal_words
from nianbao.filing.ledgers.ledger import Heading
from nianbao.filing.ledgers.personal import masked
from nianbao.filing.numbers import Raw, print_cell

ROWS_LOOKED_AT = 30
DEEPEST = 3  # rows that a header may have
NEAR = 0.75  # how alike a heading and a known name must be
APART = 0.1  # by how much the next best must be less alike
_MARKS = re.compile(r"\|[^|]*\||[*＊:,]")  # brackets with what is in them, as labels are compared


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a ledger.

    Attributes
    ----------
    row
        The first row below it, counted from zero.
    headings
        The columns that are known, by key.
    unread, personal
        Headings of all others, and of those with personal data.
    flaws
        What keeps the ledger from being used, in Chinese; empty as a rule.
    """

    row: int
    headings: Mapping[str, Heading]
    unread: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()


def find_header(
    rows: Sequence[Sequence[Raw]], origins: Mapping[Position, Position], kind: LedgerKind
) -> Header | None:
    """Find the header among the first rows: where most columns are known.

    Parameters
    ----------
    rows
        The first rows of the sheet.
    origins
        Cells that a merged one covers, to its first cell.

    Returns
    -------
    Header or None
        None where no row has two known columns, or one that must be there.
    """
    for first in range(min(len(rows), ROWS_LOOKED_AT)):  # as a rule, one row that has all
        texts = _texts(rows, origins, range(first, first + 1))
        if not _header(texts, kind, first + 1, is_near=False).flaws:
            return _best(rows, origins, kind, range(first, first + 1))
    return _best(rows, origins, kind, range(min(len(rows), ROWS_LOOKED_AT)))


def _best(
    rows: Sequence[Sequence[Raw]],
    origins: Mapping[Position, Position],
    kind: LedgerKind,
    firsts: Iterable[int],
) -> Header | None:
    """Find the rows that have most known columns between them; the first is one of `firsts`."""
    spans = [
        range(first, first + depth)
        for first in firsts
        for depth in range(1, DEEPEST + 1)
        if first + depth <= len(rows)
    ]
    texts = {span: _texts(rows, origins, span) for span in spans}
    for count in (is_known, _is_near):  # the second takes its time, and is seldom needed
        known = {span: sum(count(text, kind) for text in set(texts[span])) for span in spans}
        # A deeper header must tell more: else its last row is one of the data already.
        best = max(spans, key=lambda span: (known[span], -len(span)), default=None)
        if best is not None and known[best] > 1:
            return _header(texts[best], kind, best.stop)
    return None


def is_known(text: str, kind: LedgerKind) -> bool:
    """Tell whether a heading is a name of a column as it is known."""
    return _key(text, kind) is not None


def _is_near(text: str, kind: LedgerKind) -> bool:
    return match(text, kind) is not None


def match(text: str, kind: LedgerKind) -> tuple[str, bool] | None:
    """Give the key of the column that a heading names, and whether only nearly; None for none."""
    key = _key(text, kind)
    if key is not None:
        return key, False
    if not text or is_personal(text):
        return None
    bare = _MARKS.sub("", normalise(text))
    alike: dict[str, float] = {}
    for name, own in _names(kind).items():
        ratio = SequenceMatcher(None, bare, name).ratio()
        alike[own] = max(alike.get(own, 0), ratio)
    (key, ratio), *others = sorted(alike.items(), key=lambda item: -item[1])
    next_best = others[0][1] if others else 0
    return (key, True) if ratio >= NEAR and ratio - next_best >= APART else None


def _key(text: str, kind: LedgerKind) -> str | None:
    label = normalise(text)
    return _names(kind).get(label) or _names(kind).get(_MARKS.sub("", label))


@cache
def _names(kind: LedgerKind) -> Mapping[str, str]:
    """Give every known name of a column, as labels are compared, to its key."""
    return {
        normalise(name): column.key
        for column in kind.columns
        for name in (column.name, *column.aliases)
    }


def is_personal(text: str) -> bool:
    """Tell whether a heading is of personal data."""
    label = normalise(text).lower()
    return any(word.lower() in label for word in personal_words())


def _texts(
    rows: Sequence[Sequence[Raw]], origins: Mapping[Position, Position], span: range
) -> list[str]:
    """Give the heading of each column: what its cells say from above, once each."""
    width = max((len(rows[row]) for row in span), default=0)
    texts = []
    for column in range(width):
        seen = dict.fromkeys(origins.get((row, column), (row, column)) for row in span)
        parts = [print_cell(_cell(rows, *at)) for at in seen]
        if len(span) > 1 and not parts[0] and any(parts[1:]):
            parts[0] = _left_of(rows, span, column)
        texts.append("".join(parts))
    return texts


def _left_of(rows: Sequence[Sequence[Raw]], span: range, column: int) -> str:
    """Give the upper heading that spans to here although nobody merged its cells."""
    for left in range(column - 1, -1, -1):
        if not print_cell(_cell(rows, span[-1], left)):
            return ""
        if upper := print_cell(_cell(rows, span[0], left)):
            return upper
    return ""


def _cell(rows: Sequence[Sequence[Raw]], row: int, column: int) -> Raw:
    return rows[row][column] if column < len(rows[row]) else None


def _header(texts: Sequence[str], kind: LedgerKind, below: int, *, is_near: bool = True) -> Header:
    """Make the header of these headings; `is_near` takes also what is only nearly a known name."""
    found: dict[str, list[Heading]] = {}
    unread: list[str] = []
    personal: list[str] = []
    for column, text in enumerate(texts):
        known = match(text, kind) if is_near or is_known(text, kind) else None
        if known is not None:
            key, nearly = known
            heading = Heading(text, column, "near" if nearly else "exact")
            found.setdefault(key, []).append(heading)
        elif text:
            (personal if is_personal(text) else unread).append(masked(text))
    headings: dict[str, Heading] = {}
    flaws: list[str] = []
    for key, options in found.items():
        exact = [heading for heading in options if heading.how == "exact"] or options
        headings[key] = exact[0]
        unread += [heading.text for heading in options if heading not in exact]
        if len(exact) > 1:
            flaws.append(_twice(exact))
    flaws += _missing(headings, kind)
    return Header(below, headings, tuple(unread), tuple(personal), tuple(flaws))


def _twice(headings: Sequence[Heading]) -> str:
    places = (f"“{h.text}”（{column_letters(h.column)} 列）" for h in headings)
    return f"这几列说的是同一项，只能留一列：{listed(places)}"


def _missing(headings: Mapping[str, Heading], kind: LedgerKind) -> Iterator[str]:
    lacking = [c.name for c in kind.columns if c.required and c.key not in headings]
    if lacking:
        yield f"缺少列：{'、'.join(lacking)}"
