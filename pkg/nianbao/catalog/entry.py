"""One report as the comparison knows it, read from the files in its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from nianbao.catalog.measures import WANTED
from nianbao.checks.finding import Severity
from nianbao.errors import RenderError
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.personal import masked
from nianbao.forms import load_form
from nianbao.forms.form import FORM_KEYS
from nianbao.render.data import SCHEMA
from nianbao.render.document import Document
from nianbao.render.html import anchors_of
from nianbao.render.outline import read_outline
from nianbao.report.blocks import Edition, Heading, Paragraph
from nianbao.report.listing import finding_names

FIGURES, FINDINGS, NOTEBOOK, PAGE = (
    "figures.parquet", "findings.json", "report.ipynb", "review.html",
)  # fmt: skip
Read = TypeVar("Read")
LARGEST = 64 << 20  # bytes of a file; a report's own have one or two million at most

MOST_ROWS = 100_000  # of figures; a report has some hundreds


class Status(StrEnum):
    """What there is of a report, and what people read of it."""

    DONE = "done"
    DRAFT = "draft"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    UNASKED = "unasked"

    @property
    def word(self) -> str:
        """The status as people read it."""
        return _WORDS[self]


_WORDS = {
    Status.DONE: "已完成",
    Status.DRAFT: "草稿",
    Status.FAILED: "没有做成",
    Status.UNREADABLE: "读不了",
    Status.MISSING: "缺",
    Status.UNASKED: "不在批次",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, as ``findings.json`` has it.

    Attributes
    ----------
    anchor
        Id of its card on the reviewer's page.
    """

    id: str
    severity: Severity
    title: str
    message: str
    refs: tuple[str, ...] = ()
    anchor: str = ""


_FOUND = TypeAdapter(tuple[Found, ...])


@dataclass(frozen=True, slots=True)
class Section:
    """The prose of one of the six sections.

    Attributes
    ----------
    anchor
        Id of its heading on the report's pages.
    """

    number: int
    title: str
    anchor: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One report.

    Attributes
    ----------
    page
        The reviewer's page, from the page of the comparison; empty where there is none.
    counts
        Findings by severity, as the manifest has them; empty where there is no report.
    findings, figures, sections
        What could be read of the report that stands; `figures` by reference, None for a blank one.
    troubles
        What could not be read, and why.
    note
        Why there is no report, or no newer one.
    """

    agency: str
    year: int
    status: Status
    page: str = ""
    counts: Mapping[Severity, int] = field(default_factory=dict)
    findings: tuple[Found, ...] = ()
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)
    sections: Mapping[int, Section] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    note: str = ""

    def link(self, anchor: str = "") -> str:
        """Give the address of a place on the reviewer's page; empty where there is none."""
        return f"{self.page}#{anchor}" if self.page and anchor else self.page

    def section_link(self, number: int) -> str:
        """Give the address of one of the six sections."""
        section = self.sections.get(number)
        return self.link(section.anchor if section else "")


@dataclass(frozen=True, slots=True)
class Contents:
    """What could be read of a report's folder; as in `Entry`."""

    findings: tuple[Found, ...] = ()
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)
    sections: Mapping[int, Section] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()


def read_contents(place: Path, damaged: Iterable[str] = ()) -> Contents:
    """Read findings, main figures and prose of a report.

    One file that cannot be read is told among the troubles, and the others are read all the same.

    Parameters
    ----------
    damaged
        Files that are known not to be as they were made: these are not read.
    """
    reader = _Reader(place, frozenset(damaged))
    return Contents(
        findings=reader.read(FINDINGS, read_findings) or (),
        figures=reader.read(FIGURES, read_figures) or {},
        sections=reader.read(NOTEBOOK, read_sections) or {},
        troubles=tuple(reader.troubles),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the files of a folder, and notes what it could not read."""

    place: Path
    damaged: frozenset[str]
    troubles: list[str] = field(default_factory=list)

    def read(self, name: str, take: Callable[[bytes], Read]) -> Read | None:
        if name in self.damaged:
            self.troubles.append(f"{name}：缺失，或做成后被改动")
            return None
        try:
            return take(_small(self.place / name))
        except RenderError as error:
            told = "：".join(filter(None, (error.what, error.found)))
            self.troubles.append(f"{name}：{told}")
            return None


def _small(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would be waited for
            raise RenderError("没有这个文件")
        if path.stat().st_size > LARGEST:
            raise RenderError("文件太大", found=f"{path.stat().st_size} 字节")
        return path.read_bytes()
    except OSError as error:
        raise RenderError("读不了", found=error) from error


def read_findings(data: bytes) -> tuple[Found, ...]:
    """Read ``findings.json``; what goes round has no number by which a person can be told.

    Raises
    ------
    RenderError
        It is none.
    """
    try:
        found = _FOUND.validate_json(data)
    except ValidationError:
        raise RenderError("格式不认识") from None
    names = finding_names(item.id for item in found)
    return tuple(
        replace(item, message=masked(item.message), anchor=f"finding-{name}")
        for item, name in zip(found, names, strict=True)
    )


def read_figures(data: bytes) -> dict[str, Decimal | None]:
    """Read the figures that `nianbao.catalog.measures` needs from ``figures.parquet``.

    Returns
    -------
    dict
        Reference to value, None for a blank or unreadable figure.

    Raises
    ------
    RenderError
        It is no such file.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if not file.schema_arrow.equals(SCHEMA):
            raise RenderError("格式不认识")
        if file.metadata.num_rows > MOST_ROWS:
            raise RenderError("数据太多", found=f"{file.metadata.num_rows} 行")
        table = file.read(columns=["ref", "value"], use_threads=False)
    except (pa.ArrowException, OSError, ValueError):
        raise RenderError("不是完整的数据文件") from None
    values = zip(table["ref"].to_pylist(), table["value"].to_pylist(), strict=True)
    return {ref: value for ref, value in values if ref in WANTED}


def read_sections(data: bytes) -> dict[int, Section]:
    """Read the prose of an executed notebook, by the number of its section.

    What stands before the first section and after the last is left out; so are notes and what only
    a reviewer sees.

    Raises
    ------
    RenderError
        It is no executed notebook.
    """
    return {section.number: section for section in _sections(read_outline(data))}


def _sections(document: Document) -> Iterator[Section]:
    shown = document.shown(Edition.REVIEW)
    found: Section | None = None
    paragraphs: list[str] = []
    for part, anchor in zip(shown, anchors_of(shown), strict=True):
        if isinstance(part, Heading) and part.level == 2:  # noqa: PLR2004 - of the six sections
            if found:
                yield Section(found.number, found.title, found.anchor, tuple(paragraphs))
            number = _numbers().get(normalise(part.text))
            found = Section(number, part.text, anchor, ()) if number else None
            paragraphs = []
        elif isinstance(part, Paragraph) and (part.role, part.edition) == ("body", Edition.BOTH):
            paragraphs.append(part.text)
    if found:
        yield Section(found.number, found.title, found.anchor, tuple(paragraphs))


@cache
def _numbers() -> Mapping[str, int]:
    """Give the number of a section by its title, on whatever form."""
    forms = map(load_form, FORM_KEYS)
    return {normalise(part.title): part.number for form in forms for part in form.sections}
