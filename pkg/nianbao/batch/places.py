"""Where a report that stands shows a number, and whether it was made from what stands now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from nianbao.batch.key import content_digest
from nianbao.batch.manifest import Manifest, read_manifest
from nianbao.errors import NianbaoError
from nianbao.filing.sources import LEDGER_SUFFIXES
from nianbao.project import Project
from nianbao.reasons import system_reason
from nianbao.render.document import Document, read_document
from nianbao.render.html import anchor
from nianbao.report.blocks import (
    Block,
    Chart,
    Edition,
    FindingList,
    Heading,
    Paragraph,
    Provenance,
    StatTable,
)
from nianbao.report.inlines import Number

PAGES = {Edition.BOTH: "report.html", Edition.REVIEW: "review.html"}
SHOWN_AT_MOST = 40  # characters of a paragraph


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a page.

    Attributes
    ----------
    edition
        Whose page it is.
    link
        The page from the outputs folder, with the anchor.
    section
        The heading above it.
    what
        The table's caption, the paragraph's first words, or what else it is.
    refs
        Which of the figures that were looked for it shows.
    """

    edition: Edition
    link: str
    section: str
    what: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """What stands of one report, seen from some figures.

    Attributes
    ----------
    folder
        From the outputs folder.
    changed
        Workbooks that are no longer as this report read them.
    values
        What this report has for the figures that were looked for, by reference; empty for blank.
    places
        Where its pages show them.
    error
        Why it cannot be told; empty where it can.
    """

    folder: str
    changed: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    error: str = ""


def output_of(
    outputs: Path,
    folder: str,
    project: Project,
    refs: AbstractSet[str],
    addresses: AbstractSet[str],
) -> Output | None:
    """Look for figures in a report that stands; None where none does.

    Parameters
    ----------
    folder
        Of the report, from the outputs folder.
    refs, addresses
        References of the figures, and addresses that findings may name.
    """
    notebook, manifest = outputs / folder / "report.ipynb", read_manifest(outputs / folder)
    if not notebook.is_file():
        return None
    if manifest is None:
        return Output(folder, error="生成记录缺失或损坏")
    try:
        document = read_document(nbformat.read(notebook, as_version=4))
    except (NianbaoError, OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        # nbformat raises what it stumbles over.
        is_refused = isinstance(error, OSError)
        why = system_reason(error) if is_refused else str(error).partition("\n")[0]
        return Output(folder, error=f"笔记本读不了：{why}")
    there = {path.name for path in (outputs / folder).iterdir()}
    return Output(
        folder=folder,
        changed=tuple(_changed(manifest, project)),
        values={
            item["ref"]: item["value"] or "" for item in document.figures if item["ref"] in refs
        },
        places=tuple(
            place
            for edition, page in PAGES.items()
            if page in there
            for place in _places(document, edition, f"{folder}/{page}", refs, addresses)
        ),
    )


def _changed(manifest: Manifest, project: Project) -> Iterator[str]:
    for name, digest in manifest.inputs.items():
        path = project.root / name
        if path.suffix.lower() in LEDGER_SUFFIXES and (
            not path.is_file() or content_digest(path) != digest
        ):
            yield name


def _places(
    document: Document,
    edition: Edition,
    page: str,
    refs: AbstractSet[str],
    addresses: AbstractSet[str],
) -> Iterator[Place]:
    section = document.title
    for index, block in enumerate(document.shown(edition)):
        section = block.text if isinstance(block, Heading) else section
        shown = tuple(dict.fromkeys(ref for ref in _refs(block) if ref in refs))
        if shown or not addresses.isdisjoint(_addresses(block)):
            yield Place(edition, f"{page}#{anchor(index)}", section, _what(block), shown)


def _refs(block: Block) -> Iterator[str]:
    """Yield the references of the figures that a block shows or speaks of."""
    if isinstance(block, Paragraph):
        yield from (part.ref for part in block.inlines if isinstance(part, Number))
    elif isinstance(block, StatTable):
        yield from (cell.ref for row in block.rows for cell in row)
    elif isinstance(block, Chart):
        yield from block.refs
    elif isinstance(block, Provenance):
        yield from (figure["ref"] for figure in block.figures)
    elif isinstance(block, FindingList):
        yield from (ref for finding in block.findings for ref in finding["refs"])


def _addresses(block: Block) -> Iterator[str]:
    """Yield the addresses that findings name."""
    if isinstance(block, FindingList):
        yield from (place for finding in block.findings for place in finding["where"])


def _what(block: Block) -> str:
    if isinstance(block, Paragraph):
        text = block.text
        return f"段落“{text[:SHOWN_AT_MOST]}{'…' if len(text) > SHOWN_AT_MOST else ''}”"
    if isinstance(block, StatTable):
        return f"表“{block.caption}”" if block.caption else "表"
    if isinstance(block, Chart):
        return f"图“{block.caption}”"
    return "核查问题" if isinstance(block, FindingList) else "全部数据"
