"""Who has handed in what, and when: for the list that goes to the work group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nianbao.collecting.blanks import has_filled
from nianbao.collecting.receipts import Receipt, read_receipts
from nianbao.project import Project, workbook_in


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What has come of one agency for one year.

    Attributes
    ----------
    receipts
        Every version, in the order of their numbers.
    has_workbook
        A workbook stands in its place, whether it was collected or put there by hand; one that was
        given out and not filled in is none.
    """

    agency: str
    year: int
    receipts: tuple[Receipt, ...] = ()
    has_workbook: bool = False

    @property
    def counting(self) -> Receipt | None:
        """The version that counts."""
        return next((receipt for receipt in self.receipts if receipt.counts), None)

    @property
    def first_received(self) -> datetime | None:
        """When the first version came; None where none did."""
        return min((receipt.received for receipt in self.receipts), default=None)

    @property
    def last_received(self) -> datetime | None:
        """When the last version came; None where none did."""
        return max((receipt.received for receipt in self.receipts), default=None)

    @property
    def is_open(self) -> bool:
        """Whether somebody must decide which version counts."""
        return any(receipt.question for receipt in self.receipts)


def handed_in(project: Project, reports: Iterable[tuple[str, int]]) -> tuple[HandedIn, ...]:
    """Tell what has come, in the order asked; nothing is written.

    Parameters
    ----------
    reports
        Agencies, by their codes, and years.

    Raises
    ------
    ConfigError
        A list of receipts is damaged.
    """
    return tuple(_of_report(project.sources(agency), agency, year) for agency, year in reports)


def _of_report(folder: Path, agency: str, year: int) -> HandedIn:
    receipts = read_receipts(folder, year)
    is_collected = any(receipt.counts for receipt in receipts)  # and so not blank
    there = workbook_in(folder, year) is not None if is_collected else has_filled(folder, year)
    return HandedIn(agency, year, receipts, has_workbook=there)
