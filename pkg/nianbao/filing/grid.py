"""A sheet as a grid of cells with addresses, whose merged cells know where they begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from nianbao.characters import trim
from nianbao.filing.figure import Address
from nianbao.filing.labels import normalise
from nianbao.filing.notes import is_formula
from nianbao.filing.numbers import Raw, hidden_in, print_cell

Position = tuple[int, int]

MARGIN = "核对区（不填、不读）"
"""What stands in this cell, below it and to the right of it is no part of a table."""

_MARGIN = normalise(MARGIN)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet.

    Attributes
    ----------
    file
        The workbook as messages name it.
    cells
        Rows of cells from A1, all of one length.
    origins
        Each cell that a merged one covers, to the first cell of that.
    notes
        Cells that calamine gives as blank, to what they hold (see `nianbao.filing.notes`).
    """

    file: str
    name: str
    cells: tuple[tuple[Raw, ...], ...]
    origins: Mapping[Position, Position] = field(default_factory=dict)
    notes: Mapping[Position, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows have been used."""
        return len(self.cells)

    @property
    def width(self) -> int:
        """How many columns have been used."""
        return len(self.cells[0]) if self.cells else 0

    def raw(self, row: int, column: int) -> Raw:
        """Give the cell as calamine does; None beyond the sheet."""
        inside = 0 <= row < self.height and 0 <= column < self.width
        return self.cells[row][column] if inside else None

    def text(self, row: int, column: int) -> str:
        """Give the cell as a clerk sees it."""
        return print_cell(self.raw(row, column))

    def hidden(self, row: int, column: int) -> tuple[str, ...]:
        """Give the hidden characters that `text` leaves out."""
        return hidden_in(self.raw(row, column))

    def content(self, row: int, column: int) -> str:
        """Give a text cell as a clerk sees it, an error as well; a formula without result is blank.

        Labels are looked for by `text`, to which an error is none.
        """
        return self._error(row, column) or self.text(row, column)

    def as_filed(self, row: int, column: int) -> str:
        """Give a text cell with the hidden characters within it, which whoever shows it names."""
        raw = self.raw(row, column)
        text = trim(raw) if isinstance(raw, str) else self.text(row, column)
        return self._error(row, column) or text

    def _error(self, row: int, column: int) -> str:
        note = self.notes.get((row, column), "")
        return "" if is_formula(note) else note

    def label(self, row: int, column: int) -> str:
        """Give the cell as labels are compared."""
        return normalise(self.text(row, column))

    def origin(self, row: int, column: int) -> Position:
        """Give the first cell of the merged cell that this one is part of, or itself."""
        return self.origins.get((row, column), (row, column))

    def is_blank(self, row: int, column: int) -> bool:
        """Tell whether nothing stands in the cell, not even an error or an unsaved formula."""
        return not self.text(row, column) and (row, column) not in self.notes

    def row_cells(self, row: int) -> Iterator[tuple[int, str]]:
        """Yield the columns of a row that hold something, and their labels."""
        for column in range(self.width):
            label = self.label(row, column)
            if label:
                yield column, label

    def without_margins(self) -> Self:
        """Give the sheet without what stands at, below and to the right of a cell `MARGIN`."""
        marks = [
            (row, column)
            for row, line in enumerate(self.cells)
            for column, raw in enumerate(line)
            if isinstance(raw, str) and MARGIN[0] in raw and normalise(raw) == _MARGIN
        ]
        if not marks:
            return self

        def inside(row: int, column: int) -> bool:
            return not any(row >= top and column >= left for top, left in marks)

        return replace(
            self,
            cells=tuple(
                tuple(raw if inside(row, column) else None for column, raw in enumerate(line))
                for row, line in enumerate(self.cells)
            ),
            origins={at: first for at, first in self.origins.items() if inside(*at)},
            notes={at: note for at, note in self.notes.items() if inside(*at)},
        )

    def address(self, row: int, column: int) -> Address:
        """Give the address of a cell, such as D27."""
        return Address(self.file, self.name, f"{column_letters(column)}{row + 1}")


def column_letters(column: int) -> str:
    """Give the letters of a column that is counted from zero: A, Z, AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
