"""Where the rows and columns of a statutory table stand on a sheet, told by their labels.

Titles above, notes below, inserted and moved rows and columns do no harm; a label that the form
does not have, or that is there twice, stops the filing, because its numbers would be lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.errors import LabelError
from nianbao.filing.grid import Grid, Position
from nianbao.filing.labels import nearest_label, normalise
from nianbao.forms import Block, Column, Table

ASIDES = frozenset({"备注", "说明", "备注说明", "填报说明", "情况说明", "其他说明"})

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where one block stands: its rows and columns by their keys, counted from zero.

    Attributes
    ----------
    asides
        Headings of the columns beside it, such as 备注, whose text is no part of the form.
    """

    rows: Mapping[str, int]
    columns: Mapping[str, int]
    asides: tuple[Position, ...] = ()


def locate(grid: Grid, table: Table) -> tuple[Frame, ...]:
    """Give the frame of each block of a table.

    Raises
    ------
    LabelError
        A label is missing, is there twice, or is unknown and has something in its row or column.
    """
    spans = _spans(grid, table)
    return tuple(
        _locate_block(grid, block, span) for block, span in zip(table.blocks, spans, strict=True)
    )


def _spans(grid: Grid, table: Table) -> list[range]:
    """Give the rows of each block: from below its title to the next title."""
    titles = {normalise(block.title): block.title for block in table.blocks if block.title}
    if not titles:
        return [range(grid.height)]
    found: dict[str, Position] = {}
    for row in range(grid.height):
        for column, label in grid.row_cells(row):
            if label in titles:
                _once(grid, found.get(label), (row, column))
                found[label] = row, column
    for label, title in titles.items():
        if label not in found:
            raise _missing(grid, title, {})
    starts = sorted(row for row, _ in found.values())
    ends = dict(zip(starts, [*starts[1:], grid.height], strict=True))
    firsts = [found[normalise(block.title)][0] for block in table.blocks]
    return [range(first + 1, ends[first]) for first in firsts]


def _locate_block(grid: Grid, block: Block, span: range) -> Frame:
    head = _head_rows(grid, block, span)
    columns = _columns(grid, block, head)
    asides = _asides(grid, columns, head)
    body = range(head.stop, span.stop)
    if any(row.path for row in block.rows):
        rows = _rows(grid, block, columns, asides, body)
    else:
        rows = {block.rows[0].key: _only_row(grid, columns, asides, body)}
    return Frame(rows, columns, tuple(asides.values()))


def _head_rows(grid: Grid, block: Block, span: range) -> range:
    """Give the rows that hold headings: the first that does, and those that follow it."""
    headings = {normalise(part) for column in block.columns for part in column.path}
    labels = {row: {label for _, label in grid.row_cells(row)} for row in span}
    first = next((row for row in span if labels[row] & headings), None)
    if first is None:
        raise _missing(grid, block.columns[0].path[-1], _cells(grid, span))
    last = first
    for row in range(first + 1, span.stop):
        if labels[row] & headings:
            last = row
        elif labels[row]:
            break
    return range(first, last + 1)


def _columns(grid: Grid, block: Block, head: range) -> dict[str, int]:
    known = {tuple(map(normalise, column.path)): column for column in block.columns}
    found: dict[str, Position] = {}
    unknown: dict[str, Position] = {}
    for column, path, origin in _heading_paths(grid, head):
        match = known.get(path)
        if match is None:
            unknown[grid.text(*origin)] = origin
        elif origin[1] == column:
            _once(grid, found.get(match.key), origin)
            found[match.key] = origin
    for item in block.columns:
        if item.key not in found:
            raise _missing(grid, _printed(item), unknown)
    return {item.key: found[item.key][1] for item in block.columns}


def _heading_paths(grid: Grid, head: range) -> Iterator[tuple[int, Path, Position]]:
    """Yield each headed column, its headings from the outermost, and where the innermost begins."""
    above: tuple[Position, ...] = ()
    for column in range(grid.width):
        origins: list[Position] = []
        for row in head:
            own = grid.origin(row, column)
            is_empty = not grid.text(*own)
            level = len(origins)
            # A blank cell right of a heading belongs to it, where the headings above are the same.
            if is_empty and row < head.stop - 1 and above[:level] == tuple(origins) != above:
                own, is_empty = above[level], False
            if not is_empty and own not in origins:
                origins.append(own)
        above = tuple(origins)
        if origins:
            yield column, tuple(grid.label(*origin) for origin in origins), origins[-1]


def _asides(grid: Grid, columns: Mapping[str, int], head: range) -> dict[int, Position]:
    """Give the columns for remarks; a heading above an earlier block holds for this one too."""
    cells = ((row, column) for row in range(head.stop) for column in range(grid.width))
    return {
        column: (row, column)
        for row, column in cells
        if grid.label(row, column) in ASIDES and column not in columns.values()
    }


def _rows(
    grid: Grid,
    block: Block,
    columns: Mapping[str, int],
    asides: Collection[int],
    body: range,
) -> dict[str, int]:
    known = {normalise(row.path[-1]): row for row in block.rows}
    stub = min(columns.values())
    stubs = [column for column in range(stub) if column not in asides]
    labels = {row: _row_label(grid, row, stubs) for row in body}
    missing = known.keys() - {grid.label(*at) for at in labels.values() if at}
    found: dict[str, Position] = {}
    unknown: dict[str, Position] = {}
    for row, at in labels.items():
        match = known.get(grid.label(*at)) if at else None
        if match and at:
            _once(grid, found.get(match.key), at)
            found[match.key] = at
            _no_strays(grid, row, columns, asides)
            continue
        if at:
            unknown[grid.text(*at)] = at
        if any(not grid.is_blank(row, column) for column in columns.values()):
            expected = [item.path[-1] for label, item in known.items() if label in missing]
            raise _unknown_row(grid, row, at, expected or [i.path[-1] for i in block.rows])
    for item in block.rows:
        if item.key not in found:
            raise _missing(grid, item.path[-1], unknown)
    return {item.key: found[item.key][0] for item in block.rows}


def _row_label(grid: Grid, row: int, stubs: Sequence[int]) -> Position | None:
    """Give the deepest label of a row: the last before its values."""
    return next(((row, column) for column in reversed(stubs) if grid.text(row, column)), None)


def _only_row(grid: Grid, columns: Mapping[str, int], asides: Collection[int], body: range) -> int:
    """Give the row of a table that has one: the first below the headings that holds anything."""
    used = [row for row in body if any(not grid.is_blank(row, c) for c in columns.values())]
    if not used:
        return body.start
    _no_strays(grid, used[0], columns, asides)
    for row in used[1:]:
        numbers = [c for c in columns.values() if isinstance(grid.raw(row, c), int | float)]
        if numbers:
            raise LabelError(
                "这张表只应有一行数字",
                where=grid.address(row, numbers[0]),
                found=grid.text(row, numbers[0]),
                hint=f"数字填在第 {used[0] + 1} 行；其余各行删去",
            )
    return used[0]


def _no_strays(grid: Grid, row: int, columns: Mapping[str, int], asides: Collection[int]) -> None:
    """Refuse anything in a row of values that stands under no known heading, but for remarks."""
    for column in range(min(columns.values()), grid.width):
        if column in columns.values() or grid.is_blank(row, column):
            continue
        # A number under 备注 may be one that slipped out of its column.
        if column not in asides or not isinstance(grid.raw(row, column), str):
            raise LabelError(
                "这一列没有表中的列名，却填有内容",
                where=grid.address(row, column),
                found=grid.text(row, column),
                hint="移到所属的列；文字说明可写在表头为“备注”的列，或表的下方第一列",
            )


def _once(grid: Grid, first: Position | None, second: Position) -> None:
    if first is not None:
        raise LabelError(
            "同一个标签出现两次",
            where=f"{grid.address(*first)} 和 {grid.address(*second)}",
            found=grid.text(*second),
            hint="删去多余的一个",
        )


def _missing(grid: Grid, expected: str, unknown: Mapping[str, Position]) -> LabelError:
    last = expected.rsplit(" · ", maxsplit=1)[-1]
    close = nearest_label(last, unknown)
    where = grid.address(*unknown[close]) if close else f"{grid.file}#{grid.name}"
    hint = f"把“{close}”改为“{last}”" if close else "照格式补上，或从样表复制这张工作表"
    return LabelError("缺少标签", where=where, found=close, expected=expected, hint=hint)


def _unknown_row(grid: Grid, row: int, at: Position | None, expected: Iterable[str]) -> LabelError:
    if at is None:
        return LabelError(
            "这一行填有内容，却没有行名",
            where=grid.address(row, 0),
            hint="填上行名，或删去这一行；备注写在表的下方第一列",
        )
    text = grid.text(*at)
    labels = list(expected)
    close = nearest_label(text, labels)
    only = labels[0] if len(labels) == 1 else ""
    hint = f"把“{text}”改为“{close}”" if close else "填上行名，或删去这一行；备注写在表的下方第一列"
    return LabelError(
        "格式中没有这个行名",
        where=grid.address(*at),
        found=text,
        expected=close or only,
        hint=hint,
    )


def _cells(grid: Grid, span: range) -> dict[str, Position]:
    return {
        grid.text(row, column): (row, column) for row in span for column, _ in grid.row_cells(row)
    }


def _printed(column: Column) -> str:
    return " · ".join(column.path)
