"""A ledger as read: its rows, and what became of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from nianbao.filing.figure import Address
from nianbao.filing.grid import column_letters
from nianbao.filing.ledgers.kinds import LedgerKind

if TYPE_CHECKING:
    import pandas as pd

RANGES_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the ledger that is read.

    Attributes
    ----------
    text
        As it stands there.
    column
        Where, counted from zero.
    how
        ``exact``, or ``near`` where only a similar name is known.
    """

    text: str
    column: int
    how: Literal["exact", "near"] = "exact"


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not used.

    Attributes
    ----------
    row
        Its number, from one.
    key
        Of the column that is to blame.
    raw
        What stands there, shortened.
    why, hint
        In Chinese: what is wrong with it, and what to do.
    """

    row: int
    key: str
    raw: str
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Oddity:
    """What was read with certainty, but is not written as it should be.

    Attributes
    ----------
    count, rows
        In how many rows; the numbers of the first of them, from one. None where it is of all.
    """

    key: str
    what: str
    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """A ledger of one agency and year.

    Attributes
    ----------
    file, sheet
        As addresses name them.
    headings
        The columns that are read, by key.
    unread, personal
        Headings of the columns that nianbao does not know, and of those that hold personal data:
        none of them is read.
    flaws
        Why nothing of it could be used: a column that is missing or there twice. Empty as a rule.
    hidden_rows, is_hidden
        Rows that are hidden, from one, and whether the whole sheet is; they are read all the same.
    frame
        The rows that are used, by their numbers (index ``row``, from one), one column per key:
        dates as ``datetime64[s]``, choices and texts as ``str`` (None where blank), flags as
        ``bool``, or nullable where blank says nothing (``satisfied``); money as whole numbers of
        a ten-thousandth 元.
    read, blank, elsewhere
        Numbers of rows: with anything in them, with nothing between those, and of another year.
    elsewhere_rows
        The numbers of the first of those of another year.
    rejects
        Rows that are not used, in order; the first of them only, `rejected` is how many there are.
    """

    kind: LedgerKind
    file: str
    sheet: str
    headings: Mapping[str, Heading]
    frame: pd.DataFrame
    read: int = 0
    blank: int = 0
    elsewhere: int = 0
    rejected: int = 0
    elsewhere_rows: tuple[int, ...] = ()
    rejects: tuple[Reject, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    unread: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    flaws: tuple[str, ...] = field(default=())
    hidden_rows: tuple[int, ...] = ()
    is_hidden: bool = False

    @property
    def used(self) -> int:
        """How many rows are used."""
        return len(self.frame)

    @property
    def is_complete(self) -> bool:
        """Whether every row of the year could be used."""
        return not self.rejected and not self.flaws

    def address(self, row: int, key: str = "") -> Address:
        """Give the address of a row's cell in a column, in the first one that is read without."""
        first = min((h.column for h in self.headings.values()), default=0)
        column = self.headings[key].column if key in self.headings else first
        return Address(self.file, self.sheet, f"{column_letters(column)}{row}")

    def heading(self, key: str) -> str:
        """Give the heading of a column as it stands there, else as it is usually called."""
        found = self.headings.get(key)
        return found.text if found else self.kind.column(key).name


def rows_text(rows: Collection[int], *, most: int = RANGES_AT_MOST) -> str:
    """Name rows, in their order: 第 3、7—9 行; after so many ranges, how many there are in all."""
    ranges: list[list[int]] = []
    for number in rows:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        elif len(ranges) <= most:
            ranges.append([number, number])
        else:
            break
    shown = (f"{a}" if a == b else f"{a}—{b}" for a, b in ranges[:most])
    rest = f" 等 {len(rows)} 行" if len(ranges) > most else " 行"
    return f"第 {'、'.join(shown)}{rest}"
