"""What every new project folder gets, whichever command makes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from nianbao.errors import OutputError
from nianbao.filing.register import Agency
from nianbao.project import FOLDERS, Project

README = """\
# 年报项目

| 文件夹 | 内容 |
|---|---|
| `notebooks/` | 母版笔记本 |
| `params/` | 机关名册 `agencies.yaml` 和批次 |
| `sources/` | 填报表：`<机关代码>/<年度>.xlsx` |
| `outputs/` | 生成的年报，都可以删去重做 |

1. 试一试：`nianbao run {batch}`（虚构机关，每页标“示例”）。
2. 在 `params/agencies.yaml` 登记机关。
   `nianbao new --agency 代码 --year 年度` 写一份空白填报表，填好放回原处。
3. 照样写一个批次，运行 `nianbao check 批次`，改好填报表，再运行 `nianbao run 批次`。
"""

OUTPUTS_README = "# outputs\n\n这里的文件都是生成的：`<年度>/<机关代码>/`，可以删去重做。\n"
REGISTER_HEAD = "# 机关名册：代码用于文件名和参数，只用小写字母、数字和连字符。\n"


@contextmanager
def new_project(folder: Path) -> Iterator[Project]:
    """Make a project's folders for the caller to fill; when that fails, leave nothing behind.

    Parameters
    ----------
    folder
        Empty, or not there yet.

    Raises
    ------
    OutputError
        The folder is not empty or cannot be written.
    """
    try:
        is_there = folder.exists()
        if is_there and any(folder.iterdir()):
            raise OutputError("文件夹不是空的", where=folder, hint="换一个名字")
        try:
            for name in (*FOLDERS, "outputs"):
                (folder / name).mkdir(parents=True, exist_ok=True)
            yield Project(folder.resolve())
        except BaseException:
            _clear(folder, keep=is_there)
            raise
    except OSError as error:
        raise OutputError("文件夹不能写", where=folder, found=error) from error


def _clear(folder: Path, *, keep: bool) -> None:
    for item in [*folder.iterdir()] if keep else [folder]:
        if item.is_dir():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)


def furnish(
    project: Project, source: Project, agencies: Iterable[Agency], *, batch: str, more: str = ""
) -> None:
    """Write what is not an agency's own: master notebooks, register, words for newcomers.

    Parameters
    ----------
    source
        Where the notebooks come from.
    agencies
        For the register.
    batch
        What newcomers are told to try, as the project names it.
    more
        Added to the README.
    """
    for notebook in sorted(source.report_notebook.parent.glob("*.ipynb")):
        copy_content(notebook, project.report_notebook.parent / notebook.name)
    write_text(project.register, register_text(agencies))
    write_text(project.root / "README.md", README.format(batch=batch) + more)
    write_text(project.outputs / "README.md", OUTPUTS_README)


def copy_content(source: Path, target: Path) -> None:
    """Copy what a file holds and not its permissions, which are those of new files here."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def register_text(agencies: Iterable[Agency]) -> str:
    """Give the register as it is written: of each agency what is not as usual."""
    listing = [agency.model_dump(mode="json", exclude_defaults=True) for agency in agencies]
    return REGISTER_HEAD + _yaml({"agencies": listing})


def write_yaml(path: Path, data: Mapping[str, Any]) -> None:
    """Write a YAML file in the order given, Chinese as Chinese."""
    write_text(path, _yaml(data))


def _yaml(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False)


def write_text(path: Path, text: str) -> None:
    """Write a text file, the same bytes on any system."""
    path.write_text(text, encoding="utf-8", newline="\n")
