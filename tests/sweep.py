"""An interrupted suite leaves no process behind: a pytest plugin, and the process that sweeps.

All that a suite starts inherits a mark in its environment, however deep it stands and whatever
session or parent it has. A process beside the suite waits for its end, be it a crash, and then
ends what still carries the mark: browsers, offices, JVMs, kernels, pytest's own workers.
"""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress

import psutil

MARK = "NIANBAO_SUITE"
INTERVAL = 0.5  # seconds between two looks


def pytest_configure(config) -> None:
    """Mark what the suite starts; its workers have the mark already."""
    if hasattr(config, "workerinput"):
        return
    os.environ[MARK] = uuid.uuid4().hex
    command = [sys.executable, __file__, str(os.getpid()), os.environ[MARK]]
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    # a session of its own: Ctrl-C does not reach it
    nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    config.sweeper = subprocess.Popen(command, env=environment, start_new_session=True, **nothing)


def sweep(pid: int, mark: str) -> None:
    """End what a suite started, once the suite has ended."""
    with suppress(psutil.NoSuchProcess):
        suite = psutil.Process(pid)
        while suite.is_running() and suite.status() != psutil.STATUS_ZOMBIE:
            time.sleep(INTERVAL)
    while left := list(marked(mark)):
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=INTERVAL)


def marked(mark: str) -> Iterator[psutil.Process]:
    """The processes that carry a mark."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark:
                yield process


if __name__ == "__main__":
    sweep(int(sys.argv[1]), sys.argv[2])
