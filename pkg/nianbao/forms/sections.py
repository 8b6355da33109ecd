"""What a form has besides its tables: its sections, and by when what has to be done."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections: its number, its exact title, what belongs there, for clerks."""

    number: int
    title: str
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until which day of the next year who has to do what, and on what ground."""

    who: str
    by: str
    does: str
    article: str
