"""A folder for one kernel: for nobody else, gone afterwards, also where its run was killed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_TEMP = 60  # a Unix socket path ends at some 100 bytes
PREFIX = "nianbao-kernel-"
# As it is when this is imported: rendering sets it, for all threads, to a report's own folder.
TEMP = tempfile.gettempdir()


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder for a kernel's sockets, with a short name, for nobody else; gone afterwards.

    Before and after, sweep those of runs that were killed.
    """
    base = TEMP if len(os.fsencode(TEMP)) <= LONGEST_TEMP or os.name == "nt" else "/tmp"  # noqa: S108 - mkdtemp makes it private
    _sweep(Path(base))
    folder, lock = _new_folder(base)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _let_go(lock)
        _sweep(Path(base))


def _new_folder(base: str) -> tuple[Path, int | None]:
    """Make a folder and lock it; another one, if a sweep came in between."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        lock = _lock(folder)
        if os.name == "nt" or (lock is not None and folder.is_dir()):
            return folder, lock
        _let_go(lock)


def _sweep(base: Path) -> None:
    """Remove the folders of runs that are no more: nobody holds their locks."""
    for folder in base.glob(f"{PREFIX}*"):
        lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            _let_go(lock)


def _let_go(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


if sys.platform == "win32":

    def _lock(_: Path) -> int | None:
        """No folder can be locked here, and none is swept."""
        return None

else:
    import fcntl

    def _lock(folder: Path) -> int | None:
        """Lock a folder, if it is one and nobody has; the lock goes with its process."""
        handle = -1
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another user's stays, too
            _let_go(handle if handle >= 0 else None)
            return None
        return handle
