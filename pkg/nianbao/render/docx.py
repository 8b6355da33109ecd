"""The Word file, for offices that edit and file their report in Word or WPS: styles throughout."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from itertools import zip_longest

from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.opc.coreprops import CoreProperties
from traitlets import default

from nianbao.characters import without_hidden
from nianbao.fonts import Typefaces
from nianbao.render.document import Document
from nianbao.render.docx_parts import NAMESPACES, WordFile, paragraph, run
from nianbao.render.docx_table import KEPT, table_xml
from nianbao.render.exporting import LONG_RUN, FileExporter
from nianbao.render.raster import Raster, Source, rasters
from nianbao.report.blocks import Chart, Coverage, Edition, Heading, Paragraph, Picture, StatTable
from nianbao.report.canvas import width
from nianbao.report.characters import escape
from nianbao.report.drawing import safe_svg
from nianbao.report.markup import title_lines

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUBJECT = "政府信息公开工作年度报告"
TITLE_LINE = 20  # characters of a title in one line
EMU = 914400  # an inch, in drawings
MOST_SAID = 255  # characters of a property
CHART_MOST, PICTURE_MOST = 190, 110  # millimetres; a chart has type to be read, and may fill a page
PARAGRAPHS = {"body": "BodyText", "note": "Note", "signature": "Signature"}
GAP = '<w:spacing w:after="120"/>'  # between a heading and the table right below it
# A long address on the web is broken anywhere, and stretches no line before it.
BROKEN = '<w:wordWrap w:val="0"/><w:jc w:val="left"/>'
# Whom a partial sum lacks, below the title, for nobody may overlook it.
FRAMED = "<w:pBdr>{}</w:pBdr>".format(
    "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="6" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right")
    )
)
UNREADABLE = (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError)
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
# Word has its own way to text in an SVG, and hardly the font of our charts.
SVG_FONT = escape("'Noto Sans SC'")
WORD_FONTS = "Noto Sans SC, Microsoft YaHei, SimHei, sans-serif"


class DocxExporter(FileExporter):
    """A Word file on the grid of official documents, from the blocks of an executed notebook."""

    output_mimetype = MIMETYPE
    export_from_notebook = "年报（Word）"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".docx"

    def made(self, document: Document, faces: Typefaces) -> bytes:
        """Give the Word file; GlyphError or RenderError where a drawing or table cannot be set."""
        file = WordFile(document.marks)
        _describe(file.package.core_properties, document)
        return file.finished("".join(_Body(file, document, faces).xml()))


def _describe(properties: CoreProperties, document: Document) -> None:
    agency = document.masthead.agency if document.masthead else ""
    properties.title = without_hidden(document.title)[:MOST_SAID]
    properties.author = properties.last_modified_by = without_hidden(agency)[:MOST_SAID]
    properties.subject = SUBJECT
    properties.keywords = "政府信息公开，年度报告"
    properties.language = "zh-CN"
    if document.is_draft:
        properties.content_status = "草稿"
    properties.created = properties.modified = document.date
    properties.revision = 1


class _Body:
    """The text of a Word file, written block by block."""

    def __init__(self, file: WordFile, document: Document, faces: Typefaces) -> None:
        self.file = file
        self.document = document
        self.shown = document.shown(Edition.BOTH)
        sources = [_source(part) for part in self.shown if isinstance(part, Chart | Picture)]
        self.pictures = enumerate(zip(sources, rasters(sources, faces), strict=True), start=1)

    def xml(self) -> Iterator[str]:
        yield paragraph("Heading1", run(self._title()))
        # The face of the page once more, for those who hear it read.
        yield from (paragraph("Mark", run(mark)) for mark in self.document.marks)
        heading = ""
        for part, following in zip_longest(self.shown, self.shown[1:]):
            if isinstance(part, Heading):
                heading = part.text
                is_near = isinstance(following, StatTable) and heading.endswith(following.caption)
                yield paragraph(f"Heading{part.level}", run(heading), GAP if is_near else "")
            elif isinstance(part, Paragraph):
                broken = BROKEN if LONG_RUN.search(part.text) else ""
                yield paragraph(PARAGRAPHS[part.role], run(part.text), broken)
            elif isinstance(part, Coverage):
                yield paragraph("Note", run(part.text), FRAMED)
            elif isinstance(part, StatTable):
                # The heading above a statutory table says the same as its caption.
                yield from _table(part, is_said=heading.endswith(part.caption))
            elif isinstance(part, Chart | Picture):
                yield from self._picture(part)

    def _title(self) -> str:
        """Give the title; one too long for one line is broken before its year."""
        masthead, title = self.document.masthead, self.document.title
        if masthead is None or width(title) <= TITLE_LINE:
            return title
        return "\n".join(title_lines(masthead))

    def _picture(self, block: Chart | Picture) -> Iterator[str]:
        source = block.source if isinstance(block, Chart) else ""
        kept = "" if block.caption or source else '<w:keepNext w:val="0"/>'
        yield paragraph("Picture", self._drawing(block), kept)
        if block.caption:
            yield paragraph("Caption", run(block.caption), KEPT if source else "")
        if source:
            yield paragraph("Source", run(source))

    def _drawing(self, block: Chart | Picture) -> str:
        """Give the next picture in its line."""
        number, (source, raster) = next(self.pictures)
        alt = escape(block.alt or block.caption or "未写文字说明的图").replace("\n", " ")
        size = f'cx="{round(EMU * raster.width)}" cy="{round(EMU * raster.height)}"'
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f"<wp:extent {size}/>"
            f'<wp:docPr id="{number}" name="图 {number}" descr="{alt}"/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}">'
            f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="图 {number}" descr="{alt}"/>'
            "<pic:cNvPicPr/></pic:nvPicPr>"
            f"<pic:blipFill>{self._blip(source, raster)}<a:stretch><a:fillRect/></a:stretch>"
            f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _blip(self, source: Source, raster: Raster) -> str:
        """Give what is drawn: a PNG, and of a drawing its SVG too, which newer Words take."""
        if source.suffix != "svg":
            return f'<a:blip r:embed="{self._image(source.content, raster)}"/>'
        svg = source.content.decode().replace(SVG_FONT, WORD_FONTS)
        drawing = self.file.add_drawing(svg.encode())
        return (
            f'<a:blip r:embed="{self.file.add_image(raster.png)}"><a:extLst>'
            f'<a:ext uri="{SVG_EXTENSION}"><asvg:svgBlip r:embed="{drawing}"/></a:ext>'
            "</a:extLst></a:blip>"
        )

    def _image(self, content: bytes, raster: Raster) -> str:
        """Add an analyst's own picture as it is, or as our PNG where its kind is a rare one."""
        try:
            return self.file.add_image(content)
        except UNREADABLE:
            return self.file.add_image(raster.png)


def _source(block: Chart | Picture) -> Source:
    if isinstance(block, Chart):
        return Source("svg", safe_svg(block.svg).encode(), CHART_MOST)
    if block.mimetype == "image/svg+xml":
        return Source("svg", safe_svg(block.data).encode(), PICTURE_MOST)
    suffix = block.mimetype.removeprefix("image/")
    return Source(suffix, b64decode(block.data), PICTURE_MOST)


def _table(block: StatTable, *, is_said: bool) -> Iterator[str]:
    if block.caption and not is_said:
        yield paragraph("Caption", run(block.caption), KEPT)
    yield table_xml(block)
    yield from (paragraph("TableNote", run(note)) for note in block.notes)
    if not block.notes:
        # Word makes one of two tables between which nothing stands.
        yield paragraph("TableEnd", "")
