"""What may be typed into the cells of a table, and what the clerk is told there."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from nianbao.filing.blank.formulas import areas
from nianbao.filing.blank.pen import Pen
from nianbao.filing.blank.styles import colour_blanks
from nianbao.filing.blank.tables import Place
from nianbao.filing.filing import cell_ref
from nianbao.filing.grid import Position
from nianbao.forms import Column, Row

LARGEST = 10**9
TABLE_RIGHTS = {"format_columns": True, "format_rows": True}

_COUNT = "只能填 0 或正整数。没有的填 0，不写单位、横线或文字。"
_CHANGE = "只能填整数：增加的填正数，减少的填负数，没有增减的填 0。"
_MONEY = "只能填 0 或正数，可以有小数。没有的填 0，不写单位、横线或文字。"
_WITH_UNIT = "数字后面要写单位，如 4299万元、251000元；没有的填 0。"

Options = dict[str, str | int]

_LEAST: Options = {"criteria": ">=", "value": 0}
_SPAN: Options = {"criteria": "between", "minimum": -LARGEST, "maximum": LARGEST}


def guard_table(pen: Pen, place: Place, entries: Sequence[str]) -> None:
    """Say at each cell what is counted there, refuse what can be no such number, lock the rest.

    Parameters
    ----------
    entries
        References of the cells that a clerk types into.
    """
    alike: dict[tuple[tuple[str, str | int], ...], list[Position]] = {}
    for _, row, column in place.table.cells():
        ref = cell_ref(place.table.key, row.key, column.key)
        if ref in entries:
            at = place.cells[ref]
            options = {**_rule(column, at), **_prompt(row, column), "error_title": "填写不对"}
            alike.setdefault(tuple(options.items()), []).append(at)
    for told, cells in alike.items():
        where = {"multi_range": " ".join(areas(cells))}
        place.sheet.data_validation(*cells[0], *cells[0], {**dict(told), **where})
    colour_blanks(pen, place.sheet, areas(place.cells[ref] for ref in entries))
    place.sheet.protect("", TABLE_RIGHTS)


def _rule(column: Column, at: Position) -> Options:
    if column.unit_in_cell:
        cell = xl_rowcol_to_cell(*at)
        is_zero = f"AND(ISNUMBER({cell}),{cell}=0)"
        has_unit = f'AND(ISTEXT({cell}),ISNUMBER(FIND(RIGHT(TRIM({cell}),1),"元万亿")))'
        formula = f"=OR({is_zero},{has_unit})"
        return {"validate": "custom", "value": formula, "error_message": _WITH_UNIT}
    match column.kind:
        case "money":
            return {"validate": "decimal", **_LEAST, "error_message": _MONEY}
        case "change":
            return {"validate": "integer", **_SPAN, "error_message": _CHANGE}
    return {"validate": "integer", **_LEAST, "error_message": _COUNT}


def _prompt(row: Row, column: Column) -> Options:
    """Tell what is counted in a cell; a column that has no note of its own needs no naming."""
    names = [row.name, column.name if column.note else ""]
    title = "：".join(name for name in names if name).replace("_", "：")
    return {"input_title": title, "input_message": f"{row.note}{column.note}没有的填 0。"}
