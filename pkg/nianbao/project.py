"""A project: the folder that holds notebooks, parameters, sources and outputs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nianbao.errors import ProjectError

FOLDERS = ("notebooks", "params", "sources")
ENVIRONMENT_VARIABLE = "NIANBAO_PROJECT"
WORKBOOK_SUFFIXES = (".xlsx", ".ods", ".xls")  # the first that is there counts
OPEN_DATA = ("csv", "xlsx")  # formats of the figures; the others are of the report
BATCH_SUFFIXES = (".yaml", ".yml", ".csv")

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

    Of several for a year the first of xlsx, ods, xls counts. Capitals in the suffix do not matter,
    on any system.
    """
    found: dict[int, str] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                year = workbook_year(entry.name)
                if year is None or not entry.is_file():
                    continue
                if year not in found or _rank(entry.name) < _rank(found[year]):
                    found[year] = entry.name
    except OSError:
        return {}
    return found


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
