"""What recognition gives: the cells of a table, and what had to be said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao.filing.figure import Address
from nianbao.filing.filing import Remark
from nianbao.filing.printed import Misprint
from nianbao.forms import Table
from nianbao.published.model import Cell

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One statutory table as it was found.

    Attributes
    ----------
    form
        Key of the form whose table it is.
    cells
        By keys of row and column; a cell without text is blank in the file.
    unread
        Cells whose number cannot be told with certainty, and what stands there.
    lines
        Numbers of the first line of the document that it takes, and of the one after its last.
    """

    table: Table
    form: str
    cells: Mapping[Place, Cell]
    unread: Mapping[Place, Cell]
    lines: tuple[int, int]
    remarks: tuple[Remark, ...] = ()
    misprints: tuple[Misprint, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every cell was found."""
        return not self.unread

    @property
    def values(self) -> tuple[str, ...]:
        """Every cell's text, in the order of the form; to compare two tables."""
        return tuple(
            self.cells[at].text if (at := (row.key, column.key)) in self.cells else ""
            for _, row, column in self.table.cells()
        )


@dataclass(slots=True)
class Sheet:
    """A table while it is being found."""

    cells: dict[Place, Cell] = field(default_factory=dict)
    unread: dict[Place, Cell] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    misprints: list[tuple[str, str, Address]] = field(default_factory=list)

    def lose(self, row: str, columns: tuple[str, ...], cell: Cell, told: str) -> None:
        """Say of some cells of a row that they cannot be read."""
        self.unread.update({(row, column): cell for column in columns})
        self.remarks.append(Remark(told, cell.address))

    def nothing(self, row: str, columns: tuple[str, ...], where: Address, told: str) -> None:
        """Say that a row is not there."""
        self.lose(row, columns, Cell("", where), told)
