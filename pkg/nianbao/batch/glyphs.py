"""Where a character that the fonts lack stands in what was filed: the workbook's cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from nianbao.batch.job import Job
from nianbao.errors import GlyphError, SourceError, listed
from nianbao.filing.book import open_book
from nianbao.filing.figure import Address
from nianbao.filing.grid import column_letters
from nianbao.filing.ledgers.rows import open_ledger_file
from nianbao.filing.numbers import Raw
from nianbao.filing.sources import ledger_name


def located(error: GlyphError, job: Job) -> GlyphError:
    """Give the error with the cells of the filing before the places in the document."""
    cells = listed(_places(job, frozenset(error.characters)))
    return GlyphError(
        error.what,
        characters=error.characters,
        where="；".join(filter(None, (cells, error.where))),
        found=error.found,
        hint=error.hint,
    )


def _places(job: Job, characters: frozenset[str]) -> Iterator[str]:
    if not characters.isdisjoint(job.agency.name):
        yield f"{job.common.register.name}#{job.agency.code}"
    below = job.below.files if job.below else ()
    for item in (job.source, *job.ledgers, *below):
        if item.digest:
            with suppress(SourceError):  # what could not be read is told elsewhere
                yield from map(str, cells_with(job, item.name, characters))


def cells_with(job: Job, name: str, characters: frozenset[str]) -> Iterator[Address]:
    """Yield the cells of a workbook or a ledger's file in which one of the characters stands.

    Raises
    ------
    SourceError
        The file cannot be read.
    """
    for sheet, rows in _sheets(job, name):
        for number, row in enumerate(rows, start=1):
            for column, raw in enumerate(row):
                if isinstance(raw, str) and not characters.isdisjoint(raw):
                    yield Address(name, sheet, f"{column_letters(column)}{number}")


def _sheets(job: Job, name: str) -> Iterator[tuple[str, Iterable[list[Raw]]]]:
    path = job.project.root / name
    if ledger_name(path.name):
        yield from ((table.sheet, table.rows) for table in open_ledger_file(path, name).tables)
        return
    book = open_book(path, name, is_long=lambda _: True)
    yield from ((sheet, book.long_list(sheet).rows) for sheet in book.names)
