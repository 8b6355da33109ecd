"""A government's own figures: for each cell of the three tables the sum of its agencies.

A cell that the government states is printed as stated, and checked; one that it leaves open gets
the sum. What is not known is not zero: a sum without a unit, or without a unit's blank cell, is a
partial one and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from nianbao.errors import listed
from nianbao.filing.figure import Figure, Value, format_value
from nianbao.filing.filing import Filing, cell_ref
from nianbao.filing.register import Agency
from nianbao.filing.tables import figure_label, figure_name
from nianbao.filing.totals import computed_totals
from nianbao.forms import Form

NAMED_AT_MOST = 3
"""Units of a sum that its derivation names."""


@dataclass(frozen=True)
class Unit:
    """An agency below a government, in one report year.

    Attributes
    ----------
    agency
        Under the name that it had.
    filing
        What it handed in; None where there is none to count.
    left_out
        Why the sum leaves it out; empty where it counts.
    missing
        Why there is nothing to count of one that counts: no workbook, one that cannot be read.
    earlier
        What it handed in before, oldest first: for telling where a stated sum comes from.
    """

    agency: Agency
    filing: Filing | None = None
    left_out: str = ""
    missing: str = ""
    earlier: tuple[Filing, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Tell whether the sum has it."""
        return self.filing is not None and not self.left_out

    @property
    def is_missing(self) -> bool:
        """Tell whether the sum should have it, and has not."""
        return self.filing is None and not self.left_out

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """What it gives to each cell of the three tables: as filed, and open totals computed."""
        return {} if self.filing is None else table_values(self.filing)


def table_values(filing: Filing) -> dict[str, Value]:
    """Give the value of each cell of the three tables: as filed; an open total as computed."""
    figures, form = filing.figures, filing.form
    totals = computed_totals(form, figures)
    values: dict[str, Value] = {}
    for ref in table_refs(form):
        figure = figures[ref]
        is_open = figure.value is None and not figure.raw
        values[ref] = totals.get(ref) if is_open else figure.value
    return values


def table_refs(form: Form) -> tuple[str, ...]:
    """Give the references of all cells of the three tables, in the form's order."""
    return tuple(
        cell_ref(table.key, row.key, column.key)
        for table in form.tables
        for _, row, column in table.cells()
    )


@dataclass(frozen=True)
class Rollup:
    """Whom a government sums up in one year, and what it states itself.

    Attributes
    ----------
    units
        All below it, in the order of the register: counted, missing and left out.
    stated
        The cells of the three tables of its own workbook, blank ones too; empty without one.
    """

    units: tuple[Unit, ...]
    stated: Mapping[str, Figure] = field(default_factory=dict)

    @cached_property
    def counted(self) -> tuple[Unit, ...]:
        """Those that the sums have."""
        return tuple(unit for unit in self.units if unit.is_counted)

    @cached_property
    def missing(self) -> tuple[Unit, ...]:
        """Those that the sums should have, and have not."""
        return tuple(unit for unit in self.units if unit.is_missing)

    @cached_property
    def left_out(self) -> tuple[Unit, ...]:
        """Those that do not count, each with its reason."""
        return tuple(unit for unit in self.units if unit.left_out)

    @property
    def states_all(self) -> bool:
        """Tell whether the government states every cell itself, so that no sum is printed."""
        return bool(self.stated) and all(figure.raw for figure in self.stated.values())

    @cached_property
    def partial(self) -> tuple[Unit, ...]:
        """Those counted whose own cells are sums that lack a unit."""
        below = ((unit, unit.filing.rollup) for unit in self.counted if unit.filing)
        return tuple(unit for unit, own in below if own and own.is_partial and not own.states_all)

    @property
    def is_partial(self) -> bool:
        """Tell whether a unit is missing, here or below a government whose sums are counted."""
        return bool(self.missing or self.partial)

    def shares(self, ref: str) -> Iterator[tuple[Unit, Value]]:
        """Yield what each counted unit gives to a cell; None where it left the cell blank."""
        for unit in self.counted:
            yield unit, unit.values.get(ref)

    def blank(self, ref: str) -> tuple[Unit, ...]:
        """Give the counted units that tell no number for a cell."""
        return tuple(unit for unit, value in self.shares(ref) if value is None)

    def total(self, ref: str) -> Value:
        """Give the exact sum of what is known of a cell; None where nothing is."""
        known = [value for _, value in self.shares(ref) if value is not None]
        return sum(known) if known else None

    def is_lower_bound(self, ref: str) -> bool:
        """Tell whether a cell's sum may lack something: a missing unit, or a blank cell."""
        return self.is_partial or bool(self.blank(ref))


def roll_up(own: Filing, units: Sequence[Unit]) -> Filing:
    """Give a government's filing with every open cell of the three tables summed up.

    Parameters
    ----------
    own
        What the government filed itself: prose, and the cells that it states; `without_workbook`
        where it filed nothing.
    units
        All agencies below it. One whose filing is on another form has nothing to count: its cells
        mean something else.
    """
    refs = table_refs(own.form)
    alike = tuple(_on_the_form(unit, own.form) for unit in units)
    rollup = Rollup(alike, {ref: own.figures[ref] for ref in refs} if own.file else {})
    summed = {
        ref: replace(figure, value=rollup.total(ref), trouble=None, derivation=_told(rollup, ref))
        for ref in refs
        if not (figure := own.figures[ref]).raw and rollup.total(ref) is not None
    }
    return replace(own, figures={**own.figures, **summed}, rollup=rollup)


def _on_the_form(unit: Unit, form: Form) -> Unit:
    if unit.filing is None or unit.filing.form.key == form.key:
        return unit
    why = f"用的是 {unit.filing.form.key} 年版格式，不能与 {form.key} 年版逐格相加"
    return replace(unit, filing=None, missing=why)


def without_workbook(agency: Agency, year: int, form: Form) -> Filing:
    """Give the filing of a government that has filed nothing yet: every cell is open."""
    figures = {
        ref: Figure(
            ref=ref,
            name=figure_name(row, column),
            label=figure_label(row, column),
            value=None,
            unit=column.unit,
        )
        for table in form.tables
        for _, row, column in table.cells()
        if (ref := cell_ref(table.key, row.key, column.key))
    }
    return Filing(agency.in_year(year), year, form, "", {}, figures, ())


def _told(rollup: Rollup, ref: str) -> str:
    """Say what a sum is the sum of, the largest parts first, and what it lacks."""
    shares = [(unit, value) for unit, value in rollup.shares(ref) if value]
    most = sorted(shares, key=lambda share: -(share[1] or 0))
    parts = listed((f"{u.agency.name} {format_value(v)}" for u, v in most), most=NAMED_AT_MOST)
    lacking = [unit.agency.name for unit in (*rollup.missing, *rollup.blank(ref))]
    rest = f"；缺 {listed(lacking)}，不是全部" if lacking else ""
    counted = f"{len(rollup.counted) - len(rollup.blank(ref))} 个单位之和"
    return counted + (f"：{parts}" if parts else "") + rest
