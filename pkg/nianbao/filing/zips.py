"""Archives that nobody vouches for: unpacked within limits that no filing comes near."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from copy import copy

LARGEST_CONTENT = 300_000_000  # bytes, unpacked
MOST_PARTS = 2_000
HIGHEST_RATIO = 200  # unpacked to packed, of a part over a million bytes

_CHUNK = 1 << 20


def unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part piece by piece, whatever size it claims to have."""
    claimed = copy(part)
    claimed.file_size = LARGEST_CONTENT + 1  # so that a wrong claim hides nothing
    with archive.open(claimed) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def is_bomb(part: zipfile.ZipInfo, size: int) -> bool:
    """Tell whether a part of which so many bytes came out was packed beyond belief."""
    return size > _CHUNK and size > HIGHEST_RATIO * part.compress_size
