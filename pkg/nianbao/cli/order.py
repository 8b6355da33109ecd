"""What ``nianbao run`` and ``nianbao rollup`` share: an order of reports, carried out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.checks.finding import Severity
from nianbao.cli.options import (
    Command,
    fonts_option,
    format_option,
    in_columns,
    limit_options,
    limits_of,
    split_names,
    worst,
)
from nianbao.cli.summary import counts_line, outcome_json, print_summary
from nianbao.errors import OutputError, UsageError
from nianbao.project import Project
from nianbao.terminal import note, print_json, tell

if TYPE_CHECKING:
    from nianbao.batch.batch import Batch
    from nianbao.batch.executors import Workers
    from nianbao.batch.job import Job
    from nianbao.batch.outcome import Outcome
    from nianbao.running.execute import Limits

INDEX_SECONDS = 2.0  # how old the index may be while a batch runs
INDEX_SHARE = 0.05  # of the time, at most, goes into it


def making_options(command: Command) -> Command:
    """Add the options that say how reports are made; `Order` has their names."""
    options = (
        click.option("--year", type=int, help="只做这个年度。"),
        click.option(
            "--formats",
            callback=split_names,
            metavar="html,pdf,docx,csv,xlsx",
            help="只出这些格式；其余格式的旧文件删去。",
        ),
        click.option(
            "--outputs", type=click.Path(path_type=Path), help="输出文件夹；默认是项目的 outputs/。"
        ),
        fonts_option,
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            metavar="N",
            help="同时做几份；默认看机器的核数和内存。",
        ),
        limit_options,
        click.option("--force", is_flag=True, help="已是最新的也重做。"),
        click.option("--dry-run", is_flag=True, help="只说会做什么、为什么。"),
        format_option,
    )
    for option in reversed(options):  # the first stands on top of the help
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Order:
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
    governments: bool = False  # those above the batch's agencies, instead of these

    def load(self) -> Batch:
        """Give the whole batch as its file is now."""
        from nianbao.batch.batch import load_batch

        return load_batch(self.batch, self.project)

    def part_of(self, batch: Batch) -> Batch:
        """Give what is ordered of a batch."""
        ordered = batch.governments() if self.governments else batch
        return ordered.narrowed(self.only, self.year, self.formats)

    def jobs(self, batch: Batch) -> Sequence[Job]:
        """Plan it as the outputs are now, and tell at once which workbooks are missing."""
        from nianbao.batch.job import make_jobs, missing_sources

        ordered = self.part_of(batch)
        jobs = make_jobs(self.project, ordered, self.outputs, force=self.force, fonts=self.fonts)
        missing = missing_sources(jobs)
        if missing and (self.strict or self.fail_fast):
            raise missing
        if missing:
            note(f"注意：{missing}\n其余的照常生成", colour="yellow")
        return jobs

    def limits(self) -> Limits:
        """Give the limits that are asked for, and the usual ones for the rest."""
        return limits_of(self.cell_timeout, self.report_timeout, self.memory)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an order: its outcomes as the batch has them, and how many were not run."""

    outcomes: Sequence[Outcome]
    left: int
    has_index: bool


def carry_out(order: Order) -> Done:
    """Make what is due, and write the index as it goes."""
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
            index = _Index(order, store.run, batch, progress.say)
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
    return Done(outcomes, len(jobs) - len(outcomes), index.is_written)


def _workers(order: Order, due: int, limits: Limits | None, run: str) -> Workers | None:
    """Give who is to run so many jobs; None for this process."""
    if order.dask and due:
        return _cluster(order, run)
    from nianbao.batch.executors import local_workers

    return local_workers(order.workers, due, limits)


def _cluster(order: Order, run: str) -> Workers:
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

    def __init__(self, order: Order, run: str, batch: Batch, say: Callable[[str], None]) -> None:
        self.run = run
        self.project = order.project
        self.outputs = order.outputs
        self.batch = batch
        self.title = batch.title or order.batch.stem
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
                self.outputs,
                self.outcomes,
                title=self.title,
                project=self.project,
                batch=self.batch,
                run=self.run,
            )
            self.is_written = True
        except OutputError as error:
            if self.is_written:
                self.say(f"总览没有写成：{error}")
            self.is_written = False
        now = time.monotonic()
        self._due = now + max(INDEX_SECONDS, (now - began) / INDEX_SHARE)


def _codes(done: Done, *, strict: bool) -> Iterator[int]:
    if not done.has_index:
        yield OutputError.exit_code
    for outcome in done.outcomes:
        yield outcome.exit_code
        if strict and outcome.findings.get(Severity.ERROR, 0):
            yield 1


def conclude(done: Done, order: Order, *, as_json: bool) -> int:
    """Tell what became of an order, and give the exit code."""
    code = worst(_codes(done, strict=order.strict))
    if as_json:
        print_json({"exit_code": code, "reports": [outcome_json(item) for item in done.outcomes]})
    else:
        print_summary(done.outcomes, order.outputs, left=done.left)
    return code


def print_plan(jobs: Sequence[Job], *, as_json: bool) -> None:
    """Print what would become of each job, and why."""
    if as_json:
        print_json(
            [
                {
                    "agency": job.report.agency,
                    "year": job.report.year,
                    "reasons": job.reasons,
                    "missing": job.lacks,
                }
                for job in jobs
            ]
        )
        return
    rows = [(str(job.report.year), job.report.agency, _planned(job)) for job in jobs]
    tell(*in_columns(rows))
    lacking = sum(bool(job.lacks) for job in jobs)
    due = sum(bool(job.reasons and not job.lacks) for job in jobs)
    left = f"，{lacking} 份做不成" if lacking else ""
    tell(f"将生成 {due} 份，{len(jobs) - due - lacking} 份已是最新{left}")


def _planned(job: Job) -> str:
    """Say what would become of a job, and why."""
    if missing := job.lacks:
        return f"做不成：填报表不存在或读不了 {missing}"
    return "；".join(job.reasons) or "已是最新"
