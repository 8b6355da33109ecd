"""Read an agency's workbook: six sheets, found by name, with cells found by their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

from nianbao.characters import code_points
from nianbao.errors import FormError, LabelError, listed
from nianbao.filing.book import Book, open_book
from nianbao.filing.figure import Address, Figure, format_value
from nianbao.filing.filing import Filing, Passage, Remark, Text
from nianbao.filing.form_check import check_form
from nianbao.filing.frames import Frame, locate
from nianbao.filing.grid import Grid
from nianbao.filing.labels import normalise, says_nothing
from nianbao.filing.ledgers.files import read_ledgers
from nianbao.filing.ledgers.rows import is_ledger_sheet
from nianbao.filing.lists import (
    BASICS_HEADINGS,
    FACTS_HEADINGS,
    PROSE_HEADINGS,
    lost_texts,
    read_basics,
    read_facts,
    read_prose,
)
from nianbao.filing.register import Agency
from nianbao.filing.tables import figure_label, figure_name, read_table
from nianbao.filing.template import without_unsaid
from nianbao.filing.workdays import Calendar
from nianbao.forms import Form, form_for_year, load_form
from nianbao.forms.form import FORM_KEYS

BASICS_SHEET, FACTS_SHEET, PROSE_SHEET = "基本信息", "工作数据", "正文"
LISTS = {
    BASICS_SHEET: BASICS_HEADINGS,
    FACTS_SHEET: FACTS_HEADINGS,
    PROSE_SHEET: PROSE_HEADINGS,
}
GUIDE_SHEET = "填报说明"  # of the blank workbook; nothing in it is read
AGENCY_LABEL, YEAR_LABEL = "机关名称", "年度"

_YEAR = re.compile(r"([0-9]{4})(?:年度?)?")


def read_identity(path: Path, *, shown: str, year: int | None = None) -> tuple[str, int]:
    """Tell whose workbook it is: 机关名称 and 年度 of sheet 基本信息.

    Parameters
    ----------
    path
        The workbook: xlsx, ods or xls.
    shown
        How messages name it.
    year
        Of which it is by its place; None to take what it says.

    Raises
    ------
    WorkbookError, SheetError, LabelError
        It cannot be opened, lacks the sheet, or lacks a label.
    FormError
        The year is not filled in.
    """
    name, stated = _identity(read_basics(_open(path, shown).grid(BASICS_SHEET), {}), shown)
    return name.text, _year(stated) if year is None else year


def read_filing(
    path: Path, agency: Agency, year: int, *, shown: str, calendar: Calendar | None = None
) -> Filing:
    """Read what an agency hands in for a year.

    Blank and unreadable number cells are figures without a value; nothing is corrected. A cell
    of the three tables that is blank takes what a ledger counts, where all of that could be read.

    Parameters
    ----------
    path
        The workbook: xlsx, ods or xls. Ledgers are read from its sheets, and from files beside it.
    agency, year
        Whose it must be.
    shown
        How messages and addresses name it.
    calendar
        The working days by which applications are to be answered; None for those that are known
        without a project.

    Raises
    ------
    WorkbookError
        It, or a ledger, is missing, no workbook, damaged, locked, or larger than any filing.
    SheetError
        A sheet is missing, or a ledger is there twice.
    FormError
        It is of another agency or year, or on another form than the year's. One that names none is
        taken as theirs, which it is by its place.
    LabelError
        A label is unknown, missing or there twice.
    """
    agency = agency.in_year(year)
    form, book = _form(year, shown), _open(path, shown)
    taken = _form_names(form)
    lists = {sheet: book.grid(sheet) for sheet in LISTS}
    read = read_basics(lists[BASICS_SHEET], taken)
    basics = _of_agency(read, agency, year, shown)
    figures, asides = _read_tables(book, form)
    taken |= {normalise(label): f"{BASICS_SHEET}中的项目" for label in basics}
    figures += (work := list(read_facts(lists[FACTS_SHEET], taken)))
    hidden = _hidden_remarks(lists.values(), figures)
    kept = read_ledgers(book, path.parent, form, year, facts=work, calendar=calendar)
    return Filing(
        agency=agency,
        year=year,
        form=form,
        file=shown,
        digest=book.digest,
        basics=basics,
        unsaid={label: text.address for label, text in read.items() if says_nothing(text.text)},
        figures={figure.ref: kept.filled(figure) for figure in figures},
        prose=tuple(_printable(read_prose(lists[PROSE_SHEET], form.sections), basics)),
        ledgers=kept.ledgers,
        counts=kept.counts,
        ledger_files=kept.files,
        deadlines=kept.deadlines,
        unreadable=dict(lost for name in LISTS for lost in lost_texts(lists[name], LISTS[name])),
        remarks=(*_sheet_remarks(book), *hidden, *kept.remarks, *asides, *_share_remarks(figures)),
    )


def _read_tables(book: Book, form: Form) -> tuple[list[Figure], list[Remark]]:
    """Read the three tables, and tell of what stands beside them."""
    grids = {table.key: book.grid(table.sheet).without_margins() for table in form.tables}
    check_form(grids, form, map(load_form, FORM_KEYS))
    frames = {table.key: locate(grids[table.key], table) for table in form.tables}
    figures = [
        figure
        for table in form.tables
        for figure in read_table(grids[table.key], form, table, frames[table.key])
    ]
    asides = (item for key in grids for item in _aside_remarks(grids[key], frames[key]))
    return figures, list(asides)


def _form(year: int, shown: str) -> Form:
    form = form_for_year(year)
    if form is None:
        first = min(load_form(key).first_year for key in FORM_KEYS)
        raise FormError(
            "这一年度没有统一格式",
            where=shown,
            found=year,
            expected=f"{first} 年度及以后",
            hint="从批次中删去这一年度",
        )
    return form


def _identity(basics: Mapping[str, Text], shown: str) -> tuple[Text, Text]:
    found = {normalise(label): text for label, text in basics.items()}
    for label in (AGENCY_LABEL, YEAR_LABEL):
        if label not in found:
            raise LabelError(
                "缺少必需的项目",
                where=f"{shown}#{BASICS_SHEET}",
                expected=label,
                hint=f"在“项目”一列补上“{label}”",
            )
    return found[AGENCY_LABEL], found[YEAR_LABEL]


def _year(year: Text) -> int:
    match = _YEAR.fullmatch(normalise(year.text))
    if match is None:
        raise FormError(
            "年度不是四位数字",
            where=year.address,
            found=year.text or "（空白）",
            expected="例如 2024",
            hint="只填报告所属的年度，不填日期",
        )
    return int(match[1])


def _check_identity(identity: tuple[Text, Text], agency: Agency, year: int) -> None:
    name, stated = identity
    known = {normalise(known) for known in (agency.name, *agency.aliases)}
    if not says_nothing(name.text) and normalise(name.text) not in known:
        raise FormError(
            "工作簿不是这个机关的",
            where=name.address,
            found=name.text or "（空白）",
            expected=agency.name,
            hint="检查文件是否放错文件夹，或改正机关名称",
        )
    if not says_nothing(stated.text) and _year(stated) != year:
        raise FormError(
            "工作簿不是这一年度的",
            where=stated.address,
            found=stated.text,
            expected=year,
            hint="检查文件是否放错，或改正年度",
        )


def _of_agency(
    basics: Mapping[str, Text], agency: Agency, year: int, shown: str
) -> dict[str, Text]:
    """Give sheet 基本信息 with the agency and the year in the place of those left empty."""
    identity = _identity(basics, shown)
    _check_identity(identity, agency, year)
    known = zip(identity, (agency.name, str(year)), strict=True)
    filled = {text.address: said for text, said in known if says_nothing(text.text)}
    return {
        label: replace(text, text=filled.get(text.address, text.text))
        for label, text in basics.items()
    }


def _printable(passages: Iterable[Passage], basics: Mapping[str, Text]) -> Iterator[Passage]:
    """Yield the prose without what names a line of 基本信息 that holds nothing to print."""
    names = [label for label, text in basics.items() if says_nothing(text.text)]
    for passage in passages:
        template = without_unsaid(passage.template, names)
        if template.strip() or template == passage.template:
            yield replace(passage, template=template)


def _form_names(form: Form) -> dict[str, str]:
    """Give the names that the statutory tables take, to what they name."""
    return {
        normalise(figure_name(row, column)): f"“{figure_label(row, column)}”的名称"
        for table in form.tables
        for _, row, column in table.cells()
    }


def _open(path: Path, shown: str) -> Book:
    tables = {table.sheet: None for key in FORM_KEYS for table in load_form(key).tables}
    sheets = (BASICS_SHEET, FACTS_SHEET, *tables, PROSE_SHEET)
    return open_book(path, shown, sheets, is_long=is_ledger_sheet)


def _sheet_remarks(book: Book) -> Iterator[Remark]:
    known = {book.sheet_name(name) for name in book.expected}
    for name in book.names:
        if normalise(name) == GUIDE_SHEET or is_ledger_sheet(name):  # of these the ledger tells
            continue
        address = Address(book.file, name, "A1")
        if name in book.hidden:
            verb = "已照常读取" if name in known else "没有读取"
            yield Remark(f"工作表“{name}”是隐藏的，{verb}", address)
        elif name not in known:
            yield Remark(f"工作表“{name}”不是填报用的，没有读取", address)
        rows = book.hidden_rows(name) if name in known else []
        if rows:
            told = f"工作表“{name}”有隐藏的行（第 {listed(rows)} 行），已照常读取"
            yield Remark(told, Address(book.file, name, f"A{rows[0]}"))


def _hidden_remarks(grids: Iterable[Grid], figures: Iterable[Figure]) -> Iterator[Remark]:
    """Tell of hidden characters in texts; numbers tell of theirs."""
    numbers = {figure.address for figure in figures}
    for grid in grids:
        cells = product(range(grid.height), range(grid.width))
        found = {grid.address(*at): grid.hidden(*at) for at in cells if grid.hidden(*at)}
        texts = [address for address in found if address not in numbers]
        if texts:
            codes = code_points(sorted({char for at in texts for char in found[at]}))
            places = listed(address.cell for address in texts)
            yield Remark(f"工作表“{grid.name}”有看不见的字符 {codes}，不印（{places}）", texts[0])


def _aside_remarks(grid: Grid, frames: Iterable[Frame]) -> Iterator[Remark]:
    for row, column in dict.fromkeys(at for frame in frames for at in frame.asides):
        if any(grid.text(below, column) for below in range(row + 1, grid.height)):
            told = f"“{grid.text(row, column)}”一列不是表中的列，没有读取"
            yield Remark(told, grid.address(row, column))


def _share_remarks(figures: Iterable[Figure]) -> Iterator[Remark]:
    """Ask about 0.99 with the unit %, which may be 99 % in the manner of a spreadsheet."""
    for figure in figures:
        if figure.unit == "%" and isinstance(figure.value, Decimal) and 0 < figure.value < 1:
            meant = format_value(figure.value.scaleb(2).normalize())
            told = (
                f"“{figure.label}”按 {figure.text.rstrip('%')}% 读取；如果是 {meant}%，请填 {meant}"
            )
            yield Remark(told, figure.address or Address("", "", ""))
