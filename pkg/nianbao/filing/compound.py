"""Compound files, in which old Office programs keep streams: a disk in small, of sectors."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FIRST_LISTED = 109  # sectors of the allocation table, in the header itself
_ENTRY = 128
_SPECIAL = 0xFFFFFFFA  # from here on a number names no sector


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes of a stream, and where in the file each of its sectors stands."""

    data: bytes
    places: tuple[int, ...]
    sector: int

    def place(self, offset: int) -> int:
        """Give where in the file a byte of the stream stands."""
        return self.places[offset // self.sector] + offset % self.sector


@dataclass(frozen=True, slots=True)
class _Sectors:
    """Sectors of one size, and which follows which."""

    data: bytes
    places: Sequence[int]
    size: int
    following: Sequence[int]

    def stream(self, first: int, length: int | None = None) -> Stream:
        chain = list(_chain(first, self.following))
        places = tuple(self.places[number] for number in chain)
        joined = b"".join(self.data[place : place + self.size] for place in places)
        return Stream(joined[:length], places, self.size)


def read_stream(data: bytes, names: Sequence[str]) -> Stream:
    """Give the first stream of a compound file that has one of these names, in their order.

    Raises
    ------
    ValueError, IndexError, struct.error
        The file is damaged, or has none.
    """
    sectors = _sectors(data)
    start, cutoff, small_start = (_long(data, at) for at in (48, 56, 60))
    entries = list(_entries(sectors.stream(start).data))
    _, root, _ = entries[0]
    for wanted in names:
        for name, first, length in entries:
            if name == wanted and length >= cutoff:
                return sectors.stream(first, length)
            if name == wanted:
                return _small(data, sectors, root, small_start).stream(first, length)
    raise ValueError(names)


def _sectors(data: bytes) -> _Sectors:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    count = max(0, len(data) - 1) // size
    places = range(size, size * (count + 1), size)
    listed = [_long(data, 76 + 4 * n) for n in range(_FIRST_LISTED)]
    more, seen = _long(data, 68), 0
    while more < _SPECIAL and seen <= count:
        *longer, more = _longs(data[places[more] : places[more] + size])
        listed += longer
        seen += 1
    tables = (data[places[n] : places[n] + size] for n in listed if n < _SPECIAL)
    return _Sectors(data, places, size, _longs(b"".join(tables)))


def _small(data: bytes, sectors: _Sectors, root: int, start: int) -> _Sectors:
    """Give the small sectors, which stand in a stream of their own: that of the root."""
    size = 1 << struct.unpack_from("<H", data, 32)[0]
    held = sectors.stream(root)
    places = [held.place(offset) for offset in range(0, len(held.data), size)]
    return _Sectors(data, places, size, _longs(sectors.stream(start).data))


def _chain(first: int, following: Sequence[int]) -> Iterator[int]:
    for _ in range(len(following) + 1):
        if first >= _SPECIAL:
            return
        yield first
        first = following[first]
    raise ValueError("a chain of sectors without end")


def _entries(directory: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield name, first sector and length of all that the directory lists."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        yield name, _long(directory, at + 116), _long(directory, at + 120)


def _long(data: bytes, at: int) -> int:
    (number,) = struct.unpack_from("<I", data, at)
    return int(number)


def _longs(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
