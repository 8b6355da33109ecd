"""Typst as everything here uses it: fonts from files alone, and nothing kept of what was set."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import typst

from nianbao.errors import RenderError

AGES = 3  # compilations after which typst forgets what no one asked for since


@cache
def font_book(paths: tuple[Path, ...]) -> typst.Fonts:
    """Give the fonts of these files, and no others."""
    with TemporaryDirectory(prefix="nianbao-") as folder:
        # Typst takes folders alone; a font it reads when it needs it, from where the link leads.
        folders = [folder]
        try:
            for number, path in enumerate(paths):
                Path(folder, f"{number}{path.suffix}").symlink_to(path.resolve())
        except OSError:  # Windows lets not everybody make links
            folders = sorted({str(path.parent) for path in paths})
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=folders
        )


def typeset(
    main: str, files: Mapping[str, bytes], fonts: typst.Fonts, *, failed: str, **wishes: Any
) -> list[bytes]:
    """Set a document, and keep nothing of it.

    Parameters
    ----------
    main, files
        Which of the files is the template; typst can read these and nothing else.
    failed
        What the error says.
    wishes
        Of `typst.compile`: format, standards.

    Returns
    -------
    list of bytes
        One, or one for each page where the format has one each.

    Raises
    ------
    RenderError
        Something that typst cannot set.
    """
    with TemporaryDirectory(prefix="nianbao-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            # One page comes out bare, several as a list, whatever the type says.
            made: object = typst.compile(
                Path(folder, main),
                root=Path(folder),
                font_paths=fonts,
                ignore_system_fonts=True,
                **wishes,
            )
        except typst.TypstError as error:
            hint = "；".join(error.hints)
            raise RenderError(failed, found=error.message, hint=hint) from None
    _forget(fonts)
    return cast("list[bytes]", made if isinstance(made, list) else [made])


def _forget(fonts: typst.Fonts) -> None:
    """Let typst forget what it set: else it keeps the last ten documents, some 10 MB each."""
    for _ in range(AGES):
        typst.compile(b"", font_paths=fonts, ignore_system_fonts=True)
