"""What calamine does not tell of an old xls file: errors, percentages, hidden rows, its extent.

Such a file is a disk in small (`nianbao.filing.compound`), with one stream of records for the
workbook. Calamine gives errors as blank cells, and refuses the whole file for the sake of one that
it does not know; that one is turned here into one that it knows.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from nianbao.filing.compound import read_stream
from nianbao.filing.notes import note_formula
from nianbao.filing.peek import Peek, is_percentage

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
NOT_AVAILABLE = 0x2A

# Kinds of records, as [MS-XLS] numbers them.
_BOF, _EOF, _LOCK, _SHEET, _FORMAT, _STYLE, _ROW = 0x809, 0x0A, 0x2F, 0x85, 0x41E, 0xE0, 0x208
_FORMULA, _FLAG_OR_ERROR, _NUMBERS = 0x06, 0x205, 0xBD
_CELLS = frozenset({_FORMULA, _FLAG_OR_ERROR, _NUMBERS, 0x203, 0x204, 0x27E, 0xFD, 0xD6})
_OLD = 0x500  # the version before texts were Unicode
_PERCENT_FORMATS = frozenset({9, 10})
_HIDDEN, _COMPUTE_WHEN_OPENED = 0x20, 0x02


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its kind, where in the stream its content begins, and the content."""

    kind: int
    start: int
    data: bytes

    def number(self, offset: int) -> int:
        """Give the number of two bytes that stands there."""
        return int.from_bytes(self.data[offset : offset + 2], "little")


def peek_xls(data: bytes) -> tuple[bytes, list[tuple[str, Peek]]]:
    """Give the file as calamine can read it, and each sheet with its name, in their order.

    Of a file that a password locks there are no sheets.

    Raises
    ------
    ValueError, IndexError, struct.error
        The file is damaged.
    """
    stream = read_stream(data, ("Workbook", "Book"))
    records = list(_records(stream.data, 0))
    if any(record.kind == _LOCK for record in records):
        return data, []
    percentages = _percentage_styles(records)
    mended = bytearray(data)
    peeks = []
    for head in (record for record in records if record.kind == _SHEET):
        reading = _Reading(percentages)
        for record in _records(stream.data, int.from_bytes(head.data[:4], "little")):
            reading.take(record)
        for offset in reading.unknown:
            mended[stream.place(offset)] = NOT_AVAILABLE
        peeks.append((_sheet_name(head.data), reading.peek()))
    return bytes(mended), peeks


def _sheet_name(data: bytes) -> str:
    """Read a name, whose length stands before it; in old versions without the mark of Unicode."""
    rest = data[7:]
    if len(rest) == data[6]:
        return rest.decode("gb18030", "replace")
    return rest[1:].decode("utf-16-le" if rest[0] & 1 else "latin-1", "replace")


def _records(data: bytes, start: int) -> Iterator[Record]:
    """Yield the records of one part of the stream, without those of charts in it."""
    depth = 0
    while start + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, start)
        start += 4
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield Record(kind, start, data[start : start + length])
        start += length


def _percentage_styles(records: Collection[Record]) -> set[int]:
    """Give the numbers of the cell styles that show a number as a percentage."""
    is_old = any(record.kind == _BOF and record.number(0) <= _OLD for record in records)
    formats = {
        record.number(0)
        for record in records
        if record.kind == _FORMAT and is_percentage(_format_code(record.data, is_old=is_old))
    }
    styles = [record.number(2) for record in records if record.kind == _STYLE]
    return {n for n, style in enumerate(styles) if style in formats | _PERCENT_FORMATS}


def _format_code(data: bytes, *, is_old: bool) -> str:
    if is_old:
        return data[3:].decode("latin-1")
    return data[5:].decode("utf-16-le" if data[4] & 1 else "latin-1", "replace")


@dataclass(slots=True)
class _Reading:
    """A sheet while its records are read."""

    percentages: Collection[int]
    found: Peek = field(default_factory=Peek)
    unknown: list[int] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    filled: set[int] = field(default_factory=set)

    def take(self, record: Record) -> None:
        if record.kind == _ROW and record.number(12) & _HIDDEN:
            self.hidden.add(record.number(0))
        if record.kind not in _CELLS:
            return
        row, first = record.number(0), record.number(2)
        # Of several numbers each has two bytes for its style and four for itself.
        count = (len(record.data) - 6) // 6 if record.kind == _NUMBERS else 1
        for place in range(count):
            self.found.reach(row, first + place)
            if record.number(4 + 6 * place) in self.percentages:
                self.found.percentages.add((row, first + place))
        self.filled.add(row)
        self._note(record, (row, first))

    def _note(self, record: Record, at: tuple[int, int]) -> None:
        data = record.data
        if record.kind == _FLAG_OR_ERROR and data[7]:
            self._note_error(at, data[6], record.start + 6)
        elif record.kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:  # noqa: PLR2004
            self._note_error(at, data[8], record.start + 8)
        elif record.kind == _FORMULA and not any(data[6:14]) and data[14] & _COMPUTE_WHEN_OPENED:
            self.found.notes[at] = note_formula()

    def _note_error(self, at: tuple[int, int], code: int, offset: int) -> None:
        self.found.notes[at] = ERRORS.get(code, f"#{code:02X}!")
        if code not in ERRORS:
            self.unknown.append(offset)

    def peek(self) -> Peek:
        self.found.hidden_rows = self.hidden & self.filled
        return self.found
