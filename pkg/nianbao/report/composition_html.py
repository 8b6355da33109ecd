"""What a reviewer sees of a sum: each cell opens into the units that it is the sum of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nianbao.report.blocks import Composition, Coverage
from nianbao.report.characters import escape
from nianbao.report.listing import plain_table
from nianbao.report.parts import CellParts, Member

NO_NUMBER = "没有数"


def parts_anchor(ref: str) -> str:
    """Give the id under which a cell's parts stand on the page, by the cell's reference."""
    return f"of-{ref}"


def opened(block: Composition) -> Iterator[CellParts]:
    """Yield the cells that open: those to which a unit gives a number, or no number at all."""
    yield from (cell for cell in block.cells if cell.shares or cell.blank)


def coverage_html(block: Coverage, *, attribute: str) -> str:
    """Give whom a report sums up, as a paragraph."""
    style = "coverage partial" if block.is_partial else "coverage"
    return f'<p class="{style}"{attribute}>{escape(block.text)}</p>\n'


def composition_html(block: Composition, *, attribute: str, level: int) -> str:
    """Give a section with a list of cells for each table, and of the units that do not count."""
    names = {unit.code: unit for unit in block.units}
    tables = "".join(
        f"<h{level}>{escape(caption)}</h{level}>\n{_table(block, key, names)}"
        for key, caption in block.tables.items()
    )
    absent = [(u.name, u.reason) for u in block.units if u.state != "counted"]
    told = f"<h{level}>没有计入的单位</h{level}>\n{plain_table(('单位', '原因'), absent)}"
    return (
        f'<section class="composition" aria-label="各单位构成"{attribute}>\n'
        f"{tables}{told if absent else ''}</section>\n"
    )


def _table(block: Composition, key: str, names: Mapping[str, Member]) -> str:
    cells = [_cell(cell, names) for cell in opened(block) if cell.table == key]
    rest = sum(cell.table == key for cell in block.cells) - len(cells)
    told = f'<p class="note">其余 {rest} 格，各单位都是 0。</p>\n' if rest and cells else ""
    return "".join(cells) + (told or ("" if cells else '<p class="note">各单位都是 0。</p>\n'))


def _cell(cell: CellParts, names: Mapping[str, Member]) -> str:
    rows = [(_name(share.unit, names), share.value, share.place) for share in cell.shares]
    stated = f"（本级填报 {escape(cell.stated)}）" if cell.stated else ""
    counted = sum(unit.state == "counted" for unit in names.values())
    zeros = counted - len(cell.shares) - len(cell.blank)
    said = [
        f"{zeros} 个单位为 0" if zeros else "",
        "空白：" + "、".join(_name(code, names) for code in cell.blank) if cell.blank else "",
    ]
    rest = "；".join(filter(None, said))
    # The anchor is inside: browsers open what a link leads into.
    total = f"<b>{escape(cell.value or NO_NUMBER)}</b>"
    return (
        f"<details>\n<summary>{escape(cell.label)}：{total}{stated}"
        f"，{len(cell.shares)} 个单位</summary>\n"
        f'<div id="{escape(parts_anchor(cell.ref))}">\n'
        f"{plain_table(('单位', '数', '出处'), rows) if rows else ''}"
        + (f'<p class="note">{escape(rest)}</p>\n' if rest else "")
        + "</div>\n</details>\n"
    )


def _name(code: str, names: Mapping[str, Member]) -> str:
    return names[code].name if code in names else code


def composition_text(block: Composition) -> str:
    """Give each cell that is not zero as a line: its headings and the sum."""
    return "\n".join(f"{cell.label}\t{cell.value}" for cell in opened(block))
