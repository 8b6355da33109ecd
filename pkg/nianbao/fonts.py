"""Where the two Chinese fonts stand: a face with serifs for text, one without for headings.

They come with the package ``pylopdf-fonts-zh-cn``, so that a page is the same on any machine.
"""

from __future__ import annotations

from pathlib import Path

import pylopdf_fonts_zh_cn

from nianbao.errors import RenderError


def sans_font_path() -> Path:
    """Give the file of Noto Sans SC; RenderError where it is missing."""
    return _present(pylopdf_fonts_zh_cn.sans_path())


def serif_font_path() -> Path:
    """Give the file of Noto Serif SC; RenderError where it is missing."""
    return _present(pylopdf_fonts_zh_cn.serif_path())


def font_paths() -> tuple[Path, ...]:
    """Give the files of all fonts that a document may use."""
    return (serif_font_path(), sans_font_path())


def _present(path: Path) -> Path:
    if not path.is_file():
        raise RenderError(
            "找不到中文字体",
            where=path,
            hint="重新安装软件包 pylopdf-fonts-zh-cn",
        )
    return path
