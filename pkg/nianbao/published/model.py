"""What every reader gives: a document as lines of text and rows of tables, each with its place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from nianbao.filing.figure import Address
from nianbao.filing.filing import Remark

Shape = Literal["text", "row"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, or a piece of a line of text.

    Attributes
    ----------
    column, span
        Column of the grid at which it begins, and how many it covers; in a line of text, at which
        character it begins.
    """

    text: str
    address: Address
    column: int = 0
    span: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or a row of a table.

    Attributes
    ----------
    cells
        Of a row, in order, blank ones too, but not what a merged cell covers; of a line of text
        the one piece that it is.
    table
        Number of the table that a row belongs to, from one; zero for text.
    indent, right
        At which column the text begins and ends; a Chinese character is two wide.
    is_apart
        Something parts it from the line before: a blank line, or being a paragraph by itself.
    page
        From one, where the file has pages.
    """

    cells: tuple[Cell, ...]
    shape: Shape = "text"
    table: int = 0
    indent: float = 0
    right: float = 0
    is_apart: bool = True
    page: int = 0

    @property
    def text(self) -> str:
        """All its text, cells parted by blanks."""
        return " ".join(cell.text for cell in self.cells if cell.text)

    @property
    def address(self) -> Address:
        """Where it stands."""
        return self.cells[0].address


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read.

    Attributes
    ----------
    file
        As messages name it.
    digest
        SHA-256 of its bytes.
    remarks
        What a reviewer should know about the file: open revisions, comments.
    """

    file: str
    digest: str
    lines: tuple[Line, ...]
    remarks: tuple[Remark, ...] = ()


def display_width(text: str) -> int:
    """Give how wide a text is: a Chinese character is two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
