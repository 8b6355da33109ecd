"""One run at a time works in an outputs folder, also when an earlier one was killed.

::

    outputs/.nianbao/lock   locked for as long as a run works; tells who it is
    outputs/.nianbao/run    the token of the run to which the folder belongs; empty for none

The lock alone keeps a second run out, but it ends with its process. A worker that outlives the
run, here or on another machine, must not write any more when the next one works: whoever changes
the outputs shows the token of his run, under a lock that a beginning run waits for.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from nianbao.errors import OutputError

LOCK, RUN = "lock", "run"

_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@contextmanager
def locked(
    own: Path,
    outputs: Path,
    *,
    what: str = "输出文件夹",
    hint: str = "等它结束，或用 --outputs 换一个文件夹",
) -> Iterator[None]:
    """Keep other runs out of a folder.

    Parameters
    ----------
    own
        The folder for nianbao's own files; it exists.
    outputs
        The folder that is held, as people know it.
    what, hint
        How messages call it, and what they advise who comes second.

    Raises
    ------
    OutputError
        Another run holds it, or the file system has no locks.
    """
    with (own / LOCK).open("a+b") as lock:
        try:
            _lock_whole(lock)
        except OSError as error:
            if error.errno not in _HELD:
                raise OutputError(f"{what}不能加锁", where=outputs, found=error) from error
            raise OutputError(
                f"{what}正被另一次运行占用",
                where=outputs,
                found=_holder(lock),
                hint=hint,
            ) from None
        _introduce(lock)
        yield


def claim(own: Path) -> str:
    """Give the token of a new run, to which the folder belongs from now on.

    Waits for those who are changing the outputs at this moment.
    """
    token = secrets.token_hex(16)
    _write_token(own, token)
    return token


def release(own: Path, token: str) -> bool:
    """Let the folder belong to nobody: who has not begun to change the outputs never will.

    False where it belongs to another run: somebody removed the folder, lock and all, and made it
    anew.
    """
    with (own / RUN).open("r+b") as stream:
        _lock_alone(stream)
        is_ours = stream.read() == token.encode()
        if is_ours:
            stream.truncate(0)
    return is_ours


def owner(own: Path) -> str:
    """Give the token of the run to which the folder belongs; empty for none."""
    try:
        return (own / RUN).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@contextmanager
def belonging(own: Path, token: str, outputs: Path) -> Iterator[None]:
    """Change the outputs while they belong to the run with this token, and no other can begin.

    Raises
    ------
    OutputError
        They do not, or the folder is gone.
    """
    try:
        stream = (own / RUN).open("r+b")
    except FileNotFoundError:
        raise OutputError("运行期间，输出文件夹不见了", where=outputs) from None
    with stream:
        _lock_with_others(stream)
        if stream.read().decode(errors="replace") != token:
            raise OutputError(
                "输出文件夹已不属于这次运行，结果没有写入",
                where=outputs,
                hint="这次运行已经结束或被终止，再运行一次",
            )
        yield


def _write_token(own: Path, token: str) -> None:
    with (own / RUN).open("a+b") as stream:
        _lock_alone(stream)
        stream.truncate(0)
        stream.write(token.encode())


def _introduce(lock: IO[bytes]) -> None:
    now = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    about = {"pid": os.getpid(), "host": platform.node(), "since": now}
    lock.truncate(0)
    lock.write(json.dumps(about).encode())
    lock.flush()


def _holder(lock: IO[bytes]) -> str:
    """Tell who has locked a file; empty where he has not said it yet."""
    lock.seek(0)
    try:
        about = json.loads(lock.read(1000))
        return f"{about['host']} 上的进程 {about['pid']}，{about['since']} 开始"
    except (OSError, ValueError, TypeError, KeyError):
        return ""


if sys.platform == "win32":
    import msvcrt

    _BEYOND = 1 << 20  # what is locked cannot be read, and others shall read who holds it

    def _lock_whole(stream: IO[bytes]) -> None:
        stream.seek(_BEYOND)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

    def _lock_alone(stream: IO[bytes]) -> None:
        stream.seek(_BEYOND)
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
        stream.seek(0)

    _lock_with_others = _lock_alone  # Windows has no shared ones here; a commit is short

else:
    import fcntl

    def _lock_whole(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _lock_alone(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX)

    def _lock_with_others(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_SH)
