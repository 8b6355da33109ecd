"""A project: the folder that holds notebooks, parameters, sources and outputs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nianbao.errors import ProjectError

FOLDERS = ("notebooks", "params", "sources")
ENVIRONMENT_VARIABLE = "NIANBAO_PROJECT"
WORKBOOK_SUFFIXES = (".xlsx", ".ods", ".xls")  # the first that is there counts


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
    def outputs(self) -> Path:
        """Where outputs go unless the command says otherwise."""
        return self.root / "outputs"

    @property
    def report_notebook(self) -> Path:
        """The master notebook of one agency's report."""
        return self.root / "notebooks" / "report.ipynb"

    def source(self, agency: str, year: int) -> Path:
        """Give the workbook of one agency and year: the first of xlsx, ods, xls that is there."""
        folder = self.root / "sources" / agency
        return workbook_in(folder, year) or folder / f"{year}{WORKBOOK_SUFFIXES[0]}"

    def relative(self, path: Path) -> str:
        """Name a file as saved outputs name it: from the root, with forward slashes.

        A file outside the project is named by its last two parts, so that no output tells
        where on a machine the project stood.
        """
        resolved = path.resolve()
        if resolved.is_relative_to(self.root):
            return resolved.relative_to(self.root).as_posix()
        return "/".join(resolved.parts[-2:])

    def resolve(self, name: str) -> Path:
        """Give the absolute path of a file that is named from the root."""
        return (self.root / name).resolve()


def workbook_in(folder: Path, year: int) -> Path | None:
    """Give an agency's workbook of a year that stands in `folder`; None where there is none."""
    candidates = (folder / f"{year}{suffix}" for suffix in WORKBOOK_SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)
