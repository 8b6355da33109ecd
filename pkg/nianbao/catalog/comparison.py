"""Agencies and years side by side: what the page and the workbook of the comparison tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nianbao.catalog.copies import Copies, Copy, find_copies
from nianbao.catalog.entry import Entry, Status


@dataclass(frozen=True)
class Comparison:
    """Agencies and years side by side.

    Attributes
    ----------
    title
        Of the batch; empty where all that stands is compared.
    names
        What each agency is called, by its code, in order; the first is its full name.
    years
        Latest first.
    entries
        By code and year; one for each pair.
    troubles
        What stands in the folder and is no report.
    """

    title: str
    names: Mapping[str, Sequence[str]]
    years: tuple[int, ...]
    entries: Mapping[tuple[str, int], Entry]
    copies: Copies = field(default_factory=Copies)
    troubles: tuple[str, ...] = ()

    def name(self, code: str) -> str:
        """Give the full name of an agency; its code where nobody says it."""
        return next(iter(self.names[code]), code)

    def of_year(self, year: int) -> Iterator[Entry]:
        """Yield the entries of a year, in the order of the agencies."""
        for code in self.names:
            yield self.entries[code, year]

    @property
    def statuses(self) -> Mapping[Status, int]:
        """How many reports have each status that some have; who was not asked counts nowhere."""
        found = Counter(entry.status for entry in self.entries.values())
        asked = (status for status in Status if status is not Status.UNASKED)
        return {status: found[status] for status in asked if found[status]}

    @property
    def troubled(self) -> tuple[Entry, ...]:
        """The entries of which something was not made, or could not be read."""
        return tuple(entry for entry in self.entries.values() if entry.troubles or entry.note)

    @cached_property
    def all_copies(self) -> tuple[Copy, ...]:
        """What is the same between agencies, then between years: copies are numbered so."""
        return (*self.copies.between_agencies, *self.copies.between_years)

    def copied(self, entry: Entry) -> Sequence[int]:
        """Give the numbers of the copies that a report has a part in; from zero."""
        return self._by_report.get((entry.agency, entry.year), ())

    @cached_property
    def _by_report(self) -> Mapping[tuple[str, int], list[int]]:
        found: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for number, copy in enumerate(self.all_copies):
            for place in copy.places:
                found[place.agency, place.year].append(number)
        return found


def compare(
    entries: Iterable[Entry],
    names: Mapping[str, Sequence[str]],
    *,
    title: str = "",
    absent: Status = Status.MISSING,
    troubles: Sequence[str] = (),
) -> Comparison:
    """Put reports side by side, and find what is the same.

    Parameters
    ----------
    entries
        In any order; at most one for an agency and year.
    names
        Of all their agencies, in the order of the rows.
    absent
        What there is of a report that has no entry.
    """
    given = {(entry.agency, entry.year): entry for entry in entries}
    years = sorted({year for _, year in given}, reverse=True)
    grid = {
        (code, year): given.get((code, year)) or Entry(code, year, absent)
        for code in names
        for year in years
    }
    return Comparison(
        title=title,
        names=names,
        years=tuple(years),
        entries=grid,
        copies=find_copies(grid.values(), names),
        troubles=tuple(troubles),
    )
