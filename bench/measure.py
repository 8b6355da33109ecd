"""What a command costs: seconds by the clock, and seconds of CPU of it and all that it started."""

import ctypes
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36
STRAGGLER_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of CPU."""

    wall: float
    cpu: float

    def each(self, count: int) -> "Cost":
        """Give what one of so many costs."""
        return Cost(self.wall / count, self.cpu / count)


def median(costs: Iterable[Cost]) -> Cost:
    """Give the median of the walls and that of the CPU seconds."""
    known = list(costs)
    return Cost(
        statistics.median(cost.wall for cost in known),
        statistics.median(cost.cpu for cost in known),
    )


def adopt_orphans() -> None:
    """Let processes whose parent has ended become children of this one, so that they are counted.

    Chromium and kernels start processes that outlive the one that was called.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cost_of(
    command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str], given: str = ""
) -> Cost:
    """Run a command to its end, and give its cost; it must succeed.

    Parameters
    ----------
    given
        What it reads from its stdin.
    """
    before = _children_cpu()
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed ({done.returncode}):\n{done.stdout}\n{done.stderr}")
    _wait_for_stragglers()
    return Cost(wall, _children_cpu() - before)


def in_process(way: Callable[[], object]) -> float:
    """Give the seconds that a call takes."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_stragglers() -> None:
    """Wait for what the command left behind; what does not end by itself is ended, and told."""
    deadline = time.monotonic() + STRAGGLER_SECONDS
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:
                time.sleep(0.01)
    for child in psutil.Process().children():
        print(f"left behind, and killed: {child.cmdline()[:3]}", file=sys.stderr)
        with suppress(psutil.NoSuchProcess):
            child.send_signal(signal.SIGKILL)
            os.waitpid(child.pid, 0)
