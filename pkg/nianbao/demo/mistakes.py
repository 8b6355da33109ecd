"""Mistakes as clerks make them, planted into figures that are right.

Each kind is found by one check, and what else is found follows from that one. No kind makes a
number unreadable that this year's or next year's prose compares: the report is made all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from xlsxwriter.utility import xl_rowcol_to_cell

from nianbao.checks.plausibility import LARGEST_FEES
from nianbao.demo.ledgers import Rows, cells_of
from nianbao.filing.blank import CAPTION_ROWS, Cell, placed
from nianbao.filing.figure import format_value
from nianbao.filing.filing import cell_ref
from nianbao.filing.ledgers.kinds import ledger_kind
from nianbao.filing.register import Agency
from nianbao.forms import Form

YUAN = 10_000  # of 元 in a 万元
NUMERALS = "零一二三四五六七八九"
NOTHING = ("", "/", "—")
MISFILED = "ledger-row"


@dataclass(frozen=True, slots=True)
class Planted:
    """One cell that states what is not so.

    Attributes
    ----------
    kind, check
        Of the mistake: a name of `KINDS`, and the check that finds it.
    sheet, cell
        Where: ``依申请公开``, ``D26``.
    expected, stated
        What is right and what the cell says, as the workbook shows them; empty for a blank.
    """

    agency: str
    year: int
    kind: str
    check: str
    sheet: str
    cell: str
    expected: str
    stated: str


@dataclass(frozen=True, slots=True)
class Page:
    """Right figures, into which a mistake may go.

    Attributes
    ----------
    ledgers
        The ledgers behind the figures, by the keys of their kinds.
    is_last
        No workbook of the year after stands beside this one, whose check would find it too.
    """

    agency: Agency
    year: int
    form: Form
    values: Mapping[str, Cell]
    ledgers: Mapping[str, Rows]
    is_last: bool

    def number(self, ref: str) -> int:
        """Give a cell of table three or four, all of which are whole numbers."""
        return int(self.values[ref] or 0)


Mistake = Callable[[Page, Random], dict[str, Cell]]


def plant(page: Page, rng: Random) -> tuple[Page, tuple[Planted, ...]]:
    """Give the page with one mistake of a kind that fits, and its cells.

    Where the tables are wrong there are no ledgers: they would say so as well.
    """
    for kind in rng.sample([*KINDS, MISFILED], len(KINDS) + 1):
        if kind == MISFILED:
            misfiled = _misfiled(page, rng)
            if misfiled is not None:
                return misfiled
            continue
        check, mistake = KINDS[kind]
        changes = mistake(page, rng)
        if changes:
            planted = tuple(_planted(page, kind, check, changes))
            return replace(page, values={**page.values, **changes}, ledgers={}), planted
    raise AssertionError("a blank fits everywhere")


def _misfiled(page: Page, rng: Random) -> tuple[Page, tuple[Planted, ...]] | None:
    """Note another outcome in one row of the ledger than the tables count."""
    rows = page.ledgers.get("applications", [])
    disclosed = [place for place, row in enumerate(rows) if row.get("outcome") == "g"]
    if not disclosed:
        return None
    place = rng.choice(disclosed)
    changed = [*rows]
    changed[place] = rows[place] | {"outcome": "u1"}
    kind = ledger_kind("applications")
    column = [column.key for column in kind.columns].index("outcome")
    before, now = (
        cells_of(kind, [row], page.form)[0][column] for row in (rows[place], changed[place])
    )
    planted = Planted(
        agency=page.agency.code,
        year=page.year,
        kind=MISFILED,
        check="L2",
        sheet=kind.sheet,
        cell=xl_rowcol_to_cell(place + 1, column),
        expected=before,
        stated=now,
    )
    return replace(page, ledgers={**page.ledgers, "applications": changed}), (planted,)


def _planted(page: Page, kind: str, check: str, changes: Mapping[str, Cell]) -> Iterator[Planted]:
    for table in page.form.tables:
        for row, column, cell in placed(table.layout()):
            ref = cell_ref(table.key, cell.row, cell.column)
            if cell.role == "value" and ref in changes:
                yield Planted(
                    agency=page.agency.code,
                    year=page.year,
                    kind=kind,
                    check=check,
                    sheet=table.sheet,
                    cell=xl_rowcol_to_cell(row + CAPTION_ROWS, column),
                    expected=_text(page.values[ref]),
                    stated=_text(changes[ref]),
                )


def _text(value: Cell) -> str:
    return value if isinstance(value, str) else format_value(value)


def _row_total(page: Page, rng: Random) -> dict[str, Cell]:
    """State the total of one row of table three as less than its parts."""
    refs = [ref for ref in _row_totals(page) if page.number(ref)]
    if not refs:
        return {}
    ref = rng.choice(refs)
    return {ref: page.number(ref) - 1}


def _transposed(page: Page, rng: Random) -> dict[str, Cell]:
    """Swap two digits of a row's total: 52 as 25."""
    found = {ref: _swapped(page.number(ref)) for ref in _row_totals(page)}
    refs = [ref for ref, swapped in found.items() if swapped is not None]
    if not refs:
        return {}
    ref = rng.choice(refs)
    return {ref: found[ref]}


def _swapped(number: int) -> int | None:
    """Give the number with its first two digits swapped where that makes it less, not shorter."""
    first, second, rest = f"{number:02d}"[0], f"{number:02d}"[1], f"{number:02d}"[2:]
    return int(second + first + rest) if "0" < second < first else None


def _case_total(page: Page, rng: Random) -> dict[str, Cell]:
    """State the total of a group of table four as more than its parts."""
    ref = cell_ref("table4", "cases", rng.choice(["review_total", "after_total"]))
    return {ref: page.number(ref) + rng.randrange(1, 4)}


def _zero_totals(page: Page, _rng: Random) -> dict[str, Cell]:
    """Leave （七）总计 at zero, as a real report did."""
    total, partly = (page.number(cell_ref("table3", row, "total")) for row in "tp")
    if total == partly:  # none at all; or it would look as if 部分公开 was counted twice
        return {}
    refs = [cell_ref("table3", "t", column) for column in _columns(page)]
    return {ref: 0 for ref in refs if page.number(ref)}


def _carry_over(page: Page, rng: Random) -> dict[str, Cell]:
    """Take over more from last year than last year left."""
    more = rng.randrange(1, 4)
    refs = [
        cell_ref("table3", "b", column) for column in (rng.choice(_columns(page)[:-1]), "total")
    ]
    return {ref: page.number(ref) + more for ref in refs}


def _blank(page: Page, rng: Random) -> dict[str, Cell]:
    """Leave a cell blank, or put a dash or a slash into it."""
    return {rng.choice(list(_parts(page))): rng.choice(NOTHING)}


def _text_number(page: Page, rng: Random) -> dict[str, Cell]:
    """Write a number in words."""
    refs = [ref for ref in _parts(page) if 0 < page.number(ref) < len(NUMERALS)]
    if not refs:
        return {}
    ref = rng.choice(refs)
    return {ref: f"{NUMERALS[page.number(ref)]}件"}


def _unit(page: Page, _rng: Random) -> dict[str, Cell]:
    """Give an amount in 元 where 万元 is asked for, or without a unit where it must have one."""
    bought = page.values.get("table2.procurement.amount")
    if isinstance(bought, str):
        return {"table2.procurement.amount": int(bought.removesuffix("万元")) * YUAN}
    fees = Decimal(page.values.get("table2.fees.amount") or 0) * YUAN
    if not page.is_last or fees < LARGEST_FEES[page.agency.level]:
        return {}
    return {"table2.fees.amount": int(fees)}


def _columns(page: Page) -> list[str]:
    """Give the columns of table three; 总计 is the last."""
    return [column.key for column in page.form.table("table3").blocks[0].columns]


def _parts(page: Page) -> Iterator[str]:
    """Yield the cells of table three that are no totals: outcomes by kind of applicant."""
    for row in page.form.table("table3").blocks[0].rows:
        if row.key not in "abtf":
            yield from (cell_ref("table3", row.key, column) for column in _columns(page)[:-1])


def _row_totals(page: Page) -> Iterator[str]:
    """Yield the totals of the rows of outcomes, and of what is carried on."""
    for row in page.form.table("table3").blocks[0].rows:
        if row.key not in "abt":
            yield cell_ref("table3", row.key, "total")


KINDS: Mapping[str, tuple[str, Mistake]] = {
    "row-total": ("A1", _row_total),
    "transposed-digits": ("A1", _transposed),
    "zero-total-row": ("A2", _zero_totals),
    "carry-over": ("A3", _carry_over),
    "case-total": ("A4", _case_total),
    "blank": ("A5", _blank),
    "text-number": ("A6", _text_number),
    "unit": ("A10", _unit),
}
"""Kinds of mistakes in the tables: name to the check that finds it, and what makes it."""
