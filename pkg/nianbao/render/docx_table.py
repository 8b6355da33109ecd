"""A statistical table as one of Word: merged cells, a fixed layout, a header on each page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import ceil
from typing import NamedTuple

from nianbao.errors import RenderError
from nianbao.render.docx_parts import TEXT_WIDTH, paragraph, run
from nianbao.render.exporting import LONG_WORDS
from nianbao.render.html_tables import tiled
from nianbao.report.blocks import Cell, StatTable
from nianbao.report.canvas import width
from nianbao.report.characters import escape

MOST_COLUMNS = 63  # of a table in Word
POINT = 20  # twentieths
TEXT_POINTS = TEXT_WIDTH / POINT
PLAIN = "plain"  # the key of a table that is none of ours: its columns are as wide as they need
WHOLE = 225 / 25.4 * 72 * 0.92  # points: a table no higher than that stands on one page
HALF = 110 / 25.4 * 72  # points: a row that may be higher than that may be broken
TIGHT = 1.5  # points beside a number that must be set smaller
DIGIT = 0.64  # of the size: the widest digits that stand in for those of 仿宋
SMALLEST = 5.5  # points; what does not fit at that size Word breaks
SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
KEPT = "<w:keepNext/>"

_NUMBER = re.compile("[0-9.,+%-]+")


class Type(NamedTuple):
    """How the text of a table is set: all in points.

    Attributes
    ----------
    suffix
        Of the styles.
    line
        As the styles have it.
    beside, above
        Room in a cell at each side.
    """

    suffix: str
    size: float
    line: float
    beside: float
    above: float


class Placed(NamedTuple):
    """A cell in its row; one that an upper cell covers goes on with it."""

    cell: Cell
    column: int
    is_covered: bool


def type_of(columns: int, words: int = 0) -> Type:
    """Give the type for a table of so many columns, or of so many words, as report.typ has it."""
    if columns > 10:  # noqa: PLR2004 - as report.typ
        return Type("9", 9, 13, 2, 3)
    if words > LONG_WORDS:
        return Type("9", 9, 13, 3, 1.5)
    if words:
        return Type("", 10.5, 15, 4, 2)
    return Type("95", 9.5, 13.5, 4, 1.5) if columns > 5 else Type("", 10.5, 15, 5, 2.6)  # noqa: PLR2004 - the same


def table_xml(block: StatTable, *, columns: int = 0, words: int = 0) -> str:
    """Give a table as XML, without its caption and notes.

    Parameters
    ----------
    columns, words
        Of the widest part, where it is one of several: all are set in the same type.

    Raises
    ------
    RenderError
        Rows wider than the table says, or more columns than Word takes.
    """
    rows, count = tiled([list(row) for row in block.rows])
    if not count:
        return ""
    if count > min(MOST_COLUMNS, len(block.widths)):
        raise RenderError(
            "表格的列太多",
            where=block.caption,
            found=count,
            expected=min(MOST_COLUMNS, len(block.widths)),
            hint="减少列数" if count > MOST_COLUMNS else "",
        )
    kind = type_of(max(columns, count), max(words, block.words))
    return _Table(block, rows, _columns(block.widths[:count]), kind).xml()


def _columns(widths: Sequence[float]) -> list[int]:
    """Give the widths of the columns, which fill the text to the twentieth of a point."""
    edges = [0, *accumulate(widths)]
    ends = [round(TEXT_WIDTH * edge / edges[-1]) for edge in edges]
    return [end - start for start, end in pairwise(ends)]


def placed(rows: Iterable[Iterable[Cell]]) -> Iterator[list[Placed]]:
    """Yield each row with the cells that upper ones cover, where they stand.

    Parameters
    ----------
    rows
        That fill a rectangle, as HTML has them.
    """
    open_cells: dict[int, tuple[Cell, int]] = {}  # by column: a cell, and rows that it still covers
    for row in rows:
        rest = iter(row)
        line: list[Placed] = []
        column = 0
        below: dict[int, tuple[Cell, int]] = {}
        while True:
            cell, left = open_cells.get(column, (None, 0))
            is_covered = cell is not None
            if cell is None:
                cell = next(rest, None)
                if cell is None:
                    break
                left = cell.rowspan
            line.append(Placed(cell, column, is_covered))
            if left > 1:
                below[column] = (cell, left - 1)
            column += cell.colspan
        open_cells = below
        yield line


class _Table:
    def __init__(
        self,
        block: StatTable,
        rows: tuple[tuple[Cell, ...], ...],
        columns: list[int],
        kind: Type,
    ) -> None:
        self.block = block
        self.columns = columns
        self.type = kind
        self.lines = list(placed(rows))
        self.heights = [self._height(line) for line in self.lines]
        self.fitting = self.type.size if block.key == PLAIN else self._fitting()

    def xml(self) -> str:
        grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in self.columns)
        rows = "".join(self._row(number) for number in range(len(self.lines)))
        return f"<w:tbl>{self._properties()}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"

    def _properties(self) -> str:
        block, count = self.block, len(self.lines)
        head = f"，前 {block.head_rows} 行是表头" if block.head_rows else ""
        name = block.caption or "表格"
        said = f"{name}：{count} 行 {len(self.columns)} 列{head}"
        return (
            '<w:tblPr><w:tblStyle w:val="StatTable"/>'
            f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
            '<w:tblLayout w:type="fixed"/>'
            f"{_margins('tblCellMar', self.type.above, self.type.beside)}"
            f'<w:tblLook w:firstRow="{int(block.head_rows > 0)}" w:lastRow="0" '
            'w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f'<w:tblCaption w:val="{escape(name)}"/><w:tblDescription w:val="{escape(said)}"/>'
            "</w:tblPr>"
        )

    def _row(self, number: int) -> str:
        is_head = number < self.block.head_rows
        whole = "<w:cantSplit/>" if self.heights[number] < HALF else ""
        head = "<w:tblHeader/>" if is_head else ""
        is_whole = sum(self.heights) < WHOLE and not self.block.words
        is_kept = is_head or (is_whole and number < len(self.lines) - 1)
        cells = "".join(self._cell(place, KEPT if is_kept else "") for place in self.lines[number])
        return f"<w:tr><w:trPr>{whole}{head}</w:trPr>{cells}</w:tr>"

    def _cell(self, place: Placed, kept: str) -> str:
        cell = place.cell
        span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        merge = ""
        if place.is_covered:
            merge = "<w:vMerge/>"
        elif cell.rowspan > 1:
            merge = '<w:vMerge w:val="restart"/>'
        is_small = cell.role == "value" and self.fitting < self.type.size
        properties = (
            f'<w:tcW w:w="{self._wide(place)}" w:type="dxa"/>{span}{merge}'
            f"{SHADE if cell.role in ('title', 'head', 'corner') else ''}"
            f"{_margins('tcMar', self.type.above, TIGHT) if is_small else ''}"
            '<w:vAlign w:val="center"/>'
        )
        size = round(2 * self.fitting)
        smaller = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if is_small else ""
        text = run(cell.text, smaller) if cell.text and not place.is_covered else ""
        inside = paragraph(f"{_style(cell)}{self.type.suffix}", text, kept)
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"

    def _wide(self, place: Placed) -> int:
        return sum(self.columns[place.column : place.column + place.cell.colspan])

    def _height(self, line: list[Placed]) -> float:
        """Give how high a row is, in points and without the cells that go over several."""
        size, high, beside, above = self.type[1:]
        own = (place for place in line if place.cell.rowspan == 1)
        lines = (
            _lines(place.cell.text, size, self._wide(place) / POINT - 2 * beside) for place in own
        )
        return max(lines, default=1) * high + 2 * above

    def _fitting(self) -> float:
        """Give the size at which the longest number fits the narrowest column, by half points."""
        values = (
            cell.text
            for line in self.lines
            for cell, *_ in line
            if cell.role == "value" and cell.colspan == 1
        )
        longest = max((len(found) for text in values for found in _NUMBER.findall(text)), default=0)
        room, digits = min(self.columns) / POINT, longest * DIGIT
        if digits * self.type.size <= max(0, room - 2 * self.type.beside):
            return self.type.size
        fitting = (room - 2 * TIGHT) / digits
        return min(self.type.size, max(SMALLEST, int(2 * fitting) / 2))


def _lines(text: str, size: float, room: float) -> int:
    per_line = max(1, int(room / size))
    return sum(max(1, ceil(width(part) / per_line)) for part in text.split("\n"))


def _style(cell: Cell) -> str:
    if cell.role == "stub" and cell.rowspan == 1:
        return "TableStub"
    if cell.role == "text":
        return "TableText"
    return "TableValue" if cell.role == "value" else "TableHead"


def _margins(name: str, above: float, beside: float) -> str:
    sides = {"top": above, "left": beside, "bottom": above, "right": beside}
    inside = "".join(
        f'<w:{side} w:w="{round(POINT * room)}" w:type="dxa"/>' for side, room in sides.items()
    )
    return f"<w:{name}>{inside}</w:{name}>"
