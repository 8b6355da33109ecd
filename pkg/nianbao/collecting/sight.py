"""What is told at first sight: files that nobody could read, whoever sent them."""

from __future__ import annotations

from nianbao.collecting.inbox import Item
from nianbao.errors import NianbaoError, PublishedError
from nianbao.published.files import PICTURES

ELECTRONIC = "请交电子版（可编辑的 Word、表格或本系统的填报表）"

_MARKS: tuple[tuple[str, tuple[tuple[int, bytes], ...]], ...] = (
    ("图片", (*((0, mark) for mark in PICTURES), (8, b"WEBP"), (4, b"ftyphei"), (4, b"ftypmif"))),
    ("视频或录音", (
        (4, b"ftyp"), (8, b"AVI "), (8, b"WAVE"), (0, b"\x1aE\xdf\xa3"), (0, b"ID3"), (0, b"OggS"),
        (0, b"\xff\xfb"), (0, b"#!AMR"), (0, b"0&\xb2u\x8ef\xcf\x11"), (0, b"\x00\x00\x01\xba"),
    )),
    ("rar、7z 之类的压缩包", ((0, b"Rar!"), (0, b"7z\xbc\xaf"), (0, b"\x1f\x8b"))),
    ("程序", ((0, b"MZ"), (0, b"\x7fELF"))),
)  # fmt: skip


def refused_at_sight(item: Item) -> NianbaoError | None:
    """Tell by its first bytes that a file is none that anybody could read; it is not opened."""
    if not item.head:
        return PublishedError("文件是空的", where=item.shown, hint="请重新发送")
    for what, marks in _MARKS:
        if any(item.head[at:].startswith(mark) for at, mark in marks):
            is_archive = what.startswith("rar")
            hint = "解压后再收，或用 zip" if is_archive else ELECTRONIC
            return PublishedError(f"是{what}，读不了", where=item.shown, hint=hint)
    return None
