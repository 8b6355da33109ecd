"""Writes a workbook that is filled in already: samples, made-up districts, tests."""

from __future__ import annotations

import io
from pathlib import Path

from nianbao.filing.blank.content import Ledgers, WorkbookContent
from nianbao.filing.blank.pen import Pen, new_workbook
from nianbao.filing.blank.tables import write_table
from nianbao.filing.ledgers.kinds import ledger_kind
from nianbao.filing.lists import BASICS_HEADINGS, FACTS_HEADINGS, PROSE_HEADINGS
from nianbao.filing.workbook import BASICS_SHEET, FACTS_SHEET, PROSE_SHEET


def write_workbook(path: Path, content: WorkbookContent) -> None:
    """Write a workbook that `nianbao.filing.read_filing` reads back; same content, same bytes.

    Parameters
    ----------
    path
        The xlsx file, written over if it is there.

    Raises
    ------
    WorkbookError
        A text is longer than a cell can be.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer, path.name) as pen:
        basics = [(label, str(text)) for label, text in content.basics.items()]
        pen.list(BASICS_SHEET, BASICS_HEADINGS, basics, ("stub", "text"), (18, 60))
        fact_styles = ("stub", "text", "number", "value", "text")
        pen.list(FACTS_SHEET, FACTS_HEADINGS, content.facts, fact_styles, (16, 26, 14, 8, 50))
        for table in content.form.tables:
            write_table(pen, table, content.values)
        prose_styles = ("stub", "stub", "prose")
        pen.list(PROSE_SHEET, PROSE_HEADINGS, content.prose, prose_styles, (26, 24, 90))
        _write_ledgers(pen, content.ledgers)
    path.write_bytes(buffer.getvalue())


def write_ledger_book(path: Path, ledgers: Ledgers) -> None:
    """Write a workbook of ledgers alone, which stands beside that of the filing.

    Parameters
    ----------
    path
        The xlsx file, written over if it is there.
    ledgers
        As `WorkbookContent` has them.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer, path.name) as pen:
        _write_ledgers(pen, ledgers)
    path.write_bytes(buffer.getvalue())


def _write_ledgers(pen: Pen, ledgers: Ledgers) -> None:
    for key, rows in ledgers.items():
        kind = ledger_kind(key)
        names = [column.name for column in kind.columns]
        styles = ["date" if column.kind == "date" else "text" for column in kind.columns]
        pen.list(kind.sheet, names, rows, styles, [16.0] * len(names))
