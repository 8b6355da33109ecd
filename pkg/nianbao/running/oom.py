"""Whether the system has killed processes for want of memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")


def oom_kills() -> int:
    """Give how many processes the system has killed for want of memory.

    Counted in this process's own group, where the system tells that (Linux, cgroup 1 and 2), else
    on the whole machine; 0 where it does not count. Two counts are to be compared.
    """
    for path in (*_own_groups(), Path("/proc/vmstat")):
        with suppress(OSError):
            found = re.search(r"^oom_kill (\d+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            if found:
                return int(found[1])
    return 0


def _own_groups() -> Iterator[Path]:
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                yield _GROUPS / path.lstrip("/") / "memory.events"
            elif controllers == "memory":
                yield _GROUPS / "memory" / path.lstrip("/") / "memory.oom_control"
