"""All ledgers of one agency and year: from the workbook's sheets, and from files beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from nianbao.errors import SheetError
from nianbao.filing.book import Book
from nianbao.filing.figure import Address, Figure, Trouble
from nianbao.filing.filing import Remark
from nianbao.filing.labels import nearest_label
from nianbao.filing.ledgers.kinds import ledger_kinds
from nianbao.filing.ledgers.rows import LedgerFile, Table, open_ledger_file, tables_in_book
from nianbao.filing.sources import ledgers_in, stray_ledgers
from nianbao.forms import Form

if TYPE_CHECKING:
    import pandas as pd

    from nianbao.filing.ledgers.count import Count
    from nianbao.filing.ledgers.ledger import Ledger
    from nianbao.filing.workdays import Calendar


DAYS_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """The ledgers that an office keeps.

    Attributes
    ----------
    counts
        What they give for cells of the three tables, by reference.
    deadlines
        Of the applications; see `nianbao.filing.filing.Filing`.
    files
        Those beside the workbook, as addresses name them, with their SHA-256.
    """

    ledgers: tuple[Ledger, ...] = ()
    counts: Mapping[str, Count] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    deadlines: pd.DataFrame | None = None
    remarks: tuple[Remark, ...] = ()

    def filled(self, figure: Figure) -> Figure:
        """Give a figure with what is counted, where its cell is blank and all could be counted."""
        count = self.counts.get(figure.ref)
        if figure.trouble is not Trouble.BLANK or count is None or not count.ledger.is_complete:
            return figure
        return replace(figure, value=count.value, derivation=count.derivation, trouble=None)


def read_ledgers(
    book: Book,
    folder: Path,
    form: Form,
    year: int,
    *,
    facts: Iterable[Figure],
    calendar: Calendar | None,
) -> Kept:
    """Read the ledgers of a workbook, and those that stand beside it.

    Parameters
    ----------
    folder
        Where the workbook stands.
    facts
        Of sheet 工作数据, some of which ledgers count as well.
    calendar
        The working days; None for those that are known without a project.

    Raises
    ------
    WorkbookError
        A file beside it cannot be opened or holds no ledger.
    SheetError
        A ledger is there twice, or several sheets of a file look like one.
    """
    beside = PurePosixPath(book.file).parent
    remarks = list(_strays(folder, beside, year))
    kept = list(_read(tables_in_book(book), form, year))
    files: dict[str, str] = {}
    for name in ledgers_in(folder).get(year, ()):
        shown = str(beside / name)
        file = open_ledger_file(folder / name, shown)
        files[shown] = file.digest
        remarks += _unread(file, shown)
        kept += _read(file.tables, form, year)
    if not kept:
        return Kept(files=files, remarks=tuple(remarks))
    from nianbao.filing.ledgers.count import count  # noqa: PLC0415 - with pandas, as below

    _require_one_each(kept)
    counts = count(kept, form, year, facts)
    remarks += _differing_days(calendar)
    return Kept(tuple(kept), counts, files, _deadlines(kept, year, calendar), tuple(remarks))


def _read(tables: Iterable[Table], form: Form, year: int) -> Iterator[Ledger]:
    """Yield the ledgers that hold something; one table at a time is in memory."""
    for table in tables:
        # With pandas, and only where there is a ledger.
        from nianbao.filing.ledgers.read import read_ledger  # noqa: PLC0415

        ledger = read_ledger(table, form, year)
        if ledger is not None:
            yield ledger


def _differing_days(calendar: Calendar | None) -> Iterator[Remark]:
    """Tell on which days the project's own list of holidays differs from the package."""
    if calendar is not None and calendar.differences:
        days = "；".join(map(str, calendar.differences[:DAYS_AT_MOST]))
        yield Remark(f"节假日安排不一致：{days}", Address(calendar.file, "", "A1"))


def _deadlines(
    ledgers: Iterable[Ledger], year: int, calendar: Calendar | None
) -> pd.DataFrame | None:
    """Reckon what the Regulation says of the applications, as of 31 December."""
    frames = (item.frame for item in ledgers if item.kind.key == "applications" and not item.flaws)
    frame = next(frames, None)
    if frame is None:
        return None
    from nianbao.filing.workdays import deadlines, load_calendar  # noqa: PLC0415 - as above

    reckoned = deadlines(frame, calendar or load_calendar(), on=dt.date(year, 12, 31))
    return reckoned.assign(is_closed=frame["replied"].dt.year == year)


def _strays(folder: Path, beside: PurePosixPath, year: int) -> Iterator[Remark]:
    for name in stray_ledgers(folder, year):
        told = f"文件“{name}”像是台账，没有读取：名称应为 年度-台账名，例如 {year}-申请台账.xlsx"
        yield Remark(told, Address(str(beside / name), "", "A1"))


def _unread(file: LedgerFile, shown: str) -> Iterator[Remark]:
    names = [kind.sheet for kind in ledger_kinds()]
    for name in file.unread:
        near = nearest_label(name, names)
        hint = f"；是“{near}”的，把工作表改成这个名称" if near else ""
        yield Remark(f"工作表“{name}”没有读取{hint}", Address(shown, name, "A1"))


def _require_one_each(ledgers: Iterable[Ledger]) -> None:
    seen: dict[str, Ledger] = {}
    for ledger in ledgers:
        other = seen.setdefault(ledger.kind.key, ledger)
        if other is not ledger:
            raise SheetError(
                f"“{ledger.kind.sheet}”有两份",
                where=f"{other.file}#{other.sheet} 和 {ledger.file}#{ledger.sheet}",
                hint="合成一份，另一份移走",
            )
