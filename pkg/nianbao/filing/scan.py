"""How large a worksheet is, told from its bytes: for ledgers, which are too long for a parser here.

`nianbao.filing.peek` asks an XML parser, at some four seconds for a ledger of 200,000 rows. Here
numpy looks for the cells in the bytes themselves. That is only done where the bytes are as
spreadsheet programs write them; of all else nothing is claimed, and the parser has to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BLOCK = 1 << 23  # bytes that are looked at together
REACH = 32  # bytes: a block sees so much of the next one
LETTERS, DIGITS = 3, 7  # of a reference, at most
_CELL = b'<c r="'
_NAMED = b'"s"><v>'  # the end of a cell's tag, before the number of its text
_ANY_CELL = re.compile(rb'<c r="[A-Z0-9]+"([^>]*)>(?:<v>([0-9]{1,9})</v>)?')
# A cell with a formula or an error in it, as every program writes one.
_NOTED = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*?)>\s*'
    rb"(<f(?:\s[^>]*)?(?:/>|>[^<]*</f>))?\s*(?:<v(?:\s[^>]*)?(?:/>|>([^<]*)</v>))?\s*</c>"
)
_NOTED_LENGTH = 1000  # of the tag, at most
_ERROR_MARK = re.compile(rb"""["']e["']""")
# Most formulas have a result, about which there is nothing to say.
_FORMULA_MARK = re.compile(rb"<f(?:(?:\s[^<>]*)?(?:/>|>[^<]*</f>)(<v>[^<]+</v></c>)|[\s/>])")
_KIND = re.compile(rb"""\st\s*=\s*["'](e|str)["']""")
_STRING_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^>]*? hidden="(?:1|true)"')
_IS_NAME = np.zeros(256, np.bool_)  # bytes that go on with the name of an element
_IS_NAME[list(b"-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")] = True
_IS_NAME[128:] = True


def extent(data: bytes) -> tuple[int, int, int] | None:
    """Give the rows and columns of the block from A1 to the last cell, and the number of cells.

    Returns
    -------
    tuple of three int, or None
        Zeros for no cell; None where the bytes are not as spreadsheet programs write them.
    """
    if not data.lstrip(b"\xef\xbb\xbf").startswith((b"<?xml", b"<worksheet")):
        return None
    rows = columns = cells = 0
    for block, size in _blocks(data):
        tags = np.flatnonzero(block[:size] == ord("<"))
        first = block[tags + 1]
        at = tags[first == ord("c")]
        at = at[~_IS_NAME[block[at + 2]]]
        # A comment or CDATA hides what is in it, and a DTD may say anything.
        if (first == ord("!")).any() or _has_prefixed_cell(block, size) or not _begin(block, at):
            return None
        if at.size:
            row, column, is_whole = _references(block, at + len(_CELL))
            if not is_whole.all():
                return None
            rows, columns = max(rows, int(row.max())), max(columns, int(column.max()))
            cells += at.size
    return rows, columns, cells


def _begin(block: Bytes, at: Numbers) -> bool:
    """Tell whether all cells begin as they should: no attribute comes before the reference."""
    return _stand(block, at, _CELL).size == at.size


def _stand(block: Bytes, at: Numbers, word: bytes) -> Numbers:
    """Give those of some places at which a word stands."""
    for place, byte in enumerate(word):
        at = at[block[at + place] == byte]
    return at


def _has_prefixed_cell(block: Bytes, size: int) -> bool:
    """Tell whether anything like ``x:c`` stands there: a cell by another name."""
    colons = np.flatnonzero(block[:size] == ord(":"))
    after = colons[block[colons + 1] == ord("c")]
    return bool((~_IS_NAME[block[after + 2]]).any())


def text_length(data: bytes, strings: bytes) -> int:
    """Give at most how many bytes of text the cells of a worksheet hold by shared strings.

    Parameters
    ----------
    data
        A worksheet of which `extent` tells something.
    strings
        The shared strings of the workbook.
    """
    ends = [match.start() for match in _STRING_END.finditer(strings)]
    lengths = [end - start for start, end in pairwise([0, *ends])] or [len(strings)]
    plain = _plain_length(data, np.array(lengths))
    return _any_length(data, lengths) if plain is None else plain


def _plain_length(data: bytes, lengths: Numbers) -> int | None:
    """Add up the texts where each cell names its own as programs write it; None where any does not.

    A long ledger in the workbook of a filing, beside its prose, has a million such cells.
    """
    if b"'s'" in data or b"&" in data:
        return None
    total = 0
    for block, size in _blocks(data):
        shared = _stand(block, np.flatnonzero(block[:size] == ord('"')), b'"s"')
        named = _stand(block, shared, _NAMED)
        numbers, end = _number(block, named + len(_NAMED))
        is_known = (end > named + len(_NAMED)) & (block[end] == ord("<")) & (numbers < lengths.size)
        if named.size < shared.size or not is_known.all():
            return None
        total += int(lengths[numbers].sum())
    return total


def _any_length(data: bytes, lengths: Sequence[int]) -> int:
    longest = max(lengths)
    total = 0
    for match in _ANY_CELL.finditer(data):
        attributes, index = match.groups()
        if any(mark in attributes for mark in (b'"s"', b"'s'", b"&")):
            is_plain = index is not None and int(index) < len(lengths)
            total += lengths[int(index)] if is_plain else longest
    return total


def notes(data: bytes) -> dict[tuple[int, int], str | None] | None:
    """Give the cells that hold an error, with its text, or a formula without a result: None.

    Returns
    -------
    dict or None
        By row and column, from zero; None where the bytes are not as spreadsheet programs write
        them.
    """
    found: dict[tuple[int, int], str | None] = {}
    has_errors = b'"e"' in data or b"'e'" in data
    errors = _ERROR_MARK.finditer(data) if has_errors else ()
    formulas = (mark for mark in _FORMULA_MARK.finditer(data) if not mark[1])
    for mark in (*errors, *formulas):
        start = data.rfind(b"<c r=", max(0, mark.start() - _NOTED_LENGTH), mark.start())
        cell = _NOTED.match(data, max(0, start))
        if cell is None or cell.end() < mark.end():
            return None
        letters, digits, attributes, formula, value = cell.groups(b"")
        kind = _KIND.search(attributes)
        if kind and kind[1] == b"e":
            found[_position(letters, digits)] = value.decode(errors="replace")
        elif formula and not value and not kind:
            found[_position(letters, digits)] = None
    return found


def _position(letters: bytes, digits: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return int(digits) - 1, column - 1


def hidden_rows(data: bytes) -> set[int]:
    """Give the rows, from zero, that are hidden."""
    return {int(number) - 1 for number in _HIDDEN_ROW.findall(data)}


def _blocks(data: bytes) -> Iterator[tuple[Bytes, int]]:
    """Yield blocks that reach into the next one, and how many of their bytes are their own."""
    for start in range(0, len(data), BLOCK):
        part = data[start : start + BLOCK + REACH]
        # What is read behind a mark at the very end is not beyond it.
        yield np.frombuffer(part.ljust(BLOCK + REACH, b"\0"), np.uint8), min(BLOCK, len(part))


def _references(block: Bytes, at: Numbers) -> tuple[Numbers, Numbers, Flags]:
    """Read references such as ``AB12``: rows and columns from one, and which are nothing else."""
    columns = np.zeros(at.size, np.int64)
    place = at.copy()
    for _ in range(LETTERS):
        byte = block[place]
        is_letter = (byte >= ord("A")) & (byte <= ord("Z"))
        columns = np.where(is_letter, columns * 26 + byte - ord("A") + 1, columns)
        place += is_letter
    rows, end = _number(block, place)
    is_whole = (columns > 0) & (end > place) & (end <= place + DIGITS) & (block[end] == ord('"'))
    return rows, columns, is_whole & (block[end + 1] != ord("<")) & (block[end + 1] != ord("&"))


def _number(block: Bytes, at: Numbers) -> tuple[Numbers, Numbers]:
    """Read the decimal numbers that begin at these places; and give where they end."""
    numbers = np.zeros(at.size, np.int64)
    place = at.copy()
    for _ in range(DIGITS + 1):
        byte = block[place]
        is_digit = (byte >= ord("0")) & (byte <= ord("9"))
        numbers = np.where(is_digit, numbers * 10 + byte - ord("0"), numbers)
        place += is_digit
    return numbers, place
