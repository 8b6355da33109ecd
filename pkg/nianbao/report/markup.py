"""A block as HTML and as plain text: the one place where a table's HTML is written.

Jupyter shows blocks with it, and the HTML exporters put their pages together from it. Text is
escaped here, whatever it holds. Everybody's face of a block shows no address and no finding; the
reviewer's shows both.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.characters import without_hidden
from nianbao.report.blocks import (
    Block,
    Cell,
    Chart,
    Composition,
    Coverage,
    Edition,
    FindingList,
    Heading,
    Inline,
    Masthead,
    Number,
    Paragraph,
    Picture,
    Provenance,
    StatTable,
)
from nianbao.report.characters import escape
from nianbao.report.composition_html import (
    composition_html,
    composition_text,
    coverage_html,
)
from nianbao.report.drawing import safe_svg
from nianbao.report.listing import (
    LISTING_LEVEL,
    finding_link,
    findings_html,
    findings_text,
    plain_table,
    provenance_html,
    provenance_text,
)
from nianbao.report.notes import NONE, Notes, cell_anchor

WIDE_FROM = 5  # columns; a table of fewer fits a telephone
HELD_COLUMNS = 3  # that page.css holds at the left edge


@dataclass(frozen=True, slots=True)
class _Face:
    """How a block is to be shown."""

    edition: Edition
    level_shift: int
    anchor: str
    notes: Notes

    @property
    def is_review(self) -> bool:
        return self.edition is Edition.REVIEW

    @property
    def id(self) -> str:
        """The id attribute of the block's outer element."""
        return f' id="{escape(self.anchor)}"' if self.anchor else ""


def to_html(
    block: Block,
    *,
    edition: Edition = Edition.BOTH,
    level_shift: int = 0,
    anchor: str = "",
    notes: Notes = NONE,
) -> str:
    """Give a block as a fragment of HTML.

    Parameters
    ----------
    block
        Any block; the text in it may hold anything.
    edition
        ``REVIEW`` shows addresses, computed values and links to findings; ``BOTH`` does not.
    level_shift
        How many levels deeper headings stand.
    anchor
        Id of the fragment, for links to it.
    notes
        What a reviewer is told besides.

    Raises
    ------
    RenderError
        A chart that is no SVG.
    """
    html_of, _ = _FACES[type(block)]
    return html_of(block, _Face(edition, level_shift, anchor, notes))


def to_text(block: Block) -> str:
    """Give a block as plain text, a table as lines of cells, without addresses."""
    _, text_of = _FACES[type(block)]
    return without_hidden(text_of(block))


def _masthead_html(block: Masthead, face: _Face) -> str:
    badge = ' <strong class="badge">示例</strong>' if block.is_sample else ""
    level = min(6, 1 + face.level_shift)
    lines = "".join(f"<span>{escape(line)}</span>" for line in title_lines(block))
    return f"<h{level}{face.id}>{lines}{badge}</h{level}>\n"


def title_lines(block: Masthead) -> tuple[str, ...]:
    """Cut a title before its year, where it may be broken; a title without one stays whole."""
    before, year, after = block.title.partition(f"{block.year}年")
    return (before, year + after) if before and after else (block.title,)


def _heading_html(block: Heading, face: _Face) -> str:
    level = min(6, max(1, block.level + face.level_shift))
    text = escape(block.text)
    if face.anchor:  # a link to itself, for whoever wants to send its address
        text = f'<a class="anchor" href="#{escape(face.anchor)}">{text}</a>'
    return f"<h{level}{face.id}>{text}</h{level}>\n"


def _paragraph_html(block: Paragraph, face: _Face) -> str:
    text = "".join(_inline_html(part, face) for part in block.inlines)
    return f'<p class="{escape(block.role)}"{face.id}>{text}</p>\n'


def _inline_html(part: Inline, face: _Face) -> str:
    if isinstance(part, str):
        return escape(part)
    if not face.is_review:
        return escape(part.text)
    links = "".join(finding_link(name) for name in face.notes.findings.get(part.ref, ()))
    return _sourced(part, face.notes, css=f"number {part.status}") + links


def _sourced(shown: Number | Cell, notes: Notes, *, css: str = "") -> str:
    """Give a number that shows, on hover and on focus, where it comes from and what it was."""
    text = shown.text
    style = f' class="{escape(css)}"' if css else ""
    place = f' data-ref="{escape(shown.ref)}"' if shown.ref else ""
    said = "\n".join(filter(None, [shown.address, notes.before.get(shown.ref, "")]))
    title = f' title="{escape(said)}"' if said else ""
    if target := notes.opens.get(shown.ref):
        inside = f'<data value="{escape(text)}"{style}{place}>{escape(text)}</data>'
        return f'<a class="opens" href="#{escape(target)}"{title}>{inside}</a>'
    title += ' tabindex="0"' if title else ""
    return f'<data value="{escape(text)}"{style}{place}{title}>{escape(text)}</data>'


def _table_html(block: StatTable, face: _Face) -> str:
    lines = [
        f"<tr>{''.join(_cell_html(cell, face, held, y, x) for x, (cell, held) in enumerate(row))}"
        "</tr>\n"
        for y, row in enumerate(_held(block.rows))
    ]
    caption = f"<caption>{escape(block.caption)}</caption>\n" if block.caption else ""
    head = "".join(lines[: block.head_rows])
    body = "".join(lines[block.head_rows :])
    table = (
        f'<table class="stat {escape(block.key)}">\n{caption}{_columns_html(block.widths)}'
        + (f"<thead>\n{head}</thead>\n" if head else "")
        + f"<tbody>\n{body}</tbody>\n</table>\n"
    )
    if len(block.widths) >= WIDE_FROM:
        label = escape(block.caption or "表格")
        table = (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">\n{table}</div>\n'
        )
    notes = "".join(f'<p class="note">{escape(note)}</p>\n' for note in block.notes)
    return f'<div class="table"{face.id}>\n{table}{notes}</div>\n'


def _columns_html(widths: tuple[float, ...]) -> str:
    whole = sum(widths) or 1
    columns = "".join(f'<col style="width:{100 * width / whole:.2f}%">' for width in widths)
    return f"<colgroup>{columns}</colgroup>\n"


def _held(rows: Sequence[Sequence[Cell]]) -> Iterator[list[tuple[Cell, str]]]:
    """Give each cell with its class: in which column a row's heading stands while values scroll."""
    above: dict[int, int] = {}  # column: how many more rows a cell above covers
    has_stubs = any(cell.role == "stub" for row in rows for cell in row)
    for row in rows:
        placed, column = [], 0
        for cell in row:
            while above.get(column):
                column += 1
            is_heading = cell.role in {"stub", "corner"} or (cell.role == "head" and not column)
            is_held = has_stubs and is_heading and column < HELD_COLUMNS
            placed.append((cell, f" held-{column}" if is_held else ""))
            for covered in range(column, column + cell.colspan):
                above[covered] = cell.rowspan
            column += cell.colspan
        above = {covered: left - 1 for covered, left in above.items() if left > 1}
        yield placed


def _cell_html(cell: Cell, face: _Face, held: str, y: int, x: int) -> str:
    tag = "td" if cell.role in {"value", "text"} else "th"
    spans = "".join(
        f' {name}="{int(span)}"'
        for name, span in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
        if span > 1
    )
    scope = f' scope="{escape(cell.scope)}"' if cell.scope else ""
    state = _state(cell) if face.is_review else ""
    inside = _value_html(cell, face.notes) if face.is_review else escape(cell.text)
    is_target = face.is_review and face.anchor and cell.findings
    name = f' id="{escape(cell_anchor(face.anchor, y, x))}"' if is_target else ""
    return f'<{tag}{name} class="{escape(cell.role)}{held}{state}"{scope}{spans}>{inside}</{tag}>'


def _state(cell: Cell) -> str:
    """Tell a wrong number from one that a finding only mentions."""
    if cell.computed:
        return " wrong"
    return " noted" if cell.findings else ""


def _value_html(cell: Cell, notes: Notes) -> str:
    text = (
        _sourced(cell, notes) if cell.ref or cell.address
        else escape(cell.text)
    )  # fmt: skip
    computed = (
        f' <span class="computed">→ 应为 <ins>{escape(cell.computed)}</ins></span>'
        if cell.computed
        else ""
    )
    links = "".join(f" {finding_link(name)}" for name in cell.findings)
    return f"{text}{computed}{links}"


def _chart_html(block: Chart, face: _Face) -> str:
    prefix = f"{face.anchor or block.key}-"
    source = f'<p class="source">{escape(block.source)}</p>\n' if block.source else ""
    return (
        f'<div class="chart"{face.id}>\n'
        f"<figure>\n{safe_svg(block.svg, prefix=prefix, label=block.alt)}\n"
        f"<figcaption>{escape(block.caption)}</figcaption>\n</figure>\n{source}"
        f"<details><summary>图中数据</summary>\n"
        f"{plain_table(block.columns, block.rows)}</details>\n</div>\n"
    )


def _picture_html(block: Picture, face: _Face) -> str:
    data = block.data
    if block.mimetype == "image/svg+xml":
        data = b64encode(safe_svg(data).encode()).decode()
    source = f"data:{escape(block.mimetype)};base64,{escape(''.join(data.split()))}"
    caption = f"<figcaption>{escape(block.caption)}</figcaption>\n" if block.caption else ""
    alt = escape(block.alt or block.caption)
    return f'<figure{face.id}>\n<img src="{source}" alt="{alt}">\n{caption}</figure>\n'


def _findings_html(block: FindingList, face: _Face) -> str:
    level = min(6, LISTING_LEVEL + face.level_shift)
    return findings_html(block, attribute=face.id, level=level, places=face.notes.places)


def _provenance_html(block: Provenance, face: _Face) -> str:
    return provenance_html(block, attribute=face.id, level=min(6, LISTING_LEVEL + face.level_shift))


def _coverage_html(block: Coverage, face: _Face) -> str:
    return coverage_html(block, attribute=face.id)


def _composition_html(block: Composition, face: _Face) -> str:
    level = min(6, LISTING_LEVEL + face.level_shift)
    return composition_html(block, attribute=face.id, level=level)


def _coverage_text(block: Coverage) -> str:
    return block.text


def _masthead_text(block: Masthead) -> str:
    return f"{block.title}（示例）" if block.is_sample else block.title


def _heading_text(block: Heading) -> str:
    return block.text


def _paragraph_text(block: Paragraph) -> str:
    return block.text


def _table_text(block: StatTable) -> str:
    rows = ("\t".join(cell.text for cell in row) for row in block.rows)
    return "\n".join(filter(None, [block.caption, *rows, *block.notes]))


def _chart_text(block: Chart) -> str:
    rows = ("\t".join(row) for row in (block.columns, *block.rows))
    return "\n".join(filter(None, [block.caption, block.alt, *rows, block.source]))


def _picture_text(block: Picture) -> str:
    return "\n".join(filter(None, [block.caption, block.alt])) or "图"


_FACES: dict[type[Block], tuple[Callable[[Any, _Face], str], Callable[[Any], str]]] = {
    Masthead: (_masthead_html, _masthead_text),
    Heading: (_heading_html, _heading_text),
    Paragraph: (_paragraph_html, _paragraph_text),
    StatTable: (_table_html, _table_text),
    Chart: (_chart_html, _chart_text),
    Picture: (_picture_html, _picture_text),
    FindingList: (_findings_html, findings_text),
    Provenance: (_provenance_html, provenance_text),
    Coverage: (_coverage_html, _coverage_text),
    Composition: (_composition_html, composition_text),
}
