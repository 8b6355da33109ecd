"""Where jobs run: in this process, or in worker processes of this machine.

Each is a `concurrent.futures.Executor`; so is the cluster of `nianbao.batch.cluster`.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import wait
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from nianbao.batch.machine import default_workers
from nianbao.batch.worker import Answer, Task, prepare, serve
from nianbao.reasons import system_reason

if TYPE_CHECKING:
    from nianbao.running.execute import Limits

P = ParamSpec("P")
T = TypeVar("T")

GRACE = 5.0  # seconds in which a worker that is told to stop undoes what it was doing
DOCUMENT_SECONDS = 180.0  # what making the documents may take, beside running the notebook


def patience(limits: Limits | None) -> float | None:
    """Give the seconds after which a worker that makes a report must be stuck; None for never."""
    if limits is None or limits.report is None:
        return None
    return limits.report + DOCUMENT_SECONDS


class WorkerDied(BrokenExecutor):
    """The worker process ended in the middle of a task; the text says how."""


class WorkerStuck(BrokenExecutor):
    """The task took longer than any may, and its worker was killed."""


class Workers(Executor):
    """An executor that tells how many tasks to give it at once.

    Attributes
    ----------
    count
        How many tasks run at once.
    ahead
        How many more may wait, so that nobody is idle between two.
    tries
        How often a task is tried whose worker died.
    deaths
        The exceptions by which one hears of that.
    """

    count = 1
    ahead = 0
    tries = 3
    deaths: tuple[type[BaseException], ...] = (BrokenExecutor, KeyboardInterrupt)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; after an exception at once, and what is being done is undone."""
        if kind is None:
            self.shutdown()
        else:
            self.stop()

    def stop(self) -> None:
        """End at once: what waits is not begun, and what is being done is undone."""
        self.shutdown(cancel_futures=True)


class ThisProcess(Workers):
    """Does each task when it is submitted."""

    def __enter__(self) -> Self:
        """Make ready, when there is something to do."""
        prepare()
        return self

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it, and give a future that has its result; an exception goes to the caller."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class LocalWorkers(Workers):
    """Worker processes on this machine.

    A worker that dies takes its own task along and no other; the next task gets a new worker.

    Parameters
    ----------
    count
        How many.
    patience
        Seconds after which a worker is taken for stuck, and killed; None for never.
    ready
        What a worker does before its first task; by default it makes ready for notebooks.
    """

    def __init__(
        self, count: int, *, patience: float | None = None, ready: Callable[[], None] = prepare
    ) -> None:
        self.count = self.ahead = count
        self._ready = ready
        self.patience = patience
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="nianbao-worker")
        self._mine = threading.local()  # the worker that a thread of this process looks after
        self._workers: set[_Worker] = set()
        self._changing = threading.Lock()
        self._is_stopped = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let a worker do it.

        The future raises what the task raised, `WorkerDied` or `WorkerStuck`.
        """
        return self._threads.submit(self._do, (fn, args, kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - signature of Executor
        """End the workers when they have done what they were given."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for worker in tuple(self._workers):
            worker.end()

    def stop(self) -> None:
        """End the workers now; a second interrupt meanwhile kills them."""
        with self._changing:
            self._is_stopped = True
            workers = tuple(self._workers)
        self._threads.shutdown(wait=False, cancel_futures=True)
        try:
            for worker in workers:
                worker.process.terminate()
            for worker in workers:
                worker.process.join(GRACE)
        finally:
            for worker in workers:
                worker.process.kill()
        self.shutdown()

    def _do(self, task: Task) -> Any:
        worker = getattr(self._mine, "worker", None)
        if worker is None:
            worker = self._mine.worker = self._start()
        try:
            result, error = worker.do(task, self.patience)
        except BrokenExecutor:
            self._forget(worker)
            raise
        if isinstance(error, KeyboardInterrupt | BrokenExecutor):  # told to stop, or never ready
            self._forget(worker)
        if error is not None:
            raise error
        return result

    def _start(self) -> _Worker:
        with self._changing:
            if self._is_stopped:
                raise WorkerDied("已停止")
            try:
                worker = _Worker(self._ready)
            except OSError as error:
                raise WorkerDied(f"不能启动：{system_reason(error)}") from error
            self._workers.add(worker)
        return worker

    def _forget(self, worker: _Worker) -> None:
        self._mine.worker = None
        with self._changing:
            self._workers.discard(worker)


def local_workers(asked: int | None, due: int, limits: Limits | None) -> LocalWorkers | None:
    """Give who is to run so many jobs here: None for this process, where one is enough.

    Parameters
    ----------
    asked
        How many are wanted; None for as many as the machine bears.
    """
    count = min(asked or default_workers(), due)
    return LocalWorkers(count, patience=patience(limits)) if count > 1 else None


@contextmanager
def _without_main() -> Iterator[None]:
    """Let a process that is started not run the script that started it, which has no guard.

    What workers do is all imported by name.
    """
    main = vars(sys.modules["__main__"])
    kept: dict[str, Any] = {
        name: main.get(name) for name in ("__file__", "__spec__") if name in main
    }
    main.update(dict.fromkeys(kept))
    try:
        yield
    finally:
        main.update(kept)


class _Worker:
    """A worker process, seen from its parent."""

    def __init__(self, ready: Callable[[], None]) -> None:
        # Neither a fork of this process, which has threads and holds the lock of the outputs, nor
        # a fork server, which leaves its socket behind when this process is killed.
        context = get_context("spawn")
        if sys.platform != "win32":  # inherited, until the worker is in a session of its own
            resource_tracker.ensure_running()  # which unblocks it, when it starts the tracker
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=serve, args=(theirs, ready), name="nianbao-worker", daemon=True
        )
        with _without_main():
            self.process.start()
        theirs.close()

    def do(self, task: Task, patience: float | None) -> Answer:
        """Give what became of a task."""
        try:
            self._pipe.send(task)
            if not wait([self._pipe, self.process.sentinel], patience):
                self.process.kill()
                self.process.join(GRACE)  # it writes no more when its failure is noted
                raise WorkerStuck
            answer: Answer = self._pipe.recv()
        except (EOFError, OSError):
            raise WorkerDied(self._how_it_ended()) from None
        return answer

    def end(self) -> None:
        """Let it end: it has no more to do."""
        self._pipe.close()
        self.process.join(GRACE)
        self.process.kill()
        self.process.join()

    def _how_it_ended(self) -> str:
        self.process.join(GRACE)
        code = self.process.exitcode
        if code is None or code >= 0:
            return f"退出码 {code}"
        with suppress(ValueError):
            return f"被信号 {signal.Signals(-code).name} 终止"
        return f"被信号 {-code} 终止"
