"""Where two files with the same name first differ, as people read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePath
from typing import Any

from nianbao.errors import visible

TEXTS = (".csv", ".html", ".json")
NOTEBOOK = ".ipynb"
BEFORE, AFTER = 12, 28  # characters of the text around a difference
BYTES = 8
PARTS = {"source": "源代码", "outputs": "输出", "metadata": "元数据", "cell_type": "类型"}

MISSING, DIFFERS, ALTERED = "缺失", "不同", "与生成记录不符"
NOTHING = "没有了"


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it should be.

    Attributes
    ----------
    what
        `MISSING`, `DIFFERS` or `ALTERED`.
    where
        The first place that differs: line and character of a text, cell of a notebook, offset of a
        byte; empty where there is none to name.
    found, expected
        What stands there, and what was made again.
    """

    file: str
    what: str
    where: str = ""
    found: str = ""
    expected: str = ""


def first_difference(name: str, found: bytes, expected: bytes) -> Difference | None:
    """Tell where the bytes of a file first differ; None where they do not.

    Parameters
    ----------
    name
        Of the file; its suffix says whether it is a text, a notebook, or neither.
    found, expected
        What stands, and what was made again.
    """
    if found == expected:
        return None
    suffix = PurePath(name).suffix
    place = _cell(found, expected) if suffix == NOTEBOOK else None
    if place is None:
        is_text = suffix in (*TEXTS, NOTEBOOK)
        place = _line(found, expected) if is_text else _byte(found, expected)
    return Difference(name, DIFFERS, *place)


Place = tuple[str, str, str]


def _line(found: bytes, expected: bytes) -> Place:
    # As bytes, of which any two differ, and by line feeds alone, as editors count.
    pairs = zip_longest(found.split(b"\n"), expected.split(b"\n"))
    number, pair = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    ours, theirs = (
        None if line is None else line.decode(errors="backslashreplace") for line in pair
    )
    at = _common(ours or "", theirs or "")
    return f"第 {number} 行第 {at + 1} 字", _around(ours, at), _around(theirs, at)


def _around(text: str | None, at: int) -> str:
    if text is None:
        return NOTHING
    start = max(0, at - BEFORE)
    return visible(text[start : at + AFTER]) or NOTHING


def _common(one: Sequence[Any], two: Sequence[Any]) -> int:
    """Count how many items are the same from the start."""
    shorter = min(len(one), len(two))
    return next((n for n in range(shorter) if one[n] != two[n]), shorter)


def _byte(found: bytes, expected: bytes) -> Place:
    at = _common(found, expected)
    ours, theirs = (data[at : at + BYTES].hex(" ") or NOTHING for data in (found, expected))
    return f"第 {at} 字节（从 0 数起）", ours, theirs


def _cell(found: bytes, expected: bytes) -> Place | None:
    """Tell the first cell of a notebook that differs; None where that cannot be told."""
    here, again = _cells(found), _cells(expected)
    if here is None or again is None:
        return None
    for number, pair in enumerate(zip_longest(here, again), 1):
        one, two = pair
        if one is None or two is None:
            ours, theirs = (NOTHING if cell is None else _around(_text(cell), 0) for cell in pair)
            return f"第 {number} 个单元格", ours, theirs
        if one != two:
            part = next((part for part in PARTS if one.get(part) != two.get(part)), "")
            said = f"的{PARTS[part]}" if part else ""
            ours, theirs = (_text(cell.get(part) if part else cell) for cell in pair)
            at = _common(ours, theirs)
            return f"第 {number} 个单元格{said}", _around(ours, at), _around(theirs, at)
    return None


def _cells(data: bytes) -> list[dict[str, Any]] | None:
    """Give the cells of a notebook; None where it is none."""
    try:
        read = json.loads(data)
    except (ValueError, RecursionError):
        return None
    cells = read.get("cells") if isinstance(read, dict) else None
    is_one = isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)
    return cells if is_one else None


def _text(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, sort_keys=True)
