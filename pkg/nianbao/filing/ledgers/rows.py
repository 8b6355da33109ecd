"""The rows of a ledger, as they stand: in a sheet of a workbook, or in a CSV file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from nianbao.errors import SheetError, WorkbookError, listed
from nianbao.filing.book import Book, open_book, read_file
from nianbao.filing.grid import Position
from nianbao.filing.ledgers.head import ROWS_LOOKED_AT, find_header, is_known
from nianbao.filing.ledgers.kinds import LedgerKind, ledger_kinds, ledger_label
from nianbao.filing.numbers import Raw
from nianbao.filing.sources import ledger_name

DELIMITERS = ",\t;|，；"
LONGEST_FIELD = 1 << 20
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a ledger as they stand.

    Attributes
    ----------
    file, sheet
        As addresses name them.
    rows
        From the first one on; can be gone through once.
    origins
        Cells that a merged one covers, to its first cell.
    errors
        Cells that are given as blank: with an error, or a formula whose result was never saved.
    hidden_rows, is_hidden
        The rows that are hidden, from one; whether the whole sheet is.
    is_1904, is_text
        See `nianbao.filing.ledgers.cells.Manner`.
    """

    kind: LedgerKind
    file: str
    sheet: str
    rows: Iterable[list[Raw]]
    is_1904: bool = False
    is_text: bool = False
    origins: Mapping[Position, Position] = field(default_factory=dict)
    errors: Mapping[Position, str] = field(default_factory=dict)
    hidden_rows: Sequence[int] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A file beside the workbook.

    Attributes
    ----------
    tables
        The ledgers in it, each read when it is due.
    digest
        SHA-256 of its bytes, in hexadecimal.
    unread
        Names of its other sheets that hold something.
    """

    tables: Iterator[Table]
    digest: str
    unread: tuple[str, ...] = ()


def is_ledger_sheet(name: str) -> bool:
    """Tell whether a sheet of a workbook is a ledger, by its name."""
    return _kind_of(name) is not None


def _kind_of(name: str) -> LedgerKind | None:
    return next((k for k in ledger_kinds() if ledger_label(k.sheet) == ledger_label(name)), None)


def tables_in_book(book: Book) -> Iterator[Table]:
    """Yield the ledgers among the sheets of a workbook, in its order, each read when it is due."""
    yield from _tables(book, _ledger_sheets(book))


def _ledger_sheets(book: Book) -> Mapping[str, LedgerKind]:
    return {name: kind for name in book.names if (kind := _kind_of(name)) is not None}


def _tables(book: Book, sheets: Mapping[str, LedgerKind]) -> Iterator[Table]:
    for name, kind in sheets.items():
        read = book.long_list(name)
        yield Table(
            kind=kind,
            file=book.file,
            sheet=name,
            rows=read.rows,
            is_1904=book.is_1904,
            origins=read.origins,
            errors=read.notes,
            hidden_rows=book.hidden_rows(name),
            is_hidden=name in book.hidden,
        )


def open_ledger_file(path: Path, shown: str) -> LedgerFile:
    """Open a file beside the workbook, such as 2022-申请台账.csv or 2022-台账.xlsx.

    Parameters
    ----------
    path
        Its name tells which ledger it holds; 台账 alone stands for all that its sheets are named
        for. In a workbook that holds one ledger the sheet may have any name.
    shown
        How messages and addresses name it.

    Raises
    ------
    WorkbookError
        It is missing, damaged, locked, too large, or a CSV file that cannot be read.
    SheetError
        Several sheets of it look like its one ledger.
    """
    _, named = ledger_name(path.name) or (0, "")
    kind = _kind_of(named)
    if path.suffix.lower() == ".csv":
        data = read_file(path, shown)
        if kind is None:
            raise _no_ledger(shown, path.name)
        rows = _csv_rows(data, kind, shown)
        table = Table(kind, shown, kind.sheet, rows, is_text=True)
        return LedgerFile(iter([table]), hashlib.sha256(data).hexdigest())
    book = open_book(path, shown, is_long=lambda _: True)
    sheets = _ledger_sheets(book)
    if kind is not None:
        own = {name: kind for name, named in sheets.items() if named is kind}
        sheets = own or {_sheet_with(kind, book): kind}
    if not sheets:
        raise _no_ledger(shown, "、".join(book.names))
    unread = tuple(name for name in book.names if name not in sheets and not book.is_empty(name))
    return LedgerFile(_tables(book, sheets), book.digest, unread)


def _sheet_with(kind: LedgerKind, book: Book) -> str:
    """Give the one sheet that has the ledger, whatever it is called."""
    filled = [name for name in book.names if not book.is_empty(name)] or list(book.names[:1])
    headed = [name for name in filled if len(filled) > 1 and _has_header(kind, book, name)]
    if len(headed) > 1:
        raise SheetError(
            f"有几张工作表像“{kind.sheet}”，不知道用哪一张",
            where=book.file,
            found=listed(headed),
            hint=f"合成一张，改名为“{kind.sheet}”",
        )
    return (headed or filled)[0]


def _has_header(kind: LedgerKind, book: Book, name: str) -> bool:
    read = book.long_list(name)
    header = find_header(list(islice(read.rows, ROWS_LOOKED_AT)), read.origins, kind)
    return header is not None and not header.flaws


def _no_ledger(shown: str, found: str) -> WorkbookError:
    return WorkbookError(
        "文件里没有台账",
        where=shown,
        found=found,
        expected="、".join(item.sheet for item in ledger_kinds()),
        hint="把工作表改成台账的名称；CSV 文件的名称写成 年度-台账名.csv",
    )


def _csv_rows(data: bytes, kind: LedgerKind, shown: str) -> Iterator[list[Raw]]:
    encoding = _encoding(data, shown)
    csv.field_size_limit(LONGEST_FIELD)
    lines = list(islice(_text(data, encoding), ROWS_LOOKED_AT))
    delimiter = max(DELIMITERS, key=lambda mark: _known(lines, mark, kind))
    reader = csv.reader(_text(data, encoding), delimiter=delimiter, strict=True)
    line = 1  # on which the row begins: a quote that is never closed takes in all below it
    try:
        for row in reader:
            yield [*row]
            line = reader.line_num + 1
    except csv.Error:
        raise WorkbookError(
            "CSV 文件读不懂",
            where=f"{shown} 第 {line} 行",
            hint="多半是引号没有配对；用 WPS 或 Excel 打开，另存为 xlsx",
        ) from None


def _text(data: bytes, encoding: str) -> Iterator[str]:
    """Give the lines one after the other: all at once they take four bytes for each character."""
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _known(lines: Iterable[str], delimiter: str, kind: LedgerKind) -> int:
    """Tell how many headings a line has at most, if its cells are parted by this mark."""
    return max(
        (sum(is_known(cell.strip('"'), kind) for cell in line.split(delimiter)) for line in lines),
        default=0,
    )


def _encoding(data: bytes, shown: str) -> str:
    place = data.find(0)
    if place < 0:
        for encoding in ENCODINGS:
            try:
                data.decode(encoding)
            except UnicodeDecodeError as error:
                place = max(place, error.start)  # the right encoding comes furthest
            else:
                return encoding
    line = data.count(b"\n", 0, place) + 1
    raise WorkbookError(
        "CSV 文件的编码读不懂",
        where=f"{shown} 第 {line} 行",
        expected="UTF-8 或 GB18030",
        hint="用 WPS 或 Excel 打开，另存为 xlsx",
    )
