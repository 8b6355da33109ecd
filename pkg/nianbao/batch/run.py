"""Many jobs, and their outcomes as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nianbao.batch.batch import ReportName
from nianbao.batch.executors import ThisProcess, Workers, WorkerStuck
from nianbao.batch.job import Job
from nianbao.batch.make import give_up, run_job
from nianbao.batch.outcome import Outcome
from nianbao.errors import ReportError, UsageError

if TYPE_CHECKING:
    from nianbao.running.execute import Limits

TICK = 1.0  # seconds: a wait without end cannot be interrupted on Windows


@dataclass(slots=True)
class _Order:
    """A job given to the workers, and how often its worker died."""

    job: Job
    deaths: int = 0
    has_begun: bool = False


def run_jobs(
    jobs: Iterable[Job],
    workers: Workers | None = None,
    *,
    limits: Limits | None = None,
    run: str = "",
    fail_fast: bool = False,
    begin: Callable[[ReportName], None] = lambda _: None,
) -> Generator[Outcome]:
    """Run jobs, and yield each one's outcome when it is there: first what is up to date.

    When the iterator is closed or an exception goes through it, what the workers are doing is
    undone.

    Parameters
    ----------
    workers
        Who runs them; None for this process, one after the other.
    limits
        Of time and memory; None for the usual ones.
    run
        Token of the run that holds the outputs folder.
    fail_fast
        Begin no more after the first that fails; those that run then are finished.
    begin
        Called for each that is to be made, when it is known to run.

    Raises
    ------
    UsageError
        There are no workers any more.
    """
    due = deque[Job]()
    for job in jobs:
        if job.reasons:
            due.append(job)
        else:
            yield run_job(job, run=run)
    if due:
        with workers or ThisProcess() as able:
            yield from _Run(able, limits, run, begin).outcomes(due, fail_fast=fail_fast)


class _Run:
    """Jobs on their way through the workers."""

    def __init__(
        self, workers: Workers, limits: Limits | None, run: str, begin: Callable[[ReportName], None]
    ) -> None:
        self.workers = workers
        self.limits = limits
        self.run = run
        self.begin = begin
        self.given: dict[Future[Outcome], _Order] = {}

    def outcomes(self, due: deque[Job], *, fail_fast: bool) -> Iterator[Outcome]:
        window = self.workers.count + (0 if fail_fast else self.workers.ahead)
        orders = deque(map(_Order, due))
        while orders or self.given:
            while orders and len(self.given) < window:
                self._give(orders.popleft())
            done, _ = wait(self.given, TICK, return_when=FIRST_COMPLETED)
            for order, future in [(self.given.pop(future), future) for future in done]:
                outcome = self._outcome(order, future)
                if outcome is None:
                    orders.appendleft(order)
                    continue
                if fail_fast and outcome.status == "failed":
                    orders.clear()
                yield outcome
            self._tell_begun(self.workers.count)

    def _give(self, order: _Order) -> None:
        self._tell_begun(self.workers.count - 1)
        if len(self.given) < self.workers.count:
            self._tell(order)
        self.given[self.workers.submit(run_job, order.job, self.limits, run=self.run)] = order

    def _tell_begun(self, count: int) -> None:
        """Tell that the first ones run: workers take up jobs in the order in which they came."""
        for order in list(self.given.values())[:count]:
            self._tell(order)

    def _tell(self, order: _Order) -> None:
        if not order.has_begun:
            order.has_begun = True
            self.begin(order.job.report)

    def _outcome(self, order: _Order, future: Future[Outcome]) -> Outcome | None:
        """Give what became of a job; None when its worker died and it is to be tried again."""
        if future.cancelled():
            raise UsageError("集群不在了", hint="检查 dask 调度器，再运行一次；做好的都在")
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, WorkerStuck):
            return give_up(order.job, _stuck(), "deadline", run=self.run)
        if not isinstance(error, self.workers.deaths):
            raise error
        order.deaths += 1
        if order.deaths < self.workers.tries:
            return None
        return give_up(order.job, _death(order, error), "worker died", run=self.run)


def _stuck() -> ReportError:
    return ReportError(
        "超过时限：整份年报的时限已过，工作进程没有反应，已被终止",
        hint="多半是生成文档时停住了；减小内容，或用 --report-timeout 放宽时限",
    )


def _death(order: _Order, error: BaseException) -> ReportError:
    return ReportError(
        f"工作进程中止，试了 {order.deaths} 次",
        found=error,
        hint="多半是内存不足，或程序库出错；用 --workers 1 再运行一次看看",
    )
