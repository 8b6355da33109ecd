"""The rows of a ledger, as they stand: in a sheet of a workbook, or in a CSV file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from nianbao.errors import WorkbookError
from nianbao.filing.book import Book, open_book, read_file
from nianbao.filing.grid import Position
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.head import ROWS_LOOKED_AT, is_known
from nianbao.filing.ledgers.kinds import LedgerKind, ledger_kinds
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
        Cells that hold an error, which are given as blank.
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


def is_ledger_sheet(name: str) -> bool:
    """Tell whether a sheet of a workbook is a ledger, by its name."""
    return normalise(name) in _by_sheet()


def _by_sheet() -> dict[str, LedgerKind]:
    return {normalise(kind.sheet): kind for kind in ledger_kinds()}


def tables_in_book(book: Book) -> Iterator[Table]:
    """Yield the ledgers among the sheets of a workbook, in its order, each read when it is due."""
    yield from _tables(book, _ledger_sheets(book))


def _ledger_sheets(book: Book) -> Mapping[str, LedgerKind]:
    kinds = _by_sheet()
    return {name: kinds[key] for name in book.names if (key := normalise(name)) in kinds}


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
        )


def tables_in_file(path: Path, shown: str) -> tuple[Iterator[Table], str]:
    """Open a file beside the workbook, such as 2022-申请台账.csv or 2022-台账.xlsx.

    Parameters
    ----------
    path
        Its name tells which ledger it holds; 台账 alone stands for all that its sheets are named
        for. In a workbook that holds one ledger the sheet may have any name.
    shown
        How messages and addresses name it.

    Returns
    -------
    tables, digest
        The ledgers in it, each read when it is due; SHA-256 of its bytes, in hexadecimal.

    Raises
    ------
    WorkbookError
        It is missing, damaged, locked, too large, or a CSV file that cannot be read.
    """
    _, named = ledger_name(path.name) or (0, "")
    kind = _by_sheet().get(normalise(named))
    if path.suffix.lower() == ".csv":
        data = read_file(path, shown)
        if kind is None:
            raise _no_ledger(shown, path.name)
        rows = _csv_rows(data, kind, shown)
        table = Table(kind, shown, kind.sheet, rows, is_text=True)
        return iter([table]), hashlib.sha256(data).hexdigest()
    book = open_book(path, shown, is_long=lambda _: True)
    sheets = _ledger_sheets(book)
    if kind is not None:
        sheets = {name: kind for name, named in sheets.items() if named is kind}
        sheets = sheets or dict.fromkeys(book.names[:1], kind)
    if not sheets:
        raise _no_ledger(shown, "、".join(book.names))
    return _tables(book, sheets), book.digest


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
    try:
        yield from reader
    except csv.Error as error:
        raise WorkbookError(
            "CSV 文件读不懂",
            where=f"{shown} 第 {reader.line_num} 行",
            found=error,
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
