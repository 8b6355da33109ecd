"""Reads the register from a spreadsheet: all that is wrong at once, with sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nianbao.characters import code_points
from nianbao.errors import ConfigError, SourceError, listed, nearest
from nianbao.filing.book import open_book
from nianbao.filing.config import all_at_once, as_config_error, causes
from nianbao.filing.grid import Grid
from nianbao.filing.labels import nearest_label, normalise
from nianbao.filing.register import CODE_PATTERN, Register, register_errors
from nianbao.filing.register_book.columns import COLUMNS, SHEET, Column

ROWS_LOOKED_AT = 20  # for the header


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The sheet, with its header found.

    Attributes
    ----------
    columns
        Number of the column of each key.
    rows
        The rows that hold an agency, from zero.
    """

    grid: Grid
    columns: Mapping[str, int]
    rows: Sequence[int]

    def where(self, *location: int | str) -> str:
        """Name the cell of a part of the register: ``agencies``, position, key."""
        if len(location) < 2 or not isinstance(location[1], int):  # noqa: PLR2004 - of no agency
            return f"{self.grid.file}#{self.grid.name}"
        key = str(location[2]) if len(location) > 2 else "code"  # noqa: PLR2004 - as above
        column = self.columns.get(key, self.columns["code"])
        return str(self.grid.address(self.rows[location[1]], column))


def read_register_book(path: Path, *, shown: str) -> Register:
    """Read the register from a spreadsheet: xlsx, ods or xls.

    Parameters
    ----------
    shown
        How messages name the file.

    Raises
    ------
    ConfigError
        It cannot be opened, lacks the sheet or a column, or does not fit the register's
        declaration: all at once, each with its cell.
    """
    try:
        book = open_book(path, shown, (SHEET,))
        grid = book.grid(SHEET)
    except SourceError as error:
        told = {"found": error.found, "expected": error.expected, "hint": error.hint}
        raise ConfigError(error.what, where=error.where or shown, **told) from None
    sheet = _with_header(grid)
    agencies, errors = _agencies(sheet)
    if errors:
        raise all_at_once(errors)
    try:
        register = Register.model_validate({"agencies": agencies})
    except ValidationError as error:
        raise all_at_once([_told(detail, sheet) for detail in causes(error)]) from None
    wrong = register_errors(register, sheet.where)
    if wrong:
        raise all_at_once(wrong)
    return register


def _told(detail: Any, sheet: _Sheet) -> ConfigError:
    error = as_config_error(detail, Register, sheet.where(*detail["loc"]))
    headings = {column.key: column.heading for column in COLUMNS}
    heading = headings.get(str(detail["loc"][2])) if len(detail["loc"]) > 2 else None  # noqa: PLR2004 - the key
    if heading:  # in the words of the spreadsheet
        error.found = "" if detail["type"] == "missing" else f"{heading}：{detail['input']}"
        error.expected = heading if detail["type"] == "missing" else error.expected
    return error


def _with_header(grid: Grid) -> _Sheet:
    known = {normalise(name): c for c in COLUMNS for name in (c.heading, *c.aliases)}
    best: dict[str, int] = {}
    for row in range(min(grid.height, ROWS_LOOKED_AT)):
        found: dict[str, int] = {}
        for column, label in grid.row_cells(row):
            if label in known:
                found.setdefault(known[label].key, column)
        if {"code", "name"} <= found.keys():
            _require_known(grid, row, known)
            return _Sheet(grid, found, _filled(grid, row + 1))
        best = max(best, found, key=len)
    lacking = [c.heading for c in COLUMNS if c.key in {"code", "name"} and c.key not in best]
    raise ConfigError(
        "缺少表头",
        where=f"{grid.file}#{grid.name}",
        expected=" | ".join(column.heading for column in COLUMNS),
        hint=f"补上列名：{listed(lacking)}",
    )


def _require_known(grid: Grid, row: int, known: Mapping[str, Column]) -> None:
    """Refuse a column that nobody would read: a misspelt one is not to be lost in silence."""
    for column, label in grid.row_cells(row):
        if label not in known and label != "备注":
            close = nearest_label(grid.text(row, column), [c.heading for c in COLUMNS])
            raise ConfigError(
                "不认识的列",
                where=grid.address(row, column),
                found=grid.text(row, column),
                hint=f"最接近的是 {close}" if close else "删去这一列，或把列名改成“备注”",
            )


def _filled(grid: Grid, first: int) -> list[int]:
    rows = range(first, grid.height)
    return [row for row in rows if any(not grid.is_blank(row, c) for c in range(grid.width))]


def _agencies(sheet: _Sheet) -> tuple[list[dict[str, Any]], list[ConfigError]]:
    errors: list[ConfigError] = []
    agencies = [dict(_values(sheet, row, errors)) for row in sheet.rows]
    codes = {agency["name"]: agency.get("code", "") for agency in agencies if "name" in agency}
    for number, agency in enumerate(agencies):
        parent = agency.get("parent", "")
        if parent in codes:
            agency["parent"] = codes[parent]
        elif parent and not re.fullmatch(CODE_PATTERN, parent):  # a code is looked for later
            errors.append(_no_such_parent(parent, sheet.where("agencies", number, "parent"), codes))
    return agencies, errors


def _no_such_parent(name: str, where: str, names: Iterable[str]) -> ConfigError:
    close = nearest(name, names)
    hint = f"最接近的是 {close}" if close else "写名册中的代码或全称"
    return ConfigError("上级不在名册中", where=where, found=name, hint=hint)


def _values(sheet: _Sheet, row: int, errors: list[ConfigError]) -> Iterator[tuple[str, Any]]:
    """Yield what an agency's row says; what cannot be read is added to the errors."""
    for column in COLUMNS:
        at = sheet.columns.get(column.key)
        text = "" if at is None else sheet.grid.text(row, at).strip()
        if at is None or sheet.grid.is_blank(row, at):
            continue
        where = sheet.grid.address(row, at)
        if not text:
            told = "这一格是错误值，或没有保存结果的公式"
            errors.append(ConfigError(told, where=where, hint="把值直接写进去"))
            continue
        hidden = sheet.grid.hidden(row, at)
        if hidden:
            told = f"看不见的字符 {code_points(hidden)}"
            errors.append(ConfigError(told, where=where, hint="删去这一格，重新输入"))
            continue
        try:
            yield column.key, column.read(text)
        except ValueError as error:
            found = f"{column.heading}：{text}"
            errors.append(
                ConfigError("这一格读不懂", where=where, found=found, expected=str(error))
            )
