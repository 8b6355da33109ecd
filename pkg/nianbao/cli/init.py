"""``nianbao init``: a new project folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from nianbao.cli.options import EXIT_CODES, debug_option, from_here
from nianbao.errors import ConfigError
from nianbao.project import Project
from nianbao.terminal import tell

EPILOG = f"""\b
例：nianbao init 我的项目

{EXIT_CODES}"""

HELP = "新建项目文件夹 DIR，带一个虚构机关（示例）及其批次。"


@click.command("init", help=HELP, epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@debug_option
def command(folder: Path) -> int:
    """Make the folder, and tell what to try next."""
    from nianbao.project import sample_project

    batches = make_project(sample_project(), folder)
    tell(f"已新建 {from_here(folder)}")
    if batches:
        tell(f"试一试：cd {from_here(folder)} && nianbao run {batches[0]}")
    return 0


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
    from nianbao.cli.scaffold import copy_content, furnish, new_project
    from nianbao.filing.register import load_register

    register = load_register(source.register, shown=source.relative(source.register))
    samples = [agency for agency in register.agencies if agency.is_sample]
    batches = list(_sample_batches(source))
    with new_project(folder) as project:
        for agency in samples:
            for path in filter(Path.is_file, source.sources(agency.code).glob("*")):
                copy_content(path, project.sources(agency.code) / path.name)
        for path in batches:
            copy_content(path, project.params / path.name)
        names = tuple(f"params/{path.name}" for path in batches)
        furnish(project, source, samples, batch=names[0] if names else "批次")
    return names


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
