"""What a new workbook takes from last year's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from nianbao.filing.blank.content import Cell
from nianbao.filing.figure import Figure, Value
from nianbao.filing.filing import Filing, cell_ref
from nianbao.filing.tables import figure_label, figure_name
from nianbao.filing.totals import computed_totals, continuity_links, defining_lines
from nianbao.filing.workbook import AGENCY_LABEL, YEAR_LABEL
from nianbao.forms import Form


@dataclass(frozen=True, slots=True)
class Before:
    """Last year's filing, as far as this year's workbook can use it.

    Attributes
    ----------
    values
        Numbers of the statutory tables by this year's references: only of cells that mean the
        same in both years, for the forms differ.
    shown
        The same as printed, where that is more than the number: 4299 万元.
    basics
        Sheet 基本信息 but for what names agency and year: label to text.
    facts
        Sheet 工作数据.
    """

    year: int
    values: Mapping[str, Value]
    shown: Mapping[str, Cell]
    basics: Mapping[str, str]
    facts: Sequence[Figure]

    @classmethod
    def of(cls, filing: Filing, form: Form) -> Self:
        """Give what a workbook on this form can use of a filing."""
        totals = computed_totals(filing.form, filing.figures)
        same = {} if filing.has_blank_tables else dict(_same_cells(filing, form))
        values = {
            ref: figure.value if figure.value is not None else totals.get(ref)
            for ref, figure in same.items()
        }
        names = _names(form)
        return cls(
            year=filing.year,
            values=values,
            shown={ref: _shown(figure, values[ref], form) for ref, figure in same.items()},
            basics={
                label: text.text
                for label, text in filing.basics.items()
                if label not in {AGENCY_LABEL, YEAR_LABEL, *names}
            },
            facts=[figure for figure in filing.facts() if figure.name not in names],
        )

    @property
    def has_numbers(self) -> bool:
        """Whether there is anything in it to compare with."""
        numbers = [*self.values.values(), *(figure.value for figure in self.facts)]
        return any(value is not None for value in numbers)

    def carried(self, form: Form) -> dict[str, Cell]:
        """Give the cells that a new workbook has filled in, by reference: 二、上年结转."""
        totals = {ref for ref, _ in defining_lines(form)}
        links = [link for link in continuity_links(form) if link.continuity.carries]
        found = {link.whole: link.expected(self.values, {}) for link in links}
        return {ref: value for ref, value in found.items() if ref not in totals}


def _same_cells(filing: Filing, form: Form) -> Iterator[tuple[str, Figure]]:
    """Yield the figures whose cells this form has as well, under the same headings and units."""
    for table in form.tables:
        for _, row, column in table.cells():
            figure = filing.figures.get(cell_ref(table.key, row.key, column.key))
            if figure is None:
                continue
            now = figure_name(row, column), figure_label(row, column)
            if now == (figure.name, figure.label):
                yield figure.ref, figure


def _names(form: Form) -> frozenset[str]:
    """Give the names that the form's own figures have."""
    cells = (cell for table in form.tables for cell in table.cells())
    return frozenset(figure_name(row, column) for _, row, column in cells)


def _shown(figure: Figure, value: Value, form: Form) -> Cell:
    """Give what stands beside this year's cell; with its unit where the cell has to name it."""
    table, _, key = figure.ref.split(".")
    columns = (column for _, _, column in form.table(table).cells())
    if any(column.key == key and column.unit_in_cell for column in columns):
        return figure.text
    return value
