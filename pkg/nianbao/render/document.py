"""An executed notebook as a document: blocks in order, whoever made them.

This is the border: hidden characters go, with a warning, and a notebook that failed goes no
further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from nbformat import NotebookNode
from nbformat.validator import iter_validate

from nianbao.characters import code_points, hidden_characters, without_hidden
from nianbao.checks.finding import Severity
from nianbao.errors import RenderError, listed
from nianbao.render.foreign import foreign_blocks
from nianbao.render.markdown import markdown_blocks
from nianbao.report.blocks import (
    MIME,
    Block,
    Composition,
    Coverage,
    Edition,
    FindingList,
    Heading,
    Masthead,
    Provenance,
    block_from_json,
)

SAMPLE_MARK = "示例：机关和数据都是虚构的"
AUTHOR_TAG = "author-only"
LEFT_OUT_TAGS = frozenset({AUTHOR_TAG, "parameters", "injected-parameters"})
REVIEW_TAG = "review-only"
REVIEWERS = (FindingList, Provenance, Composition)
ERROR_TAG = "papermill-error-cell-tag"
YEARLESS = 1999  # a document that tells no year bears the date of the first day of 2000
LONGEST_SAID = 200  # characters of what is wrong with a notebook

AnyBlock = TypeVar("AnyBlock", bound=Block)


@dataclass(frozen=True, slots=True)
class Document:
    """What an executed notebook says.

    Attributes
    ----------
    masthead
        Title and facts; None in a notebook without one.
    parts
        All other blocks in order, each with the edition it is for.
    cells
        For each part, the number of the notebook's cell that it comes from, from one.
    warnings
        What an analyst should know: a picture without words, an output left out.
    sources
        The code that was run, but for the author's own: each with its cell's number.
    """

    masthead: Masthead | None
    parts: tuple[Block, ...]
    cells: tuple[int, ...]
    warnings: tuple[str, ...]
    sources: tuple[tuple[int, str], ...] = ()

    @property
    def title(self) -> str:
        """The masthead's title, else that of a heading of level one, else 年报."""
        if self.masthead:
            return self.masthead.title
        headings = [part for part in self.parts if isinstance(part, Heading)]
        return next((heading.text for heading in headings if heading.level == 1), "年报")

    @property
    def findings(self) -> tuple[dict[str, Any], ...]:
        """All findings, as `Finding.to_json` gives them."""
        return tuple(
            item for part in self.parts if isinstance(part, FindingList) for item in part.findings
        )

    @property
    def figures(self) -> tuple[dict[str, Any], ...]:
        """All figures, as the block `Provenance` holds them."""
        return tuple(
            item for part in self.parts if isinstance(part, Provenance) for item in part.figures
        )

    @property
    def errors(self) -> int:
        """How many findings must be corrected."""
        return sum(item["severity"] == Severity.ERROR for item in self.findings)

    @property
    def draft_reason(self) -> str:
        """Why it must not be published yet; empty where nothing stands against it."""
        lacks = [part.lack for part in self.parts if isinstance(part, Coverage) and part.lack]
        if self.errors:
            said = f"有 {self.errors} 处必须改的问题，改正前不得公开"
            return "；".join((*lacks, said))
        if lacks:
            return f"{'；'.join(lacks)}，汇齐前不得公开"
        is_checked = any(isinstance(part, FindingList) for part in self.parts)
        return "没有核查过，核查前不得公开" if self.masthead and not is_checked else ""

    @property
    def is_draft(self) -> bool:
        """Something must be corrected, or checked, first."""
        return bool(self.draft_reason)

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands on the face of each printed page: that it is a draft, that it is made up."""
        draft = (f"草稿：{self.draft_reason}",) if self.is_draft else ()
        is_sample = bool(self.masthead and self.masthead.is_sample)
        return (*draft, *((SAMPLE_MARK,) if is_sample else ()))

    @property
    def date(self) -> datetime:
        """The day on which reports for its year begin to be made; the clock is not read."""
        year = self.masthead.year if self.masthead else YEARLESS
        return datetime(year + 1, 1, 1, tzinfo=UTC)

    def shown(self, edition: Edition) -> tuple[Block, ...]:
        """Give the parts that an edition shows below the title.

        No heading is more than one level deeper than the one before it, as accessible pages and
        prints must have it.
        """
        above, parts = 1, []
        for part in self.parts:
            if edition is Edition.BOTH and _is_for_review(part):
                continue
            if not isinstance(part, Heading):
                parts.append(part)
            elif part.level > 1:
                above = min(part.level, above + 1)
                parts.append(replace(part, level=above))
        return tuple(parts)


def _is_for_review(part: Block) -> bool:
    """Tell whether readers do not see a part: that nothing is missing is no news to them."""
    is_complete = isinstance(part, Coverage) and not part.is_partial
    return part.edition is Edition.REVIEW or is_complete


def read_document(notebook: NotebookNode) -> Document:
    """Read an executed notebook.

    Parameters
    ----------
    notebook
        nbformat 4, executed. Cells tagged ``review-only`` are for the reviewer alone; cells
        tagged ``author-only`` are left out.

    Raises
    ------
    RenderError
        A cell failed, the notebook was never run, or a block in it cannot be read.
    """
    _refuse_misshapen(notebook)
    _refuse_unfinished(notebook)
    warnings: list[str] = []
    numbered = [
        (number, block)
        for number, cell in enumerate(notebook.cells, start=1)
        for block in _cell_blocks(cell, f"第 {number} 个单元格", warnings)
    ]
    mastheads = [block for _, block in numbered if isinstance(block, Masthead)]
    if len(mastheads) > 1:
        raise RenderError("笔记本中有多个题头", found=listed(m.title for m in mastheads))
    rest = _one_title(
        [(number, block) for number, block in numbered if not isinstance(block, Masthead)],
        has_masthead=bool(mastheads),
    )
    warnings += [block.text for _, block in rest if isinstance(block, Coverage) and block.lack]
    if not any(isinstance(block, FindingList) for _, block in rest):
        warnings.append("笔记本中没有核查结果，无从得知有没有必须改的问题")
    return Document(
        masthead=mastheads[0] if mastheads else None,
        parts=tuple(block for _, block in rest),
        cells=tuple(number for number, _ in rest),
        warnings=tuple(warnings),
        sources=tuple(_sources(notebook)),
    )


def _sources(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip() and AUTHOR_TAG not in _tags(cell):
            yield number, without_hidden(cell.source)


def _refuse_misshapen(notebook: NotebookNode) -> None:
    # As format 4.4 has it, where cells need no ids: of those nothing is asked here.
    errors = iter_validate(notebook, version=4, version_minor=4, relax_add_props=True)
    try:
        error = next(errors, None)
    except TypeError as stumbled:  # over what it was to tell about
        error = stumbled
    if error is not None:
        found = str(error).partition("\n")[0][:LONGEST_SAID]
        raise RenderError("笔记本的格式不对", found=found)
    if not isinstance(notebook.metadata.get("papermill", {}), Mapping):
        raise RenderError("笔记本的格式不对", where="元数据 papermill")


def _refuse_unfinished(notebook: NotebookNode) -> None:
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source]
    for number, cell in enumerate(notebook.cells, start=1):
        failed = [out for out in cell.get("outputs", []) if out.output_type == "error"]
        if failed:
            raise RenderError(
                "笔记本运行失败，不能生成文档",
                where=f"第 {number} 个单元格",
                found=f"{failed[0].get('ename', '')}：{failed[0].get('evalue', '')}",
                hint="改正后重新运行",
            )
    tagged = any(ERROR_TAG in _tags(cell) for cell in notebook.cells)
    if tagged or notebook.metadata.get("papermill", {}).get("exception"):
        raise RenderError("笔记本运行失败，不能生成文档", hint="改正后重新运行")
    if code_cells and not any(cell.outputs or cell.execution_count for cell in code_cells):
        raise RenderError("笔记本没有运行过", hint="先运行，再生成文档")


def _tags(cell: NotebookNode) -> frozenset[str]:
    return frozenset(cell.metadata.get("tags", []))


def _cell_blocks(cell: NotebookNode, place: str, warnings: list[str]) -> Iterator[Block]:
    tags = _tags(cell)
    if tags & LEFT_OUT_TAGS:
        return
    for block in _raw_blocks(cell, place, warnings):
        for_review = REVIEW_TAG in tags or isinstance(block, REVIEWERS)
        yield replace(block, edition=Edition.REVIEW) if for_review else block


def _raw_blocks(cell: NotebookNode, place: str, warnings: list[str]) -> Iterable[Block]:
    if cell.cell_type == "markdown":
        return [_cleaned(block, place, warnings) for block in markdown_blocks(cell.source)]
    if cell.cell_type == "code":
        return [
            block
            for output in cell.outputs
            for block in _output_blocks(output, cell, place, warnings)
        ]
    return []


def _output_blocks(
    output: NotebookNode, cell: NotebookNode, place: str, warnings: list[str]
) -> Iterable[Block]:
    if output.output_type == "stream":
        if output.name == "stdout" and output.text.strip():
            warnings.append(f"{place}：打印的文字没有放进文档")
        return []
    if MIME in output.data:
        return [_own_block(output.data[MIME], place, warnings)]
    words = cell.metadata.get("nianbao")
    blocks, said = foreign_blocks(output.data, words if isinstance(words, Mapping) else {})
    warnings += [f"{place}：{warning}" for warning in said]
    return [_cleaned(block, place, warnings) for block in blocks]


def _own_block(data: object, place: str, warnings: list[str]) -> Block:
    try:
        return block_from_json(_clean_data(data, place, warnings))
    except RecursionError:
        raise RenderError("笔记本中的数据块嵌套过深", where=place) from None
    except RenderError as error:
        error.where = f"{place} {error.where}".strip()
        raise


def _cleaned(block: AnyBlock, place: str, warnings: list[str]) -> AnyBlock:
    data = block.to_json()
    cleaned = _clean_data(data, place, warnings)
    return block if cleaned is data else type(block).from_data(cleaned)


def _clean_data(data: Any, place: str, warnings: list[str]) -> Any:
    """Give the data without hidden characters, and say which it had; itself if it had none."""
    hidden = hidden_characters("".join(_strings(data)))
    if not hidden:
        return data
    warnings.append(f"{place}：去掉了看不见的字符 {code_points(hidden)}")
    return _without_hidden(data)


def _strings(data: object) -> Iterator[str]:
    """Give all texts in plain data, in no order."""
    rest = [data]
    while rest:
        value = rest.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            rest += value
            rest += value.values()
        elif isinstance(value, list):
            rest += value


def _without_hidden(value: Any) -> Any:
    if isinstance(value, str):
        return without_hidden(value)
    if isinstance(value, dict):
        return {_without_hidden(key): _without_hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_hidden(item) for item in value]
    return value


def _one_title(numbered: list[tuple[int, Block]], *, has_masthead: bool) -> list[tuple[int, Block]]:
    """Leave one heading of level one at most: the title, where there is no masthead."""
    settled: list[tuple[int, Block]] = []
    has_title = has_masthead
    for number, block in numbered:
        if isinstance(block, Heading) and block.level <= 1:
            settled.append((number, replace(block, level=2 if has_title else 1)))
            has_title = True
        else:
            settled.append((number, block))
    return settled
