"""What a report that was printed elsewhere says of itself, and a workbook of ours cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nianbao.filing.figure import Address


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was printed."""

    text: str
    address: Address


@dataclass(frozen=True, slots=True)
class Misprint:
    """The label of a row or column that differs from the form's."""

    table: str
    expected: str
    found: str
    address: Address


@dataclass(frozen=True, slots=True)
class Printed:
    """The parts of a printed report that are the form's in a workbook of ours.

    Attributes
    ----------
    title
        None where it has none.
    headings
        Of the sections, by their numbers, in the order in which they stand; a missing one is not
        there.
    tables
        The form that each table is on, by the table's key: they may differ in one report.
    misprints
        Labels of the tables that are not the form's.
    """

    title: Line | None = None
    headings: Mapping[int, Line] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    misprints: tuple[Misprint, ...] = ()
