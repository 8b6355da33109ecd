"""A filing: what one agency hands in for one year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nianbao.filing.figure import Address, Figure
from nianbao.filing.printed import Printed
from nianbao.filing.register import Agency
from nianbao.forms import Form

if TYPE_CHECKING:
    import pandas as pd

    from nianbao.filing.ledgers.count import Count
    from nianbao.filing.ledgers.ledger import Ledger
    from nianbao.filing.rollup import Rollup

FACTS = "facts."
CARRIED = "table3.b."
"""上年结转, which a workbook that was given out has from last year already."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text cell of the workbook."""

    text: str
    address: Address


@dataclass(frozen=True, slots=True)
class Passage:
    """One row of sheet 正文.

    Attributes
    ----------
    section
        Number of the section it belongs to, from one; zero for the introduction before them.
    heading
        The heading printed above it, such as （一）主动公开情况; empty for none.
    template
        One paragraph, in which ``{{ 名称 }}`` stands for a figure.
    """

    section: int
    heading: str
    template: str
    address: Address


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the workbook that a reviewer should know: a hidden sheet, an unknown one."""

    message: str
    address: Address


@dataclass(frozen=True, slots=True)
class Filing:
    """What one agency hands in for one year, as read from its workbook.

    Attributes
    ----------
    file
        The workbook as the project names it.
    basics
        Sheet 基本信息: label to text. A name or a year that is left empty is that of the register.
    unsaid
        The lines of it in which nothing stands: label to address.
    figures
        Every figure of the three tables and of sheet 工作数据, by its reference; in the order of
        the form, then of the sheet.
    unreadable
        Text cells that nobody can read, to what `nianbao.filing.notes` makes of them.
    digest
        SHA-256 of the workbook's bytes, the very ones that were read; empty where there is none.
    ledgers, counts
        The ledgers that the office keeps, and what they give for cells of the three tables, by
        reference.
    deadlines
        Of the applications in their ledger, by row: as
        `nianbao.filing.workdays.deadlines` gives them for 31 December, and ``is_closed``, whether
        it was answered in the year. None without that ledger.
    ledger_files
        Files beside the workbook that ledgers were read from, with their SHA-256.
    printed
        Of a report that was read as it was printed; its prose holds no names. Else None.
    rollup
        Of a government's own report: the agencies that it sums up. Else None.
    """

    agency: Agency
    year: int
    form: Form
    file: str
    basics: Mapping[str, Text]
    figures: Mapping[str, Figure]
    prose: tuple[Passage, ...]
    remarks: tuple[Remark, ...] = field(default=())
    unreadable: Mapping[Address, str] = field(default_factory=dict)
    digest: str = ""
    ledgers: tuple[Ledger, ...] = ()
    counts: Mapping[str, Count] = field(default_factory=dict)
    deadlines: pd.DataFrame | None = None
    ledger_files: Mapping[str, str] = field(default_factory=dict)
    printed: Printed | None = None
    rollup: Rollup | None = None
    unsaid: Mapping[str, Address] = field(default_factory=dict)

    def has_blank_table(self, key: str) -> bool:
        """Tell whether a table holds nothing but what a new workbook has filled in."""
        return all(
            figure.value is None
            for ref, figure in self.figures.items()
            if ref.startswith(f"{key}.") and not ref.startswith(CARRIED)
        )

    @property
    def has_blank_tables(self) -> bool:
        """Tell whether none of the three tables holds anything else."""
        return all(self.has_blank_table(table.key) for table in self.form.tables)

    @property
    def is_blank(self) -> bool:
        """Tell whether nobody has filled in anything: facts and what ledgers give count as well."""
        return self.has_blank_tables and all(figure.value is None for figure in self.facts())

    def figure(self, table: str, row: str, column: str) -> Figure:
        """Give the figure of one cell of a statutory table; KeyError where there is none."""
        return self.figures[cell_ref(table, row, column)]

    def facts(self, category: str = "") -> Iterator[Figure]:
        """Yield the figures of sheet 工作数据, of one 类别 or of all."""
        for figure in self.figures.values():
            if figure.ref.startswith(FACTS) and category in {"", figure.category}:
                yield figure


def cell_ref(table: str, row: str, column: str) -> str:
    """Give the reference of a cell of a statutory table, such as ``table3.t.natural``."""
    return f"{table}.{row}.{column}"
