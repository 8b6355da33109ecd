"""Blank workbooks for tests: last year's beside them, and what a clerk types into them."""

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from nianbao.filing.blank import Before, Blank, blank_workbook, write_workbook
from nianbao.filing.filing import Filing, cell_ref
from nianbao.filing.totals import defining_lines
from nianbao.filing.workbook import read_filing
from nianbao.forms import Form, form_for_year, load_form
from workbooks import AGENCY, SHOWN, YEARS, balanced, content


def defined(form: Form) -> set[str]:
    """The cells that an identity of the form defines."""
    return {ref for ref, _ in defining_lines(form)}


def entries(form: Form) -> list[str]:
    """The cells that a clerk types into."""
    return [ref for ref in balanced(form) if ref not in defined(form)]


def filed(year: int, values: Mapping[str, Any] | None = None, **changes: Any) -> Filing:
    """A filing for a year, right unless its values say otherwise."""
    key = form_for_year(year).key
    basics = {"机关名称": AGENCY.name, "年度": year, "网址": "www.example.gov.cn"}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        made = content(key, values, **{"basics": basics, **changes})
        write_workbook(path, made)
        return read_filing(path, AGENCY, year, shown=f"sources/shili/{year}.xlsx")


LAST_YEAR = {
    "2019": {
        "table2.permits.items": 12, "table2.permits.change": -2, "table2.documents.public": 9,
        "table2.procurement.amount": "4299 万元", "table3.f.natural": 1, "table3.f.other": 2,
        "table3.f.total": 3,
    },
    "2021": {
        "table2.documents.valid": 12, "table2.fees.amount": 7, "table3.f.natural": 1,
        "table3.f.other": 2, "table3.f.total": 3,
    },
}  # fmt: skip


@cache
def before(key: str, year: int | None = None) -> Before:
    """What a workbook on this form takes from last year's."""
    year = YEARS[key] if year is None else year
    values = LAST_YEAR[form_for_year(year - 1).key]
    return Before.of(filed(year - 1, values), load_form(key))


def blank(key: str = "2021", **changes: Any) -> Blank:
    return replace(Blank(AGENCY, YEARS[key], load_form(key)), **changes)


def saved(folder: Path, order: Blank | None = None, name: str = "book.xlsx") -> Path:
    path = folder / name
    path.write_bytes(blank_workbook(order or blank()))
    return path


@cache
def opened(
    key: str = "2021", *, last_year: bool = False, has_ledgers: bool = True
) -> openpyxl.Workbook:
    """A blank workbook as openpyxl sees it, which complains about nothing; only to be looked at."""
    order = blank(key, before=before(key) if last_year else None, has_ledgers=has_ledgers)
    return openpyxl.load_workbook(io.BytesIO(blank_workbook(order)))


@cache
def places(form: Form) -> Mapping[str, tuple[str, str]]:
    """Sheet and cell of each figure, as the reader finds them in a workbook of this form."""
    with TemporaryDirectory() as folder:
        path = saved(Path(folder), blank(form.key))
        filing = read_filing(path, AGENCY, YEARS[form.key], shown=SHOWN)
        return {r: (f.address.sheet, f.address.cell) for r, f in filing.figures.items()}


def typed(path: Path, form: Form, *fillings: Mapping[str, Any]) -> list[Path]:
    """Type values into copies of a workbook as a clerk would, formulas kept."""
    book = openpyxl.load_workbook(path)
    cells = {ref: book[sheet][cell] for ref, (sheet, cell) in places(form).items()}
    blank = {ref: cell.value for ref, cell in cells.items()}
    paths = [path.with_stem(f"{path.stem}-{number}") for number in range(len(fillings))]
    for values, target in zip(fillings, paths, strict=True):
        for ref, cell in cells.items():
            cell.value = values.get(ref, blank[ref])
        book.save(target)
    return paths


def filling(form: Form, rng: Random) -> dict[str, Any]:
    """What somebody types: mostly right, sometimes with gaps, dashes and totals typed over."""
    values: dict[str, Any] = {}
    for table in form.tables:
        for _, row, column in table.cells():
            ref = cell_ref(table.key, row.key, column.key)
            if ref not in defined(form):
                values[ref] = rng.choice([0, 0, 0, 1, 2, 7, 40])
                if column.unit_in_cell:
                    values[ref] = rng.choice([0, "4299万元"])
    for column in form.table("table3").blocks[0].columns:
        if column.key != "total" and rng.random() < 0.6:
            _balance(values, column.key, form)
    tables = [[ref for ref in values if ref.startswith(table.key)] for table in form.tables]
    for _ in range(rng.choice([0, 0, 1, 3])):
        values[rng.choice(rng.choice(tables))] = rng.choice([None, "/"])
    for _ in range(rng.choice([0, 0, 1, 2])):
        values[rng.choice(sorted(defined(form)))] = rng.randrange(60)
    return values


def _balance(values: dict[str, Any], column: str, form: Form) -> None:
    """Let what came in be what went out."""
    (outcomes,) = (item.parts for item in form.identities if item.key == "I2")
    out = sum(values[cell_ref("table3", row, column)] for row in (*outcomes, "f"))
    values[cell_ref("table3", "b", column)] = 0
    values[cell_ref("table3", "a", column)] = out
