"""Many jobs, and their outcomes as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from nianbao.batch.batch import ReportName
from nianbao.batch.job import Job
from nianbao.batch.make import run_job
from nianbao.batch.outcome import Outcome


def run_jobs(
    jobs: Iterable[Job],
    *,
    fail_fast: bool = False,
    begin: Callable[[ReportName], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Run jobs one after the other, and yield each one's outcome when it is there.

    Parameters
    ----------
    fail_fast
        Stop after the first that fails.
    begin
        Called before each.
    """
    for job in jobs:
        begin(job.report)
        outcome = run_job(job)
        yield outcome
        if fail_fast and outcome.status == "failed":
            return
