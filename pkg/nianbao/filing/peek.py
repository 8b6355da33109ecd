"""What calamine cannot tell: how large a sheet would be, and what its blank cells hold.

Calamine lays a sheet out as one dense block, so a single cell at XFD1048576 ends the process for
want of memory; and it gives error values and formulas that were never computed as blank cells.
So each sheet's XML is read once, by a parser that refuses entities, before calamine sees it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element  # the type alone: defusedxml parses

from defusedxml.ElementTree import fromstring, iterparse

MOST_CHARACTERS = 500_000_000  # of one sheet
UNSAVED = "formula without a saved result"

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
        Cells that calamine gives as blank: row and column, from zero, to the error's text or
        `UNSAVED`.
    percentages
        Cells that are formatted as percentages, whose numbers are a hundredth of what they show.
    hidden_rows
        Rows, from zero, that hold something and are hidden.
    """

    rows: int = 0
    columns: int = 0
    characters: int = 0
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    percentages: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)

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
    for name, part in _worksheets(archive):
        scanned = is_long(name) and _scan_worksheet(archive.read(part), strings, longest)
        peek = scanned or None
        if peek is None:
            with archive.open(part) as stream:
                peek = _peek_worksheet(stream, longest, percentages)
        yield name, peek


def _worksheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each worksheet."""
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    parts = {
        item.get("Id"): posixpath.normpath(posixpath.join("/xl", item.get("Target", "")))[1:]
        for item in relations
        if item.get("Type", "").endswith("/worksheet")
    }
    for element in fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iter():
        if _tag(element) == "sheet":
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

    extent = scan.extent(data)
    if extent is None:
        return None
    rows, columns, cells = extent
    peek = Peek(rows, columns, characters=cells * longest)
    if peek.characters > MOST_CHARACTERS:  # only then is it worth knowing exactly
        peek.characters = scan.text_length(data, strings)
    peek.notes = dict.fromkeys(scan.unsaved_cells(data), UNSAVED)
    peek.notes |= {(row, column): text for row, column, text in scan.error_cells(data)}
    peek.hidden_rows = scan.hidden_rows(data)
    return peek


def _percentage_styles(archive: zipfile.ZipFile) -> set[str]:
    """Give the indices of the cell styles that show a number as a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = fromstring(archive.read("xl/styles.xml"), forbid_dtd=True)
    formats = set(_PERCENT_FORMATS)
    for element in styles.iter():
        if _tag(element) == "numFmt" and "%" in _LITERAL.sub("", element.get("formatCode", "")):
            formats.add(element.get("numFmtId", ""))
    cells = next((element for element in styles if _tag(element) == "cellXfs"), ())
    return {str(i) for i, style in enumerate(cells) if style.get("numFmtId") in formats}


def _peek_worksheet(stream: IO[bytes], longest: int, percentages: AbstractSet[str]) -> Peek:
    peek = Peek()
    row = column = -1
    is_hidden = False
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        tag = _tag(element)
        if event == "start" and tag == "row":
            row, column = int(element.get("r") or row + 2) - 1, -1
            is_hidden = element.get("hidden") in {"1", "true"}
        elif event == "start" and tag == "c":
            row, column = _position(element.get("r"), row, column + 1)
        elif event == "end" and tag == "c":
            _note_cell(peek, element, row, column)
            peek.characters += longest if element.get("t") == "s" else 0
            if element.get("s") in percentages:
                peek.percentages.add((row, column))
            if is_hidden and len(element):
                peek.hidden_rows.add(row)
        elif event == "end" and tag == "row":
            element.clear()
    return peek


def _position(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Turn ``B3`` into (2, 1); without a reference a cell stands after the one before it."""
    if reference is None:
        return row, column
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    number = 0
    for letter in match[1].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, number - 1


def _note_cell(peek: Peek, cell: Element, row: int, column: int) -> None:
    children = {_tag(child): child.text or "" for child in cell}
    if not children:
        return
    peek.reach(row, column)
    value = children.get("v", "")
    if cell.get("t") == "e":
        peek.notes[row, column] = value
    elif "f" in children and not value and cell.get("t") != "str":
        peek.notes[row, column] = UNSAVED


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
            tag = _tag(element)
            if event == "start" and tag == "table":
                name, peek, row = _attribute(element, "name"), Peek(), 0
            elif event == "end" and tag == "table-row":
                repeated = _repeated(element, "rows")
                _note_row(peek, element, row, repeated)
                row += repeated
                element.clear()
            elif event == "end" and tag == "table":
                yield name, peek


def _note_row(peek: Peek, element: Element, row: int, repeated: int) -> None:
    column = 0
    for cell in element:
        if _tag(cell) not in {"table-cell", "covered-table-cell"}:
            continue
        width = _repeated(cell, "columns")
        text = "".join(cell.itertext())
        if text or any(_attribute(cell, key) for key in (*_ODS_VALUES, "formula")):
            peek.reach(row + repeated - 1, column + width - 1)
            peek.characters += len(text) * width * repeated
            _note_ods_cell(peek, cell, text, (row, column))
            if _attribute(element, "visibility") in {"collapse", "filter"}:
                peek.hidden_rows.add(row)
        column += width


def _note_ods_cell(peek: Peek, cell: Element, text: str, position: tuple[int, int]) -> None:
    types = {value for key, value in cell.items() if key.rpartition("}")[2] == "value-type"}
    if "error" in types:
        peek.notes[position] = text
    # LibreOffice gives the result "" no type, but a paragraph to stand in.
    elif _attribute(cell, "formula") and not types and not len(cell):
        peek.notes[position] = UNSAVED
    elif "percentage" in types:
        peek.percentages.add(position)


def _repeated(element: Element, what: str) -> int:
    return int(_attribute(element, f"number-{what}-repeated") or 1)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """Give an attribute whatever its namespace, which differs between strict and usual files."""
    return next((v for key, v in element.items() if key.rpartition("}")[2] == name), "")
