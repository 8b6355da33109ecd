"""What stands in the outputs folder for a report, compared byte by byte with what it says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from nianbao.batch.key import content_digest
from nianbao.batch.manifest import FILE, Manifest, read_json, read_manifest
from nianbao.batch.plan import Standing

FAILED_RECORD = "failed.json"

_NOTHING = Standing()


def read_standing(folder: str) -> Standing:
    """Tell what stands for a report.

    Parameters
    ----------
    folder
        Where it would stand; a text, for there are many to ask for.
    """
    try:
        files = _files(folder)
    except (FileNotFoundError, NotADirectoryError):
        return _NOTHING
    except OSError:
        return Standing(is_empty=False)
    if not files:
        return _NOTHING
    place = Path(folder)
    if place.is_symlink():  # whatever stands there stands elsewhere
        return Standing(is_empty=False)
    failed = read_json(place / FAILED_RECORD) if FAILED_RECORD in files else None
    manifest = read_manifest(place) if files.get(FILE) else None
    return Standing(
        manifest=manifest,
        damaged=() if manifest is None else _damaged(folder, files, manifest),
        failed_key=str((failed or {}).get("key", "")),
        is_empty=False,
    )


def _files(folder: str) -> dict[str, bool]:
    """Give what is in a folder, by name, and whether each is a plain file."""
    with os.scandir(folder) as entries:
        return {entry.name: entry.is_file() for entry in entries}


def _damaged(folder: str, files: Mapping[str, bool], manifest: Manifest) -> tuple[str, ...]:
    return tuple(
        name
        for name, digest in manifest.outputs.items()
        if not files.get(name) or not _has(f"{folder}/{name}", digest)
    )


def _has(path: str, digest: str) -> bool:
    try:
        return content_digest(path) == digest
    except OSError:
        return False
