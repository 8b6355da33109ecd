"""Who has handed in what, and when: for the list that goes to the work group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
        A workbook stands in its place, whether it was collected or put there by hand.
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
    return tuple(
        HandedIn(
            agency,
            year,
            read_receipts(project.sources(agency), year),
            has_workbook=workbook_in(project.sources(agency), year) is not None,
        )
        for agency, year in reports
    )
