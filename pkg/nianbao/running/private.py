"""A folder for one kernel: for nobody else, gone afterwards, also where its run was killed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

LONGEST_TEMP = 60  # a Unix socket path ends at some 100 bytes
PREFIX = "nianbao-kernel-"
LOCK = "lock"
# As it is when this is imported: rendering sets it, for all threads, to a report's own folder.
TEMP = tempfile.gettempdir()


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder for a kernel's sockets, with a short name, for nobody else; gone afterwards.

    First sweep those of runs that were killed.
    """
    base = TEMP if len(os.fsencode(TEMP)) <= LONGEST_TEMP or os.name == "nt" else "/tmp"  # noqa: S108 - mkdtemp makes it private
    _sweep(Path(base))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    try:
        with (folder / "new").open("wb") as lock:
            _is_free(lock)
            if os.name != "nt":  # where an open file cannot be renamed, nor locks told
                (folder / "new").rename(folder / LOCK)  # with its lock, so that no one is first
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    """Remove the folders of runs that are no more: nobody holds their locks."""
    for lock in base.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), lock.open("r+b") as stream:  # another user's stays
            if _is_free(stream):
                shutil.rmtree(lock.parent, ignore_errors=True)


if sys.platform == "win32":

    def _is_free(_: IO[bytes]) -> bool:
        return False

else:
    import fcntl

    def _is_free(stream: IO[bytes]) -> bool:
        """Take the lock of a file, if nobody has it; it goes when the file is closed."""
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
