"""What a check looks at: a filing, last year's, and the totals as they should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Self

from nianbao.checks.finding import Finding
from nianbao.checks.prose.breakdowns import Breakdown, breakdowns
from nianbao.checks.prose.reader import Claim, read_claims
from nianbao.checks.prose.text import Said, read_prose
from nianbao.checks.rollup.differences import Difference, differences
from nianbao.filing.figure import Figure, Value
from nianbao.filing.filing import Filing, Text, cell_ref
from nianbao.filing.totals import Line, computed_totals, identity_lines
from nianbao.forms import Column, Form, Row, Table

FACTS = "工作数据"
GOVERNMENT = "政府"
SMALL_GROUPS = 0  # none is told unless the batch asks


@dataclass(frozen=True, slots=True)
class Spot:
    """A value cell of the form: its table, row and column."""

    table: Table
    row: Row
    column: Column


@cache
def _spots(form: Form) -> Mapping[str, Spot]:
    """Give every value cell of the form by its reference."""
    return {
        cell_ref(table.key, row.key, column.key): Spot(table, row, column)
        for table in form.tables
        for _, row, column in table.cells()
    }


def _claims(said: Said, filing: Filing) -> tuple[Claim, ...]:
    is_of_government = filing.agency.kind == GOVERNMENT
    return read_claims(said, filing.year, is_of_government=is_of_government)


def table_name(table: Table) -> str:
    """Give a table's short name, such as 表三: it is numbered as its section."""
    return f"表{'一二三四五六'[table.section - 1]}"


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at.

    Attributes
    ----------
    previous
        The same agency's filing for the year before, where it is known.
    stated
        Value of every figure as filed, by reference.
    totals
        What each total should be, by reference; see
        `nianbao.filing.totals.computed_totals`.
    spots
        Every value cell of the form, by reference.
    lines
        Every row and column in which an identity of the form must hold.
    small_groups
        Groups of fewer persons than this in a published breakdown are to be told.
    prose
        The paragraphs as readers see them, but for figures that are computed later.
    written
        The same with these as well, for checks that are run last; until then as `prose`.
    names
        For these: what prose may name.
    found
        For these: what the others have found.
    claims
        What the prose says of numbers that the tables have, in its order.
    differences
        Of a government: where it states other figures than the sums of its agencies.
    breakdowns
        The numbers of the prose that are taken apart into others; not those of money.
    """

    filing: Filing
    previous: Filing | None
    stated: Mapping[str, Value]
    totals: Mapping[str, Value]
    spots: Mapping[str, Spot]
    lines: tuple[Line, ...]
    small_groups: int = SMALL_GROUPS
    prose: tuple[Said, ...] = ()
    claims: tuple[Claim, ...] = ()
    differences: tuple[Difference, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    written: tuple[Said, ...] = ()
    names: Mapping[str, Figure | Text] = field(default_factory=dict)
    found: tuple[Finding, ...] = ()

    @classmethod
    def of(
        cls, filing: Filing, previous: Filing | None = None, *, small_groups: int = SMALL_GROUPS
    ) -> Self:
        """Make the case of one filing."""
        form = filing.form
        prose = read_prose(filing)
        return cls(
            filing=filing,
            previous=previous,
            stated={ref: figure.value for ref, figure in filing.figures.items()},
            totals=computed_totals(form, filing.figures),
            spots=_spots(form),
            lines=identity_lines(form),
            small_groups=small_groups,
            prose=prose,
            claims=tuple(claim for said in prose for claim in _claims(said, filing)),
            differences=differences(filing),
            breakdowns=tuple(item for said in prose for item in breakdowns(said)),
            written=prose,
        )

    def after(
        self, found: Sequence[Finding], names: Mapping[str, Figure | Text] | None = None
    ) -> Self:
        """Give the case for checks that are run last.

        Parameters
        ----------
        found
            By the others.
        names
            All that prose may name; None where nothing is computed.
        """
        if names is None:
            return replace(self, found=tuple(found))
        written = read_prose(self.filing, names)
        return replace(self, found=tuple(found), written=written, names=names)

    def value(self, ref: str) -> Value:
        """Give what to judge by: the stated value, or the computed one where none can be read."""
        stated = self.stated.get(ref)
        return stated if stated is not None else self.totals.get(ref)

    def group(self, figure: Figure) -> str:
        """Name the table of a figure: 表二, 表三, 表四 or 工作数据."""
        spot = self.spots.get(figure.ref)
        return table_name(spot.table) if spot else FACTS

    def place(self, figure: Figure) -> str:
        """Name a figure in a message: 表三“（七）总计 · 自然人”."""
        return f"{self.group(figure)}“{figure.label}”"

    def row(self, table: str, row: str) -> Iterator[Figure]:
        """Yield the figures of one row of a statutory table, in the form's order."""
        for ref, spot in self.spots.items():
            if (spot.table.key, spot.row.key) == (table, row) and ref in self.filing.figures:
                yield self.filing.figures[ref]
