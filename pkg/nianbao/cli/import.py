# ruff: noqa: N999 - a command is found by its name
"""``nianbao import``: published reports into a project of workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.cli.options import EXIT_CODES, debug_option, from_here, worst
from nianbao.terminal import complain, tell

if TYPE_CHECKING:
    from nianbao.errors import NianbaoError
    from nianbao.project import Project
    from nianbao.published.project import Imported
    from nianbao.published.recognise import Published

BATCH = "params/batch.yaml"

EPILOG = f"""\b
例：
  nianbao import 2022年报.html 2023年报.pdf --out 我的项目
  nianbao import 全区年报.zip --out 我的项目 --register params/agencies.yaml

{EXIT_CODES}"""

HELP = f"""把已发布的年报或年报草稿读成填报表，新建项目文件夹，带批次 {BATCH}。

读的文件与 `nianbao audit` 相同。数和文字照原样写入，印错的合计也不改；读不准的不写，逐处说明。
"""


@click.command("import", help=HELP, epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--out", "folder", required=True, type=click.Path(path_type=Path), help="新项目的文件夹。"
)
@click.option(
    "--register",
    "register_path",
    type=click.Path(path_type=Path),
    help="机关名册，用来认机关，取它的代码。",
)
@debug_option
def command(paths: tuple[Path, ...], folder: Path, register_path: Path | None) -> int:
    """Write the project, and tell of each report."""
    from nianbao.cli.audit_register import load_given
    from nianbao.cli.scaffold import new_project
    from nianbao.errors import PublishedError
    from nianbao.project import sample_project
    from nianbao.published.audit import read_reports
    from nianbao.published.project import imported

    reports, errors = _whole(read_reports(paths, load_given(register_path)))
    workbooks, twice = _once_each([*imported(reports)])
    errors += twice
    for error in errors:
        complain(error)
    if not workbooks:
        raise PublishedError("没有一份年报可以写成填报表", hint="先看上面各文件的问题")
    with new_project(folder) as project:
        _fill(project, sample_project(), workbooks)
    tell(f"已新建 {from_here(folder)}：填报表 {len(workbooks)} 份")
    for item in workbooks:
        _tell(item)
    tell(f"下一步：nianbao run {from_here(folder / BATCH)}")
    return worst(error.exit_code for error in errors)


def _whole(
    reports: list[tuple[str, Published | NianbaoError]],
) -> tuple[list[tuple[str, Published]], list[NianbaoError]]:
    """Part the whole reports from the errors."""
    from nianbao.published.recognise import Published

    whole: list[tuple[str, Published]] = []
    errors: list[NianbaoError] = []
    for file, report in reports:
        if not isinstance(report, Published):
            errors.append(report)
        elif report.lacking is not None:
            errors.append(report.lacking)
        else:
            whole.append((file, report))
    return whole, errors


def _once_each(workbooks: list[Imported]) -> tuple[list[Imported], list[NianbaoError]]:
    """Keep the first report of each agency and year."""
    from nianbao.errors import PublishedError

    kept: dict[tuple[str, int], Imported] = {}
    errors: list[NianbaoError] = []
    for item in workbooks:
        first = kept.setdefault((item.agency.code, item.year), item)
        if first is not item:
            errors.append(
                PublishedError(
                    "同一机关同一年度已有一份年报",
                    where=item.file,
                    found=f"{item.year} {item.agency.name}",
                    hint=f"已用 {first.file}；只给出其中一份",
                )
            )
    return [*kept.values()], errors


def _fill(project: Project, source: Project, workbooks: list[Imported]) -> None:
    """Write the workbooks; the batch comes last, so that a project that has one is complete."""
    from nianbao.cli.scaffold import furnish, write_yaml

    agencies = {item.agency.code: item.agency for item in workbooks}
    furnish(project, source, agencies.values(), batch=BATCH)
    for item in workbooks:
        path = project.source(item.agency.code, item.year)
        path.parent.mkdir(exist_ok=True)
        item.write(path)
    reports = [{"agency": item.agency.code, "year": item.year} for item in workbooks]
    write_yaml(
        project.root / BATCH,
        {"title": "读入的年报", "reports": reports, "formats": ["html", "pdf"]},
    )


def _tell(item: Imported) -> None:
    tell(f"  {item.year} {item.agency.name}（{item.agency.code}）← {item.file}")
    for note in item.notes:
        tell(f"    注意：{note}")
