"""What a form has besides its tables: its sections, and by when what has to be done."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections: its number, its exact title, what belongs there, for clerks."""

    number: int
    title: str
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until which day of the next year who has to do what, and on what ground.

    Attributes
    ----------
    who, does, article
        In words, for clerks.
    by
        The last day, such as 1月31日.
    kinds, levels
        Of the agencies that it binds, as the register has them; no levels for all.
    """

    who: str
    by: str
    does: str
    article: str
    kinds: tuple[str, ...]
    levels: tuple[str, ...] = ()

    def day(self, year: int) -> dt.date:
        """Give the last day for the report of a year: it is one of the year after."""
        month, day = map(int, re.findall("[0-9]+", self.by))
        return dt.date(year + 1, month, day)

    def binds(self, kind: str, level: str) -> bool:
        """Tell whether it is that of an agency of this kind and level."""
        return kind in self.kinds and (not self.levels or level in self.levels)
