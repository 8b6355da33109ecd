"""Tables: the three statutory ones as filed, and the statistics."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nianbao.filing.figure import Figure, format_value
from nianbao.filing.filing import cell_ref
from nianbao.filing.template import COMPARISONS
from nianbao.filing.totals import computed_totals
from nianbao.forms import LayoutCell
from nianbao.report.blocks import Cell, Edition, Paragraph, Scope, StatTable
from nianbao.report.left_out import NO_PREVIOUS, findings_by_ref, findings_on, left_out
from nianbao.report.load import Report
from nianbao.report.statistics import RATES

# In millimetres of a 156 mm text area (GB/T 9704); only their proportions matter elsewhere.
WIDTHS = {
    "table2": (42.0, 38.0, 38.0, 38.0),
    "table3": (13.0, 20.0, 47.0, *(76 / 7,) * 7),
    "table4": (10.4,) * 15,
}


def statutory_table(report: Report, key: str) -> StatTable:
    """Give a statutory table as filed; totals left open are computed.

    Parameters
    ----------
    key
        ``table2``, ``table3`` or ``table4``.

    Returns
    -------
    StatTable
        Laid out as the form has it. A value whose stated and computed totals differ carries both,
        and each value the names of the findings about it.
    """
    form = report.filing.form
    table = form.table(key)
    totals = computed_totals(form, report.filing.figures)
    findings = findings_by_ref(report)
    rows = []
    for line in table.layout():
        cells = [_label(cell) for cell in line if cell.role != "value"]
        for cell in (cell for cell in line if cell.role == "value"):
            ref = cell_ref(key, cell.row, cell.column)
            figure = report.figures[ref]
            cells.append(_value(cell, figure, totals.get(ref), findings[ref]))
        rows.append(tuple(cells))
    has_title = bool(table.blocks[0].title)
    return StatTable(
        key=key,
        caption=table.caption,
        rows=tuple(rows),
        head_rows=0 if has_title else table.blocks[0].depth,
        widths=WIDTHS[key],
    )


def _label(cell: LayoutCell) -> Cell:
    return Cell(
        cell.text, cell.role, rowspan=cell.rowspan, colspan=cell.colspan, scope=_scope(cell)
    )


def _scope(cell: LayoutCell) -> Scope:
    if cell.role == "stub":
        return "rowgroup" if cell.rowspan > 1 else "row"
    return "colgroup" if cell.colspan > 1 and cell.role != "corner" else "col"


def _value(
    cell: LayoutCell, figure: Figure, computed: int | Decimal | None, findings: tuple[str, ...]
) -> Cell:
    differs = computed is not None and figure.value is not None and computed != figure.value
    return Cell(
        figure.text,
        "value",
        colspan=cell.colspan,
        ref=figure.ref,
        address=figure.derivation or str(figure.address),
        computed=format_value(computed) if differs else "",
        findings=findings,
    )


def rates_table(report: Report) -> StatTable:
    """Give rates and shares with how each is computed; withheld ones say so."""
    rates = [figure for figure in report.figures.values() if figure.ref.startswith(RATES)]
    rows = [
        (
            stub_cell(figure.name),
            _number(figure, f"{format_value(figure.value)}%"),
            Cell(figure.derivation + (findings_on(report, figure) if figure.value is None else "")),
        )
        for figure in rates
    ]
    return plain_table("rates", "比率与占比", ("指标", "数值", "计算方法"), rows, (40, 20, 96))


def change_table(report: Report) -> StatTable | Paragraph:
    """Give the change on last year of every figure that has changed; else why there is none."""
    caption = "与上年比较（有变化的指标）"
    if report.previous is None:
        return left_out(caption, NO_PREVIOUS)
    rows = []
    for figure in report.figures.values():
        then, step, percent = (report.figures.get(f"{word}.{figure.ref}") for word in COMPARISONS)
        if then is None or step is None or percent is None or step.value == 0:
            continue
        rows.append(
            (
                stub_cell(_with_unit(figure)),
                _number(then, format_value(then.value)),
                _number(figure, format_value(figure.value)),
                _number(step, _step(step, figure.unit)),
                _number(percent, f"{_signed(percent.value)}%"),
            )
        )
    if not rows:
        return left_out(caption, "没有哪一项与上年不同，或两年没有可比的数")
    head = ("指标", f"{report.previous.year}年", f"{report.filing.year}年", "增减", "同比")
    return plain_table("change", caption, head, rows, (76, 20, 20, 20, 20))


def plain_table(
    key: str,
    caption: str,
    head: tuple[str, ...],
    rows: Sequence[tuple[Cell, ...]],
    widths: tuple[float, ...],
) -> StatTable:
    """Give a table for the reviewer: one row of headings, and rows of cells."""
    header = tuple(Cell(text, "head", scope="col") for text in head)
    return StatTable(
        key=key,
        caption=caption,
        rows=(header, *rows),
        head_rows=1,
        widths=widths,
        edition=Edition.REVIEW,
    )


def stub_cell(text: str) -> Cell:
    """Give the heading of a row."""
    return Cell(text, "stub", scope="row")


def _number(figure: Figure, text: str) -> Cell:
    address = figure.derivation or str(figure.address)
    return Cell("—" if figure.value is None else text, ref=figure.ref, address=address)


def _with_unit(figure: Figure) -> str:
    """Give a label with its unit, which a money column of the form states already."""
    said = f"单位：{figure.unit}" in figure.label
    return figure.label if said or not figure.unit else f"{figure.label}（{figure.unit}）"


def _step(step: Figure, unit: str) -> str:
    """Print a change; its unit too where that is not the figure's own: points, not percent."""
    return _signed(step.value) + ("" if step.unit == unit else f" {step.unit}")


def _signed(value: int | Decimal | None) -> str:
    sign = "+" if value is not None and value > 0 else ""
    return sign + format_value(value)
