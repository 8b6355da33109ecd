"""Ledgers for tests: rows as a clerk types them, in a sheet or a file. All of it is made up."""

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl

from nianbao.filing.filing import Filing
from nianbao.filing.ledgers.kinds import ledger_kind
from workbooks import AGENCY, content, read, workbook

YEAR = 2024


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def application(number: int, received: str, **cells):
    """A row of 申请台账 by the names of its columns: answered unless told otherwise."""
    row = {
        "申请编号": f"{YEAR}-{number:03}",
        "收到日期": day(received),
        "申请人类型": "自然人",
        "办理结果": "予以公开",
        "答复日期": day(received) + dt.timedelta(5),
    }
    return row | cells


def table(rows, headings=None):
    """Rows of cells, the headings first, from rows by the names of their columns."""
    names = headings or list(dict.fromkeys(name for row in rows for name in row))
    return [list(names), *([row.get(name) for name in names] for row in rows)]


def as_xlsx(path: Path, **sheets) -> Path:
    """A workbook of sheets by name, each of rows of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def as_csv(path: Path, rows, *, encoding="utf-8", delimiter=",") -> Path:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def filing(folder: Path, made=None, year: int = YEAR, **ledgers) -> Filing:
    """Read a filing with these ledgers: sheets of the workbook, by name, each of rows of cells."""
    path = workbook(folder, made or content(), f"{year}.xlsx")
    if ledgers:
        book = openpyxl.load_workbook(path)
        for name, rows in ledgers.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(path)
    return read(path, year, AGENCY)


def ledger_of(folder: Path, rows, key: str = "applications", **changes):
    """The one ledger of a filing, from rows of cells."""
    (found,) = filing(folder, **{ledger_kind(key).sheet: rows}, **changes).ledgers
    return found
