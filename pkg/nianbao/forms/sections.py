"""What a form has besides its tables: its sections, and by when what has to be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


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
    who, by
        As people read it; `by` is a day, such as 1月31日.
    kinds, levels
        Of the agencies in the register that it holds for; none where it is for reading only.
    """

    who: str
    by: str
    does: str
    article: str
    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def day(self, report_year: int) -> date:
        """Give the last day for the report of a year."""
        month, day = self.by.removesuffix("日").split("月")
        return date(report_year + 1, int(month), int(day))
