"""What calamine cannot tell: how large a sheet would be, and what its blank cells hold.

Calamine lays a sheet out as one dense block, so a single cell at XFD1048576 ends the process for
want of memory; and it gives error values and formulas that were never computed as blank cells.
So each sheet's XML is read once, by a parser that refuses entities, before calamine sees it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import product
from typing import IO
from xml.etree.ElementTree import Element  # the type alone: defusedxml parses

from defusedxml.ElementTree import fromstring, iterparse

from nianbao.filing.notes import note_error, note_formula
from nianbao.filing.numbers import is_error

MOST_CHARACTERS = 500_000_000  # of one sheet
MOST_REPEATED = 1_000_000  # cells that one element of an ods file stands for; more are no filing

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_PERCENT_FORMATS = ("9", "10")  # 0% and 0.00%, which every workbook has unsaid
_ODS_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")


@dataclass(slots=True)
class Peek:
    """What stands in the XML of one sheet.

    Attributes
    ----------
    rows, columns
        Of the block that calamine would lay out, from A1.
    characters
        At most so much text would be in it.
    notes
        Cells that calamine gives as blank: row and column, from zero, to what
        `nianbao.filing.notes` makes of them.
    percentages
        Cells that are formatted as percentages, whose numbers are a hundredth of what they show.
    hidden_rows
        Rows, from zero, that hold something and are hidden.
    filled
        Cells that hold something whatever calamine says; of a long list none is kept.
    """

    rows: int = 0
    columns: int = 0
    characters: int = 0
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    percentages: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    filled: set[tuple[int, int]] = field(default_factory=set)

    def reach(self, row: int, column: int) -> None:
        """Count a cell in."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)


def peek_xlsx(
    archive: zipfile.ZipFile, *, is_long: Callable[[str], bool] = lambda _: False
) -> Iterator[tuple[str, Peek]]:
    """Yield each worksheet of an xlsx file by its name.

    Parameters
    ----------
    is_long
        Tells by its name whether a sheet may be a long list, of which percentages are not asked.

    Raises
    ------
    KeyError, ValueError, xml.etree.ElementTree.ParseError
        The file is damaged, or has what no spreadsheet program writes.
    """
    strings = _shared_strings(archive)
    # Cells may repeat the longest one at no cost.
    longest = max(map(len, strings.split(b"</si>")))
    percentages = _percentage_styles(archive)
    for name, part in worksheets(archive):
        scanned = is_long(name) and _scan_worksheet(archive.read(part), strings, longest)
        peek = scanned or None
        if peek is None:
            with archive.open(part) as stream:
                peek = _peek_worksheet(stream, longest, percentages)
        yield name, peek


def worksheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each worksheet."""
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    parts = {
        item.get("Id"): posixpath.normpath(posixpath.join("/xl", item.get("Target", "")))[1:]
        for item in relations
        if item.get("Type", "").endswith("/worksheet")
    }
    for element in fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iter():
        if tag(element) == "sheet":
            part = parts.get(_attribute(element, "id"))
            if part is not None:
                yield element.get("name", ""), part


def _shared_strings(archive: zipfile.ZipFile) -> bytes:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return b""
    strings = archive.read("xl/sharedStrings.xml")
    if b"<!DOCTYPE" in strings or b"<!ENTITY" in strings:  # could be longer than they look
        raise ValueError("DTD")
    return strings


def _scan_worksheet(data: bytes, strings: bytes, longest: int) -> Peek | None:
    """Look at a long sheet without a parser; None where its bytes are not plain enough."""
    from nianbao.filing import scan  # noqa: PLC0415 - brings numpy, and is seldom needed

    extent, notes = scan.extent(data), scan.notes(data)
    if extent is None or notes is None:
        return None
    rows, columns, cells = extent
    peek = Peek(rows, columns, characters=cells * longest)
    if peek.characters > MOST_CHARACTERS:  # only then is it worth knowing exactly
        peek.characters = scan.text_length(data, strings)
    peek.notes = {
        at: note_formula() if text is None else note_error(text) for at, text in notes.items()
    }
    peek.hidden_rows = scan.hidden_rows(data)
    return peek


def _percentage_styles(archive: zipfile.ZipFile) -> set[str]:
    """Give the indices of the cell styles that show a number as a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = fromstring(archive.read("xl/styles.xml"), forbid_dtd=True)
    formats = set(_PERCENT_FORMATS)
    for element in styles.iter():
        if tag(element) == "numFmt" and is_percentage(element.get("formatCode", "")):
            formats.add(element.get("numFmtId", ""))
    cells = next((element for element in styles if tag(element) == "cellXfs"), ())
    return {str(i) for i, style in enumerate(cells) if style.get("numFmtId") in formats}


def is_percentage(code: str) -> bool:
    """Tell whether a number format shows a hundredth as one."""
    return "%" in _LITERAL.sub("", code)


def _peek_worksheet(stream: IO[bytes], longest: int, percentages: AbstractSet[str]) -> Peek:
    peek = Peek()
    row = -1
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        if tag(element) != "row":
            continue
        row = row_number(element, row)
        is_hidden = element.get("hidden") in {"1", "true"}
        for cell, at in cells(element, row):
            _note_cell(peek, cell, at)
            peek.characters += longest if cell.get("t") == "s" else 0
            if cell.get("s") in percentages:
                peek.percentages.add(at)
            if is_hidden and len(cell):
                peek.hidden_rows.add(row)
        element.clear()
    return peek


def row_number(row: Element, before: int) -> int:
    """Give the number of a row, from zero, that stands after another one."""
    return int(row.get("r") or before + 2) - 1


def cells(row: Element, number: int) -> Iterator[tuple[Element, tuple[int, int]]]:
    """Yield the cells of a row, and where they are; without a reference, after the one before."""
    at = number, -1
    for cell in row:
        if tag(cell) == "c":
            at = _position(cell.get("r"), at)
            yield cell, at


def _position(reference: str | None, before: tuple[int, int]) -> tuple[int, int]:
    """Turn ``B3`` into (2, 1)."""
    if reference is None:
        return before[0], before[1] + 1
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    number = 0
    for letter in match[1].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, number - 1


def _note_cell(peek: Peek, cell: Element, at: tuple[int, int]) -> None:
    if not len(cell):
        return
    peek.reach(*at)
    children = {tag(child): child for child in cell}
    value, formula = (children[name].text or "" if name in children else "" for name in "vf")
    if cell.get("t") == "e":
        peek.notes[at] = note_error(value)
    elif "f" in children and not value and "is" not in children and cell.get("t") != "str":
        peek.notes[at] = note_formula(formula)
    elif cell.get("t") != "s" and "".join(cell.itertext()).strip() != formula.strip():
        peek.filled.add(at)


def peek_ods(archive: zipfile.ZipFile) -> Iterator[tuple[str, Peek]]:
    """Yield each sheet of an ods file by its name.

    Raises
    ------
    KeyError, ValueError, xml.etree.ElementTree.ParseError
        The file is damaged, or has what no spreadsheet program writes.
    """
    name, peek, row = "", Peek(), 0
    with archive.open("content.xml") as stream:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            kind = tag(element)
            if event == "start" and kind == "table":
                name, peek, row = _attribute(element, "name"), Peek(), 0
            elif event == "end" and kind == "table-row":
                repeated = _repeated(element, "rows")
                _note_row(peek, element, range(row, row + repeated))
                row += repeated
                element.clear()
            elif event == "end" and kind == "table":
                yield name, peek


def _note_row(peek: Peek, element: Element, rows: range) -> None:
    column = 0
    for cell in element:
        if tag(cell) not in {"table-cell", "covered-table-cell"}:
            continue
        columns = range(column, column + _repeated(cell, "columns"))
        column = columns.stop
        text = "".join(cell.itertext())
        if text or any(_attribute(cell, key) for key in (*_ODS_VALUES, "formula")):
            peek.reach(rows[-1], columns[-1])
            peek.characters += len(text) * len(columns) * len(rows)
            if _attribute(element, "visibility") in {"collapse", "filter"}:
                peek.hidden_rows.update(rows[:MOST_REPEATED])
            if len(rows) * len(columns) <= MOST_REPEATED:
                _note_ods_cell(peek, cell, list(product(rows, columns)))


def _note_ods_cell(peek: Peek, cell: Element, places: Collection[tuple[int, int]]) -> None:
    types = {value for key, value in cell.items() if key.rpartition("}")[2] == "value-type"}
    formula = _attribute(cell, "formula")
    text = "".join(part for child in cell if tag(child) == "p" for part in child.itertext())
    # What is typed as a text may say #N/A; a result or a number that shows so is an error.
    if "error" in types or ((formula or types - {"string"}) and is_error(text)):
        peek.notes.update(dict.fromkeys(places, note_error(text)))
    # LibreOffice gives the result "" no type, but a paragraph to stand in.
    elif formula and not types and not len(cell):
        peek.notes.update(dict.fromkeys(places, note_formula(_as_in_xlsx(formula))))
    elif "percentage" in types:
        peek.percentages.update(places)


def _as_in_xlsx(formula: str) -> str:
    """Give a formula of an ods file, ``of:=SUM([.A1:.B1];1)``, as an xlsx file has it."""
    plain = re.sub(r"\[\.?([^]]*)\]", r"\1", formula.partition("=")[2])
    return plain.replace(":.", ":").replace(";", ",")


def _repeated(element: Element, what: str) -> int:
    return int(_attribute(element, f"number-{what}-repeated") or 1)


def tag(element: Element) -> str:
    """Give the name of an element whatever its namespace, as strict files have another one."""
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """Give an attribute whatever its namespace, which differs between strict and usual files."""
    return next((v for key, v in element.items() if key.rpartition("}")[2] == name), "")
