"""Published reports as workbooks of our own format: every number and sentence as printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from nianbao.filing.blank import WorkbookContent, write_workbook
from nianbao.filing.figure import Figure, Trouble
from nianbao.filing.filing import Filing, cell_ref
from nianbao.filing.labels import normalise
from nianbao.filing.lists import INTRODUCTION
from nianbao.filing.register import Agency
from nianbao.filing.workbook import AGENCY_LABEL, YEAR_LABEL
from nianbao.forms import Form, form_for_year
from nianbao.published.recognise import Published
from nianbao.published.title import is_same_office

BRACES = {"{": "左花括号", "}": "右花括号", "｛": "全角左花括号", "｝": "全角右花括号"}
"""In prose a brace begins a name; a literal one is itself named, by a line of 基本信息."""

OTHER = "table3.o."
SPLIT_OTHER = ("o1", "o2", "o3")


@dataclass(frozen=True, slots=True)
class Imported:
    """One workbook to write.

    Attributes
    ----------
    notes
        What could not be taken over as it is, for whoever goes on with the workbook.
    """

    file: str
    agency: Agency
    year: int
    content: WorkbookContent
    notes: tuple[str, ...] = ()

    def write(self, path: Path) -> None:
        """Write the workbook; a file that is there is written over."""
        write_workbook(path, self.content)


def imported(reports: Iterable[tuple[str, Published]]) -> Iterator[Imported]:
    """Yield a workbook for each report; offices that are the same have one code."""
    kept = [*reports]
    agencies = _one_each(published.filing.agency for _, published in kept)
    for file, published in kept:
        agency = agencies[published.filing.agency.code]
        yield _workbook(file, published.filing, agency)


def _one_each(agencies: Iterable[Agency]) -> dict[str, Agency]:
    """Give for each code the agency to take: of names of one office the fullest."""
    known = {agency.code: agency for agency in agencies}
    chosen: dict[str, Agency] = {}
    for code, agency in known.items():
        name = normalise(agency.name)
        like = [a for a in known.values() if is_same_office(normalise(a.name), name)]
        chosen[code] = max(like, key=lambda a: (len(a.name), a.code))
    return chosen


def _workbook(file: str, filing: Filing, agency: Agency) -> Imported:
    form = form_for_year(filing.year) or filing.form
    values, notes = _values(filing, form)
    basics: dict[str, str | int] = {AGENCY_LABEL: agency.name, YEAR_LABEL: filing.year}
    text = "".join(p.heading + p.template for p in filing.prose)
    basics |= {name: brace for brace, name in BRACES.items() if brace in text}
    titles = {section.number: section.title for section in form.sections}
    prose = [
        (titles.get(p.section, INTRODUCTION), p.heading, _safe(p.template)) for p in filing.prose
    ]
    notes += [f"{remark.message}（{remark.address.sheet}）" for remark in filing.remarks]
    content = WorkbookContent(form=form, basics=basics, values=values, prose=prose)
    return Imported(file, agency, filing.year, content, tuple(notes))


def _values(filing: Filing, form: Form) -> tuple[dict[str, int | Decimal | str | None], list[str]]:
    """Give the cells as printed, where the year's form has them, and what it has not."""
    values: dict[str, int | Decimal | str | None] = {}
    notes: list[str] = []
    for table in form.tables:
        is_own = filing.form.table(table.key) == table
        if is_own or table.key == "table3":
            refs = [cell_ref(table.key, row.key, column.key) for _, row, column in table.cells()]
            values |= {ref: _printed(filing.figures[ref]) for ref in refs if ref in filing.figures}
        else:
            notes.append(f"{table.caption}的表不是 {filing.year} 年度的格式，没有写入")
        if not is_own and table.key == "table3":
            notes += _move_other(filing, values, form)
    return values, notes


def _move_other(
    filing: Filing, values: dict[str, int | Decimal | str | None], form: Form
) -> Iterator[str]:
    """Put the one row （六）其他处理 into the newer form's three: only a zero can be split."""
    if any(row.key == "o" for row in form.table("table3").blocks[0].rows):
        yield "表三（六）其他处理原表分三行，这一年度的格式只有一行，没有写入"
        return
    for ref, figure in filing.figures.items():
        if ref.startswith(OTHER):
            parts = [cell_ref("table3", row, ref.removeprefix(OTHER)) for row in SPLIT_OTHER]
            is_zero = figure.value == 0
            values.update(dict.fromkeys(parts, 0) if is_zero else {parts[-1]: _printed(figure)})
    yield "表三（六）其他处理原表只有一行：为 0 的三行都写 0，不为 0 的写在“3.其他”"


def _printed(figure: Figure) -> int | Decimal | str | None:
    """Give a cell as printed: a plain number as a number, all else as text."""
    if figure.trouble is Trouble.BLANK or not figure.raw:
        return None
    is_plain = re.fullmatch(r"-?[0-9]+(?:\.[0-9]*[1-9])?", figure.raw) is not None
    is_plain = is_plain and not re.match(r"-?0[0-9]", figure.raw)
    return figure.value if is_plain and figure.value is not None else figure.raw


def _safe(text: str) -> str:
    """Give prose whose braces are names, which are printed as the braces."""
    return "".join(f"{{{{ {BRACES[c]} }}}}" if c in BRACES else c for c in text)
