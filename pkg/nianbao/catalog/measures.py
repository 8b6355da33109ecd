"""The main figures by which agencies and years are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from nianbao.checks.years import is_spike
from nianbao.filing.figure import PERCENT, POINTS
from nianbao.filing.filing import cell_ref
from nianbao.filing.template import LAST_YEAR
from nianbao.report.statistics import RATES

Figures = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the main figures.

    Attributes
    ----------
    name
        As the head of a column.
    refs
        References of the figures that are summed up.
    section
        Number of the section whose table has them.
    unit
        件, 万元 or %.
    """

    name: str
    refs: tuple[str, ...]
    section: int
    unit: str = "件"

    @property
    def is_rate(self) -> bool:
        """Its change is in percentage points."""
        return self.unit == PERCENT

    @property
    def step(self) -> str:
        """The unit of its change."""
        return POINTS if self.is_rate else self.unit


@dataclass(frozen=True, slots=True)
class Reading:
    """What one report says of a measure.

    Attributes
    ----------
    value
        None where it is blank or unreadable.
    before
        Last year's, as this report knows it; None where it does not.
    is_there
        The report's form has this figure.
    """

    value: Decimal | None = None
    before: Decimal | None = None
    is_there: bool = True

    @property
    def change(self) -> Decimal | None:
        """What it is more than last year's; None where either is not known."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def is_spike(self) -> bool:
        """It rose or fell so much that check C4 asks about it."""
        if not self.value or not self.before or min(self.value, self.before) < 0:
            return False
        return is_spike(self.value, self.before)


def _case(group: str) -> str:
    return cell_ref("table4", "cases", f"{group}_total")


MEASURES = (
    Measure("新收申请", (cell_ref("table3", "a", "total"),), 3),
    Measure("办理结果总计", (cell_ref("table3", "t", "total"),), 3),
    Measure("予以公开占比", (f"{RATES}予以公开占比",), 3, PERCENT),
    Measure("结转下年度", (cell_ref("table3", "f", "total"),), 3),
    Measure("规范性文件现行有效", (cell_ref("table2", "documents", "valid"),), 2),
    Measure("行政许可", (cell_ref("table2", "permits", "decisions"),), 2),
    Measure("行政处罚", (cell_ref("table2", "penalties", "decisions"),), 2),
    Measure("行政强制", (cell_ref("table2", "enforcement", "decisions"),), 2),
    Measure("行政事业性收费", (cell_ref("table2", "fees", "amount"),), 2, "万元"),
    Measure("行政复议", (_case("review"),), 4),
    Measure("行政诉讼", (_case("direct"), _case("after")), 4),
)
"""In the order of the page; 行政诉讼 is both kinds together, as people speak of it."""


def before(ref: str) -> str:
    """Give the reference under which a report keeps last year's value of a figure."""
    return f"{LAST_YEAR}.{ref}"


WANTED = frozenset(
    name for measure in MEASURES for ref in measure.refs for name in (ref, before(ref))
)
"""References of all figures that the measures need."""


def read_measure(measure: Measure, figures: Figures) -> Reading:
    """Give what a report's figures say of a measure; of a sum with a blank part, nothing.

    Parameters
    ----------
    figures
        By reference, None for a blank one.
    """
    if not all(ref in figures for ref in measure.refs):
        return Reading(is_there=False)
    return Reading(
        _sum(figures[ref] for ref in measure.refs),
        _sum(figures.get(before(ref)) for ref in measure.refs),
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None
