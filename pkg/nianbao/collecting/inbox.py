"""What lies in an inbox: every file of a folder, and of the archives in it."""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from nianbao.errors import NianbaoError, PublishedError, UsageError
from nianbao.filing.zips import LARGEST_CONTENT, MOST_PARTS, is_bomb, unpacked
from nianbao.published.archive import OFFICE_PARTS, is_zip, member_name
from nianbao.published.files import LARGEST

DEEPEST = 3  # archives in archives
LARGEST_INNER = LARGEST_CONTENT  # bytes of the archives in an archive, all together
MOST_INNER = 5 * MOST_PARTS  # files in all the archives that are one file of the inbox
HEAD = 64  # bytes
ZIP_EPOCH = 1980  # what an archive says that knows no times

_JUNK = frozenset({"thumbs.db", ".ds_store", "desktop.ini", "__macosx"})
_OPEN_MARK = re.compile(r"~\$|\.~lock\.|\.~")
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_PAGE_PARTS = re.compile(r"(.+)(?:_files|\.files)")


@dataclass(frozen=True, slots=True)
class Item:
    """A file in the inbox.

    Attributes
    ----------
    shown
        Its path from the inbox, with forward slashes; within an archive, below that.
    path
        The file of the file system.
    inner
        Where it is in the archive: numbers of parts, of an archive in an archive several.
    modified
        When it was last written, as far as it tells.
    head
        Its first bytes, `HEAD` at most.
    """

    shown: str
    path: Path
    inner: tuple[int, ...] = ()
    modified: datetime | None = None
    head: bytes = b""

    @property
    def name(self) -> str:
        """The name of the file alone."""
        return PurePosixPath(self.shown).name


Found = Item | tuple[str, NianbaoError]


def items_in(inbox: Path) -> Iterator[Found]:
    """Yield every file, in order; what cannot be taken, by its name with the error.

    Raises
    ------
    UsageError
        The inbox is no folder.
    """
    if not inbox.is_dir():
        found = "是文件" if inbox.exists() else "没有这个文件夹"
        raise UsageError("收件箱打不开", where=inbox, found=found, hint="给出放收件的文件夹")
    closed: list[OSError] = []
    for path in _files(inbox, closed):
        shown = _readable(path.relative_to(inbox))
        try:
            yield from _of_file(path, shown, inbox)
        except OSError as error:
            yield _not_open("文件打不开", shown, error)
    for refusal in closed:
        shown = _readable(Path(str(refusal.filename)).relative_to(inbox))
        yield _not_open("文件夹打不开", shown, refusal)


def _not_open(what: str, shown: str, error: OSError) -> tuple[str, NianbaoError]:
    return shown, PublishedError(what, where=shown, found=error, hint="检查权限")


def time_of(path: Path) -> datetime | None:
    """Give when a file was last written, to the second; None for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone().replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def read_item(item: Item) -> bytes:
    """Give the bytes of a file.

    Raises
    ------
    PublishedError
        It is gone, too large, damaged or locked.
    """
    try:
        with item.path.open("rb") as stream:
            if not item.inner:
                return _limited(stream.read(LARGEST + 1), item.shown)
            return _part(stream, item.inner, item.shown)
    except OSError as error:
        raise PublishedError(
            "文件打不开", where=item.shown, found=error, hint="检查权限，再收一次"
        ) from None


def digest_of(data: bytes) -> str:
    """Give the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _readable(path: Path) -> str:
    """Give a path as text: names that some other system wrote in GBK as they were meant."""
    name = path.as_posix().encode(errors="surrogateescape")
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030", errors="replace")


def _files(inbox: Path, closed: list[OSError]) -> Iterator[Path]:
    """Yield the files; folders that the system keeps closed are added to a list."""
    for folder, names, files in os.walk(inbox, onerror=closed.append):
        here = Path(folder)
        pages = {Path(name).stem for name in files if name.lower().endswith((".html", ".htm"))}
        names[:] = sorted(name for name in names if not _is_left_out(name, pages))
        links = [name for name in names if (here / name).is_symlink()]
        yield from (here / name for name in sorted([*files, *links]) if name.lower() not in _JUNK)


def _is_left_out(folder: str, pages: set[str]) -> bool:
    """Tell whether a folder is a system's own, or has the pictures of a web page beside it."""
    match = _PAGE_PARTS.fullmatch(folder)
    return folder.lower() in _JUNK or (match is not None and match[1] in pages)


def _of_file(path: Path, shown: str, inbox: Path) -> Iterator[Found]:
    target = os.path.realpath(path)  # as Path.resolve, which raises at links in a circle
    if path.is_symlink() and not Path(target).is_relative_to(inbox.resolve()):
        yield (
            shown,
            PublishedError("是通到收件箱外面的链接，没有读", where=shown, hint="放文件本身"),
        )
    elif path.is_symlink() and not path.exists():
        yield shown, PublishedError("链接指的文件不在了，没有读", where=shown, hint="放文件本身")
    elif path.is_symlink():
        return  # what it leads to is met by itself
    elif not path.is_file():
        yield shown, PublishedError("不是普通文件，没有读", where=shown, hint="放文件本身")
    elif _OPEN_MARK.match(path.name):
        return  # told with the file that is open
    elif _is_open(path):
        yield shown, _open_elsewhere(shown)
    else:
        with path.open("rb") as stream:
            item = Item(shown, path, (), time_of(path), stream.read(HEAD))
            is_archive = _is_archive(item.head, stream)
            yield from _unpacked(item, stream, _Room()) if is_archive else [item]


def _is_open(path: Path) -> bool:
    """Tell whether an office program has a file open: by what it leaves beside it."""
    name = path.name
    marks = (f"~${name}", f"~${name[1:]}", f"~${name[2:]}", f".~{name}", f".~lock.{name}#")
    return any((path.parent / mark).exists() for mark in marks)


def _open_elsewhere(shown: str) -> PublishedError:
    return PublishedError(
        "文件正在 Office 或 WPS 中打开，这次没有收",
        where=shown,
        hint="保存并关闭后再收一次；已经关闭的，删去旁边 ~$ 开头的文件",
    )


def _is_archive(head: bytes, stream: IO[bytes]) -> bool:
    """Tell whether a file is an archive of files, and no document; one cut short is none."""
    if not is_zip(head):
        return False
    try:
        with zipfile.ZipFile(stream) as archive:
            return OFFICE_PARTS.isdisjoint(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


@dataclass(slots=True)
class _Room:
    """How much more may come out of one file of the inbox, however archives are nested in it."""

    parts: int = MOST_INNER
    size: int = LARGEST_INNER


def _unpacked(outer: Item, stream: IO[bytes], room: _Room) -> Iterator[Found]:
    """Yield the files of an archive, those of archives in it too."""
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        room.parts -= len(parts)
        if len(parts) > MOST_PARTS or room.parts < 0:
            yield outer.shown, _too_large(outer.shown, f"里面有 {len(parts)} 个文件")
            return
        if all(part.is_dir() for part in parts):
            yield outer.shown, PublishedError("压缩包里没有文件", where=outer.shown)
        for number, part in enumerate(parts):
            name = member_name(part).replace("\\", "/").lstrip("/")
            if part.is_dir() or _is_passed_over(name):
                continue
            place = (*outer.inner, number)
            inner = Item(f"{outer.shown}/{name}", outer.path, place, _time_of(part))
            yield from _of_part(archive, part, inner, room)


def _is_passed_over(name: str) -> bool:
    path = PurePosixPath(name)  # which may be empty: archives allow any name
    return any(p.lower() in _JUNK for p in path.parts) or _OPEN_MARK.match(path.name) is not None


def _of_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, item: Item, room: _Room
) -> Iterator[Found]:
    try:
        with _told(item.shown):
            with archive.open(part) as stream:
                item = replace(item, head=stream.read(HEAD))
            if not (is_zip(item.head) and item.name.lower().endswith(".zip")):
                yield item
                return
            data = _content(archive, part, room.size, item.shown)
        room.size -= len(data)
        inner = io.BytesIO(data)
        if not _is_archive(item.head, inner):
            yield item
        elif len(item.inner) >= DEEPEST:
            yield item.shown, PublishedError("压缩包套得太深", where=item.shown, hint="先解压")
        else:
            yield from _unpacked(item, inner, room)
    except NianbaoError as error:
        yield item.shown, error


def _part(stream: IO[bytes], inner: tuple[int, ...], shown: str) -> bytes:
    with _told(shown), zipfile.ZipFile(stream) as archive:
        part = archive.infolist()[inner[0]]
        most = LARGEST_INNER if inner[1:] else LARGEST
        data = _content(archive, part, most, shown)
    return _part(io.BytesIO(data), inner[1:], shown) if inner[1:] else data


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int, shown: str) -> bytes:
    pieces = bytearray()
    for chunk in unpacked(archive, part):
        pieces += chunk
        if len(pieces) > most or is_bomb(part, len(pieces)):
            raise _too_large(shown, f"解压后超过 {len(pieces)} 字节")
    return bytes(pieces)


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """Turn what the zip module raises into an error that names the file."""
    try:
        yield
    except RuntimeError:  # how zipfile says that a part is encrypted
        raise PublishedError("压缩包有打开密码", where=shown, hint="请对方取消密码再发") from None
    except (*_DAMAGED, EOFError, NotImplementedError, ValueError, IndexError, OSError):
        hint = "多半还没有拷完；重新拷贝，再收一次"
        raise PublishedError("文件已损坏或不完整", where=shown, hint=hint) from None


def _time_of(part: zipfile.ZipInfo) -> datetime | None:
    try:
        time = datetime(*part.date_time).astimezone()  # archives have local times
    except (ValueError, OverflowError, OSError):
        return None
    return None if time.year <= ZIP_EPOCH else time


def _limited(data: bytes, shown: str) -> bytes:
    if len(data) > LARGEST:
        raise _too_large(shown, f"超过 {LARGEST} 字节")
    return data


def _too_large(shown: str, found: str) -> PublishedError:
    return PublishedError(
        "文件超出一份年报应有的大小", where=shown, found=found, hint="只保存年报正文"
    )
