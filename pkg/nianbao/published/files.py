"""A file into documents: what it is, is told by its content and never by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nianbao.errors import NianbaoError, PublishedError
from nianbao.published.archive import (
    MEMBERS_LEFT_OUT,
    OFFICE_PARTS,
    is_zip,
    members,
    part_names,
)
from nianbao.published.docx import read_docx
from nianbao.published.html import looks_like_html, read_html
from nianbao.published.model import Document
from nianbao.published.office import OwnBook, read_office
from nianbao.published.text import read_text

LARGEST = 50_000_000  # bytes

_PDF = b"%PDF-"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_RTF = b"{\\rtf"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")

Read = tuple[str, Document | OwnBook | NianbaoError]


def read_files(paths: list[Path]) -> Iterator[Read]:
    """Yield what each file holds, by the name that messages give it: documents or errors.

    An archive yields each file in it.
    """
    for path in paths:
        shown = str(path)
        try:
            data = _bytes(path, shown)
        except PublishedError as error:
            yield shown, error
            continue
        yield from _read(data, shown)


def _read(data: bytes, shown: str, *, depth: int = 0) -> Iterator[Read]:
    try:
        if depth == 0 and is_zip(data) and not _is_office(data, shown):
            yield from _members(data, shown)
            return
        yield shown, read_document(data, shown)
    except NianbaoError as error:
        yield shown, error


def _members(data: bytes, shown: str) -> Iterator[Read]:
    is_empty = True
    for name, content in members(data, shown):
        if not name.endswith(MEMBERS_LEFT_OUT):
            is_empty = False
            yield from _read(content, f"{shown}/{name}", depth=1)
    if is_empty:
        raise PublishedError("压缩包里没有文件", where=shown, hint="检查是否给错了文件")


def _bytes(path: Path, shown: str) -> bytes:
    try:
        size = path.stat().st_size
        data = b"" if size >= LARGEST else path.read_bytes()
    except OSError as error:
        raise PublishedError(
            "文件打不开", where=shown, found=error, hint="检查文件名、文件夹和权限"
        ) from None
    if size >= LARGEST:
        raise PublishedError(
            "文件太大，不像一份年报",
            where=shown,
            found=f"{size} 字节",
            expected=f"小于 {LARGEST} 字节",
            hint="只保存年报正文",
        )
    return data


def read_document(data: bytes, shown: str) -> Document | OwnBook:
    """Read one file.

    Raises
    ------
    PublishedError
        It is empty, damaged, a scan, or of no kind that can be read.
    """
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise PublishedError("文件是空的", where=shown, hint="重新下载或另存")
    if data[:1024].lstrip().startswith(_PDF):
        from nianbao.published.pdf import read_pdf  # noqa: PLC0415 - heavy

        return read_pdf(data, shown)
    if data.startswith(PICTURES):
        raise PublishedError(
            "文件是图片，没有文字", where=shown, hint="给出可以选中文字的版本，或先作文字识别并校对"
        )
    if is_zip(data):
        return _of_parts(data, shown)
    if data.startswith((_OLE, _RTF)):
        return read_office(data, shown)
    return _of_text(data, shown)


def _of_parts(data: bytes, shown: str) -> Document | OwnBook:
    if "word/document.xml" in part_names(data, shown):
        return read_docx(data, shown)
    if _is_office(data, shown):
        return read_office(data, shown)
    raise PublishedError("压缩包里还有压缩包", where=shown, hint="先解压，再给出里面的文件")


def _is_office(data: bytes, shown: str) -> bool:
    """Tell whether an archive is a document of an office program, and no archive of files."""
    return not OFFICE_PARTS.isdisjoint(part_names(data, shown))


def _of_text(data: bytes, shown: str) -> Document:
    if looks_like_html(data):
        return read_html(data, shown)
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PublishedError(
            "文件不是能读的种类",
            where=shown,
            expected="txt、html、docx、pdf、doc、wps、et、xls、rtf，或它们的 zip",
            hint="用 WPS 或 Word 打开，另存为 docx 或 pdf",
        )
    return read_text(data, shown)
