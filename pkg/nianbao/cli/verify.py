"""``nianbao verify``: whether reports that stand are what they would be if made again."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nianbao.cli.options import (
    EXIT_CODES,
    debug_option,
    fonts_option,
    format_option,
    from_here,
    limit_options,
    limits_of,
    project_of,
    worst,
)
from nianbao.errors import UsageError, visible
from nianbao.terminal import print_json, tell

if TYPE_CHECKING:
    from nianbao.batch.differences import Difference
    from nianbao.batch.verify import Verdict
    from nianbao.project import Project
    from nianbao.running.execute import Limits

MANY = 30  # reports: of more than these, only the ones that need somebody are listed

EPILOG = f"""\b
例：
  nianbao verify outputs/2022/shili-jyj
  nianbao verify outputs --format json

{EXIT_CODES}"""


HELP = """重做年报，与已有的逐字节比较。

DIR 是一份年报的文件夹，如 outputs/2022/shili-jyj，或有许多份的输出文件夹，如 outputs。
按生成记录里的格式和参数在临时文件夹里重做，除生成记录外每个文件都要一样；DIR 里什么也不动。
做成之后填报表、笔记本、程序或软件包改过的，不能比较，只说改了什么。
"""


@click.command("verify", help=HELP, epilog=EPILOG)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="同时做几份；默认看机器的核数和内存。",
)
@fonts_option
@limit_options
@format_option
@debug_option
def command(
    *, folder: Path, workers: int | None, fonts: str, output_format: str, **limits: Any
) -> int:
    """Print what is found, and give the exit code."""
    if not folder.is_dir():
        raise UsageError(
            "不是文件夹" if folder.exists() else "没有这个文件夹",
            where=folder,
            hint="给出一份年报的文件夹，如 outputs/2022/shili-jyj，或整个输出文件夹",
        )
    project = project_of(folder.resolve())
    verdicts = _verify(project, folder, workers, fonts, limits_of(**limits))
    code = worst(verdict.exit_code for verdict in verdicts)
    if output_format == "json":
        print_json({"exit_code": code, "reports": [_json(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            if len(verdicts) <= MANY or verdict.status != "same" or verdict.others:
                tell(*_lines(verdict))
        if len(verdicts) > 1:
            tell(_counts(verdicts))
    return code


def _verify(
    project: Project, folder: Path, workers: int | None, fonts: str, limits: Limits
) -> list[Verdict]:
    """Give what is found about each report, in the order of their folders."""
    from nianbao.batch.executors import local_workers
    from nianbao.batch.machine import require_files
    from nianbao.batch.progress import Progress
    from nianbao.batch.verify import open_cases, reports_in, verify

    folders = reports_in(folder)
    require_files()
    with tempfile.TemporaryDirectory(
        prefix="nianbao-verify-", ignore_cleanup_errors=True
    ) as scratch:
        cases = open_cases(project, folders, Path(scratch).resolve(), fonts=fonts)
        due = sum(not case.reasons for case in cases)
        able = local_workers(workers, due, limits)
        with (
            Progress(due, done="已比较") as progress,
            closing(
                verify(cases, able, limits=limits, begin=progress.begin, end=progress.end)
            ) as coming,
        ):
            verdicts = {verdict.folder: verdict for verdict in coming}
    return [verdicts[place] for place in folders]


def _json(verdict: Verdict) -> dict[str, Any]:
    data = asdict(verdict)
    del data["exit_code"]
    return {**data, "folder": from_here(verdict.folder)}


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"{from_here(verdict.folder)} {verdict.word}"
    for reason in verdict.reasons:
        yield f"  {reason}"
    for difference in verdict.differences:
        yield from _difference_lines(difference)
    if verdict.others:
        yield f"  不是 nianbao 生成的文件，没有比较：{visible('、'.join(verdict.others))}"
    if verdict.message:
        yield from (f"  {line}" for line in verdict.message.splitlines())
    if verdict.differences and verdict.elsewhere:
        yield f"  这份年报是在另一台机器上生成的：{visible(verdict.elsewhere)}"


def _difference_lines(difference: Difference) -> Iterator[str]:
    place = f"：{difference.where}" if difference.where else ""
    yield f"  {visible(difference.file)} {difference.what}{place}"
    if difference.where:
        yield f"    现有：{difference.found}"
        yield f"    重做：{difference.expected}"


def _counts(verdicts: Sequence[Verdict]) -> str:
    from nianbao.batch.verify import WORDS

    counted = Counter(verdict.status for verdict in verdicts)
    return "，".join(
        f"{counted[status]} 份{word}" for status, word in WORDS.items() if counted[status]
    )
