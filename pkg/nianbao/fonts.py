"""The typefaces of a document: which one for what, out of a package and of the office's own.

Two Chinese faces (OFL) come with the package ``pylopdf-fonts-zh-cn``, and for signs that both lack
one with matplotlib, so that a document is the same on any machine. An office that has the typefaces
of official documents names their folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pylopdf_fonts_zh_cn

from nianbao.errors import ConfigError, GlyphError, RenderError, listed

PACKAGE = "pylopdf-fonts-zh-cn"
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
SIGNS, MONO = "DejaVu Sans", "DejaVu Sans Mono"  # ₂, ⅓, ☑ and the like; code
SIGNS_PACKAGE = "matplotlib"
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
SPACES = frozenset("\n\t ")
MOST_GLYPHS = 65536
FAMILY_NAMES = (16, 1, 4, 6)  # of the table of names: typographic family, family, full, PostScript

# What each role is set in, the first that the office has; else in the last, which is the package's.
# Of GB/T 9704-2012 and what is usual where it says nothing.
ROLES: Mapping[str, tuple[str, ...]] = {
    "body": (
        "仿宋_GB2312", "FangSong_GB2312", "方正仿宋_GBK", "FZFangSong-Z02", "方正仿宋简体",
        "FZFangSong-Z02S", "仿宋", "FangSong", "华文仿宋", "STFangsong", "FandolFang", SERIF,
    ),
    "title": (
        "方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05",
        "华文中宋", "STZhongsong", SERIF,
    ),
    "heading": (
        "黑体", "SimHei", "方正黑体_GBK", "FZHei-B01", "方正黑体简体", "FZHei-B01S", "华文黑体",
        "STHeiti", "FandolHei", SANS,
    ),
    "subheading": (
        "楷体_GB2312", "KaiTi_GB2312", "方正楷体_GBK", "FZKai-Z03", "方正楷体简体", "FZKai-Z03S",
        "楷体", "KaiTi", "华文楷体", "STKaiti", "霞鹜文楷", "LXGW WenKai", "FandolKai", SERIF,
    ),
    "folio": ("宋体", "SimSun", "方正书宋_GBK", "华文宋体", "STSong", "FandolSong", SERIF),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The files and the families that a document is set in.

    Attributes
    ----------
    families
        By role of `ROLES`, the family to try first; those of packages follow it for what it lacks.
    own
        The office's files that are used, by family.
    """

    families: Mapping[str, str]
    own: Mapping[str, Path]

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files: the office's, then those of packages."""
        others = (serif_font_path(), sans_font_path(), signs_font_path(), mono_font_path())
        return (*self.own.values(), *others)

    def chain(self, role: str) -> tuple[str, ...]:
        """Give the families of a role in the order in which a character is looked for."""
        last = (SANS, SERIF) if ROLES[role][-1] == SANS else (SERIF, SANS)
        # The office's others follow: a rare character in any of them is printed everywhere.
        return tuple(dict.fromkeys((self.families[role], *last, *self.own, SIGNS, MONO)))

    def told(self) -> dict[str, str]:
        """Give by family where it comes from: a file with its SHA-256, or the package's version."""
        package, signs = (f"{name} {metadata.version(name)}" for name in (PACKAGE, SIGNS_PACKAGE))
        files = {name: f"{path.name} {_digest(path)}" for name, path in self.own.items()}
        return {**files, SERIF: package, SANS: package, SIGNS: signs, MONO: signs}

    def is_own(self, role: str) -> bool:
        """Tell whether a role is set in a typeface of the office's."""
        return self.families[role] in self.own


@cache
def typefaces(folder: str = "", digest: str = "") -> Typefaces:  # noqa: ARG001 - parts the cache
    """Give the typefaces of documents.

    Parameters
    ----------
    folder
        Of the office's own fonts; empty for the package's alone.
    digest
        Of what is in it, where that is known: the folder is read once for each.

    Raises
    ------
    ConfigError
        The folder is missing, holds a broken font, or none of official documents.
    RenderError
        The package's fonts are missing.
    """
    found = dict(_own(folder)) if folder else {}
    chosen = {
        role: next((name for name in names if name in found), names[-1])
        for role, names in ROLES.items()
    }
    used = {name: found[name] for name in chosen.values() if name in found}
    if folder and not used:
        raise ConfigError(
            "字体文件夹里没有公文用的字体",
            where=folder,
            found=listed(found) or "没有字体文件",
            expected=listed(dict.fromkeys(names[0] for names in ROLES.values())),
            hint="放入 .ttf、.otf 或 .ttc 文件，或去掉 --fonts",
        )
    return Typefaces(chosen, used)


def folder_digest(folder: str) -> str:
    """Give SHA-256 over the fonts of a folder; empty for no folder."""
    digest = hashlib.sha256()
    for path in _files(folder) if folder else ():
        digest.update(path.name.encode() + bytes.fromhex(_digest(path)))
    return digest.hexdigest() if folder else ""


def _digest(path: Path) -> str:
    """Give SHA-256 of a font: it is asked for with each report, and some are 20 MB."""
    state = path.stat()
    return _digest_of(path, state.st_ino, state.st_size, state.st_mtime_ns)


@cache
def _digest_of(path: Path, *_state: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(folder: str) -> list[Path]:
    try:
        paths = sorted(Path(folder).iterdir())
    except OSError:
        raise ConfigError("字体文件夹打不开", where=folder, hint="检查 --fonts 的文件夹") from None
    return [path for path in paths if path.suffix.lower() in SUFFIXES and path.is_file()]


def _own(folder: str) -> Iterator[tuple[str, Path]]:
    """Yield each name that a font of the folder goes by, with its file."""
    from fontTools.ttLib import TTLibError  # noqa: PLC0415 - where an office has fonts of its own

    for path in _files(folder):
        try:
            names = _names(path)
        except (TTLibError, OSError, AssertionError, ValueError, KeyError) as error:
            raise ConfigError(
                "字体文件读不了",
                where=path,
                found=error if isinstance(error, OSError) else "不是字体，或已损坏",
                hint="移走它，或换一个完好的文件",
            ) from None
        for name in names:
            yield name, path


def _names(path: Path) -> set[str]:
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415 - as above

    with path.open("rb") as stream:
        is_collection = stream.read(4) == b"ttcf"
        stream.seek(0)
        faces = TTCollection(stream).fonts if is_collection else [TTFont(stream, lazy=True)]
        records = [record for face in faces for record in face["name"].names]
        return {record.toUnicode() for record in records if record.nameID in FAMILY_NAMES}


def sans_font_path() -> Path:
    """Give the file of Noto Sans SC; RenderError where it is missing."""
    return _present(pylopdf_fonts_zh_cn.sans_path())


def serif_font_path() -> Path:
    """Give the file of Noto Serif SC; RenderError where it is missing."""
    return _present(pylopdf_fonts_zh_cn.serif_path())


def signs_font_path() -> Path:
    """Give the file of DejaVu Sans; RenderError where it is missing."""
    return _dejavu("DejaVuSans.ttf")


def mono_font_path() -> Path:
    """Give the file of DejaVu Sans Mono; RenderError where it is missing."""
    return _dejavu("DejaVuSansMono.ttf")


def _dejavu(name: str) -> Path:
    found = find_spec(SIGNS_PACKAGE)  # which is not imported: that takes longer than a report
    folder = Path(found.origin if found and found.origin else "").parent
    path = folder / "mpl-data" / "fonts" / "ttf" / name
    return _present(path, "找不到符号字体", SIGNS_PACKAGE)


def _present(path: Path, what: str = "找不到中文字体", package: str = PACKAGE) -> Path:
    if not path.is_file():
        raise RenderError(what, where=path, hint=f"重新安装软件包 {package}")
    return path


def missing_glyphs(text: str, faces: Typefaces | None = None) -> list[str]:
    """Give the characters of a text that no font has, each once, in the order of their codes.

    Parameters
    ----------
    faces
        What it is set in; None for the fonts that come in packages.
    """
    known = _characters((faces or typefaces()).paths)
    return sorted({char for char in set(text) - SPACES if ord(char) not in known})


def glyph_error(characters: Iterable[str], places: Iterable[object]) -> GlyphError:
    """Give the error that names characters which no font has, and where they stand."""
    lacking = "".join(dict.fromkeys(characters))
    return GlyphError(
        "有字体里没有的字，印不出来",
        characters=lacking,
        where=listed(dict.fromkeys(map(str, places))),
        found=named(lacking),
        hint="换成通行的写法；如是人名、地名用字，请联系技术人员换用字更全的字体（--fonts）",
    )


def named(characters: Iterable[str]) -> str:
    """Name characters by their codes and themselves, for a message."""
    return listed(f"U+{ord(char):04X} {char}" for char in characters)


@cache
def _characters(paths: tuple[Path, ...]) -> frozenset[int]:
    return frozenset().union(*map(_mapped, paths))


@cache
def _mapped(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - where something is printed

    with TTFont(path, lazy=True, fontNumber=0) as font:
        # Names of the glyphs are of no interest; to read them takes as long as all the rest.
        font.setGlyphOrder([str(number) for number in range(MOST_GLYPHS)])
        return frozenset(font.getBestCmap())
