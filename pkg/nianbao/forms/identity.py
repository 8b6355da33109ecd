"""What must be equal within a table, and what usually is from one year to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Along = Literal["row", "column"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What must be equal within a table: the sum of `parts` and the sum of `whole`.

    Attributes
    ----------
    key
        I1, I2, I3 or J1, as in ``forms.md`` §7.
    check
        The check that compares it: A1 to A4.
    along
        ``row``: parts and whole are columns, it holds in each row; ``column``: the other way.
    label
        The equation in a few words, for clerks.
    """

    key: str
    check: str
    table: str
    along: Along
    parts: tuple[str, ...]
    whole: tuple[str, ...]
    source: str
    label: str = field(default="", compare=False)

    @property
    def defines(self) -> str:
        """The one row or column that the parts define, or ``""`` where two sums are compared."""
        return self.whole[0] if len(self.whole) == 1 else ""


@dataclass(frozen=True, slots=True)
class Continuity:
    """What usually follows from last year: whole = sum of before + sum of plus - sum of minus.

    It may fail for good reasons (offices merge, documents lapse), so nobody is told to mend it.

    Attributes
    ----------
    key
        I4, K1, L1 or L2, as in ``forms.md`` §7.
    along
        As in `Identity`; it is about each row (column) of a block that has all of its columns
        (rows).
    whole, plus, minus
        Keys of this year's columns (rows).
    before
        Keys of last year's.
    carries
        A new workbook has it filled in.
    label
        The equation in a few words, for clerks.
    """

    key: str
    table: str
    along: Along
    whole: str
    before: tuple[str, ...]
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    carries: bool = False
    label: str = field(default="", compare=False)
