"""``nianbao new``: blank workbooks for clerks to fill in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.cli.options import EXIT_CODES, debug_option, from_here, project_of
from nianbao.errors import UsageError, listed
from nianbao.project import Project, workbook_in
from nianbao.terminal import note, tell

if TYPE_CHECKING:
    from nianbao.filing.blank.make import Made
    from nianbao.filing.register import Agency

EPILOG = f"""\b
例：
  nianbao new --agency shili-jyj --year 2024
  nianbao new params/batch.yaml --year 2024 --no-ledgers

{EXIT_CODES}"""

HELP = """写空白填报表 sources/<机关代码>/<年度>.xlsx。

给出机关和年度；或一个批次，批次中还没有填报表的各写一份（同时给出机关或年度，只写其中的）。
已有的不改动。

合计自动算出，勾稽关系随填随查；上一年的填报表在旁边时，上年数一并列出，上年结转已经填好。
"""


@click.command("new", help=HELP, epilog=EPILOG)
@click.argument("batch", required=False, type=click.Path(path_type=Path))
@click.option("--agency", metavar="代码", help="机关，见 params/agencies.yaml。")
@click.option("--year", type=int, help="报告所属的年度。")
@click.option("--no-ledgers", is_flag=True, help="不带台账的工作表。")
@debug_option
def command(*, batch: Path | None, agency: str | None, year: int | None, no_ledgers: bool) -> int:
    """Write what is not there yet, and tell of each."""
    if batch is not None:
        _make_batch(batch, agency, year, has_ledgers=not no_ledgers)
        return 0
    if agency is None or year is None:
        raise UsageError("命令不完整", expected="--agency 和 --year，或一个批次")
    _make_one(agency, year, has_ledgers=not no_ledgers)
    return 0


def _make_one(code: str, year: int, *, has_ledgers: bool) -> None:
    from nianbao.filing.blank.make import make_workbook, require_form
    from nianbao.filing.register import load_register

    require_form(year)
    _require_begun([year], "--year")
    project = Project.find()
    register = load_register(project.register, shown=project.relative(project.register))
    made = make_workbook(project, register.agency(code), year, has_ledgers=has_ledgers)
    _tell(made)


def _make_batch(batch: Path, code: str | None, year: int | None, *, has_ledgers: bool) -> None:
    from nianbao.filing.blank.make import make_workbook

    project = project_of(batch)
    reports = list(_reports(batch, project, code, year))
    made = 0
    for agency, of_year in reports:
        there = workbook_in(project.sources(agency.code), of_year)
        if there is not None:
            tell(f"已有 {from_here(there)}，没有改动")
            continue
        _tell(make_workbook(project, agency, of_year, has_ledgers=has_ledgers))
        made += 1
    tell(f"新写 {made} 份，已有 {len(reports) - made} 份")


def _reports(
    path: Path, project: Project, code: str | None, year: int | None
) -> Iterator[tuple[Agency, int]]:
    """Give agency and year of each report, once all of them are known to have a form."""
    from nianbao.batch.batch import load_batch
    from nianbao.forms import form_for_year

    batch = load_batch(path, project).narrowed((code,) if code else (), year)
    years = sorted({report.year for report in batch.reports})
    formless = [year for year in years if form_for_year(year) is None]
    if formless:
        raise UsageError(
            "这些年度没有统一格式",
            where=batch.file,
            found=listed(formless),
            hint="2019 年度起才有统一格式；从批次中删去这些年度",
        )
    _require_begun(years, batch.file)
    for report in batch.reports:
        yield batch.register.agency(report.agency), report.year


def _require_begun(years: Sequence[int], where: str) -> None:
    """Refuse years that lie ahead, by China's calendar: a report is of this year or one before."""
    from nianbao.filing.workdays import CHINA

    now = dt.datetime.now(CHINA).year
    ahead = [year for year in years if year > now]
    if ahead:
        raise UsageError(
            "这一年度还没有开始",
            where=where,
            found=listed(ahead),
            expected=f"2019 到 {now}",
            hint=f"年报写的是上一年（{now - 1}）或今年（{now}）",
        )


def _tell(made: Made) -> None:
    carried = f"（带入 {made.before} 年度的数）" if made.before is not None else ""
    tell(f"已写 {from_here(made.path)}{carried}")
    if made.trouble is not None:
        reason = str(made.trouble).replace("\n", "\n  ")
        hint = "改好以后，移走刚写的这一份，再运行一次，就能带入"
        note(f"注意：上年的填报表读不了，没有带入上年数：{reason}\n  {hint}", colour="yellow")
