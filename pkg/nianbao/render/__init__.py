"""From an executed notebook to documents: the page, the print, the Word file, the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat

from nianbao.errors import GlyphError, RenderError, listed
from nianbao.fonts import Typefaces, typefaces
from nianbao.project import output_name
from nianbao.render.data import figures_table, findings_json, write_parquet
from nianbao.render.document import Document, read_document
from nianbao.render.docx import DocxExporter
from nianbao.render.fonts import drawing_warnings
from nianbao.render.html import ReaderExporter, ReviewExporter
from nianbao.render.open_data import figures_csv, figures_xlsx
from nianbao.render.pdf import PdfExporter
from nianbao.render.units import FILE as UNITS_FILE
from nianbao.render.units import units_xlsx

__all__ = ["FORMATS", "Document", "RenderedReport", "read_document", "render_report"]

FORMATS = ("html", "pdf", "docx", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class RenderedReport:
    """What was written.

    Attributes
    ----------
    paths
        The files, in the order in which they were written.
    warnings
        What an analyst should know about the notebook.
    document
        What was read from the notebook.
    missing
        Formats that were asked for and could not be made, and why.
    """

    paths: tuple[Path, ...]
    warnings: tuple[str, ...]
    document: Document
    missing: Mapping[str, GlyphError] = field(default_factory=dict)


def render_report(
    notebook: Path, folder: Path, formats: tuple[str, ...], faces: Typefaces | None = None
) -> RenderedReport:
    """Write all that is made from one executed notebook.

    A PDF for which the fonts lack a character is not made, and stops nothing else.

    Parameters
    ----------
    notebook
        The executed notebook.
    folder
        Where the files go; it exists.
    formats
        Some of ``html`` (report.html), ``pdf`` (report.pdf) and ``docx`` (report.docx); of ``csv``
        (figures.csv) and ``xlsx`` (figures.xlsx), the figures as open data. review.html,
        figures.parquet and findings.json are always written; units.xlsx where units are summed up.
    faces
        What the print is set in; None for the fonts that come as a package.

    Raises
    ------
    RenderError
        An unknown format, or a notebook that cannot be made into a document.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise RenderError("不支持的格式", found=listed(unknown), expected=listed(FORMATS))
    document = read_document(_read(notebook))
    faces = faces or typefaces()
    missing: dict[str, GlyphError] = {}
    contents = _contents(document, formats, faces, missing)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    write_parquet(figures_table(document), folder / "figures.parquet")
    paths = tuple(folder / name for name in (*contents, "figures.parquet"))
    said = drawing_warnings(document, faces) if "docx" in formats else ()
    return RenderedReport(paths, (*document.warnings, *said), document, missing)


def _read(notebook: Path) -> nbformat.NotebookNode:
    try:
        read: nbformat.NotebookNode = nbformat.read(notebook, as_version=4)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        # nbformat raises what it stumbles over.
        raise RenderError("笔记本打不开", where=notebook.name, found=error) from None
    return read


def _contents(
    document: Document,
    formats: tuple[str, ...],
    faces: Typefaces,
    missing: dict[str, GlyphError],
) -> dict[str, bytes]:
    """Give the files by name, and put into `missing` what cannot be made."""
    contents = {}
    if "html" in formats:
        contents["report.html"] = _reader().from_document(document).encode()
    contents["review.html"] = _review().from_document(document).encode()
    if "pdf" in formats:
        try:
            contents["report.pdf"] = _pdf().from_document(document, faces)
        except GlyphError as error:
            missing["pdf"] = error
    if "docx" in formats:
        contents["report.docx"] = _docx().from_document(document, faces)
    contents["findings.json"] = findings_json(document).encode()
    if "csv" in formats:
        contents[output_name("csv")] = figures_csv(document)
    if "xlsx" in formats:
        contents[output_name("xlsx")] = figures_xlsx(document)
    units = units_xlsx(document)
    if units is not None:
        contents[UNITS_FILE] = units
    return contents


@cache
def _reader() -> ReaderExporter:
    return ReaderExporter()  # type: ignore[no-untyped-call]


@cache
def _review() -> ReviewExporter:
    return ReviewExporter()  # type: ignore[no-untyped-call]


@cache
def _pdf() -> PdfExporter:
    return PdfExporter()  # type: ignore[no-untyped-call]


@cache
def _docx() -> DocxExporter:
    return DocxExporter()  # type: ignore[no-untyped-call]
