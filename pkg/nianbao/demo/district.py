"""The made-up district: every agency's workbook of every year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from nianbao.demo.figures import history
from nianbao.demo.ledgers import Office, cells_of, ledgers
from nianbao.demo.mistakes import Page, Planted, plant
from nianbao.demo.prose import basics, prose
from nianbao.demo.roster import Member, roster
from nianbao.filing.blank import WorkbookContent
from nianbao.filing.ledgers.kinds import ledger_kind
from nianbao.filing.register import Agency

ROWS_AT_MOST = 120
"""Of one ledger: an office with more to list keeps none here, and types its numbers."""

_NONE: tuple[Planted, ...] = ()


@dataclass(frozen=True, slots=True)
class District:
    """What is ordered.

    Attributes
    ----------
    agencies
        How many, from 1 to `AGENCIES_AT_MOST`.
    years
        One after the other, each with a statutory form.
    errors
        In how many of the workbooks a mistake is planted, as a share from 0 to 1: the chance of
        each, so that one more agency changes no other.
    seed
        Another seed, another district.
    """

    agencies: int
    years: tuple[int, ...]
    errors: float = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """One workbook, filled in; `planted` names the cells of its mistake, if there is one."""

    agency: Agency
    year: int
    content: WorkbookContent
    planted: tuple[Planted, ...] = ()


def filled_in(district: District) -> Iterator[Filled]:
    """Yield the workbooks, years within agencies."""
    for member in roster(district.agencies):
        yield from _of_member(member, district)


def _of_member(member: Member, district: District) -> Iterator[Filled]:
    known = history(member, district.seed, district.years[-1])
    years = {year: known[year] for year in district.years}
    for year, figures in years.items():
        rng = Random(f"{district.seed}/{member.number}/{year}/filing")  # noqa: S311 - made-up data
        lines = tuple(prose(member, year, years, rng))
        seed = f"{district.seed}/{member.number}"
        office = Office(seed, figures.form, year, figures.values, figures.facts, ROWS_AT_MOST)
        page = Page(
            agency=member.agency,
            year=year,
            form=figures.form,
            values=figures.values,
            ledgers=ledgers(office),
            is_last=year + 1 not in years,
        )
        planted = _NONE
        if rng.random() < district.errors:
            page, planted = plant(page, rng)
        content = WorkbookContent(
            form=figures.form,
            basics=basics(member, year),
            facts=figures.facts,
            values=page.values,
            prose=lines,
            ledgers={
                key: cells_of(ledger_kind(key), rows, figures.form)
                for key, rows in page.ledgers.items()
            },
        )
        yield Filled(member.agency, year, content, planted)
