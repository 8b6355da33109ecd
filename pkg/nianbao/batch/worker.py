"""A worker process: makes one report after the other until its parent has no more, or is no more.

It stands in a session of its own: what is typed at the terminal reaches the parent alone, and
the parent decides.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

from nianbao.reasons import is_from_outside, system_reason
from nianbao.running import template
from nianbao.terminal import guarded

Task = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
Answer = tuple[Any, BaseException | None]

NEEDED = ("nianbao.batch.make", "nianbao.render", "nianbao.running.execute")


def serve(tasks: Connection, ready: Callable[[], None]) -> None:
    """Do what comes through `tasks`, and send back what became of it, until it is closed.

    First call `ready`, which imports what every task needs.
    """
    _die_with_parent()
    worker = _Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32":
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with guarded(), suppress(EOFError, KeyboardInterrupt):
        try:
            ready()
        except Exception as error:
            if not is_from_outside(error):
                raise
            tasks.recv()
            tasks.send((None, BrokenExecutor(system_reason(error))))
            return
        while not worker.is_stopped:
            tasks.send(worker.do(tasks.recv()))


def prepare() -> None:
    """Start this process's template process, and import meanwhile what every report needs."""
    template.warm()
    for name in NEEDED:
        import_module(name)


class _Worker:
    """What this process is doing."""

    def __init__(self) -> None:
        self.is_busy = False
        self.is_stopped = False

    def do(self, task: Task) -> Answer:
        function, arguments, named = task
        try:
            self.is_busy = True
            result = function(*arguments, **named)
        except BaseException as error:  # noqa: BLE001 - the parent is told, whatever it is
            return None, error
        else:
            return result, None
        finally:
            self.is_busy = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Undo what is being done, and end."""
        self.is_stopped = True
        if self.is_busy:
            signal.raise_signal(signal.SIGINT)  # which an event loop takes well
        else:
            os._exit(0)


def _die_with_parent() -> None:
    """End this process at once when its parent has ended, however it did."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(parent: int) -> None:
    wait([parent])
    os._exit(1)
