"""A batch file in CSV, as a spreadsheet program saves it: one report a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao.errors import ConfigError, listed, nearest
from nianbao.filing.config import all_at_once, file_bytes, hidden_in
from nianbao.filing.register import FIRST_YEAR, LAST_YEAR

# What a column may be called; a remark is for people alone.
COLUMNS = {
    "agency": ("agency", "机关代码", "代码"),
    "year": ("year", "年度"),
    "name": ("name", "机关名称"),
    "remark": ("remark", "备注"),
}
HEADER_WITHIN = 10  # rows; a title may stand above
DELIMITERS = (",", "\t", ";")

_FIELDS = {title: field for field, titles in COLUMNS.items() for title in titles}
_YEAR = re.compile(r"([0-9]{4})(?:年度?)?")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "在表格程序中另存为“CSV UTF-8（逗号分隔）”"


@dataclass(frozen=True, slots=True)
class Row:
    """One report that is ordered.

    Attributes
    ----------
    name
        Of the agency, where the file has a column for it.
    where
        File and line.
    """

    agency: str
    year: int
    name: str
    where: str


def read_rows(path: Path, *, shown: str) -> tuple[Row, ...]:
    """Read the reports that a CSV file lists.

    Parameters
    ----------
    path
        UTF-8, UTF-16 with its mark, or GB18030; columns 机关代码 and 年度 (or agency and year),
        perhaps 机关名称 and 备注; apart by commas, semicolons or tabulators.
    shown
        How messages name it.

    Raises
    ------
    ConfigError
        It cannot be read, has no such columns or others, or rows that name no report: with the
        line, and all of them at once.
    """
    text = _decoded(file_bytes(path, shown), shown)
    lines = _lines(text, shown)
    head, fields = _header(lines, shown)
    read = [_row(cells, fields, f"{shown} 第 {number} 行") for number, cells in lines[head + 1 :]]
    errors = [item for item in read if isinstance(item, ConfigError)]
    if errors:
        raise all_at_once(errors)
    if not read:
        raise ConfigError("批次中没有年报", where=shown, expected="表头下每行一份年报")
    return tuple(item for item in read if isinstance(item, Row))


def _decoded(data: bytes, shown: str) -> str:
    encodings = ["utf-16"] if data.startswith(_UTF_16) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError("文件不是 UTF-8 或 GB18030 文本", where=shown, hint=_SAVE_AS)


def _lines(text: str, shown: str) -> list[tuple[int, list[str]]]:
    """Give the rows that are not blank, each with the number of its first line."""
    first = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]
    delimiter = max(DELIMITERS, key="\n".join(first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((number, stripped))
            number = reader.line_num + 1
    except csv.Error:
        where = f"{shown} 第 {reader.line_num} 行"
        raise ConfigError("文件不是正确的 CSV", where=where, hint=_SAVE_AS) from None
    return rows


def _header(lines: Sequence[tuple[int, list[str]]], shown: str) -> tuple[int, list[str]]:
    """Give which row is the header, and the field of each of its columns; "" for no title."""
    for position, (number, cells) in enumerate(lines[:HEADER_WITHIN]):
        titles = [cell.lower() for cell in cells]
        fields = [_FIELDS.get(title, "") for title in titles]
        if {"agency", "year"} <= set(fields):
            errors = list(_wrong_titles(cells, fields, f"{shown} 第 {number} 行"))
            if errors:
                raise all_at_once(errors)
            return position, fields
    raise ConfigError(
        "找不到表头",
        where=shown,
        found=listed(lines[0][1]) if lines else "空文件",
        expected="一行中有“机关代码”和“年度”（或 agency 和 year）",
    )


def _wrong_titles(cells: list[str], fields: list[str], where: str) -> Iterator[ConfigError]:
    for position, (title, field) in enumerate(zip(cells, fields, strict=True)):
        if field and field in fields[:position]:
            yield ConfigError("同一列出现两次", where=where, found=title)
        elif title and not field:
            close = nearest(title, _FIELDS)
            hint = f"最接近的是“{close}”" if close else "删去这一列"
            known = listed(titles[-1] for titles in COLUMNS.values())
            yield ConfigError("不认识的列", where=where, found=title, expected=known, hint=hint)


def _row(cells: list[str], fields: list[str], where: str) -> Row | ConfigError:
    hidden = hidden_in("\n".join(cells).replace("\r", ""))
    if hidden:
        return ConfigError("看不见的字符", where=where, found=hidden)
    if any(cells[len(fields) :]) or any(c for c, f in zip(cells, fields, strict=False) if not f):
        return ConfigError("这一行比表头多出内容", where=where, found=listed(cells))
    values = dict(zip(fields, cells, strict=False))
    missing = [COLUMNS[name][1] for name in ("agency", "year") if not values.get(name)]
    if missing:
        return ConfigError("缺少必需的项", where=where, expected=listed(missing))
    year = _YEAR.fullmatch(values["year"])
    if year is None or not FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
        expected = f"{FIRST_YEAR} 到 {LAST_YEAR}，如 2022"
        return ConfigError("年度不对", where=where, found=values["year"], expected=expected)
    return Row(values["agency"], int(year[1]), values.get("name", ""), where)
