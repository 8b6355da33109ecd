"""Options and words that several commands share."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.cells import cell_len
from rich.table import Table

from nianbao.checks.finding import Severity
from nianbao.console import open_console
from nianbao.errors import ProjectError, in_one_line
from nianbao.project import Project
from nianbao.terminal import tell

if TYPE_CHECKING:
    from nianbao.running.execute import Limits

Command = TypeVar("Command", bound=Callable[..., Any])

EXIT_CODES = """\b
退出码（取先适用者）：
  130  中断
   70  程序缺陷
    2  用法、批次或名册有误；输出文件夹不能写或正被占用
    3  有年报没有做成，或文件读不了；有年报不能比较（verify）
    1  有“必须改”的问题（check；run 加 --strict 时），有不一致（verify）
    0  完成
"""


def format_option(command: Command) -> Command:
    """Add ``--format text|json``."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(["text", "json"]),
        default="text",
        help="结果的格式（标准输出）。",
    )(command)


def debug_option(command: Command) -> Command:
    """Add ``--debug``; `nianbao.cli.main` looks for it in the arguments."""
    return click.option(
        "--debug", is_flag=True, expose_value=False, help="出错时显示程序的详细信息。"
    )(command)


def day_option(name: str, *, help_: str) -> Callable[[Command], Command]:
    """Add an option that takes a day such as 2023-01-16; today in China where it is not given."""
    return click.option(name, callback=_day, metavar="日期", help=help_)


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> dt.date:
    from nianbao.filing.workdays import CHINA

    if text is None:
        return dt.datetime.now(CHINA).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("日期写成 年-月-日，例如 2023-01-16") from None


fonts_option = click.option(
    "--fonts",
    type=click.Path(path_type=Path),
    envvar="NIANBAO_FONTS",
    metavar="文件夹",
    callback=lambda _context, _option, folder: "" if folder is None else str(folder.absolute()),
    help="本单位的公文字体（仿宋、小标宋、黑体、楷体）；默认用随包的开源字体。",
)


def limit_options(command: Command) -> Command:
    """Add ``--cell-timeout``, ``--report-timeout`` and ``--memory``; `limits_of` takes them."""
    seconds = click.FloatRange(min=0, min_open=True)
    options = (
        click.option(
            "--cell-timeout", type=seconds, metavar="秒", help="每个单元格的时限；默认 120。"
        ),
        click.option(
            "--report-timeout", type=seconds, metavar="秒", help="每份年报的时限；默认 300。"
        ),
        click.option(
            "--memory",
            type=click.IntRange(min=1),
            metavar="MiB",
            help="每个内核的内存上限；默认不限。",
        ),
    )
    for option in reversed(options):  # the first stands on top of the help
        command = option(command)
    return command


def limits_of(
    cell_timeout: float | None, report_timeout: float | None, memory: int | None
) -> Limits:
    """Give the limits that are asked for, and the usual ones for the rest."""
    from nianbao.running.execute import Limits

    asked: dict[str, Any] = {"cell": cell_timeout, "report": report_timeout, "memory": memory}
    return Limits(**{name: value for name, value in asked.items() if value is not None})


def split_names(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[str, ...]:
    """Give the names in ``A,B``."""
    return tuple(filter(None, (name.strip() for name in (text or "").split(","))))


def from_here(path: Path) -> str:
    """Name a file from the current folder, or in full where it is elsewhere; in one line."""
    here = Path.cwd()
    full = path if path.is_absolute() else here / path
    return in_one_line(str(full.relative_to(here) if full.is_relative_to(here) else full))


def project_of(path: Path) -> Project:
    """Find the project that a file belongs to: upwards from it, else from the current folder.

    Raises
    ------
    ProjectError
        Neither is in one.
    """
    if path.exists():
        with suppress(ProjectError):
            return Project.find(path.parent)
    return Project.find()


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: with lines on a terminal, in plain columns elsewhere."""
    console = open_console(sys.stdout)
    shown = [[in_one_line(text) for text in row] for row in rows]
    if not console.is_terminal:
        tell(*in_columns([head, *shown]))
        return
    table = Table(*head)
    for row in shown:
        table.add_row(*row)
    console.print(table)


def in_columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Give lines with columns of equal width; a Chinese character is two wide."""
    lines = [list(row) for row in rows]
    widths = [max(cell_len(row[i]) for row in lines) for i in range(len(lines[0]))]
    padded = ["  ".join(t + " " * (w - cell_len(t)) for t, w in zip(row, widths, strict=True))
              for row in lines]  # fmt: skip
    return [line.rstrip() for line in padded]


def count_words(counts: Mapping[str, int]) -> list[str]:
    """Give the numbers of findings, gravest first; a dash where they are not known."""
    return [str(counts[item.value]) if item.value in counts else "—" for item in Severity]


def worst(codes: Iterable[int]) -> int:
    """Give the exit code that applies first."""
    given = set(codes)
    return next((code for code in (130, 70, 2, 3, 1) if code in given), 0)
