"""Files of office programs: spreadsheets read as they are, old texts after LibreOffice."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nianbao.errors import PublishedError
from nianbao.filing.book import Book, open_book
from nianbao.filing.filing import Filing
from nianbao.filing.register import Register
from nianbao.filing.workbook import BASICS_SHEET, PROSE_SHEET, read_filing, read_identity
from nianbao.published.archive import part_names
from nianbao.published.docx import read_docx
from nianbao.published.model import Cell, Document, Line
from nianbao.published.title import agency_of

TIMEOUT = 120  # seconds for one file
MOST_CELLS = 200_000

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_RTF = b"{\\rtf"
_WORD = "WordDocument".encode("utf-16-le")
_SHEETS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


@dataclass(frozen=True, slots=True)
class OwnBook:
    """A workbook of our own format."""

    data: bytes
    shown: str

    def filing(self, register: Register | None) -> Filing:
        """Read it as the filing that it is.

        Raises
        ------
        SourceError
            It cannot be read as one.
        """
        name, year = self.identity()
        agency = agency_of(name, register).model_copy(update={"name": name})
        with _on_disk(self.data) as path:
            return read_filing(path, agency, year, shown=self.shown)

    def identity(self) -> tuple[str, int]:
        """Tell whose it says it is, and for which year.

        Raises
        ------
        SourceError
            It does not say it.
        """
        with _on_disk(self.data) as path:
            return read_identity(path, shown=self.shown)


@contextmanager
def _on_disk(data: bytes) -> Iterator[Path]:
    """Give a file with these bytes, in a folder of its own without any ledgers; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(data)
        yield path


def sheet_names(data: bytes, shown: str) -> tuple[str, ...] | None:
    """Give the names of the sheets of a workbook; None for a file that is none.

    Raises
    ------
    SourceError
        It is damaged, locked, or larger than any filing.
    """
    if not _is_workbook(data, shown):
        return None
    with _on_disk(data) as path:
        return open_book(path, shown, is_long=lambda _: True).names


def is_own(names: Collection[str]) -> bool:
    """Tell by the names of its sheets whether a workbook is of our own format."""
    return {BASICS_SHEET, PROSE_SHEET} <= set(names)


def _is_workbook(data: bytes, shown: str) -> bool:
    if data.startswith(b"PK"):
        is_xlsx = "xl/workbook.xml" in part_names(data, shown)
        return is_xlsx or _mimetype(data).endswith(b"spreadsheet")
    return data.startswith(_OLE) and _WORD not in data and any(mark in data for mark in _SHEETS)


def read_office(data: bytes, shown: str) -> Document | OwnBook:
    """Read a file of an office program that is no docx.

    Raises
    ------
    PublishedError
        It is of an unknown kind, cannot be converted, or there is nothing to convert it with.
    """
    if data.startswith(_RTF):
        return read_docx(_converted(data, "rtf", shown), shown)
    if data.startswith(b"PK"):
        is_sheet = _is_workbook(data, shown)
        return _read_sheets(data, shown) if is_sheet else _by_office(data, "odt", shown)
    if _WORD in data:
        return _by_office(data, "doc", shown)
    if _is_workbook(data, shown):
        return _read_sheets(data, shown)
    raise PublishedError(
        "文件已损坏，或不是文字、表格文件",
        where=shown,
        expected="doc、wps、xls、et",
        hint="用 WPS 或 Word 打开，另存为 docx 或 pdf",
    )


def _mimetype(data: bytes) -> bytes:
    """Give the type of an OpenDocument file: its first part, never packed."""
    start = data.find(b"mimetype", 0, 64) + len(b"mimetype")
    return data[start : data.find(b"PK", start)]


def _by_office(data: bytes, suffix: str, shown: str) -> Document:
    return read_docx(_converted(data, suffix, shown), shown)


def _converted(data: bytes, suffix: str, shown: str) -> bytes:
    """Convert a text into docx by LibreOffice, with a profile of its own that is thrown away."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise PublishedError(
            "读这种文件要用 LibreOffice，这台机器上没有",
            where=shown,
            hint="装上 LibreOffice，或用 WPS 另存为 docx",
        )
    with tempfile.TemporaryDirectory(prefix="nianbao-office-") as name:
        folder = Path(name)
        source = folder / f"report.{suffix}"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless", "--norestore", "--convert-to", "docx",
            "--outdir", str(folder / "out"), str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise PublishedError(
                "LibreOffice 没有在限时内转换完",
                where=shown,
                found=f"{TIMEOUT} 秒",
                hint="用 WPS 打开，另存为 docx",
            ) from None
        target = folder / "out" / "report.docx"
        if not target.is_file():
            raise PublishedError(
                "LibreOffice 打不开这个文件", where=shown, hint="用 WPS 打开，另存为 docx"
            )
        return target.read_bytes()


def _read_sheets(data: bytes, shown: str) -> Document | OwnBook:
    with _on_disk(data) as path:
        book = open_book(path, shown)
    if is_own(book.names):
        return OwnBook(data, shown)
    return Document(shown, hashlib.sha256(data).hexdigest(), tuple(_lines(book)))


def _lines(book: Book) -> Iterator[Line]:
    for number, name in enumerate(book.names, start=1):
        grid = book.grid(name)
        if grid.height * grid.width > MOST_CELLS:
            raise PublishedError(
                "工作表太大，不像一份年报", where=f"{book.file}#{name}", hint="只留下年报正文"
            )
        for row in range(grid.height):
            cells = tuple(
                Cell(" ".join(grid.text(row, column).split()), grid.address(row, column), column)
                for column in range(grid.width)
                if grid.origin(row, column) == (row, column)
            )
            filled = [cell for cell in cells if cell.text]
            if len(filled) == 1 and filled[0].column == 0:  # a paragraph in a sheet
                yield Line((filled[0],))
            elif filled:
                yield Line(cells, "row", number)
