"""Notices and reminders of a whole batch, written into the outputs folder while it is held."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

from nianbao.batch.batch import Batch, ReportName
from nianbao.batch.machine import default_workers
from nianbao.batch.store import Store
from nianbao.errors import UsageError, nearest
from nianbao.notices import table, urging
from nianbao.notices.make import Made, Order, keep, make_notice, record_of
from nianbao.notices.page import EVERYTHING
from nianbao.notices.urging import Standing, standing_of
from nianbao.project import Project

FOLDER = "notices"
WORTH_IT = 60  # reports from which worker processes pay, each of which imports everything


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a batch, done.

    Attributes
    ----------
    folder
        With the notices, their records, the table of everything and the reminder.
    standings
        In the order of the batch.
    reminder
        The text to paste.
    """

    year: int
    folder: Path
    standings: tuple[Standing, ...]
    reminder: str


def make_notices(
    project: Project,
    batch: Batch,
    outputs: Path,
    *,
    today: dt.date,
    fonts: str = "",
    workers: int | None = None,
    explained: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Year, ...]:
    """Check every workbook of a batch, write what is new to tell, and tell who is awaited.

    A second run over the same workbooks changes nothing.

    Parameters
    ----------
    today
        Of which new notices are, and against which dates are held.
    fonts
        Folder of the office's own; empty for none.
    workers
        How many processes; None for as many as the machine bears, where it pays.
    explained
        What agencies have said to all that their last notices ask, by code.

    Raises
    ------
    UsageError
        None of the batch's agencies is to hand in a workbook, or an explanation is of none of
        them, or of one from which none is awaited; nothing is written.
    OutputError
        The outputs folder cannot be written, or another run holds it.
    """
    orders = [*_orders(project, batch, outputs / FOLDER, today, fonts)]
    if not orders:
        raise UsageError(
            "批次里没有要交填报表的机关", where=batch.file, hint="由下级汇总的政府不交填报表"
        )
    orders = _explained(orders, explained)
    with Store(outputs).hold():
        for order in (order for order in orders if order.explained):
            record_of(order)  # raises before anything is written
        made = _made(orders, workers)
        years = sorted({item.order.year for item in made})
        return tuple(_year(year, [m for m in made if m.order.year == year]) for year in years)


def _orders(
    project: Project, batch: Batch, folder: Path, today: dt.date, fonts: str
) -> Iterator[Order]:
    for report in batch.reports:
        agency = batch.register.agency(report.agency)
        if agency.reports_in(report.year) and not _is_summed_up(project, batch, report):
            is_due = report.year == batch.due_year
            is_sum = batch.register.children(report.agency, report.year)
            yield Order(
                project=project,
                agency=agency,
                name=agency.in_year(report.year).name,
                year=report.year,
                folder=folder / str(report.year),
                office=batch.office,
                today=today,
                due=batch.due if is_due else None,
                due_again=batch.due_again if is_due else None,
                small_groups=batch.small_groups,
                fonts=fonts,
                register=batch.register if is_sum else None,
            )


def _explained(orders: Sequence[Order], explained: Mapping[str, str]) -> list[Order]:
    """Give the orders with what their agencies have said, each of which has one."""
    codes = [order.agency.code for order in orders]
    for code in explained:
        if codes.count(code) != 1:  # of several years, which is explained?
            close = "" if code in codes else nearest(code, codes)
            hint = f"最接近的是 {close}" if close else "几个年度的，加 --year"
            raise UsageError("说明的不是批次中一个机关的一份年报", found=code, hint=hint)
    return [replace(order, explained=explained.get(order.agency.code, "")) for order in orders]


def _is_summed_up(project: Project, batch: Batch, report: ReportName) -> bool:
    """Tell a government that hands in nothing of its own: its report is the sum of others."""
    children = batch.register.children(report.agency, report.year)
    return bool(children) and not project.source(report.agency, report.year).is_file()


def _made(orders: Sequence[Order], workers: int | None) -> list[Made]:
    count = min(workers or default_workers(), len(orders))
    if count < 2 or (workers is None and len(orders) < WORTH_IT):  # noqa: PLR2004 - this one
        return [make_notice(order) for order in orders]
    # Spawned, as all workers here: a fork of a process with threads is unsafe.
    context = get_context("spawn")
    try:
        with ProcessPoolExecutor(count, mp_context=context, initializer=_leave_stops) as pool:
            return list(pool.map(make_notice, orders))
    except BrokenProcessPool:  # killed from outside, or out of memory: what is written stays right
        return [make_notice(order) for order in orders]


def _leave_stops() -> None:
    """Let the parent heed Ctrl-C: its workers finish what they write, and begin no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _year(year: int, made: Sequence[Made]) -> Year:
    standings = tuple(map(standing_of, made))
    folder = made[0].order.folder
    reminder = urging.urging(standings)
    keep(folder / EVERYTHING, table.everything(standings))
    keep(folder / urging.NAME, reminder.encode())
    return Year(year, folder, standings, reminder)
