"""Archives: vetted like workbooks, with names as Chinese systems write them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress

from nianbao.errors import PublishedError
from nianbao.filing.zips import LARGEST_CONTENT, MOST_PARTS, is_bomb, unpacked

MEMBERS_LEFT_OUT = ("/", "Thumbs.db", ".DS_Store")

OFFICE_PARTS = frozenset({"[Content_Types].xml", "mimetype", "content.xml"})
"""A document of an office program has one of them; an archive of files has none."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UTF8 = 0x800  # flag of a name in UTF-8


def is_zip(data: bytes) -> bool:
    """Tell whether bytes are an archive."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def part_names(data: bytes, shown: str) -> set[str]:
    """Give the names of the parts of an archive.

    Raises
    ------
    PublishedError
        It is damaged or has too many.
    """
    with _opened(data, shown) as archive:
        return {part.filename for part in archive.infolist()}


def read_part(data: bytes, name: str, shown: str) -> bytes:
    """Give one part of an archive, or nothing where it has none of this name.

    Raises
    ------
    PublishedError
        It is damaged, locked, or larger than any report.
    """
    with _opened(data, shown) as archive:
        part = next((p for p in archive.infolist() if p.filename == name), None)
        return b"" if part is None else _content(archive, part, LARGEST_CONTENT, shown)


def members(data: bytes, shown: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive, by name.

    Raises
    ------
    PublishedError
        It is damaged, locked, or larger than any reports.
    """
    left = LARGEST_CONTENT
    with _opened(data, shown) as archive:
        for part in archive.infolist():
            if not part.is_dir():
                content = _content(archive, part, left, shown)
                left -= len(content)
                yield member_name(part), content


def _opened(data: bytes, shown: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _damaged(shown) from None
    if len(archive.infolist()) > MOST_PARTS:
        raise _too_large(shown, f"里面有 {len(archive.infolist())} 个文件")
    return archive


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int, shown: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        for chunk in unpacked(archive, part):
            size += len(chunk)
            pieces.append(chunk)
            if size > most or is_bomb(part, size):
                raise _too_large(shown, f"{member_name(part)} 解压后太大")
    except RuntimeError:  # how zipfile says that a part is encrypted
        raise PublishedError("文件有打开密码", where=shown, hint="取消密码后重新保存") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise _damaged(shown) from None
    return b"".join(pieces)


def member_name(part: zipfile.ZipInfo) -> str:
    """Give a name as it was meant: what is not marked as UTF-8 may be so all the same, or GBK.

    A few bytes may be both: then it is the one that is Chinese, for 一 in GBK is a Cyrillic letter
    in UTF-8.
    """
    if part.flag_bits & _UTF8:
        return part.filename
    read: list[str] = []
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            read.append(part.filename.encode("cp437").decode(encoding))
    return next(filter(_CHINESE.search, read), [*read, part.filename][0])


def _damaged(shown: str) -> PublishedError:
    return PublishedError("文件已损坏或不完整", where=shown, hint="重新下载，或打开后另存")


def _too_large(shown: str, found: str) -> PublishedError:
    return PublishedError(
        "文件超出一份年报应有的大小", where=shown, found=found, hint="只保存年报正文"
    )
