"""A table of an analyst's own, made to fit a page: columns as wide as they need, else in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from nianbao.render.docx_table import PLAIN, TEXT_POINTS, type_of
from nianbao.render.html_tables import tiled
from nianbao.report.blocks import Cell, StatTable
from nianbao.report.canvas import width

MOST_STUBS = 3  # columns of headings that each part has again
LINE = 6  # characters of a line of words that a column has room for
LONGEST_WORD = 12  # Latin letters that stand together; a longer word may be broken
LONGEST_NUMBER = 24
WIDEST = 24  # characters for which a column gets more room than it needs
SHARE = 0.4  # of the page, at most, for one column

_NUMBER = re.compile(r"[-+−]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?[%‰]?")
_WORD = re.compile(r"[!-~]+")
_LONG_WORD = re.compile(rf"[!-~]{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column needs at least and would like, in characters, and how many words it has."""

    need: float
    wish: float
    words: int


Place = tuple[Cell, int, int]  # a cell with the row and the column in which it begins


class Part(NamedTuple):
    """A table that fits the page.

    Attributes
    ----------
    columns, words
        By which its type is chosen: the same for all parts of a table.
    """

    table: StatTable
    columns: int
    words: int


def fitted(block: StatTable) -> list[Part]:
    """Give a table as it fits the page: itself, or parts of its columns with their headings.

    Tables of ours have widths of their own, and stay.
    """
    tables = _fitted(block) if block.key == PLAIN else [block]
    columns = max(len(table.widths) for table in tables)
    return [Part(table, columns, max(part.words for part in tables)) for table in tables]


def _fitted(block: StatTable) -> list[StatTable]:
    rows, count = tiled([list(row) for row in block.rows])
    if not count:
        return [block]
    grid = _worded(_grid(rows, count))
    columns = [_column(grid, x) for x in range(count)]
    stubs = _stubs(grid, block.head_rows)
    parts = list(_parts(columns, stubs))
    return [
        replace(
            block,
            caption=block.caption if not number else f"{block.caption}（续表）",
            rows=tuple(_cut(grid, chosen)),
            widths=tuple(_widths([columns[x] for x in chosen])),
            notes=block.notes if number == len(parts) - 1 else (),
        )
        for number, chosen in enumerate(parts)
    ]


def broken(text: str) -> str:
    """Let a long Latin word, which no column is wide enough for, be broken anywhere."""
    return _LONG_WORD.sub(
        lambda word: word[0] if _NUMBER.fullmatch(word[0]) else "\u200b".join(word[0]), text
    )


def _worded(grid: list[list[Place]]) -> list[list[Place]]:
    """Set the words of a column at the left if one of them is long; numbers stay in the middle."""
    long = {
        x for line in grid for x, (cell, _, _) in enumerate(line)
        if _is_words(cell) and width(cell.text) > LINE
    }  # fmt: skip
    return [
        [
            (replace(cell, role="text") if start in long and _is_words(cell) else cell, top, start)
            for cell, top, start in line
        ]
        for line in grid
    ]


def _is_words(cell: Cell) -> bool:
    return cell.role == "value" and not _is_number(cell.text)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and len(text) <= LONGEST_NUMBER


def _grid(rows: Sequence[Sequence[Cell]], count: int) -> list[list[Place]]:
    """Lay the cells out: each place of the rectangle with the cell that covers it."""
    grid: list[list[Place | None]] = [[None] * count for _ in rows]
    for y, row in enumerate(rows):
        for cell in row:
            x = grid[y].index(None)
            for below in range(y, y + cell.rowspan):
                for beside in range(x, x + cell.colspan):
                    grid[below][beside] = (cell, y, x)
    return [[place for place in line if place is not None] for line in grid]


def _column(grid: list[list[Place]], x: int) -> _Column:
    cells = [line[x][0] for line in grid if line[x][2] == x]
    own = [cell.text for cell in cells if cell.colspan == 1] or [""]
    words = sum(len(cell.text) for cell in cells if cell.role == "text")
    return _Column(max(map(_need, own)), min(WIDEST, max(map(_longest_line, own))), words)


def _longest_line(text: str) -> float:
    return max(map(width, text.split("\n")))


def _need(text: str) -> float:
    if _is_number(text):
        return width(text)
    words = (width(word[:LONGEST_WORD]) for word in _WORD.findall(text))
    return max(min(LINE, _longest_line(text)), max(words, default=1.0), 1.0)


def _stubs(grid: list[list[Place]], head_rows: int) -> int:
    """Count the first columns that head the rows."""
    body = grid[head_rows:]
    for x in range(min(MOST_STUBS, len(grid[0]) - 1)):
        if not body or not all(line[x][0].role == "stub" for line in body):
            return x
    return min(MOST_STUBS, len(grid[0]) - 1)


def _type(columns: Sequence[_Column]) -> tuple[float, float]:
    """Give how many characters a line of these columns has room for, and a cell's margins."""
    kind = type_of(len(columns), sum(column.words for column in columns))
    margins = 2 * kind.beside / kind.size
    return TEXT_POINTS / kind.size - margins * len(columns), margins


def _needs(columns: Sequence[_Column], room: float) -> list[float]:
    return [min(column.need, SHARE * room) for column in columns]


def _parts(columns: list[_Column], stubs: int) -> Iterator[list[int]]:
    """Yield the columns of each part, those that head the rows first."""
    chosen = list(range(stubs))
    for x in range(stubs, len(columns)):
        wanted = [columns[i] for i in (*chosen, x)]
        room, _ = _type(wanted)
        if sum(_needs(wanted, room)) > room and len(chosen) > stubs:
            yield chosen
            chosen = [*range(stubs), x]
        else:
            chosen = [*chosen, x]
    yield chosen


def _widths(columns: Sequence[_Column]) -> Iterator[float]:
    """Yield widths: what each needs, and of what is left a share by what it would like."""
    room, margins = _type(columns)
    needs = _needs(columns, room)
    wishes = [max(0.1, column.wish - need) for column, need in zip(columns, needs, strict=True)]
    left = max(0.0, room - sum(needs)) / sum(wishes)
    for need, wish in zip(needs, wishes, strict=True):
        yield need + left * wish + margins


def _cut(grid: list[list[Place]], chosen: list[int]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of some columns; a cell that goes over more is as wide as is left of it."""
    for y, line in enumerate(grid):
        row: list[Cell] = []
        before: Place | None = None
        for x in chosen:
            place = line[x]
            cell, top, _ = place
            if top == y and place != before:
                row.append(replace(cell, colspan=1))
            elif top == y:
                row[-1] = replace(row[-1], colspan=row[-1].colspan + 1)
            before = place
        yield tuple(row)
