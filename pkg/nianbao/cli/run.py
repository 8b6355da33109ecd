"""``nianbao run``: makes what is not up to date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from nianbao.cli.options import (
    EXIT_CODES,
    debug_option,
    from_here,
    project_of,
    split_names,
)
from nianbao.cli.order import Order, carry_out, conclude, making_options, print_plan
from nianbao.cli.summary import print_summary
from nianbao.errors import NianbaoError, UsageError, listed
from nianbao.terminal import complain, note

EPILOG = f"""\b
例：
  nianbao run params/xixia-2020.yaml
  nianbao run params/shili.yaml --year 2022 --formats html --dry-run
  nianbao run params/batch.yaml --workers 8 --report-timeout 600

{EXIT_CODES}"""


HELP = """生成批次 BATCH 中需要更新的年报。

BATCH 是 params/ 中的批次文件，从当前文件夹或项目文件夹找起。
"""


@click.command("run", help=HELP, epilog=EPILOG)
@click.argument("batch", type=click.Path(path_type=Path))
@click.option("--only", callback=split_names, metavar="A,B", help="只做这些机关（代码）。")
@making_options
@click.option("--dask", metavar="tcp://…", help="交给这个地址的 dask 集群做。")
@click.option("--watch", is_flag=True, help="做完后等着，填报表一保存就重做受影响的年报。")
@click.option("--strict", is_flag=True, help="缺填报表就不做；有“必须改”的问题时，退出码为 1。")
@click.option(
    "--fail-fast",
    is_flag=True,
    help="缺填报表就不做；有一份没有做成就停下，正在做的做完。",
)
@debug_option
def command(
    *, batch: Path, outputs: Path | None, dry_run: bool, watch: bool, output_format: str,
    **wishes: Any,
) -> int:  # fmt: skip
    """Make what is not up to date, and give the exit code."""
    project = project_of(batch)
    order = Order(project, batch, (outputs or project.outputs).absolute(), **wishes)
    as_json = output_format == "json"
    if watch and (dry_run or as_json):
        raise UsageError("--watch 不能与 --dry-run 或 --format json 同用", hint="去掉其中一个")
    if dry_run:
        print_plan(order.jobs(order.load()), as_json=as_json)
        return 0
    if watch:
        return _watch(order)
    return conclude(carry_out(order), order, as_json=as_json)


def _watch(order: Order) -> int:
    """Make what is not up to date, and again whenever something is saved, until interrupted."""
    from nianbao.batch.watch import changes

    saved = changes(order.project, order.batch)
    while True:
        try:
            done = carry_out(order)
            print_summary(done.outcomes, order.outputs, left=done.left)
        except NianbaoError as error:
            complain(error)
        note("等着：保存填报表、名册、批次或笔记本就重做；按 Ctrl-C 结束")
        touched = next(saved)
        order = replace(order, force=False)  # --force is for the first turn
        note(f"有改动：{listed(sorted(map(from_here, touched)))}")
