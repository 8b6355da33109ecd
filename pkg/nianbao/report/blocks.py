"""Blocks: what a notebook cell shows, and the one seam between computing and printing.

A block shows itself in Jupyter as HTML and text, and carries itself as JSON under `MIME`.
Exporters read the JSON and never the HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Literal, Self

from pydantic import TypeAdapter, ValidationError

from nianbao.errors import RenderError, listed
from nianbao.report.inlines import Inline, Item, plain_text
from nianbao.report.parts import CellParts, Member
from nianbao.report.shapes import (
    Count,
    FigureData,
    FindingData,
    Level,
    PictureData,
    ReportYear,
    Span,
    Width,
)

MIME = "application/vnd.nianbao.block+json"
SCHEMA = 1
NAMED_AT_MOST = 12  # units below a title

Scope = Literal["", "col", "row", "colgroup", "rowgroup"]


class Edition(StrEnum):
    """Who sees a block: everybody, or the reviewer alone."""

    BOTH = "both"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    role
        ``title``, ``corner``, ``head``, ``stub``, ``value``, or ``text``: words, not a number.
    scope
        For whom a header speaks, as in HTML; empty for values.
    ref, address
        The figure a value shows, and where it was filed or how it was computed.
    computed
        The computed value where it differs from what is stated; else empty.
    findings
        Names of the findings about this cell: ``A1``, ``A1-2`` for the second of that check.
    """

    text: str
    role: Literal["title", "corner", "head", "stub", "value", "text"] = "value"
    rowspan: Span = 1
    colspan: Span = 1
    scope: Scope = ""
    ref: str = ""
    address: str = ""
    computed: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What all blocks have: who sees them, and three ways of showing themselves."""

    type: ClassVar[str]
    edition: Edition = Edition.BOTH

    def to_json(self) -> dict[str, Any]:
        """Give the block as plain data, with its type and the schema's version."""
        data = _adapter(self.type).dump_python(self, mode="json")
        return {"schema": SCHEMA, "type": self.type, **data}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Make the block from its plain data; ValueError where it does not fit."""
        block: Self = _adapter(cls.type).validate_python(data)
        return block

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - signature of IPython
        exclude: object = None,  # noqa: ARG002 - signature of IPython
    ) -> dict[str, Any]:
        from nianbao.report.markup import (  # noqa: PLC0415 - which imports this module
            to_html,
            to_text,
        )

        html = to_html(self, in_jupyter=True)
        return {"text/html": html, "text/plain": to_text(self), MIME: self.to_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead(Block):
    """What the document is: its title and the facts that its metadata states.

    Attributes
    ----------
    form, notice
        Key of the statutory form, and number of the notice that prescribes it.
    is_sample
        The agency is made up; every page says 示例.
    """

    type: ClassVar[str] = "masthead"
    title: str
    agency: str
    code: str
    year: ReportYear
    form: str
    notice: str
    is_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Block):
    """A heading: level 2 for the six sections, 3 for （一）, 4 below; 1 is the masthead's."""

    type: ClassVar[str] = "heading"
    level: Level
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(Block):
    """A paragraph of text and numbers; role ``body``, ``note`` or ``signature``.

    Of an analyst's own cell also ``quote``, ``code``, whose spaces stay, and ``rule``: no text.
    """

    type: ClassVar[str] = "paragraph"
    inlines: tuple[Inline, ...]
    role: Literal["body", "note", "signature", "quote", "code", "rule"] = "body"

    @property
    def text(self) -> str:
        """The paragraph as plain text."""
        return plain_text(self.inlines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList(Block):
    """A list of an analyst's own cell."""

    type: ClassVar[str] = "list"
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatTable(Block):
    """A table with merged cells and header scopes.

    Attributes
    ----------
    key
        ``table2``, ``table3``, ``table4``, or a name of its own.
    rows
        Cells line by line, as in HTML: a cell that an upper one covers is left out.
    head_rows
        How many first rows are the header, repeated on each page.
    widths
        Widths of the columns, in parts of their sum.
    notes
        Lines printed below, the source among them.
    """

    type: ClassVar[str] = "table"
    key: str
    caption: str
    rows: tuple[tuple[Cell, ...], ...]
    head_rows: Count
    widths: tuple[Width, ...]
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Characters of its words; 0 for a table of numbers.

        One of words runs on from page to page as text does, and is set smaller where it is long.
        """
        return sum(len(cell.text) for row in self.rows for cell in row if cell.role == "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Block):
    """A chart: the drawing, and the same in words and as a table.

    Attributes
    ----------
    svg
        The drawing, text as text.
    alt
        What it says, made from its data.
    source
        Where its data comes from, printed below it.
    columns, rows
        The data drawn, as printed.
    refs
        References of the figures drawn, those of last year among them.
    omitted
        What is not drawn, and why, for the reviewer; empty for nothing.
    """

    type: ClassVar[str] = "chart"
    key: str
    svg: str
    alt: str
    caption: str
    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    refs: tuple[str, ...] = ()
    omitted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Block):
    """A picture that an analyst's own cell shows: ``image/png`` in base64, or SVG."""

    type: ClassVar[str] = "picture"
    mimetype: Literal["image/png", "image/jpeg", "image/svg+xml"]
    data: PictureData
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingList(Block):
    """Findings as `nianbao.checks.finding.Finding.to_json` gives them, gravest first."""

    type: ClassVar[str] = "findings"
    findings: tuple[FindingData, ...]
    edition: Edition = Edition.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance(Block):
    """Where everything comes from.

    Attributes
    ----------
    inputs
        Files read: name to SHA-256.
    environment
        What computed it: package to version.
    figures
        Every figure: ref, name, label, value (text or None), unit, raw, file, sheet, cell,
        derivation, category; previous, the value of last year, where it is known.
    """

    type: ClassVar[str] = "provenance"
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    figures: tuple[FigureData, ...] = ()
    edition: Edition = Edition.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Block):
    """Whom a government's report sums up; while it is partial, it is a draft and says so.

    Attributes
    ----------
    counted
        How many units the sums have.
    missing, partial
        Names of those that they should have and have not, and of those below which one is missing.
    left_out
        Names of those that do not count.
    """

    type: ClassVar[str] = "coverage"
    counted: Count
    missing: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Tell whether the sums lack something."""
        return bool(self.missing or self.partial)

    @property
    def text(self) -> str:
        """What stands below the title."""
        due = self.counted + len(self.missing)
        told = f"应汇总 {due} 个单位，已汇总 {self.counted} 个"
        if self.missing:
            told += f"，缺：{listed(self.missing, most=NAMED_AT_MOST)}"
        if self.partial:
            told += f"；下级没有汇齐的：{listed(self.partial, most=NAMED_AT_MOST)}"
        if self.left_out:
            told += f"；不计入：{listed(self.left_out, most=NAMED_AT_MOST)}"
        return f"{'部分汇总' if self.is_partial else '汇总'}：{told}。"

    @property
    def lack(self) -> str:
        """What the sums lack, in a few words; empty for nothing."""
        if self.missing:
            return f"部分汇总，缺 {len(self.missing)} 个单位"
        return "部分汇总，有下级没有汇齐" if self.partial else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition(Block):
    """Of whom each cell of the three tables is the sum.

    Attributes
    ----------
    units
        All below the government: counted, missing and left out.
    tables
        The captions of the tables, by key, in order.
    cells
        All cells of the tables, in order.
    """

    type: ClassVar[str] = "composition"
    units: tuple[Member, ...]
    tables: Mapping[str, str]
    cells: tuple[CellParts, ...]
    edition: Edition = Edition.REVIEW


_TYPES: dict[str, type[Block]] = {
    kind.type: kind
    for kind in (
        Masthead, Heading, Paragraph, StatTable, Chart, Picture, FindingList, Provenance,
        Coverage, Composition, ItemList,
    )
}  # fmt: skip


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[name])


def block_from_json(data: object) -> Block:
    """Make a block from the JSON that a notebook carries, whoever wrote it.

    Raises
    ------
    RenderError
        Another schema, an unknown type, or data that does not fit.
    """
    if not isinstance(data, Mapping):
        raise RenderError("笔记本中的数据块不完整", found=type(data).__name__, expected="dict")
    if data.get("schema") != SCHEMA:
        raise RenderError(
            "笔记本中的数据块版本不对",
            found=data.get("schema"),
            expected=SCHEMA,
            hint="用本版 nianbao 重新生成这份年报",
        )
    kind = _TYPES.get(str(data.get("type")))
    if kind is None:
        raise RenderError("笔记本中有不认识的数据块", found=data.get("type"))
    try:
        return kind.from_data(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, (kind.type, *first["loc"])))
        raise RenderError("笔记本中的数据块不完整", where=place, found=first["msg"]) from None
