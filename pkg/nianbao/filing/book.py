"""A workbook file: vetted before it is opened, opened without trust, read sheet by sheet."""

from __future__ import annotations

import hashlib
import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import ParseError  # the error alone: defusedxml parses

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from nianbao.errors import SheetError, WorkbookError, listed
from nianbao.filing.biff import peek_xls
from nianbao.filing.grid import Grid, Position
from nianbao.filing.labels import nearest_label, normalise
from nianbao.filing.ledgers.kinds import BOOK, ledger_label
from nianbao.filing.notes import UNREADABLE
from nianbao.filing.numbers import Raw, print_percentage
from nianbao.filing.peek import MOST_CHARACTERS, Peek, peek_ods, peek_xlsx
from nianbao.filing.plain import plain_workbook
from nianbao.filing.sources import missing_workbook
from nianbao.filing.zips import LARGEST_CONTENT, MOST_PARTS, is_bomb, unpacked

LARGEST_FILE = 50_000_000  # bytes
MOST_CELLS = 1_000_000  # of one sheet, from A1 to its last cell
MOST_LEDGER_CELLS = 8_000_000  # of a long list

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGES = (KeyError, ValueError, IndexError, struct.error, ParseError, zipfile.BadZipFile)
_FROM_1904 = re.compile(rb"""\sdate1904\s*=\s*["'](?:1|true)["']""")

Kind = Literal["xlsx", "ods", "xls"]


@dataclass(frozen=True, slots=True)
class LongList:
    """A sheet of very many rows.

    Attributes
    ----------
    rows
        From the first one on, none of an empty sheet; can be gone through once.
    origins
        Each cell that a merged one covers, to the first cell of that.
    notes
        The cells that hold an error, and its text.
    """

    rows: Iterator[list[Raw]]
    origins: Mapping[Position, Position]
    notes: Mapping[Position, str]


@dataclass(frozen=True, slots=True)
class Book:
    """An opened workbook.

    Attributes
    ----------
    file
        As messages name it.
    digest
        SHA-256 of its bytes, in hexadecimal.
    names, hidden
        Its sheets in order, and which of them are hidden.
    expected
        The sheets that a filing has: none of them is taken for another one, misspelt.
    lists
        Its sheets that are ledgers, or are called so: nor are these.
    is_1904
        Whether bare numbers for dates count from 1904, as old Macs had it.
    """

    file: str
    digest: str
    names: tuple[str, ...]
    hidden: frozenset[str]
    expected: tuple[str, ...]
    lists: frozenset[str]
    is_1904: bool
    _workbook: CalamineWorkbook
    _peeks: dict[str, Peek]
    _data: bytes

    def sheet_name(self, wanted: str) -> str:
        """Give the name of a sheet as the workbook writes it.

        Raises
        ------
        SheetError
            There is none of this name.
        """
        if wanted in self.names:
            return wanted
        for name in self.names:
            if normalise(name) == normalise(wanted):
                return name
        raise self._missing(wanted)

    def _missing(self, wanted: str) -> SheetError:
        """Say which sheets are missing, this one first, and how to get it back."""
        there = {normalise(name): name for name in self.names}
        missing = [name for name in self.expected if normalise(name) not in there]
        known = {normalise(name) for name in (*self.expected, *self.lists)}
        close = nearest_label(wanted, [name for key, name in there.items() if key not in known])
        return SheetError(
            f"缺工作表{'、'.join(f'“{name}”' for name in dict.fromkeys([wanted, *missing]))}",
            where=self.file,
            found=listed(self.names),
            expected=wanted,
            hint=f"是否把“{close}”改名为“{wanted}”"
            if close
            else "恢复以前保存的版本；没有的，先把这份改名，用 nianbao new 新写一份空白填报表，"
            f"从中把“{wanted}”复制回来",
        )

    def grid(self, wanted: str) -> Grid:
        """Read one sheet.

        Raises
        ------
        SheetError
            There is none of this name.
        WorkbookError
            It is damaged.
        """
        name = self.sheet_name(wanted)
        sheet, peek = self._sheet(name)
        cells: list[list[Raw]] = [[*row] for row in sheet.to_python(skip_empty_area=False)]
        width = max([peek.columns, *map(len, cells)])
        cells += [[] for _ in range(len(cells), peek.rows)]
        cells = [[*row, *[None] * (width - len(row))] for row in cells]
        _show_percentages(cells, peek)
        lost = {at: UNREADABLE for at in peek.filled if cells[at[0]][at[1]] in {None, ""}}
        shown = tuple(map(tuple, cells))
        return Grid(self.file, name, shown, self._origins(sheet, name), lost | peek.notes)

    def long_list(self, name: str) -> LongList:
        """Read a sheet of very many rows, which are given one after the other.

        Raises
        ------
        WorkbookError
            It is damaged.
        """
        sheet, peek = self._sheet(name)
        rows = _rows(sheet, max((row + 1 for row, _ in peek.notes), default=0))
        return LongList(rows, self._origins(sheet, name), peek.notes)

    def _sheet(self, name: str) -> tuple[CalamineSheet, Peek]:
        """Open a sheet, without the cells that calamine refuses: these are noted."""
        peek = self._peeks.get(name, Peek())
        with suppress(CalamineError):
            return self._workbook.get_sheet_by_name(name), peek
        try:
            data, notes = plain_workbook(self._data, name)
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name)
        except (*_DAMAGES, CalamineError):
            raise _damaged(f"{self.file}#{name}") from None
        peek.notes.update(notes)
        return sheet, peek

    def is_empty(self, name: str) -> bool:
        """Tell whether a sheet holds nothing."""
        return not self._peeks.get(name, Peek()).rows

    def hidden_rows(self, name: str) -> list[int]:
        """Give the rows of a sheet, from one, that hold something and are hidden."""
        return sorted(row + 1 for row in self._peeks.get(name, Peek()).hidden_rows)

    def _origins(self, sheet: CalamineSheet, name: str) -> dict[Position, Position]:
        # Not total_height and total_width: these are one less.
        height, width = (last + 1 for last in sheet.end or (-1, -1))
        origins: dict[Position, Position] = {}
        spent = 0
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            rows, columns = range(top, min(bottom + 1, height)), range(left, min(right + 1, width))
            spent += len(rows) * len(columns)
            if spent > MOST_CELLS:
                raise _too_large(f"{self.file}#{name}", "合并单元格过多")
            origins.update({(row, column): (top, left) for row in rows for column in columns})
        return origins


def _rows(sheet: CalamineSheet, height: int) -> Iterator[list[Raw]]:
    """Yield the rows, so many at least: those that hold nothing but errors are none to calamine."""
    left: list[Raw] = [None] * (sheet.start[1] if sheet.start else 0)
    given = 0
    for given, row in enumerate(sheet.iter_rows(), start=1):  # noqa: B007 - how many there were
        yield [*left, *row]
    yield from ([] for _ in range(given, height))


def _show_percentages(cells: list[list[Raw]], peek: Peek) -> None:
    """Put what the clerk sees in the place of the number behind it: 99% for 0.99."""
    for row, column in peek.percentages:
        raw = cells[row][column] if row < len(cells) and column < len(cells[row]) else None
        if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
            cells[row][column] = print_percentage(raw)


def open_book(
    path: Path,
    shown: str,
    expected: tuple[str, ...] = (),
    *,
    is_long: Callable[[str], bool] = lambda _: False,
) -> Book:
    """Open a workbook: xlsx, ods or xls, told by content and not by name.

    Parameters
    ----------
    path
        The file.
    shown
        How messages name it.
    expected
        The sheets that it should have.
    is_long
        Tells by its name whether a sheet may be a long list: a ledger.

    Raises
    ------
    WorkbookError
        It is missing, is no workbook, is damaged, is locked by a password, or is larger than any
        filing.
    """
    data = read_file(path, shown)
    kind = kind_of(data, shown)
    digest = hashlib.sha256(data).hexdigest()
    data, peeks = _peeked(data, kind, shown, is_long)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise _locked(shown) from None
    except CalamineError:
        raise _damaged(shown) from None
    hidden = {m.name for m in workbook.sheets_metadata if m.visible != SheetVisibleEnum.Visible}
    names = tuple(workbook.sheet_names)
    if kind == "xls":  # whose names are in codes of their time: calamine knows these better
        peeks = [(name, peek) for name, (_, peek) in zip(names, peeks, strict=False)]
    is_1904 = kind == "xlsx" and _counts_from_1904(data)
    lists = frozenset(name for name in names if is_long(name) or BOOK in ledger_label(name))
    about = (shown, digest, names, frozenset(hidden), expected, lists, is_1904)
    return Book(*about, workbook, dict(peeks), data)


def read_file(path: Path, shown: str) -> bytes:
    """Read a file that is no larger than any filing.

    Raises
    ------
    WorkbookError
        It is missing, cannot be opened, or is too large.
    """
    try:
        size = path.stat().st_size
        data = b"" if size > LARGEST_FILE else path.read_bytes()
    except FileNotFoundError:
        hint = "检查文件名和文件夹，或请机关报送"
        raise missing_workbook("找不到工作簿", path, shown, hint) from None
    except OSError as error:
        raise WorkbookError(
            "工作簿打不开",
            where=shown,
            found=error,
            hint="检查文件权限，或关闭正在使用它的程序",
        ) from None
    if size > LARGEST_FILE:
        raise _too_large(shown, f"文件有 {size} 字节")
    return data


def kind_of(data: bytes, shown: str) -> Kind:
    """Tell of which kind a workbook is, by its content.

    Raises
    ------
    WorkbookError
        It is none, is damaged, is locked by a password, or is larger than any filing.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _locked(shown)
        return "xls"
    if not data.startswith(b"PK"):
        raise WorkbookError(
            "文件不是工作簿",
            where=shown,
            expected="xlsx、ods 或 xls",
            hint="用 WPS 或 Excel 打开，另存为 xlsx",
        )
    names = _vetted_parts(data, shown)
    if "xl/workbook.xml" in names and "xl/workbook.bin" not in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise WorkbookError(
        "压缩包里没有工作簿",
        where=shown,
        found=listed(sorted(names), most=3),
        expected="xlsx、ods 或 xls",
        hint="先解压，或另存为 xlsx",
    )


def _vetted_parts(data: bytes, shown: str) -> set[str]:
    """Unpack everything once, within limits that no filing comes near."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MOST_PARTS:
                raise _too_large(shown, f"压缩包里有 {len(parts)} 个文件")
            if len(names) < len(parts):
                raise _damaged(shown)
            _vet_sizes(archive, parts, shown)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise _damaged(shown) from None
    except RuntimeError:  # how zipfile says that a part is encrypted
        raise _locked(shown) from None
    return names


def _vet_sizes(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo], shown: str) -> None:
    total = 0
    for part in parts:
        size = 0
        for chunk in unpacked(archive, part):
            size += len(chunk)
            if total + size > LARGEST_CONTENT:
                raise _too_large(shown, f"解压后超过 {LARGEST_CONTENT} 字节")
        total += size
        if is_bomb(part, size):
            raise _too_large(shown, f"{part.filename} 的压缩比异常")


def _counts_from_1904(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _FROM_1904.search(archive.read("xl/workbook.xml")) is not None


def _peeked(
    data: bytes, kind: Kind, shown: str, is_long: Callable[[str], bool]
) -> tuple[bytes, list[tuple[str, Peek]]]:
    """Give the file as calamine can read it, and its sheets, none of which is too large."""
    try:
        if kind == "xls":
            data, peeks = peek_xls(data)
        else:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found = peek_xlsx(archive, is_long=is_long) if kind == "xlsx" else peek_ods(archive)
                peeks = list(found)
    except _DAMAGES:
        raise _damaged(shown) from None
    for name, peek in peeks:
        most = MOST_LEDGER_CELLS if is_long(name) else MOST_CELLS
        if peek.rows * peek.columns > most or peek.characters > MOST_CHARACTERS:
            raise _too_large(f"{shown}#{name}", f"用到第 {peek.rows} 行、第 {peek.columns} 列")
    return data, peeks


def _locked(shown: str) -> WorkbookError:
    return WorkbookError("工作簿有打开密码", where=shown, hint="取消密码后重新保存，再报送")


def _damaged(shown: str) -> WorkbookError:
    return WorkbookError(
        "工作簿已损坏或不完整", where=shown, hint="用 WPS 或 Excel 打开，另存为 xlsx，再报送"
    )


def _too_large(shown: str, found: str) -> WorkbookError:
    return WorkbookError(
        "工作簿超出一份填报应有的大小",
        where=shown,
        found=found,
        hint="删去远处的单元格、图片和无关的工作表，另存为 xlsx",
    )
