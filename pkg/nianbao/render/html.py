"""The page: everybody's edition and the reviewer's, each one file without script or address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from nbconvert.exporters import Exporter, TemplateExporter
from nbformat import NotebookNode
from traitlets import default, validate

from nianbao import __version__
from nianbao.render.document import Document, read_document
from nianbao.render.exporting import keep_local_pictures
from nianbao.render.notes import notes_of
from nianbao.render.pages import palette
from nianbao.report.blocks import (
    Block,
    Composition,
    Coverage,
    Edition,
    FindingList,
    Heading,
    Provenance,
)
from nianbao.report.listing import LISTING_LEVEL
from nianbao.report.markup import to_html
from nianbao.report.notes import NONE

TEMPLATES = Path(__file__).parent / "templates"
HEADING_LEVELS = 6
Listing = FindingList | Provenance | Composition


class PageExporter(TemplateExporter):
    """A page in one file, made from the blocks of an executed notebook.

    A house style is a template folder, given to nbconvert by `template_name` and
    `extra_template_basedirs`: its ``conf.json`` says ``"base_template": "nianbao"``, and its
    ``index.html.j2`` may override the blocks of ``nianbao/index.html.j2``.
    """

    edition = Edition.BOTH
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "nianbao"

    @default("extra_template_basedirs")
    def _default_extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("extra_template_paths")
    def _default_extra_template_paths(self) -> list[str]:
        return [str(TEMPLATES)]

    @validate("extra_template_basedirs")
    def _keep_ours(self, proposal: Mapping[str, Any]) -> list[str]:
        return [*proposal["value"], str(TEMPLATES)]

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        return environment

    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any] | None = None,
        **kw: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Give the page of an executed notebook, and nbconvert's resources.

        Raises
        ------
        RenderError
            The notebook failed, was never run, or holds a block that cannot be read.
        """
        prepared, prepared_resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        keep_local_pictures(prepared, prepared_resources)
        return self.from_document(read_document(prepared)), prepared_resources

    def from_document(self, document: Document) -> str:
        """Give the page of a document."""
        page: str = self.template.render(
            document=document,
            title=page_title(document),
            edition=self.edition.value,
            css=Markup(page_style()),  # noqa: S704 - our own files
            linked_data=_linked_data(document) if self.edition is Edition.BOTH else "",
            masthead=self._masthead(document),
            parts=self._parts(document),
            contents=contents(document) if self.edition is Edition.REVIEW else [],
            remarks=document.warnings if self.edition is Edition.REVIEW else (),
            sources=document.sources if self.edition is Edition.REVIEW else (),
            version=__version__,
        )
        return page

    def _masthead(self, document: Document) -> Markup:
        if document.masthead is None:
            return Markup("<h1>{}</h1>").format(document.title)
        below = (part for part in document.shown(self.edition) if isinstance(part, Coverage))
        html = (to_html(block, edition=self.edition) for block in (document.masthead, *below))
        return Markup("".join(html))  # noqa: S704 - escaped there

    def _parts(self, document: Document) -> list[Markup]:
        shown = document.shown(self.edition)
        anchors, above, parts = anchors_of(shown), 1, []
        notes = NONE
        if self.edition is Edition.REVIEW:
            notes = notes_of(document, shown, anchors)
        for part, name in zip(shown, anchors, strict=True):
            if isinstance(part, Coverage) and document.masthead:
                continue  # below the title
            above = part.level if isinstance(part, Heading) else above
            # Headings inside findings and provenance stand one level below the last one above.
            shift = above + 1 - LISTING_LEVEL if isinstance(part, Listing) else 0
            html = to_html(part, edition=self.edition, level_shift=shift, anchor=name, notes=notes)
            parts.append(Markup(html))  # noqa: S704 - escaped there
        return parts


class ReaderExporter(PageExporter):
    """Everybody's edition: no address, no finding."""

    export_from_notebook = "年报（公开版）"


class ReviewExporter(PageExporter):
    """The reviewer's edition: addresses, findings and provenance."""

    edition = Edition.REVIEW
    export_from_notebook = "年报（审核版）"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".review.html"  # by nbconvert's rules it would else take the place of report.html


def page_style() -> str:
    """Give the palette, which the batch's page has too, and what is this page's own."""
    return palette() + (TEMPLATES / "nianbao" / "page.css").read_text(encoding="utf-8")


def _linked_data(document: Document) -> Markup:
    """Give what the document is, in the words of schema.org, for a ``script`` that holds data."""
    masthead = document.masthead
    if masthead is None:
        return Markup()
    agency = {"@type": "GovernmentOrganization", "name": masthead.agency}
    data = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": document.title,
        "inLanguage": "zh-CN",
        "temporalCoverage": f"{masthead.year}-01-01/{masthead.year}-12-31",
        "creativeWorkStatus": "Draft" if document.is_draft else "Final",
        "author": agency,
        "publisher": agency,
    }
    # None of the characters that could end the element or open another.
    return Markup(htmlsafe_json_dumps(data, ensure_ascii=False))  # noqa: S704


def page_title(document: Document) -> str:
    """Give the title that a browser shows: a draft says so first."""
    return f"【草稿】{document.title}" if document.is_draft else document.title


def anchor(index: int) -> str:
    """Give the id of a part by its place on the page."""
    return f"part-{index}"


def anchors_of(parts: Sequence[Block]) -> list[str]:
    """Give the ids of all parts: of a heading by its number, the same in both editions.

    ``section-3`` is the third heading of level two, ``section-3-1`` the first below it.
    """
    counts = [0] * HEADING_LEVELS
    anchors = []
    for index, part in enumerate(parts):
        if isinstance(part, Heading):
            counts[part.level :] = [0] * (HEADING_LEVELS - part.level)
            counts[part.level - 1] += 1
            numbers = "-".join(str(count) for count in counts[1 : part.level])
            anchors.append(f"section-{numbers}")
        else:
            anchors.append(anchor(index))
    return anchors


def contents(document: Document) -> list[tuple[int, str, str]]:
    """Give the reviewer's table of contents: level, text, anchor of headings and findings."""
    shown = document.shown(Edition.REVIEW)
    lines: list[tuple[int, str, str]] = []
    for part, name in zip(shown, anchors_of(shown), strict=True):
        if isinstance(part, Heading):
            lines.append((part.level, part.text, name))
        elif isinstance(part, FindingList):
            lines.append((2, "核查问题", name))
    if document.warnings:
        lines.append((2, "笔记本提示", "remarks"))
    return [*lines, (2, "审核附件：代码", "code")] if document.sources else lines
