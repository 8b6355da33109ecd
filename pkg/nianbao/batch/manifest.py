"""``manifest.json``: what a report was made from; the one file of it that holds times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

FILE = "manifest.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a report was made from.

    Attributes
    ----------
    key, parts
        The key and its parts, as `nianbao.batch.key` makes them.
    inputs, outputs
        File to SHA-256; inputs as the project names them, outputs within the report's folder.
    findings
        Number of findings by severity: error, warning, info.
    warnings
        What the analyst should know about the notebook.
    versions
        Of Python (minor), nianbao and the packages that it depends on.
    started, finished
        ISO 8601 with the offset; `duration` in seconds.
    missing
        Formats that were ordered and could not be made, and why: as long as the key is the same,
        they cannot be made now either.
    """

    agency: str
    year: int
    key: str
    parts: Mapping[str, str]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    findings: Mapping[str, int]
    warnings: tuple[str, ...]
    versions: Mapping[str, str]
    fonts: Mapping[str, str]
    started: str
    finished: str
    duration: float
    host: str
    missing: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it into the folder of its report."""
        write_json(folder / FILE, {"schema": SCHEMA, **asdict(self)})


_MANIFEST = TypeAdapter(Manifest)


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a report; None where there is none that can be trusted."""
    data = read_json(folder / FILE)
    if data is None or data.pop("schema", None) != SCHEMA:
        return None
    try:
        manifest = _MANIFEST.validate_python(data)
    except ValidationError:
        return None
    return manifest if manifest.outputs else None


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a JSON object: UTF-8, indented, with a final newline."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    path.write_bytes(text.encode(errors="backslashreplace"))


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON object; None where the file is missing or is none."""
    try:
        if not path.is_file():  # a pipe would be waited for, and a device has no end
            return None
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
