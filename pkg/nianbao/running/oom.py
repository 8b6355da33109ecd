"""Whether the system has killed processes for want of memory."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from nianbao.running.cgroups import groups

COUNTERS = ("memory.events", "memory.oom_control")  # of the two versions of control groups
MACHINE = Path("/proc/vmstat")


def oom_kills() -> int:
    """Give how many processes the system has killed for want of memory.

    Counted in this process's own group, where the system tells that (Linux, cgroup 1 and 2), else
    on the whole machine; 0 where it does not count. Two counts are to be compared.
    """
    counters = [folder / name for folder in groups() for name in COUNTERS]
    for path in (*counters, MACHINE):
        with suppress(OSError):
            found = re.search(r"^oom_kill (\d+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            if found:
                return int(found[1])
    return 0
