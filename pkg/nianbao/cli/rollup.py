"""``nianbao rollup``: the governments' own reports, each the sum of its agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nianbao.cli.options import EXIT_CODES, debug_option, project_of, split_names
from nianbao.cli.order import Order, carry_out, conclude, making_options, print_plan

EPILOG = f"""\b
例：
  nianbao rollup params/batch.yaml
  nianbao rollup params/batch.yaml --agency qzf --year 2022 --dry-run

{EXIT_CODES}"""

HELP = """汇总本级政府的年报：批次 BATCH 中各机关的上级政府，由下而上。

三张表的每一格是名册中下级单位之和；政府自己的填报表可以没有，写明的格照它印，正文也写在那里。
还缺单位时也做，年报写明“部分汇总”，标草稿。分单位明细表是 units.xlsx。
"""


@click.command("rollup", help=HELP, epilog=EPILOG)
@click.argument("batch", type=click.Path(path_type=Path))
@click.option(
    "--agency", "only", callback=split_names, metavar="A,B", help="只做这些政府（代码）。"
)
@making_options
@click.option(
    "--strict", is_flag=True, help="没有填报表可汇总就不做；有“必须改”的问题时，退出码为 1。"
)
@debug_option
def command(
    *, batch: Path, outputs: Path | None, dry_run: bool, output_format: str, **wishes: Any
) -> int:
    """Make what is not up to date, and give the exit code."""
    project = project_of(batch)
    folder = (outputs or project.outputs).absolute()
    order = Order(project, batch, folder, governments=True, **wishes)
    as_json = output_format == "json"
    if dry_run:
        print_plan(order.jobs(order.load()), as_json=as_json)
        return 0
    return conclude(carry_out(order), order, as_json=as_json)
