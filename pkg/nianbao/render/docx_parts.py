"""The Word file as a package: its parts, a page's geometry, and the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.package import Package
from docx.parts.document import DocumentPart

from nianbao.report.characters import escape
from nianbao.report.inlines import Inline, Mark, Words, plain_text

TEMPLATES = Path(__file__).parent / "templates" / "docx"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": OFFICE,
    "wp": f"{DRAWING}/wordprocessingDrawing",
    "a": f"{DRAWING}/main",
    "pic": f"{DRAWING}/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())

# In twentieths of a point. The grid is that of GB/T 9704-2012: a type area of 156 × 225 mm.
TEXT_WIDTH = 8845
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" '
    'w:header="1134" w:footer="1307" w:gutter="0"/>'
    # 22 lines of 28 characters; charSpace is what a character is short of 16 pt, by 1/4096 pt.
    '<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-842"/>'
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that an archive can tell
UNIX = 3
MEDIA = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


class WordFile:
    """A Word file without its text: styles, settings, headers and footers.

    Parameters
    ----------
    marks
        What stands at the top of each page.
    """

    def __init__(self, marks: Sequence[str]) -> None:
        self.package = Package()
        empty = parse_xml(f"<w:document {DECLARED}/>")
        name = PackURI("/word/document.xml")
        main = CONTENT_TYPE.WML_DOCUMENT_MAIN
        self._document = DocumentPart(name, main, empty, self.package)
        self.package.relate_to(self._document, RELATIONSHIP_TYPE.OFFICE_DOCUMENT)
        self._relate("styles", CONTENT_TYPE.WML_STYLES, RELATIONSHIP_TYPE.STYLES)
        self._relate("settings", CONTENT_TYPE.WML_SETTINGS, RELATIONSHIP_TYPE.SETTINGS)
        self._relate("fontTable", CONTENT_TYPE.WML_FONT_TABLE, RELATIONSHIP_TYPE.FONT_TABLE)
        references = [*(self._headers(marks) if marks else ()), *self._footers()]
        self._section = f"<w:sectPr>{''.join(references)}{PAGE}</w:sectPr>"
        self._drawings = 0

    def _relate(self, name: str, content_type: str, relationship: str, content: bytes = b"") -> str:
        blob = content or _template(name)
        part = Part(PackURI(f"/word/{name}.xml"), content_type, blob, self.package)
        return self._document.relate_to(part, relationship)

    def _headers(self, marks: Sequence[str]) -> Iterable[str]:
        paragraph = f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{run("　".join(marks))}</w:p>'
        content = f"<w:hdr {DECLARED}>{paragraph}</w:hdr>".encode()
        kinds = CONTENT_TYPE.WML_HEADER, RELATIONSHIP_TYPE.HEADER
        for name, pages in (("header-odd", "default"), ("header-even", "even")):
            place = self._relate(name, *kinds, content)
            yield f'<w:headerReference w:type="{pages}" r:id="{place}"/>'

    def _footers(self) -> Iterable[str]:
        kinds = CONTENT_TYPE.WML_FOOTER, RELATIONSHIP_TYPE.FOOTER
        for name, pages in (("footer-odd", "default"), ("footer-even", "even")):
            place = self._relate(name, *kinds)
            yield f'<w:footerReference w:type="{pages}" r:id="{place}"/>'

    def add_image(self, content: bytes) -> str:
        """Add a PNG or JPEG, and give the name by which the text refers to it."""
        part = self.package.get_or_add_image_part(io.BytesIO(content))
        return self._document.relate_to(part, RELATIONSHIP_TYPE.IMAGE)

    def line(self, inlines: Iterable[Inline]) -> str:
        """Give a line of text as runs; a link leads where it does on the page."""
        return "".join(map(self._part, inlines))

    def _part(self, part: Inline) -> str:
        if not isinstance(part, Words):
            return run(plain_text([part]))
        if not part.href:
            return words_run(part)
        place = self._document.relate_to(part.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{place}">{words_run(part)}</w:hyperlink>'

    def add_drawing(self, svg: bytes) -> str:
        """Add an SVG, and give the name by which the text refers to it."""
        self._drawings += 1
        name = PackURI(f"/word/media/drawing{self._drawings}.svg")
        part = Part(name, MEDIA["svg"], svg, self.package)
        return self._document.relate_to(part, RELATIONSHIP_TYPE.IMAGE)

    def finished(self, body: str) -> bytes:
        """Give the file with its text, which is paragraphs and tables."""
        text = parse_xml(f"<w:body {DECLARED}>{body}{self._section}</w:body>")
        self._document.element.append(text)
        return _zipped(self.package)


@cache
def _template(name: str) -> bytes:
    return (TEMPLATES / f"{name}.xml").read_bytes()


def run(text: str, properties: str = "") -> str:
    """Give a run of text as XML; what XML cannot hold is left out."""
    said = escape(text).replace("\n", "</w:t><w:br/><w:t>").replace("\t", "</w:t><w:tab/><w:t>")
    kept = said.replace("<w:t>", '<w:t xml:space="preserve">')
    style = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{kept}</w:t></w:r>'


# How Word marks words; in the order in which it wants them.
MARKS: dict[Mark, str] = {
    "code": '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas" w:eastAsia="黑体"/>',
    "strong": "<w:b/><w:bCs/>",
    "em": "<w:i/><w:iCs/>",
    "del": "<w:strike/>",
    "u": '<w:u w:val="single"/>',
    "sub": '<w:vertAlign w:val="subscript"/>',
    "sup": '<w:vertAlign w:val="superscript"/>',
}


def words_run(part: Words) -> str:
    """Give words with their marks as XML."""
    marks = {*part.marks, "u"} if part.href else set(part.marks)
    return run(part.text, "".join(xml for mark, xml in MARKS.items() if mark in marks))


def paragraph(style: str, inside: str, properties: str = "") -> str:
    """Give a paragraph as XML: what stands in it is runs already."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inside}</w:p>'


def _zipped(package: Package) -> bytes:
    """Give the package as a file, without the times that python-docx would put in."""
    parts = list(package.iter_parts())
    files: dict[str, bytes] = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _bytes(package.rels.xml),
    }
    for part in parts:
        files[part.partname.membername] = part.blob
        if part.rels:
            files[part.partname.rels_uri.lstrip("/")] = _bytes(part.rels.xml)
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, EPOCH)
            entry.create_system = UNIX  # whatever the machine
            entry.compress_type = ZIP_STORED if name.endswith((".png", ".jpg")) else ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _bytes(xml: str | bytes) -> bytes:
    return xml.encode() if isinstance(xml, str) else xml


def _content_types(parts: Iterable[Part]) -> bytes:
    kinds = {"rels": CONTENT_TYPE.OPC_RELATIONSHIPS, "xml": CONTENT_TYPE.XML, **MEDIA}
    defaults = (f'<Default Extension="{e}" ContentType="{kind}"/>' for e, kind in kinds.items())
    overrides = (
        f'<Override PartName="{part.partname}" ContentType="{part.content_type}"/>'
        for part in parts
        if part.partname.ext == "xml"
    )
    start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'{start}<Types xmlns="{types}">{"".join((*defaults, *overrides))}</Types>'.encode()
