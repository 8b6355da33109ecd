"""Characters that only look like those that were meant: radicals, as many makers of PDF give.

A browser that prints 示 may write the radical ⽰ of the same shape into the file; whoever copies
from there copies it into texts as well. Kangxi radicals have their character in Unicode, of the
others those are listed here that are characters of today.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from nianbao.published.model import Document

_KANGXI = range(0x2F00, 0x2FD6)
_OTHERS = dict(
    zip(
        "⺒⺝⺠⺫⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺟",
        "巳月民目西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟母",
        strict=True,
    )
)
_MEANT = str.maketrans(
    {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI} | _OTHERS
)


def as_meant(document: Document) -> Document:
    """Give the document with characters instead of radicals of the same shape."""
    return replace(
        document,
        lines=tuple(
            replace(
                line, cells=tuple(replace(c, text=c.text.translate(_MEANT)) for c in line.cells)
            )
            for line in document.lines
        ),
    )
