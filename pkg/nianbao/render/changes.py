"""What differs between two versions of one report: figures, findings, paragraphs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from pydantic import TypeAdapter, ValidationError

from nianbao.render.document import Document
from nianbao.report.blocks import Composition, Heading, ItemList, Paragraph

SCHEMA = 1
ABSENT = "没有计入"  # a unit that was missing, or is
FRONT = "引言"  # of what stands before the first heading


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure whose value changed; None where it is blank or not there.

    Attributes
    ----------
    because
        Of a sum: each unit whose number changed, with both numbers.
    """

    ref: str
    label: str
    unit: str
    old: str | None
    new: str | None
    is_filed: bool
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingSaid:
    """A finding, as far as it tells one from another."""

    id: str
    severity: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A paragraph that changed, came (`old` is empty) or went (`new` is empty)."""

    section: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs in a version from the one before it.

    Attributes
    ----------
    gone, come
        Findings that the new version has no more, and those that it has besides.
    """

    figures: tuple[FigureChange, ...] = ()
    gone: tuple[FindingSaid, ...] = ()
    come: tuple[FindingSaid, ...] = ()
    paragraphs: tuple[TextChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.figures or self.gone or self.come or self.paragraphs)

    def to_json(self) -> str:
        """Give them as JSON, indented, with a final line feed."""
        data = {"schema": SCHEMA, **asdict(self)}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


_CHANGES = TypeAdapter(Changes)


def changes_from_json(text: bytes) -> Changes:
    """Read what `Changes.to_json` wrote; none where it cannot be read."""
    try:
        data = json.loads(text)
        known = isinstance(data, dict) and data.pop("schema", None) == SCHEMA
        return _CHANGES.validate_python(data) if known else Changes()
    except (ValueError, RecursionError, ValidationError):
        return Changes()


def compare_documents(old: Document, new: Document) -> Changes:
    """Compare two versions of one report; the order is that of the new one."""
    before, now = _findings(old), _findings(new)
    return Changes(
        figures=tuple(_figures(old, new)),
        gone=tuple(item for item in before if item not in now),
        come=tuple(item for item in now if item not in before),
        paragraphs=tuple(_paragraphs(old, new)),
    )


def _figures(old: Document, new: Document) -> Iterator[FigureChange]:
    before = {item["ref"]: item for item in old.figures}
    now = {item["ref"]: item for item in new.figures}
    causes = _causes(old, new)
    for ref, item in {**before, **now}.items():
        values = [side[ref]["value"] if ref in side else None for side in (before, now)]
        if values[0] != values[1]:
            is_filed = bool(item["file"])
            because = tuple(causes.get(ref, ()))
            was, is_ = values
            yield FigureChange(ref, item["label"], item["unit"], was, is_, is_filed, because)


def _causes(old: Document, new: Document) -> dict[str, list[str]]:
    """Give for each cell of a roll-up whose numbers changed, by its reference."""
    before, now = _composition(old), _composition(new)
    if before is None or now is None:
        return {}
    names = {unit.code: unit.name for unit in (*before.units, *now.units)}
    sides = [_by_unit(block) for block in (before, now)]
    causes: dict[str, list[str]] = {}
    for ref in dict.fromkeys(cell.ref for cell in now.cells):
        then, given = (side.get(ref, {}) for side in sides)
        pairs = [
            (name, then.get(code, ABSENT), given.get(code, ABSENT)) for code, name in names.items()
        ]
        causes[ref] = [f"{name} {was} → {is_}" for name, was, is_ in pairs if _weighs(was, is_)]
    return causes


def _weighs(was: str, is_: str) -> bool:
    """Tell whether a unit's part in a change is one: that it came with a zero is none."""
    return was != is_ and {was, is_} != {ABSENT, "0"}


def _composition(document: Document) -> Composition | None:
    return next((part for part in document.parts if isinstance(part, Composition)), None)


def _by_unit(block: Composition) -> dict[str, dict[str, str]]:
    """Give what each counted unit gives to each cell, zeros and blanks too."""
    counted = [unit.code for unit in block.units if unit.state == "counted"]
    return {
        cell.ref: dict.fromkeys(counted, "0")
        | {share.unit: share.value for share in cell.shares}
        | dict.fromkeys(cell.blank, "空白")
        for cell in block.cells
    }


def _findings(document: Document) -> tuple[FindingSaid, ...]:
    names = ("id", "severity", "title", "message")
    return tuple(FindingSaid(*(item[name] for name in names)) for item in document.findings)


def _paragraphs(old: Document, new: Document) -> Iterator[TextChange]:
    before, now = _texts(old), _texts(new)
    matcher = SequenceMatcher(None, [text for _, text in before], [text for _, text in now], False)  # noqa: FBT003
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        for was, is_ in zip_longest(before[i:j], now[k:m], fillvalue=("", "")):
            yield TextChange(is_[0] or was[0], was[1], is_[1])


def _texts(document: Document) -> Sequence[tuple[str, str]]:
    """Give each paragraph with the heading above it."""
    section, texts = FRONT, []
    for part in document.parts:
        if isinstance(part, Heading):
            section = part.text
        elif isinstance(part, Paragraph):
            texts.append((section, part.text))
        elif isinstance(part, ItemList):
            texts += ((section, item.text) for item in part.items)
    return texts
