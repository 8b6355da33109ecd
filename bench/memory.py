"""How much memory a running batch takes: of each process what is its own, and its share."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

import psutil
from loops import Bench, environment, run_command

STEP = 0.2  # seconds between two looks
ZYGOTE = "zygote.py"
TOGETHER = "all together"

Taken = tuple[float, float]
"""USS and PSS, in bytes."""


def memory_of(bench: Bench, workers: int) -> dict[str, Taken]:
    """Run the batch, and look at its processes all the while.

    Returns
    -------
    dict
        By role the largest USS and the largest PSS that one such process had, in bytes; for
        ``one worker``, the largest sum over a worker and all that belongs to it; for ``all
        together``, the largest sum over the run.
    """
    command = run_command(bench, bench.fresh(), workers)
    most: dict[str, Taken] = {}
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen(
            command, cwd=bench.project, env=environment(), stdout=said, stderr=said
        )
        while running.poll() is None:
            for role, taken in _look(psutil.Process(running.pid)):
                before = most.get(role, (0.0, 0.0))
                most[role] = tuple(map(max, before, taken))
            time.sleep(STEP)
        if running.returncode:
            said.seek(0)
            sys.exit(f"nianbao run failed:\n{said.read()}")
    return most


def _look(parent: psutil.Process) -> Iterator[tuple[str, Taken]]:
    """Yield what each process takes, by its role; a worker has a template among its children."""
    with suppress(psutil.Error):
        yield "parent", _taken(parent)
        all_of_them = [parent, *parent.children(recursive=True)]
        for process in all_of_them[1:]:
            with suppress(psutil.Error):
                yield from _worker(process)
        yield TOGETHER, _sum(_taken(process) for process in all_of_them if process.is_running())


def _worker(process: psutil.Process) -> Iterator[tuple[str, Taken]]:
    templates = [child for child in process.children() if _is_template(child)]
    if not templates or _is_template(process):
        return
    own = _taken(process)
    parts = [own]
    yield "worker", own
    for template in templates:
        parts.append(_taken(template))
        yield "template", parts[-1]
        for kernel in template.children(recursive=True):
            with suppress(psutil.Error):
                parts.append(_taken(kernel))
                yield "kernel or spare", parts[-1]
    yield "one worker", _sum(parts)


def _sum(parts: Iterable[Taken]) -> Taken:
    total = [sum(values) for values in zip(*parts, strict=True)]
    return total[0], total[1]


def _is_template(process: psutil.Process) -> bool:
    return any(part.endswith(ZYGOTE) for part in process.cmdline())


def _taken(process: psutil.Process) -> Taken:
    taken = process.memory_full_info()
    return float(taken.uss), float(taken.pss)
