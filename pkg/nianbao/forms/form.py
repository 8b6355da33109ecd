"""What a statutory form is: sections, tables, rows, columns, spans, units and identities.

A form is one TOML file beside this module. Its spans are not written down: a label has a path
of headings (``["三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"]``), neighbours that share
the head of their paths share a merged cell, and the last heading fills what is left.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any, Literal

from nianbao.forms.identity import Continuity, Identity
from nianbao.forms.sections import Deadline, Section

Kind = Literal["count", "change", "money"]
Role = Literal["title", "corner", "head", "stub", "value"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values.

    Attributes
    ----------
    key
        Its name in references, such as ``natural``.
    path
        Its headings, outermost first, as printed.
    name
        Its part of the Chinese name that prose uses; empty where the row's name is enough.
    unit
        件, 项 or 万元.
    kind
        ``count`` (whole, not negative), ``change`` (whole) or ``money`` (decimal, not negative).
    unit_in_cell
        The form prescribes no unit, so the cell must state its own (2019, 采购总金额).
    span
        Over how many columns of the grid a value of this column stands.
    note, article
        What is counted here, for clerks, and its ground.
    """

    key: str
    path: tuple[str, ...]
    name: str = ""
    unit: str = "件"
    kind: Kind = "count"
    unit_in_cell: bool = False
    span: int = 1
    note: str = field(default="", compare=False)
    article: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of values: its key, its headings outermost first, its Chinese name in prose.

    Attributes
    ----------
    note, article
        What is counted here, for clerks, and its ground.
    """

    key: str
    path: tuple[str, ...]
    name: str = ""
    note: str = field(default="", compare=False)
    article: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LayoutCell:
    """One cell of the printed table.

    Attributes
    ----------
    text
        The official label; empty for a value.
    row, column
        Keys of the row and column that a value belongs to; empty elsewhere.
    """

    text: str
    role: Role
    rowspan: int = 1
    colspan: int = 1
    row: str = ""
    column: str = ""


Layout = tuple[tuple[LayoutCell, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows and columns that share one header; table two has several, three and four have one."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    corner: str = ""

    @property
    def depth(self) -> int:
        """How many header rows the columns need."""
        return max(len(column.path) for column in self.columns)


@dataclass(frozen=True, slots=True)
class Table:
    """One statutory table.

    Attributes
    ----------
    key
        ``table2``, ``table3`` or ``table4``.
    sheet
        The workbook sheet that holds it.
    section
        The section of the report it stands in, counted from one.
    width, stub
        Columns of the grid, and how many of them hold labels.
    notes
        How it is filled in, for clerks.
    """

    key: str
    sheet: str
    section: int
    caption: str
    width: int
    stub: int
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    def cells(self) -> Iterator[tuple[Block, Row, Column]]:
        """Yield each value cell, row by row."""
        for block in self.blocks:
            for row in block.rows:
                for column in block.columns:
                    yield block, row, column

    def layout(self) -> Layout:
        """Lay the empty table out, row by row, with all its merged cells."""
        lines: list[tuple[LayoutCell, ...]] = []
        for block in self.blocks:
            if block.title:
                lines.append((LayoutCell(block.title, "title", colspan=self.width),))
            lines += self._header_lines(block)
            lines += self._value_lines(block)
        return tuple(lines)

    def _header_lines(self, block: Block) -> Iterator[tuple[LayoutCell, ...]]:
        paths = [column.path for column in block.columns]
        spans = [column.span for column in block.columns]
        for level, heads in enumerate(_merged(paths, block.depth)):
            line = [
                LayoutCell(text, "head", rowspan=depth, colspan=sum(spans[first : first + count]))
                for first, count, depth, text in heads
            ]
            if level == 0 and self.stub:
                corner = LayoutCell(block.corner, "corner", block.depth, self.stub)
                line.insert(0, corner)
            yield tuple(line)

    def _value_lines(self, block: Block) -> Iterator[tuple[LayoutCell, ...]]:
        by_first: dict[int, list[LayoutCell]] = {index: [] for index in range(len(block.rows))}
        for heads in _merged([row.path for row in block.rows], self.stub):
            for first, count, depth, text in heads:
                by_first[first].append(LayoutCell(text, "stub", rowspan=count, colspan=depth))
        for index, row in enumerate(block.rows):
            values = [
                LayoutCell("", "value", colspan=column.span, row=row.key, column=column.key)
                for column in block.columns
            ]
            yield (*by_first[index], *values)


def _merged(paths: list[tuple[str, ...]], depth: int) -> Iterator[list[tuple[int, int, int, str]]]:
    """Yield, level by level, the merged headings as (first, count, depth they fill, text)."""
    for level in range(depth):
        heads = []
        reaching = [(index, path) for index, path in enumerate(paths) if len(path) > level]
        for prefix, group in groupby(reaching, key=lambda item: item[1][: level + 1]):
            members = list(group)
            is_last = len(members[0][1]) == level + 1
            heads.append((members[0][0], len(members), depth - level if is_last else 1, prefix[-1]))
        yield heads


@dataclass(frozen=True, slots=True)
class Form:
    """A statutory form.

    Attributes
    ----------
    key
        ``2019`` or ``2021``, the year of the notice that prescribes it.
    document
        Number of the notice.
    first_year, last_year
        The report years it is for; `last_year` is None while it is in force.
    rules
        What holds for all tables, for clerks.
    """

    key: str
    document: str
    notice: str
    first_year: int
    last_year: int | None
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    identities: tuple[Identity, ...]
    continuities: tuple[Continuity, ...] = ()
    rules: tuple[str, ...] = field(default=(), compare=False)
    deadlines: tuple[Deadline, ...] = field(default=(), compare=False)

    def __hash__(self) -> int:
        """Give the hash of the key: all else follows from it, and is much to go through."""
        return hash(self.key)

    def table(self, key: str) -> Table:
        """Give one table by its key; KeyError where there is none."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)

    def deadline(self, kind: str, level: str) -> Deadline | None:
        """Give the legal deadline of an agency of this kind and level; None where none is said."""
        return next((item for item in self.deadlines if item.binds(kind, level)), None)

    def covers(self, year: int) -> bool:
        """Tell whether reports for this year are on this form."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)


FORM_KEYS = tuple(
    sorted(
        file.name.removesuffix(".toml")
        for file in resources.files("nianbao.forms").iterdir()
        if file.name.endswith(".toml")
    )
)
"""Keys of all forms, oldest first: one for each TOML file."""


@cache
def load_form(key: str) -> Form:
    """Load a form by its key, ``2019`` or ``2021``; KeyError for another."""
    if key not in FORM_KEYS:
        raise KeyError(key)
    text = (resources.files("nianbao.forms") / f"{key}.toml").read_text(encoding="utf-8")
    return _build_form(tomllib.loads(text))


def form_for_year(year: int) -> Form | None:
    """Give the form that reports for `year` are on, or None before 2019."""
    return next((form for form in map(load_form, FORM_KEYS) if form.covers(year)), None)


def _build_form(data: dict[str, Any]) -> Form:
    return Form(
        key=data["key"],
        document=data["document"],
        notice=data["notice"],
        first_year=data["first_year"],
        last_year=data.get("last_year"),
        sections=tuple(
            Section(number, **item) for number, item in enumerate(data["sections"], start=1)
        ),
        tables=tuple(_build_table(table) for table in data["tables"]),
        identities=tuple(Identity(**_frozen(item)) for item in data["identities"]),
        continuities=tuple(Continuity(**_frozen(item)) for item in data["continuities"]),
        rules=tuple(data["rules"]),
        deadlines=tuple(Deadline(**_frozen(item)) for item in data["deadlines"]),
    )


def _build_table(data: dict[str, Any]) -> Table:
    blocks = tuple(_build_block(block) for block in data["blocks"])
    return Table(**{**_frozen(data), "blocks": blocks})


def _build_block(data: dict[str, Any]) -> Block:
    return Block(
        columns=tuple(Column(**_frozen(item)) for item in data["columns"]),
        rows=tuple(Row(**_frozen(item)) for item in data["rows"]),
        title=data.get("title", ""),
        corner=data.get("corner", ""),
    )


def _frozen(item: dict[str, Any]) -> dict[str, Any]:
    """Give an entry with its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
