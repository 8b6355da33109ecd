"""The control groups of this process: where a container says what it may take."""

from __future__ import annotations

from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def groups(root: Path = GROUPS, membership: Path = MEMBERSHIP) -> list[Path]:
    """Give the groups of this process, of both versions, and all above them.

    Of each hierarchy the innermost comes first. Empty on systems without them.
    """
    try:
        lines = membership.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    folders = []
    for line in lines:
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        for name in controllers.split(","):
            base = root / name.removeprefix("name=")
            inner = base / path.lstrip("/")
            folders += [inner, *(p for p in inner.parents if p.is_relative_to(base))]
    return folders
