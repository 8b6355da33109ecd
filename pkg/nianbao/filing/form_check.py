"""Which statutory form a workbook is on, told from its labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nianbao.errors import FormError
from nianbao.filing.grid import Grid
from nianbao.filing.labels import normalise
from nianbao.forms import Form, Table


def check_form(grids: Mapping[str, Grid], expected: Form, forms: Iterable[Form]) -> None:
    """Refuse a workbook whose tables are on another form than expected.

    A few strange labels do not make another form: the form that has the most of the sheet's labels
    wins, and labels that fit neither are left to `nianbao.filing.frames`.

    Parameters
    ----------
    grids
        Sheets by the key of their table.

    Raises
    ------
    FormError
        One table or all of them are on another form; the message says which is on which.
    """
    known = tuple(forms)
    found = {table: _form_of(grids[table.key], table.key, known) for table in expected.tables}
    wrong = [table for table, form in found.items() if form is not None and form != expected]
    if not wrong:
        return
    told = "，".join(f"{t.sheet}为 {form.key} 年格式" for t, form in found.items() if form)
    is_mixed = len({form.key for form in found.values() if form}) > 1
    raise FormError(
        "两版格式混用" if is_mixed else "工作簿用的不是这一年度的格式",
        where=f"{grids[wrong[0].key].file}#{wrong[0].sheet}",
        found=told,
        expected=f"{expected.key} 年格式（{expected.document}，{_years(expected)}）",
        hint="换用这一年度格式的样表重新填报",
    )


def _form_of(grid: Grid, key: str, forms: Iterable[Form]) -> Form | None:
    """Give the form of which a sheet has the most labels; None where none leads."""
    leaves = {form: _leaves(form.table(key)) for form in forms}
    every = set().union(*leaves.values())
    present = {_last_known(grid, row, every) for row in range(grid.height)}
    scores = {form: len(own & present) for form, own in leaves.items()}
    best = [form for form, score in scores.items() if score == max(scores.values())]
    return best[0] if len(best) == 1 else None


def _leaves(table: Table) -> set[str]:
    paths = [row.path for block in table.blocks for row in block.rows]
    paths += [column.path for block in table.blocks for column in block.columns]
    return {normalise(path[-1]) for path in paths if path}


def _last_known(grid: Grid, row: int, known: set[str]) -> str:
    """Give the deepest label: （六）其他处理 is a row in one form and a heading in the other."""
    return next((label for _, label in reversed([*grid.row_cells(row)]) if label in known), "")


def _years(form: Form) -> str:
    last = form.last_year
    return f"{form.first_year} 年度起用" if last is None else f"{form.first_year}—{last} 年度用"
