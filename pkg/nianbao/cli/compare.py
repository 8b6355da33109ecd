"""``nianbao compare``: agencies and years side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nianbao.cli.options import (
    EXIT_CODES,
    debug_option,
    format_option,
    from_here,
    project_of,
)
from nianbao.errors import LISTED_AT_MOST, listed
from nianbao.project import Project
from nianbao.terminal import print_json, tell

if TYPE_CHECKING:
    from nianbao.catalog.comparison import Comparison

UNREAD = 3

EPILOG = f"""\b
例：
  nianbao compare params/batch.yaml
  nianbao compare --outputs outputs

{EXIT_CODES}"""

HELP = """各机关、各年度的年报放在一页上比较：状态、主要数据、各项核查问题、雷同。

给出批次 BATCH，就比较批次中的年报，没有做成的、缺的也列出；不给，就比较输出文件夹里的全部年报。
写 compare.html 和 compare.xlsx 到输出文件夹，只读已经做成的年报，不重做。
"""


@click.command("compare", help=HELP, epilog=EPILOG)
@click.argument("batch", required=False, type=click.Path(path_type=Path))
@click.option(
    "--outputs", type=click.Path(path_type=Path), help="输出文件夹；默认是项目的 outputs/。"
)
@format_option
@debug_option
def command(batch: Path | None, outputs: Path | None, output_format: str) -> int:
    """Write the page and the workbook, and tell in short what they say."""
    from nianbao.batch.batch import load_batch
    from nianbao.batch.compare import compare_outputs, write_comparison

    loaded = None
    if batch is not None:
        project = project_of(batch)
        loaded = load_batch(batch, project)
        outputs = outputs or project.outputs
    folder = outputs or Project.find().outputs
    comparison = compare_outputs(folder, loaded)
    files = write_comparison(comparison, folder)
    unread = [entry for entry in comparison.troubled if entry.troubles]
    code = UNREAD if unread or comparison.troubles else 0
    if output_format == "json":
        shown = [from_here(file) for file in files]
        print_json({"exit_code": code, **_as_json(comparison), "files": shown})
    else:
        tell(*_lines(comparison))
        tell(f"见 {from_here(files[0])}，电子表格是 {from_here(files[1])}")
    return code


def _as_json(comparison: Comparison) -> dict[str, Any]:
    reports = [
        {
            "agency": entry.agency,
            "year": entry.year,
            "status": entry.status.value,
            "findings": {kind.value: count for kind, count in entry.counts.items()},
            "copies": [number + 1 for number in comparison.copied(entry)],
            "troubles": list(entry.troubles),
        }
        for entry in comparison.entries.values()
    ]
    copies = [
        {
            "section": copy.title,
            "places": [{"agency": p.agency, "year": p.year} for p in copy.places],
            "shares": [round(share, 4) for share in copy.shares],
        }
        for copy in comparison.all_copies
    ]
    return {"reports": reports, "copies": copies, "troubles": list(comparison.troubles)}


def _lines(comparison: Comparison) -> Iterator[str]:
    told = "，".join(f"{status.word} {count} 份" for status, count in comparison.statuses.items())
    yield f"机关 {len(comparison.names)} 个，年度 {len(comparison.years)} 个：{told}"
    copies = comparison.copies
    agencies, years = len(copies.between_agencies), len(copies.between_years)
    yield f"雷同：各机关之间 {agencies} 处，同一机关各年度之间 {years} 处"
    unread = [
        f"{entry.year} {comparison.name(entry.agency)}：{listed(entry.troubles)}"
        for entry in comparison.troubled
        if entry.troubles
    ] + list(comparison.troubles)
    yield from (f"读不了：{told}" for told in unread[:LISTED_AT_MOST])
    if len(unread) > LISTED_AT_MOST:
        yield f"读不了的共 {len(unread)} 份，其余见页末"
