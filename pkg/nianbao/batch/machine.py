"""How many workers a machine bears, by its cores and memory and what a container has of them."""

from __future__ import annotations

import math
import os
from pathlib import Path

import psutil

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
WORKER_BYTES = 600 << 20  # a worker, its template process, a kernel and a spare one


def default_workers() -> int:
    """Give the number of workers for this machine: as many as cores, as far as memory goes."""
    return max(1, min(cores(), memory() // WORKER_BYTES))


def cores(root: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """Give the number of cores that this process may use, at least one."""
    allowed = getattr(os, "sched_getaffinity", None)
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    for folder in _groups(root, membership):
        quota, period = _quota(folder)
        if quota and period and quota > 0:  # -1 for no limit
            count = min(count, math.ceil(quota / period))
    return max(1, count)


def memory(root: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """Give the bytes of memory that this process and its children may still take."""
    free = psutil.virtual_memory().available
    for folder in _groups(root, membership):
        for limit, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            most, now = _number(folder / limit), _number(folder / used)
            if most is not None and now is not None:
                free = min(free, most - now)
    return max(0, free)


def _groups(root: Path, membership: Path) -> list[Path]:
    """Give the control groups of this process, of both versions, and all above them."""
    try:
        lines = membership.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    folders = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for name in controllers.split(","):
            base = root / name.removeprefix("name=")
            inner = base / path.lstrip("/")
            folders += [inner, *(p for p in inner.parents if p.is_relative_to(base))]
    return folders


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
