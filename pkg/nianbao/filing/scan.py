"""How large a worksheet is, told from its bytes: for ledgers, which are too long for a parser here.

`nianbao.filing.peek` asks an XML parser, at some four seconds for a ledger of 200,000 rows. Here
numpy looks for the cells in the bytes themselves. That is only done where the bytes are as
spreadsheet programs write them; of all else nothing is claimed, and the parser has to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]

BLOCK = 1 << 23  # bytes that are looked at together
REACH = 32  # bytes: a block sees so much of the next one
LETTERS, DIGITS = 3, 7  # of a reference, at most
_CELL = b'<c r="'
_TEXT_INDEX = b' t="s"><v>'
# Whatever else may begin a cell: another name space, an attribute before r, none at all.
_OTHER_CELLS = re.compile(rb"""<(?:\w+:c[\s/>]|c(?=[\s/>])(?! r="[A-Z]{1,3}[0-9]{1,7}"[^<&]))""")
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*? t="e"[^>]*><v>([^<]*)')
_STRING_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^>]*? hidden="(?:1|true)"')


def is_plain(data: bytes) -> bool:
    """Tell whether the bytes of a worksheet are as spreadsheet programs write them."""
    return (
        data.lstrip(b"\xef\xbb\xbf").startswith((b"<?xml", b"<worksheet"))
        and b"<!" not in data  # a comment or CDATA hides what is in it, a DTD may say anything
        and _OTHER_CELLS.search(data) is None
    )


def extent(data: bytes) -> tuple[int, int]:
    """Give the rows and columns of the block from A1 to the last cell; zeros for no cell.

    Parameters
    ----------
    data
        A worksheet that `is_plain`.
    """
    rows = columns = 0
    for block, at in _places(data, _CELL):
        row, column = _references(block, at + len(_CELL))
        rows, columns = max(rows, int(row.max())), max(columns, int(column.max()))
    return rows, columns


def text_length(data: bytes, strings: bytes) -> int:
    """Give at most how many bytes of text the cells of a worksheet hold by shared strings.

    Parameters
    ----------
    data
        A worksheet that `is_plain`.
    strings
        The shared strings of the workbook.
    """
    ends = np.fromiter((m.start() for m in _STRING_END.finditer(strings)), np.int64)
    lengths = np.diff(ends, prepend=0) if ends.size else np.array([len(strings)])
    total = 0
    for block, at in _places(data, _TEXT_INDEX):
        indices = np.minimum(_number(block, at + len(_TEXT_INDEX)), lengths.size - 1)
        total += int(lengths[indices].sum())
    return total


def error_cells(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the row and column, from zero, and the text of each cell that holds an error."""
    for letters, digits, text in _ERROR.findall(data) if b' t="e"' in data else ():
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        yield int(digits) - 1, column - 1, text.decode(errors="replace")


def hidden_rows(data: bytes) -> set[int]:
    """Give the rows, from zero, that are hidden."""
    return {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}


def _places(data: bytes, mark: bytes) -> Iterator[tuple[Bytes, Numbers]]:
    """Yield blocks of the data, and where the mark stands in each; none without it."""
    wanted = np.frombuffer(mark, np.uint8)
    for start in range(0, len(data), BLOCK):
        block = np.frombuffer(data[start : start + BLOCK + REACH], np.uint8)
        size = min(BLOCK, block.size - wanted.size + 1)
        if size <= 0:
            continue
        at = np.flatnonzero(block[:size] == wanted[0])
        for offset in range(1, wanted.size):
            at = at[block[at + offset] == wanted[offset]]
        if at.size:
            # What is read behind a mark at the very end is not beyond it.
            yield np.concatenate([block, np.zeros(REACH, np.uint8)]), at


def _references(block: Bytes, at: Numbers) -> tuple[Numbers, Numbers]:
    """Read references such as ``AB12``: rows and columns, from one."""
    columns = np.zeros(at.size, np.int64)
    place = at.copy()
    for _ in range(LETTERS):
        byte = block[place]
        is_letter = (byte >= ord("A")) & (byte <= ord("Z"))
        columns = np.where(is_letter, columns * 26 + byte - ord("A") + 1, columns)
        place += is_letter
    return _number(block, place), columns


def _number(block: Bytes, at: Numbers) -> Numbers:
    """Read the decimal numbers that begin at these places."""
    numbers = np.zeros(at.size, np.int64)
    place = at.copy()
    for _ in range(DIGITS + 1):
        byte = block[place]
        is_digit = (byte >= ord("0")) & (byte <= ord("9"))
        numbers = np.where(is_digit, numbers * 10 + byte - ord("0"), numbers)
        place += is_digit
    return numbers
