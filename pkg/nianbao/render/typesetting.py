"""Typst as everything here uses it: fonts from files alone, and nothing kept of what was set."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import typst

AGES = 3  # compilations after which typst forgets what no one asked for since


@cache
def font_book(paths: tuple[Path, ...]) -> typst.Fonts:
    """Give the fonts of these files, and no others; their folders are read once."""
    folders = sorted({str(path.parent) for path in paths})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def forget(fonts: typst.Fonts) -> None:
    """Let typst forget what it set: else it keeps the last ten documents, some 10 MB each."""
    for _ in range(AGES):
        typst.compile(b"", font_paths=fonts, ignore_system_fonts=True)
