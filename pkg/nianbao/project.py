"""A project: the folder that holds notebooks, parameters, sources and outputs."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from nianbao.errors import ProjectError

FOLDERS = ("notebooks", "params", "sources")
ENVIRONMENT_VARIABLE = "NIANBAO_PROJECT"
WORKBOOK_SUFFIXES = (".xlsx", ".ods", ".xls")
OPEN_DATA = ("csv", "xlsx")  # formats of the figures; the others are of the report
BATCH_SUFFIXES = (".yaml", ".yml", ".csv")

PICTURE_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml",
}  # fmt: skip
LARGEST_PICTURE = 20_000_000  # bytes
LONGEST_SUFFIX = 8  # characters

# Where an address may stand in Markdown and HTML: between angle brackets or quotes also with
# spaces. Each looks at a character once or twice, for a picture may stand there itself, in base64.
_NAMES = tuple(map(re.compile, (r"<([^<>\n]+)>", r'"([^"\n]+)"', r"'([^'\n]+)'")))
_APART = re.compile(r"""[\s()<>"'\[\]]+""")
_WORKBOOK = re.compile(r"([0-9]{4})(\.xlsx|\.ods|\.xls)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Project:
    """Where things stand, told from one absolute root folder."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Self:
        """Find the project: ``NIANBAO_PROJECT``, else the nearest folder upwards that is one.

        Parameters
        ----------
        start
            Where to look upwards from; the current folder by default.

        Raises
        ------
        ProjectError
            No such folder.
        """
        named = os.environ.get(ENVIRONMENT_VARIABLE)
        first = Path(named) if named else (start or Path.cwd())
        origin = first.resolve()
        candidates = [origin] if named else [origin, *origin.parents]
        for folder in candidates:
            if all((folder / name).is_dir() for name in FOLDERS):
                return cls(folder)
        raise ProjectError(
            "找不到项目文件夹",
            where=origin,
            expected=f"其中有 {'、'.join(name + '/' for name in FOLDERS)}",
            hint="在项目文件夹内运行，或用 `nianbao init 文件夹` 新建一个",
        )

    @property
    def params(self) -> Path:
        """The folder of batches and of the register."""
        return self.root / "params"

    @property
    def register(self) -> Path:
        """The register of agencies."""
        return self.params / "agencies.yaml"

    @property
    def holidays(self) -> Path:
        """The list of holidays, for years that no package knows; a project need not have it."""
        return self.params / "holidays.yaml"

    @property
    def outputs(self) -> Path:
        """Where outputs go unless the command says otherwise."""
        return self.root / "outputs"

    @property
    def report_notebook(self) -> Path:
        """The master notebook of one agency's report."""
        return self.root / "notebooks" / "report.ipynb"

    @property
    def rollup_notebook(self) -> Path:
        """The master notebook of a government's report, the sum of its agencies."""
        return self.root / "notebooks" / "rollup.ipynb"

    def sources(self, agency: str) -> Path:
        """Give the folder of an agency's workbooks."""
        return self.root / "sources" / agency

    def source(self, agency: str, year: int) -> Path:
        """Give the workbook of one agency and year: the first of xlsx, ods, xls that is there."""
        folder = self.sources(agency)
        return workbook_in(folder, year) or folder / f"{year}{WORKBOOK_SUFFIXES[0]}"

    def relative(self, path: Path) -> str:
        """Name a file as saved outputs name it: from the root, with forward slashes.

        What a link in the project leads to has the name of the link. A file outside the project is
        named by its last two parts, so that no output tells where on a machine the project stood.
        """
        as_named = Path(os.path.abspath(path))  # noqa: PTH100 - resolve would follow links
        resolved = path.resolve()
        for full in (as_named, resolved):
            if full.is_relative_to(self.root):
                return full.relative_to(self.root).as_posix()
        return "/".join(resolved.parts[-2:])

    def resolve(self, name: str) -> Path:
        """Give the absolute path of a file that is named from the root."""
        return (self.root / name).resolve()


def output_name(format_: str) -> str:
    """Name the file in which a report comes out in a format: the one place that says it."""
    return f"{'figures' if format_ in OPEN_DATA else 'report'}.{format_}"


def workbook_in(folder: Path, year: int) -> Path | None:
    """Give an agency's workbook of a year that stands in `folder`; None where there is none."""
    name = workbooks_in(folder).get(year)
    return None if name is None else folder / name


def workbooks_in(folder: Path) -> Mapping[int, str]:
    """Give the names of the workbooks that stand in `folder`, by year; empty for no folder.

    Of several for a year the first of xlsx, ods, xls is given, though no report is made of it: see
    `nianbao.filing.sources.require_one`.
    """
    return {year: names[0] for year, names in all_workbooks_in(folder).items()}


def all_workbooks_in(folder: Path) -> Mapping[int, Sequence[str]]:
    """Give the names of all workbooks that stand in `folder`, by year, in one order.

    Capitals in the suffix do not matter, on any system.
    """
    found: dict[int, list[str]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                year = workbook_year(entry.name)
                if year is not None and entry.is_file():
                    found.setdefault(year, []).append(entry.name)
    except OSError:
        return {}
    return {year: sorted(names, key=_rank) for year, names in found.items()}


def workbook_year(name: str) -> int | None:
    """Give the year of a workbook by the name of its file; None for any other file."""
    match = _WORKBOOK.fullmatch(name)
    return int(match[1]) if match else None


def _rank(name: str) -> tuple[int, str]:
    return WORKBOOK_SUFFIXES.index(name[4:].lower()), name


def sample_project() -> Project:
    """Give the project that new ones are copied from: in the wheel, else this checkout.

    Raises
    ------
    ProjectError
        Neither is complete.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_project", package.parents[1]):
        if all((root / name).is_dir() for name in FOLDERS):
            return Project(root)
    raise ProjectError(
        "找不到新项目的样板文件", where=package / "_project", hint="重新安装 nianbao"
    )


def local_pictures(text: str, folder: Path, root: Path) -> dict[str, Path]:
    """Give the pictures that a cell of a notebook names and that are there, by their addresses.

    Parameters
    ----------
    text
        The cell's source.
    folder
        Of the notebook: an address is looked up from there, then from the root.
    root
        What lies outside, links followed, is not taken.
    """
    named = [*_APART.split(text), *(name for kind in _NAMES for name in kind.findall(text))]
    found: dict[str, Path] = {}
    for address in named:
        if Path(address[-LONGEST_SUFFIX:]).suffix.lower() in PICTURE_TYPES:
            path = _inside(unquote(address), (folder, root), root.resolve())
            if path is not None:
                found[address] = path
    return found


def _inside(name: str, folders: Iterable[Path], root: Path) -> Path | None:
    for folder in folders:
        try:
            path = (folder / name).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path if path.stat().st_size <= LARGEST_PICTURE else None
        except (OSError, ValueError):  # no name that the system knows
            continue
    return None


def keep_pictures(cells: Iterable[Any], folder: Path, root: Path) -> None:
    """Put the local pictures that Markdown cells name into these cells, as their attachments.

    So an executed notebook stays the one source of its documents, wherever it goes.
    """
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for address, path in local_pictures(cell["source"], folder, root).items():
                content = b64encode(path.read_bytes()).decode()
                kept = {PICTURE_TYPES[path.suffix.lower()]: content}
                cell.setdefault("attachments", {}).setdefault(address, kept)


def pictures_of(notebook: Path, root: Path) -> list[Path]:
    """Give the local pictures that a notebook's cells name; none of one that cannot be read."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []
    named = (local_pictures(text, notebook.parent, root).values() for text in texts)
    return sorted({path for paths in named for path in paths})
