"""``nianbao notices``: what each agency is to correct, and who is still awaited."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nianbao.cli.options import (
    EXIT_CODES,
    day_option,
    debug_option,
    fonts_option,
    format_option,
    from_here,
    project_of,
    worst,
)
from nianbao.errors import UsageError
from nianbao.terminal import complain, note, print_json, tell

if TYPE_CHECKING:
    from nianbao.notices.run import Year
    from nianbao.notices.urging import Standing

EPILOG = f"""\b
例：
  nianbao notices params/batch.yaml
  nianbao notices params/batch.yaml --year 2022 --today 2023-01-16
  nianbao notices params/batch.yaml --explained jyj=2022年清理了规范性文件

{EXIT_CODES}"""

HELP = """写退改通知单，报催报表。

批次中每份有问题的填报表，写一份退改通知单（Word 和 PDF）；全部问题列成一张表（XLSX）；
催报表印出来，可以直接贴到工作群。都在 outputs/notices/年度/ 中。
填报表没有变，就不再写；新交的一版，写下一次，并说明上次的改了几处。
"""


@click.command("notices", help=HELP, epilog=EPILOG)
@click.argument("batch", type=click.Path(path_type=Path))
@click.option("--year", type=int, help="只做这个年度。")
@click.option(
    "--outputs", type=click.Path(path_type=Path), help="输出文件夹；默认是项目的 outputs/。"
)
@day_option("--today", help_="通知单和催报表的日期，如 2023-01-16；默认今天。")
@click.option(
    "--explained",
    "explanations",
    multiple=True,
    metavar="代码=说明",
    help="“仅需说明”的机关已经说明了，记下来，不再问；可以写几次。",
)
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="同时做几份。")
@fonts_option
@format_option
@debug_option
def command(
    *,
    batch: Path,
    year: int | None,
    outputs: Path | None,
    explanations: tuple[str, ...],
    output_format: str,
    **wishes: Any,
) -> int:
    """Write the notices, print the reminder, and give the exit code."""
    from nianbao.batch.batch import load_batch
    from nianbao.notices.run import make_notices

    project = project_of(batch)
    ordered = load_batch(batch, project).narrowed(year=year)
    where = (outputs or project.outputs).absolute()
    explained = dict(map(_explanation, explanations))
    years = make_notices(project, ordered, where, explained=explained, **wishes)
    errors = [s.made.error for y in years for s in y.standings if s.made.error is not None]
    code = worst(error.exit_code for error in errors)
    for error in errors:
        complain(error)
    if output_format == "json":
        print_json({"exit_code": code, "years": [_year_json(item) for item in years]})
        return code
    tell(*"\n".join(item.reminder for item in years).removesuffix("\n").split("\n"))
    for item in years:
        note(_told(item))
    return code


def _explanation(text: str) -> tuple[str, str]:
    code, mark, reason = (part.strip() for part in text.partition("="))
    if not (code and mark and reason):
        raise UsageError("--explained 的写法不对", found=text, expected="机关代码=说明")
    return code, reason


def _told(year: Year) -> str:
    """Say what was written, for the one who ran it; the reminder is for the others."""
    new = sum(item.made.is_new for item in year.standings)
    lines = [f"{year.year} 年度：新写退改通知单 {new} 份，在 {from_here(year.folder)}"]
    lines += [f"注意：{s.name}：{s.made.remark}" for s in year.standings if s.made.remark]
    return "\n".join(lines)


def _year_json(year: Year) -> dict[str, object]:
    from nianbao.notices.page import EVERYTHING
    from nianbao.notices.urging import NAME, counts

    order = year.standings[0].made.order
    return {
        "year": year.year,
        "today": order.today.isoformat(),
        "due": _iso(order.due),
        "due_again": _iso(order.due_again),
        "counts": {str(status): count for status, count in counts(year.standings).items()},
        "table": str(year.folder / EVERYTHING),
        "reminder": str(year.folder / NAME),
        "agencies": [_agency_json(item, year.folder) for item in year.standings],
    }


def _agency_json(item: Standing, folder: Path) -> dict[str, object]:
    from nianbao.notices.make import notice_names

    made, now = item.made, item.now
    number = made.record.number
    return {
        "agency": made.order.agency.code,
        "name": item.name,
        "status": str(item.status),
        "received": made.received.isoformat() if made.received else None,
        "legal": _iso(made.order.legal),
        "late": item.late_office,
        "late_by_law": item.late_legal,
        "is_mended": item.is_mended,
        "number": number,
        "is_new": made.is_new,
        "files": [str(folder / name) for name in notice_names(made.record, number)],
        "lines": [line.model_dump(mode="json") for line in now.lines] if now else [],
        "compared": _compared_json(item),
        "remark": made.error.what if made.error else made.remark,
    }


def _compared_json(item: Standing) -> dict[str, int] | None:
    record = item.made.record
    found = record.compared(len(record.rounds) - 1) if record.rounds else None
    if found is None:
        return None
    return {
        "before": found.before,
        "fixed": len(found.fixed),
        "still": len(found.still),
        "changed": len(found.changed),
        "added": len(found.added),
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
