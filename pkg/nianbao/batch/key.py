"""The key of a report: everything that its bytes depend on, part by part."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import nianbao
from nianbao.filing.register import Agency
from nianbao.forms import form_for_year
from nianbao.project import Project
from nianbao.running.parameters import ReportParameters

PACKAGE = "nianbao"
FONTS_PACKAGE = "pylopdf-fonts-zh-cn"
NOT_CODE = ("__pycache__", "_project")

# What people are told when a part has changed.
LABELS = {
    "notebook": "母版笔记本改了",
    "parameters": "参数改了",
    "source": "填报表改了",
    "previous": "上年填报表改了",
    "agency": "名册中的机关改了",
    "form": "格式改了",
    "code": "程序改了",
    "packages": "依赖的软件包换了版本",
    "fonts": "字体换了版本",
    "formats": "输出格式改了",
}


@dataclass(frozen=True, slots=True)
class Key:
    """The parts of a key, each a digest or a short text, named as in `LABELS`."""

    parts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 over all parts."""
        return digest_of(json.dumps(dict(self.parts), sort_keys=True).encode())

    def changed(self, before: Mapping[str, str]) -> tuple[str, ...]:
        """Give the names of the parts that differ from those of an earlier key."""
        return tuple(name for name in LABELS if self.parts.get(name) != before.get(name))


def shared_parts(project: Project, formats: Iterable[str]) -> dict[str, str]:
    """Give the parts that all reports of a batch share."""
    return {
        "notebook": file_digest(project.report_notebook),
        "code": code_digest(),
        "packages": digest_of(json.dumps(package_versions(), sort_keys=True).encode()),
        "fonts": package_versions().get(FONTS_PACKAGE, ""),
        "formats": ",".join(formats),
    }


def report_key(
    project: Project,
    agency: Agency,
    parameters: ReportParameters,
    shared: Mapping[str, str],
) -> Key:
    """Give the key of one report, reading its workbooks.

    Parameters
    ----------
    agency
        Its entry in the register.
    shared
        What `shared_parts` gives.
    """
    year = parameters.year
    form = form_for_year(year)
    own = {
        "parameters": parameters.model_dump_json(by_alias=True),
        "agency": digest_of(agency.model_dump_json().encode()),
        "form": "" if form is None else form.key,
        **{name: file_digest(path) for name, path in inputs(project, agency.code, year).items()},
    }
    return Key({name: {**shared, **own}.get(name, "") for name in LABELS})


def inputs(project: Project, agency: str, year: int) -> dict[str, Path]:
    """Give the workbooks that a report reads: ``source``, and ``previous`` where there is one."""
    found = {"source": project.source(agency, year)}
    previous = project.source(agency, year - 1)
    if form_for_year(year - 1) is not None and previous.is_file():
        found["previous"] = previous
    return found


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """Give the digest of a file's name and bytes' digest apart by a colon; empty if missing."""
    return f"{path.name}:{content_digest(path)}" if path.is_file() else ""


def content_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
    """Give Python's minor version and the version of each package that nianbao depends on."""
    try:
        wanted = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        wanted = [str(item.metadata["Name"]) for item in metadata.distributions()]
    names = {_name(line) for line in wanted if "extra ==" not in line}
    versions = {name: _version(name) for name in sorted(names)}
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}", **versions}


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
