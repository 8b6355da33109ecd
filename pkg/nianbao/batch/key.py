"""The key of a report: everything that its bytes depend on, part by part."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from io import FileIO
from pathlib import Path

import nianbao
from nianbao.filing.register import Agency
from nianbao.fonts import PACKAGE as FONTS_PACKAGE
from nianbao.fonts import folder_digest
from nianbao.forms import form_for_year
from nianbao.project import Project, pictures_of
from nianbao.running.parameters import ReportParameters

PACKAGE = "nianbao"
NOT_CODE = ("__pycache__", "_project")
BLOCK = 1 << 20  # bytes

# What people are told when a part has changed.
LABELS = {
    "notebook": "母版笔记本改了",
    "pictures": "笔记本里的图改了",
    "parameters": "参数改了",
    "source": "填报表改了",
    "previous": "上年填报表改了",
    "ledgers": "台账改了",
    "units": "下级单位的填报改了",
    "units_before": "下级单位上年的填报改了",
    "agency": "名册中的机关改了",
    "tree": "名册中的下级单位改了",
    "form": "格式改了",
    "code": "程序改了",
    "packages": "依赖的软件包换了版本",
    "fonts": "字体换了",
    "formats": "输出格式改了",
    "holidays": "节假日安排改了",
}


@dataclass(frozen=True, slots=True)
class Input:
    """A file that a report is made from.

    Attributes
    ----------
    name
        As the project names it.
    digest
        SHA-256 of its bytes; empty where it is missing or cannot be read.
    """

    name: str
    digest: str = ""

    @property
    def part(self) -> str:
        """Its part of a key: name and digest; empty where there is no digest."""
        return f"{self.name}:{self.digest}" if self.digest else ""


@dataclass(frozen=True, slots=True)
class Key:
    """The parts of a key, each a short text, named as in `LABELS`.

    A file is ``name:digest``, an entry of the register and the parameters are JSON, the packages
    are a digest of their versions: so that two keys tell by themselves what has changed.
    """

    parts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 over all parts."""
        return digest_of(json.dumps(dict(self.parts), sort_keys=True).encode())

    def changed(self, before: Mapping[str, str]) -> tuple[str, ...]:
        """Give the names of the parts that differ from those of an earlier key."""
        return tuple(name for name in LABELS if self.parts.get(name) != before.get(name))


def shared_parts(
    notebook: Input,
    holidays: Input,
    formats: Iterable[str],
    fonts: str = "",
    pictures: Iterable[Input] = (),
) -> dict[str, str]:
    """Give the parts that all reports of a batch share.

    Parameters
    ----------
    notebook, holidays
        The master notebook, and the project's own list of holidays where there is one.
    fonts
        Folder of the office's own fonts; empty for none.
    pictures
        Local ones that the notebook names.

    Raises
    ------
    ConfigError
        That folder cannot be read.
    """
    versions = package_versions()
    return {
        "notebook": notebook.part,
        "pictures": _listing(pictures),
        "code": f"{PACKAGE} {nianbao.__version__}:{code_digest()}",
        "packages": digest_of(json.dumps(versions, sort_keys=True).encode()),
        "fonts": "+".join(filter(None, (versions.get(FONTS_PACKAGE, ""), folder_digest(fonts)))),
        "formats": ",".join(formats),
        "holidays": holidays.part,
    }


@dataclass(frozen=True, slots=True)
class Below:
    """What a government's report is made from besides its own workbooks.

    Attributes
    ----------
    tree
        What the register says of all below it in the report year, as JSON by code.
    files, before
        Their workbooks, ledgers and earlier versions of the year; workbooks and ledgers of the
        year before. Without a digest where there is none.
    """

    tree: str
    files: tuple[Input, ...]
    before: tuple[Input, ...] = ()

    @property
    def parts(self) -> dict[str, str]:
        """Its parts of a key."""
        return {
            "tree": self.tree,
            "units": _listing(self.files),
            "units_before": _listing(self.before),
        }


def _listing(files: Iterable[Input]) -> str:
    return "\n".join(item.part for item in files if item.digest)


def report_key(
    shared: Mapping[str, str],
    agency: Agency,
    parameters: ReportParameters,
    source: Input,
    previous: Input,
    ledgers: Iterable[Input] = (),
    below: Below | None = None,
) -> Key:
    """Give the key of one report: a pure function.

    Parameters
    ----------
    shared
        What `shared_parts` gives.
    agency
        Its entry in the register.
    source, previous
        Its workbooks, without a digest where there is none.
    ledgers
        The ledgers beside them.
    below
        Of a government's report, what it is the sum of.
    """
    form = form_for_year(parameters.year)
    own = {
        "parameters": parameters.model_dump_json(by_alias=True),
        "source": source.part,
        "previous": previous.part,
        "ledgers": "\n".join(item.part for item in ledgers),
        "agency": agency.in_year(parameters.year).entry,
        "form": "" if form is None else form.key,
        **(below.parts if below else {}),
    }
    return Key({name: {**shared, **own}.get(name, "") for name in LABELS})


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def content_digest(path: Path | str) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    # Unbuffered: most are small, and there are many.
    with FileIO(path, opener=_open_plain) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _open_plain(path: str, flags: int) -> int:
    """Open a plain file; a pipe would be waited for, and a device has no end."""
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a plain file", path)
    return handle


def read_pictures(project: Project, notebook: str) -> tuple[Input, ...]:
    """Give the local pictures that a notebook names, as inputs."""
    paths = pictures_of(project.root / notebook, project.root)
    return tuple(read_input(project, project.relative(path)) for path in paths)


def read_input(project: Project, name: str) -> Input:
    """Give a file as an input, named from the project's root; without a digest if unreadable."""
    try:
        return Input(name, content_digest(f"{project.root}/{name}"))
    except OSError:
        return Input(name)


@cache
def code_digest(root: Path = Path(nianbao.__file__).parent) -> str:
    """Give the digest of all files of the package, by content and place in it."""
    files = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and not set(NOT_CODE) & set(path.relative_to(root).parts)
    )
    listing = [f"{path.relative_to(root).as_posix()} {content_digest(path)}" for path in files]
    return digest_of("\n".join(listing).encode())


@cache
def package_versions() -> dict[str, str]:
    """Give Python's minor version and the version of each package that nianbao runs on.

    That is what it depends on and what those depend on in turn: what a lock pins.
    """
    versions: dict[str, str] = {}
    wanted = [PACKAGE]
    while wanted:
        name = wanted.pop()
        if name in versions:
            continue
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # not for this system; or a checkout
            continue
        versions[name] = found.version
        wanted += [_name(line) for line in found.requires or () if "extra ==" not in line]
    versions.pop(PACKAGE, None)  # its code counts by content
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | dict(
        sorted(versions.items())
    )


def noted_versions() -> dict[str, str]:
    """Give the versions that a manifest notes: nianbao's own, and those of the packages."""
    return {PACKAGE: nianbao.__version__, **package_versions()}


def _name(requirement: str) -> str:
    written = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", written).lower()
