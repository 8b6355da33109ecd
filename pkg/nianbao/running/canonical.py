"""The canonical form of an executed notebook: same inputs, same bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbformat.v4.rwbase import split_lines, strip_transient

from nianbao.filing.atomic import replace_whole

MINOR_WITH_IDS = 5
KEPT_OF_PAPERMILL = ("parameters", "exception", "status")
VOLATILE_CELL_METADATA = ("execution", "ExecuteTime")

_LAYOUT = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
# What nbformat (eight digits) and JupyterLab (a UUID) draw at random; a chosen id stays.
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")
# A cell as a file: its name is made from its source, its folder for one process.
_CELL_FILE = re.compile(r"(?<![^\s\"'<>()])[^\s\"'<>()]*[/\\]ipykernel_[0-9]+[/\\]([0-9]+\.py)")
_LIBRARY = r"^.*[/\\](?:(?:site|dist)-packages|python3\.[0-9]+)[/\\]"
_WARNED_FILE = re.compile(rf"{_LIBRARY}(?=[^\s:]{{1,200}}:[0-9]+: \w+: )")
_GLYPH_FONTS = " missing from font(s) "
_DRAWN_AT = re.compile(r"\s*<dc:date>[^<]*</dc:date>")
_ADDRESS = re.compile(r"(<[^<>]*) at 0x[0-9a-fA-F]+>")
VOLATILE_TEXTS = (("text/plain", _ADDRESS, r"\1>"), ("image/svg+xml", _DRAWN_AT, ""))


def canonicalize(nb: NotebookNode) -> NotebookNode:
    """Give a copy without anything that varies between two runs.

    Times, durations, paths and versions of tools go; ids drawn at random are replaced by ones
    derived from the cell's source; memory addresses in plain text (``<… at 0x7f…>``) and times in
    drawings are cut; what a cell printed is joined, without the folders of this machine's and this
    kernel's files.
    The state of each cell, the parameters and all results stay.

    Parameters
    ----------
    nb
        A notebook of format 4; it is left as it is.
    """
    result = _copied(nb)
    result.nbformat_minor = max(result.nbformat_minor, MINOR_WITH_IDS)
    _clean_metadata(result.metadata)
    for cell in result.cells:
        _clean_cell(cell)
    for cell, cell_id in zip(result.cells, _ids(result.cells), strict=True):
        cell["id"] = cell_id
    return result


def write_notebook(nb: NotebookNode, path: Path) -> None:
    """Write a notebook, whole or not at all.

    Keys sorted, UTF-8, indented by two, long texts line by line, with a final newline.

    Parameters
    ----------
    path
        A file in a folder that exists.
    """
    replace_whole(path, _encoded(strip_transient(split_lines(_copied(nb)))))


def _encoded(nb: NotebookNode) -> bytes:
    try:
        # A tenth of the time of Python's own, which has no fast way to indent.
        return orjson.dumps(nb, option=_LAYOUT)
    except TypeError:  # what Python's own takes as well: a number of over 64 bits, half a pair
        text = json.dumps(nb, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        # A lone surrogate, which UTF-8 does not have, becomes the escape that JSON has for it.
        return text.encode(errors="backslashreplace")


def _copied(nb: NotebookNode) -> NotebookNode:
    """Give a copy as deep as notebooks are cleaned and laid out here; what cells show is shared."""
    result = NotebookNode(nb)
    result.metadata = deepcopy(nb.metadata)
    result.cells = [NotebookNode(cell) for cell in nb.cells]
    for cell in result.cells:
        cell.metadata = deepcopy(cell.metadata)
        if "attachments" in cell:
            cell.attachments = deepcopy(cell.attachments)
        if "outputs" in cell:
            cell.outputs = [NotebookNode(output) for output in cell.outputs]
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = NotebookNode(output.data)
    return result


def _clean_metadata(metadata: dict[str, Any]) -> None:
    metadata["papermill"] = _without_times(metadata.get("papermill", {}))
    if not metadata["papermill"]:
        del metadata["papermill"]
    language = metadata.get("language_info", {})
    if "version" in language:
        language["version"] = ".".join(str(language["version"]).split(".")[:2])


def _clean_cell(cell: NotebookNode) -> None:
    metadata = cell.metadata
    for name in VOLATILE_CELL_METADATA:
        metadata.pop(name, None)
    if not metadata.get("tags", True):
        del metadata["tags"]  # papermill adds an empty list to each cell
    metadata["papermill"] = _without_times(metadata.get("papermill", {}))
    if not metadata["papermill"]:
        del metadata["papermill"]
    if "outputs" in cell:
        cell.outputs = _joined_streams(cell.outputs)
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        for kind, pattern, kept in VOLATILE_TEXTS:
            if isinstance(data.get(kind), str):
                data[kind] = pattern.sub(kept, data[kind])


def _joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed into one output each of stdout and stderr, stdout first.

    In what pieces it came, and in what order between the two, differs from run to run.
    """
    # Not nbclient's own way (`coalesce_streams`): it takes for ever over a long line.
    printed: dict[str, list[str]] = {}
    for output in outputs:
        if output.output_type == "stream":
            printed.setdefault(output.name, []).append(output.text)
    streams = [
        new_output("stream", name=name, text=_as_seen("".join(printed[name])))
        for name in sorted(printed, reverse=True)
    ]
    first = next((i for i, output in enumerate(outputs) if output.output_type == "stream"), 0)
    others = [output for output in outputs if output.output_type != "stream"]
    return [*others[:first], *streams, *others[first:]]


def _as_seen(text: str) -> str:
    """Leave out what a carriage return made a terminal write over, such as a growing bar."""
    lines = (line[line.rfind("\r", 0, -1) + 1 :] for line in text.split("\n"))
    return "\n".join(map(_steady, lines))


def _steady(line: str) -> str:
    """Leave out of what was printed where this machine and this kernel keep their files."""
    line = _WARNED_FILE.sub("", _CELL_FILE.sub(r"\1", line))
    # matplotlib names the fonts in the order of their places in memory
    told, _, fonts = line.rpartition(_GLYPH_FONTS)
    return f"{told}{_GLYPH_FONTS}{', '.join(sorted(fonts[:-1].split(', ')))}." if told else line


def _without_times(papermill: dict[str, Any]) -> dict[str, Any]:
    kept = {name: papermill.get(name) for name in KEPT_OF_PAPERMILL}
    return {name: value for name, value in kept.items() if value}


def _ids(cells: list[NotebookNode]) -> Iterator[str]:
    """Give each cell its id: its own, or one from its source and its rank among equal ones."""
    taken: set[str] = set()
    for cell in cells:
        own = str(cell.get("id", ""))
        rank = 0
        cell_id = "" if _RANDOM_ID.fullmatch(own) else own
        while not cell_id or cell_id in taken:
            text = f"{rank}\0{cell.cell_type}\0{cell.source}"
            digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
            cell_id, rank = f"cell-{digest[:12]}", rank + 1
        taken.add(cell_id)
        yield cell_id
