"""What the block `nianbao.report.blocks.Composition` is made of: units, and what each gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["counted", "missing", "left_out"]


@dataclass(frozen=True, slots=True)
class Member:
    """A unit below a government.

    Attributes
    ----------
    file
        Its workbook, as the project names it; empty for none.
    reason
        Why it is missing or left out; empty where it is counted.
    """

    code: str
    name: str
    file: str = ""
    state: State = "counted"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What a unit, named by its code, gives to a cell, and where that was filed or computed."""

    unit: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class CellParts:
    """A cell of a table and what it is the sum of.

    Attributes
    ----------
    row, column
        The headings, as printed; the first empty in a table of one row.
    value
        The sum of what is known; empty where nothing is.
    stated
        What the government states itself; empty where it leaves the cell to the sum.
    shares
        What is not zero, in the order of the units.
    blank
        Codes of the units that tell no number.
    """

    ref: str
    table: str
    row: str
    column: str
    unit: str
    value: str
    stated: str = ""
    shares: tuple[Share, ...] = ()
    blank: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Both headings in a line."""
        return " · ".join(filter(None, (self.row, self.column)))
