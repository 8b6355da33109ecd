"""``nianbao init``: a new project folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import nianbao
from nianbao.cli.options import EXIT_CODES, debug_option, from_here
from nianbao.errors import ConfigError, OutputError, ProjectError, system_reason
from nianbao.filing.register import Register, load_register
from nianbao.project import FOLDERS, Project

EPILOG = f"""\b
例：nianbao init 我的项目

{EXIT_CODES}"""

README = """\
# 年报项目

| 文件夹 | 内容 |
|---|---|
| `notebooks/` | 母版笔记本 |
| `params/` | 机关名册 `agencies.yaml` 和批次 |
| `sources/` | 填报表：`<机关代码>/<年度>.xlsx` |
| `outputs/` | 生成的年报，都可以删去重做 |

1. 试一试：`nianbao run {batch}`（虚构机关，每页标“示例”）。
2. 在 `params/agencies.yaml` 登记机关，把填报表放进 `sources/`。
3. 照样写一个批次，运行 `nianbao check 批次`，改好填报表，再运行 `nianbao run 批次`。
"""

OUTPUTS_README = "# outputs\n\n这里的文件都是生成的：`<年度>/<机关代码>/`，可以删去重做。\n"
REGISTER_HEAD = "# 机关名册：代码用于文件名和参数，只用小写字母、数字和连字符。\n"


HELP = "新建项目文件夹 DIR，带一个虚构机关（示例）及其批次。"


@click.command("init", help=HELP, epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@debug_option
def command(folder: Path) -> int:
    """Make the folder, and tell what to try next."""
    batches = make_project(template(), folder)
    click.echo(f"已新建 {from_here(folder)}")
    if batches:
        click.echo(f"试一试：cd {from_here(folder)} && nianbao run {batches[0]}")
    return 0


def template() -> Project:
    """Give the project that new ones are copied from: in the wheel, else this checkout.

    Raises
    ------
    ProjectError
        Neither is complete.
    """
    package = Path(nianbao.__file__).resolve().parent
    for root in (package / "_project", package.parents[1]):
        if all((root / name).is_dir() for name in FOLDERS):
            return Project(root)
    raise ProjectError(
        "找不到新项目的样板文件", where=package / "_project", hint="重新安装 nianbao"
    )


def make_project(source: Project, folder: Path) -> tuple[str, ...]:
    """Make a project with the notebooks and the made-up agencies of another.

    Parameters
    ----------
    source
        Where to copy from; its real agencies stay behind.
    folder
        Empty, or not there yet.

    Returns
    -------
    tuple of str
        The batches copied, as the new project names them.

    Raises
    ------
    OutputError
        The folder is not empty or cannot be written.
    """
    register = load_register(source.register, shown=source.relative(source.register))
    try:
        if folder.exists() and any(folder.iterdir()):
            raise OutputError("文件夹不是空的", where=folder, hint="换一个名字")
        return _copy(source, register, folder)
    except OSError as error:
        raise OutputError("文件夹不能写", where=folder, found=system_reason(error)) from error


def _copy(source: Project, register: Register, folder: Path) -> tuple[str, ...]:
    sample_batches = list(_sample_batches(source))
    for name in (*FOLDERS, "outputs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for notebook in sorted(source.report_notebook.parent.glob("*.ipynb")):
        shutil.copyfile(notebook, folder / "notebooks" / notebook.name)
    samples = [agency for agency in register.agencies if agency.is_sample]
    for agency in samples:
        workbooks = source.root / "sources" / agency.code
        if workbooks.is_dir():
            shutil.copytree(workbooks, folder / "sources" / agency.code)
    _write(folder / "params" / "agencies.yaml", REGISTER_HEAD + _yaml(samples))
    batches = [_copy_batch(path, folder) for path in sample_batches]
    _write(folder / "README.md", README.format(batch=batches[0] if batches else "批次"))
    _write(folder / "outputs" / "README.md", OUTPUTS_README)
    return tuple(batches)


def _sample_batches(source: Project) -> Iterator[Path]:
    """Give the batches that name made-up agencies only."""
    from nianbao.batch.batch import load_batch

    for path in sorted(source.params.glob("*.yaml")):
        if path == source.register:
            continue
        try:
            batch = load_batch(path, source)
        except ConfigError:  # somebody's own in a checkout: no sample
            continue
        if all(batch.register.agency(report.agency).is_sample for report in batch.reports):
            yield path


def _copy_batch(path: Path, folder: Path) -> str:
    shutil.copyfile(path, folder / "params" / path.name)
    return f"params/{path.name}"


def _yaml(samples: list[Any]) -> str:
    import yaml

    listing = [agency.model_dump(exclude_defaults=True) for agency in samples]
    return yaml.safe_dump({"agencies": listing}, allow_unicode=True, sort_keys=False)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
