"""A worksheet written anew, without the cells for whose sake calamine refuses the whole of it.

That is an error that it does not know, such as #SPILL!, a kind of cell that there is not, a text
that is not there: each such cell is blank in the new sheet, and noted.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.etree.ElementTree import Element, tostring  # defusedxml parses

from defusedxml.ElementTree import iterparse

from nianbao.filing.notes import UNREADABLE, note_error
from nianbao.filing.peek import cells, row_number, tag, worksheets

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS = frozenset({"n", "s", "str", "b", "d", "e", "inlineStr"})
_FLAGS = frozenset({"", "0", "1", "true", "false", "TRUE", "FALSE"})
_KNOWN_ERRORS = frozenset({"", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")

Position = tuple[int, int]


def plain_workbook(data: bytes, name: str) -> tuple[bytes, Mapping[Position, str]]:
    """Give an xlsx file with one sheet written anew, and what stands in the cells left out.

    Raises
    ------
    KeyError, ValueError, xml.etree.ElementTree.ParseError
        The file is damaged, or has what no spreadsheet program writes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        part = dict(worksheets(old))[name]
        names = old.namelist()
        strings = old.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b""
        with old.open(part) as stream:
            sheet, notes = _plain_sheet(stream, len(_STRING.findall(strings)))
        for other in names:
            new.writestr(other, sheet if other == part else old.read(other))
    return buffer.getvalue(), notes


def _plain_sheet(stream: IO[bytes], strings: int) -> tuple[bytes, dict[Position, str]]:
    notes: dict[Position, str] = {}
    rows: list[bytes] = []
    merged = b""
    number = -1
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        if tag(element) == "row":
            number = row_number(element, number)
            rows.append(_plain_row(element, number, strings, notes))
            element.clear()
        elif tag(element) == "mergeCells":
            merged = tostring(element)
    body = b"<sheetData>" + b"".join(rows) + b"</sheetData>" + merged
    return b'<worksheet xmlns="' + _MAIN + b'">' + body + b"</worksheet>", notes


def _plain_row(row: Element, number: int, strings: int, notes: dict[Position, str]) -> bytes:
    for cell, at in cells(row, number):
        for child in list(cell):
            if tag(child) not in {"f", "v", "is"}:
                cell.remove(child)
        value = "".join(child.text or "" for child in cell if tag(child) == "v").strip()
        note = _refused(cell.get("t", "n"), value, strings)
        if note and len(cell):
            notes[at] = note
            cell.attrib.pop("t", None)
            for child in list(cell):
                cell.remove(child)
    return tostring(row)


def _refused(kind: str, value: str, strings: int) -> str:
    """Give the note of a cell that calamine refuses; empty for one that it reads."""
    if kind == "e":
        return "" if value in _KNOWN_ERRORS else note_error(value)
    is_text = value.isascii() and value.isdigit() and int(value) < strings
    is_good = kind in _KINDS and (kind != "b" or value in _FLAGS) and (kind != "s" or is_text)
    return "" if is_good else UNREADABLE
