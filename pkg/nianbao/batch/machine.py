"""How many workers a machine bears, by its cores and memory and what a container has of them."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import psutil

from nianbao.errors import UsageError
from nianbao.running.cgroups import GROUPS, MEMBERSHIP, groups

WORKER_BYTES = 600 << 20  # a worker, its template process, a kernel and a spare one

LEAST_FILES = 256  # open at once; a kernel with fewer is aborted by ZeroMQ, without a word
USUAL_FILES = 4096


def require_files() -> None:
    """Let this process and its children open as many files at once as the system allows.

    Raises
    ------
    UsageError
        It allows fewer than a kernel needs.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on each system

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = USUAL_FILES if hard == resource.RLIM_INFINITY else min(USUAL_FILES, hard)
    if most < LEAST_FILES:
        raise UsageError(
            "系统允许同时打开的文件太少",
            found=f"{most} 个",
            expected=f"不少于 {LEAST_FILES} 个",
            hint=f"先运行 ulimit -n {USUAL_FILES}；不行就请管理员放宽",
        )
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def default_workers() -> int:
    """Give the number of workers for this machine: as many as cores, as far as memory goes."""
    return max(1, min(cores(), memory() // WORKER_BYTES))


def cores(root: Path = GROUPS, membership: Path = MEMBERSHIP) -> int:
    """Give the number of cores that this process may use, at least one."""
    allowed = getattr(os, "sched_getaffinity", None)
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    for folder in groups(root, membership):
        quota, period = _quota(folder)
        if quota and period and quota > 0:  # -1 for no limit
            count = min(count, math.ceil(quota / period))
    return max(1, count)


def memory(root: Path = GROUPS, membership: Path = MEMBERSHIP) -> int:
    """Give the bytes of memory that this process and its children may still take.

    Where the system does not tell, what one worker needs.
    """
    try:
        free = psutil.virtual_memory().available
    except (OSError, ValueError, LookupError, RuntimeError):  # such as where /proc is not mounted
        free = WORKER_BYTES
    for folder in groups(root, membership):
        for limit, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            most, now = _number(folder / limit), _number(folder / used)
            if most is not None and now is not None:
                free = min(free, most - now)
    return max(0, free)


def _quota(folder: Path) -> tuple[int | None, int | None]:
    """Give the microseconds of computing that a group may use in a period, and the period."""
    try:
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
    return (None if quota == "max" else int(quota)), int(period)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
