"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

PARTS = ".*.part"
"""What a killed program leaves of a file that it was writing; whoever finds it may remove it."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever looks finds the old one or the new one, never a part of it.

    Its folder is made where it is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_whole(path, data)


def replace_whole(path: Path, data: bytes) -> None:
    """Do the same in a folder that exists."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
