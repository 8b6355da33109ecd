"""A folder in the place of another, all at once."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_HERE = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}

Exchange = Callable[[Path, Path], bool]


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    arguments = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if renameat2(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


def _renameat2() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (
            ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint,
        )  # fmt: skip
        function.restype = ctypes.c_int
    return function


def swap_in(new: Path, target: Path, aside: Path, *, swapper: Exchange = exchange) -> None:
    """Put `new` in the place of `target`, and remove what stood there.

    Parameters
    ----------
    new, target, aside
        On one file system, `new` with all its files on the disk. `aside` is where the old folder
        waits in a system that cannot exchange; `recover` looks there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if aside.exists():  # a killed worker of this run was at this report
        recover(aside, target)
    if not target.exists():
        new.rename(target)
    elif swapper(new, target):
        sync_folder(target.parent)
        shutil.rmtree(new)
    else:
        aside.parent.mkdir(parents=True, exist_ok=True)
        target.rename(aside)
        new.rename(target)
        sync_folder(target.parent)
        shutil.rmtree(aside)
    sync_folder(target.parent)


def recover(aside: Path, target: Path) -> None:
    """Finish what a killed run left: put the old folder back where no new one stands."""
    if target.exists():
        shutil.rmtree(aside)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.rename(target)


def sync(folder: Path) -> None:
    """Make sure that a folder and all files in it are on the disk."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    # At once, so that the disk takes them in one go: a fifth of the time.
    with ThreadPoolExecutor(max(1, len(files))) as threads:
        list(threads.map(_sync_file, files))
    sync_folder(folder)


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk; nothing to do on Windows."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
