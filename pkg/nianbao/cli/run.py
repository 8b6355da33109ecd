"""``nianbao run``: makes what is not up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nianbao.checks.finding import Severity
from nianbao.cli.options import (
    EXIT_CODES,
    debug_option,
    echo_json,
    fonts_option,
    format_option,
    from_here,
    in_columns,
    limit_options,
    limits_of,
    project_of,
    split_names,
    worst,
)
from nianbao.cli.summary import counts_line, outcome_json, print_summary
from nianbao.errors import NianbaoError, OutputError, UsageError, listed
from nianbao.project import Project

if TYPE_CHECKING:
    from nianbao.batch.batch import Batch
    from nianbao.batch.executors import Workers
    from nianbao.batch.job import Job
    from nianbao.batch.outcome import Outcome
    from nianbao.running.execute import Limits

INDEX_SECONDS = 2.0  # how old the index may be while a batch runs
INDEX_SHARE = 0.05  # of the time, at most, goes into it

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
@click.option("--year", type=int, help="只做这个年度。")
@click.option(
    "--formats",
    callback=split_names,
    metavar="html,pdf,docx,csv,xlsx",
    help="只出这些格式；其余格式的旧文件删去。",
)
@click.option(
    "--outputs", type=click.Path(path_type=Path), help="输出文件夹；默认是项目的 outputs/。"
)
@fonts_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="同时做几份；默认看机器的核数和内存。",
)
@click.option("--dask", metavar="tcp://…", help="交给这个地址的 dask 集群做。")
@limit_options
@click.option("--force", is_flag=True, help="已是最新的也重做。")
@click.option("--dry-run", is_flag=True, help="只说会做什么、为什么。")
@click.option("--watch", is_flag=True, help="做完后等着，填报表一保存就重做受影响的年报。")
@click.option("--strict", is_flag=True, help="缺填报表就不做；有“必须改”的问题时，退出码为 1。")
@click.option(
    "--fail-fast",
    is_flag=True,
    help="缺填报表就不做；有一份没有做成就停下，正在做的做完。",
)
@format_option
@debug_option
def command(
    *, batch: Path, outputs: Path | None, dry_run: bool, watch: bool, output_format: str,
    **wishes: Any,
) -> int:  # fmt: skip
    """Make what is not up to date, and give the exit code."""
    project = project_of(batch)
    order = _Order(project, batch, (outputs or project.outputs).absolute(), **wishes)
    as_json = output_format == "json"
    if watch and (dry_run or as_json):
        raise UsageError("--watch 不能与 --dry-run 或 --format json 同用", hint="去掉其中一个")
    if dry_run:
        _print_plan(order.jobs(order.load()), as_json=as_json)
        return 0
    if watch:
        return _watch(order)
    done = _carry_out(order)
    code = worst(_codes(done, strict=order.strict))
    if as_json:
        echo_json({"exit_code": code, "reports": [outcome_json(item) for item in done.outcomes]})
    else:
        print_summary(done.outcomes, order.outputs, left=done.left)
    return code


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for, by the names of the options."""

    project: Project
    batch: Path
    outputs: Path
    only: tuple[str, ...] = ()
    year: int | None = None
    formats: tuple[str, ...] = ()
    fonts: str = ""
    workers: int | None = None
    dask: str | None = None
    cell_timeout: float | None = None
    report_timeout: float | None = None
    memory: int | None = None
    force: bool = False
    strict: bool = False
    fail_fast: bool = False

    def load(self) -> Batch:
        """Give the batch as its file is now."""
        from nianbao.batch.batch import load_batch

        return load_batch(self.batch, self.project).narrowed(self.only, self.year, self.formats)

    def jobs(self, batch: Batch) -> Sequence[Job]:
        """Plan it as the outputs are now, and tell at once which workbooks are missing."""
        from nianbao.batch.job import make_jobs, missing_sources

        jobs = make_jobs(self.project, batch, self.outputs, force=self.force, fonts=self.fonts)
        missing = missing_sources(jobs)
        if missing and (self.strict or self.fail_fast):
            raise missing
        if missing:
            click.secho(f"注意：{missing}\n其余的照常生成", err=True, fg="yellow")
        return jobs

    def limits(self) -> Limits:
        """Give the limits that are asked for, and the usual ones for the rest."""
        return limits_of(self.cell_timeout, self.report_timeout, self.memory)


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of an order: its outcomes as the batch has them, and how many were not run."""

    outcomes: Sequence[Outcome]
    left: int
    has_index: bool


def _carry_out(order: _Order) -> _Done:
    from nianbao.batch.machine import require_files
    from nianbao.batch.progress import Progress
    from nianbao.batch.run import run_jobs
    from nianbao.batch.store import Store

    require_files()
    batch = order.load()
    with Store(order.outputs).hold() as store:
        jobs = order.jobs(batch)
        due = sum(bool(job.reasons) for job in jobs)
        limits = order.limits() if due else None
        with Progress(len(jobs), due=due) as progress:
            index = _Index(order, store.run, batch.title or order.batch.stem, progress.say)
            coming = run_jobs(
                jobs,
                _workers(order, due, limits, store.run),
                limits=limits,
                run=store.run,
                fail_fast=order.fail_fast,
                begin=progress.begin,
            )
            try:
                with closing(coming):
                    for outcome in coming:
                        progress.end(outcome)
                        index.add(outcome)
            except KeyboardInterrupt:
                progress.say(f"{counts_line(index.outcomes)}；再运行一次就接着做")
                raise
            finally:
                index.write()
    place = {job.report: number for number, job in enumerate(jobs)}
    outcomes = sorted(index.outcomes, key=lambda outcome: place[outcome.report])
    return _Done(outcomes, len(jobs) - len(outcomes), index.is_written)


def _watch(order: _Order) -> int:
    """Make what is not up to date, and again whenever something is saved, until interrupted."""
    from nianbao.batch.watch import changes

    saved = changes(order.project, order.batch)
    while True:
        try:
            done = _carry_out(order)
            print_summary(done.outcomes, order.outputs, left=done.left)
        except NianbaoError as error:
            click.secho(f"错误：{error}", err=True, fg="red")
        click.echo("等着：保存填报表、名册、批次或笔记本就重做；按 Ctrl-C 结束", err=True)
        touched = next(saved)
        order = replace(order, force=False)  # --force is for the first turn
        click.echo(f"有改动：{listed(sorted(map(from_here, touched)))}", err=True)


def _workers(order: _Order, due: int, limits: Limits | None, run: str) -> Workers | None:
    """Give who is to run so many jobs; None for this process."""
    if order.dask and due:
        return _cluster(order, run)
    from nianbao.batch.executors import local_workers

    return local_workers(order.workers, due, limits)


def _cluster(order: _Order, run: str) -> Workers:
    try:
        from nianbao.batch.cluster import connect
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        raise UsageError(
            "没有安装 distributed，不能用 --dask", hint="pip install 'nianbao[dask]'"
        ) from None
    return connect(str(order.dask), order.project, order.outputs, run)


class _Index:
    """The outcomes so far, and the batch at a glance, written anew now and then."""

    def __init__(self, order: _Order, run: str, title: str, say: Callable[[str], None]) -> None:
        self.run = run
        self.project = order.project
        self.outputs = order.outputs
        self.title = title
        self.say = say
        self.outcomes: list[Outcome] = []
        self.is_written = True
        self._due = time.monotonic() + INDEX_SECONDS

    def add(self, outcome: Outcome) -> None:
        """Take an outcome in; write when it is time."""
        self.outcomes.append(outcome)
        if time.monotonic() >= self._due:
            self.write()

    def write(self) -> None:
        """Write it; where that cannot be, say so, for the reports themselves are there."""
        from nianbao.batch.index import write_index

        if not self.outcomes:
            return
        began = time.monotonic()
        try:
            write_index(
                self.outputs, self.outcomes, title=self.title, project=self.project, run=self.run
            )
            self.is_written = True
        except OutputError as error:
            if self.is_written:
                self.say(f"总览没有写成：{error}")
            self.is_written = False
        now = time.monotonic()
        self._due = now + max(INDEX_SECONDS, (now - began) / INDEX_SHARE)


def _codes(done: _Done, *, strict: bool) -> Iterator[int]:
    if not done.has_index:
        yield OutputError.exit_code
    for outcome in done.outcomes:
        yield outcome.exit_code
        if strict and outcome.findings.get(Severity.ERROR, 0):
            yield 1


def _print_plan(jobs: Sequence[Job], *, as_json: bool) -> None:
    if as_json:
        echo_json(
            [
                {
                    "agency": job.report.agency,
                    "year": job.report.year,
                    "reasons": job.reasons,
                    "missing": _missing(job),
                }
                for job in jobs
            ]
        )
        return
    rows = [(str(job.report.year), job.report.agency, _planned(job)) for job in jobs]
    click.echo(in_columns(rows))
    lacking = sum(bool(_missing(job)) for job in jobs)
    due = sum(bool(job.reasons and not _missing(job)) for job in jobs)
    left = f"，{lacking} 份做不成" if lacking else ""
    click.echo(f"将生成 {due} 份，{len(jobs) - due - lacking} 份已是最新{left}")


def _missing(job: Job) -> str:
    """Name the workbook where it is not there or cannot be read; empty where it can."""
    return "" if job.source.digest else job.source.name


def _planned(job: Job) -> str:
    """Say what would become of a job, and why."""
    if missing := _missing(job):
        return f"做不成：填报表不存在或读不了 {missing}"
    return "；".join(job.reasons) or "已是最新"
