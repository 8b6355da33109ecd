"""``nianbao run``: makes what is not up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.checks.finding import Severity
from nianbao.cli.options import (
    EXIT_CODES,
    count_words,
    debug_option,
    echo_json,
    format_option,
    from_here,
    in_columns,
    print_table,
    project_of,
    split_names,
    worst,
)
from nianbao.project import Project

if TYPE_CHECKING:
    from nianbao.batch.batch import Batch
    from nianbao.batch.job import Job
    from nianbao.batch.outcome import Outcome

HEAD = ("年度", "机关", "结果", *(item.label for item in Severity), "秒")

EPILOG = f"""\b
例：
  nianbao run params/xixia-2020.yaml
  nianbao run params/shili.yaml --year 2022 --formats html --dry-run

{EXIT_CODES}"""


HELP = """生成批次 BATCH 中需要更新的年报。

BATCH 是 params/ 中的批次文件，从当前文件夹或项目文件夹找起。
"""


@click.command("run", help=HELP, epilog=EPILOG)
@click.argument("batch", type=click.Path(path_type=Path))
@click.option("--only", callback=split_names, metavar="A,B", help="只做这些机关（代码）。")
@click.option("--year", type=int, help="只做这个年度。")
@click.option("--formats", callback=split_names, metavar="html,pdf", help="只出这些格式。")
@click.option(
    "--outputs", type=click.Path(path_type=Path), help="输出文件夹；默认是项目的 outputs/。"
)
@click.option("--force", is_flag=True, help="已是最新的也重做。")
@click.option("--dry-run", is_flag=True, help="只说会做什么、为什么。")
@click.option("--strict", is_flag=True, help="有“必须改”的问题时，退出码为 1。")
@click.option("--fail-fast", is_flag=True, help="有一份没有做成就停下。")
@format_option
@debug_option
def command(
    *,
    batch: Path,
    only: tuple[str, ...],
    year: int | None,
    formats: tuple[str, ...],
    outputs: Path | None,
    force: bool,
    dry_run: bool,
    strict: bool,
    fail_fast: bool,
    output_format: str,
) -> int:
    """Make what is not up to date, and give the exit code."""
    from nianbao.batch.batch import load_batch
    from nianbao.batch.job import make_jobs

    project = project_of(batch)
    ordered = load_batch(batch, project).narrowed(only, year, formats)
    folder = (outputs or project.outputs).absolute()
    as_json = output_format == "json"
    if dry_run:
        _print_plan(make_jobs(project, ordered, folder, force=force), as_json=as_json)
        return 0
    outcomes = _run(project, ordered, folder, force=force, fail_fast=fail_fast)
    code = worst(_codes(outcomes, strict=strict))
    if as_json:
        echo_json({"exit_code": code, "reports": [_outcome_json(item) for item in outcomes]})
    else:
        _print_outcomes(outcomes, folder, left=len(ordered.reports) - len(outcomes))
    return code


def _run(
    project: Project, ordered: Batch, folder: Path, *, force: bool, fail_fast: bool
) -> list[Outcome]:
    from nianbao.batch.job import make_jobs
    from nianbao.batch.progress import Progress
    from nianbao.batch.run import run_jobs
    from nianbao.batch.store import Store

    outcomes: list[Outcome] = []
    with Store(folder).hold():
        jobs = make_jobs(project, ordered, folder, force=force)
        with Progress(len(jobs)) as progress:
            for outcome in run_jobs(jobs, fail_fast=fail_fast, begin=progress.begin):
                progress.end(outcome)
                outcomes.append(outcome)
    return outcomes


def _codes(outcomes: Iterable[Outcome], *, strict: bool) -> Iterator[int]:
    for outcome in outcomes:
        yield outcome.exit_code
        if strict and outcome.findings.get(Severity.ERROR, 0):
            yield 1


def _print_plan(jobs: Sequence[Job], *, as_json: bool) -> None:
    if as_json:
        echo_json(
            [
                {"agency": job.report.agency, "year": job.report.year, "reasons": job.reasons}
                for job in jobs
            ]
        )
        return
    rows = [
        (str(job.report.year), job.report.agency, "；".join(job.reasons) or "已是最新")
        for job in jobs
    ]
    click.echo(in_columns(rows))
    due = sum(bool(job.reasons) for job in jobs)
    click.echo(f"将生成 {due} 份，{len(jobs) - due} 份已是最新")


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "agency": outcome.report.agency,
        "year": outcome.report.year,
        "status": outcome.status,
        "reasons": outcome.reasons,
        "findings": dict(outcome.findings),
        "warnings": outcome.warnings,
        "cause": outcome.cause,
        "message": outcome.message,
        "paths": [from_here(path) for path in outcome.paths],
        "duration": round(outcome.duration, 3),
    }


def _print_outcomes(outcomes: Sequence[Outcome], folder: Path, *, left: int) -> None:
    """Print the table, then what needs a word, and last where the documents are."""
    print_table(HEAD, [_row(outcome) for outcome in outcomes])
    for outcome in outcomes:
        name = f"{outcome.report.year} {outcome.report.agency}"
        if outcome.message:
            click.echo(f"\n{name} 没有做成：{outcome.message}")
        for warning in outcome.warnings:
            click.echo(f"{name} 笔记本：{warning}")
        errors = outcome.findings.get(Severity.ERROR, 0)
        if errors and outcome.paths:
            review = from_here(outcome.paths[0].with_name("review.html"))
            click.echo(f"{name} 是草稿：有 {errors} 处必须改的问题，见 {review}")
    if left:
        click.echo(f"停在第一份没有做成的年报，还有 {left} 份没有运行")
    made = [outcome for outcome in outcomes if outcome.status != "failed"]
    if made:
        click.echo(_last_line(made, folder))


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        str(outcome.report.year),
        outcome.agency,
        outcome.word,
        *count_words(outcome.findings),
        f"{outcome.duration:.1f}",
    )


def _last_line(made: Sequence[Outcome], folder: Path) -> str:
    new = sum(outcome.status == "done" for outcome in made)
    names = " 与 ".join(map(from_here, made[-1].paths))
    if len(made) == 1:
        return f"{made[0].word} {names}"
    return (
        f"已生成 {new} 份，{len(made) - new} 份已是最新，都在 {from_here(folder)}；"
        f"最后一份是 {names}"
    )
