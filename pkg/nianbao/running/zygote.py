"""The template process: imports everything once, and then forks each kernel from itself.

A program of its own: ``python zygote.py SOCKET MODULE…``, run by `nianbao.running.template` with
the interpreter, its options and the environment that the kernels shall have. It imports nothing of
nianbao but what it is told by name.

It has one thread, no event loop and no context of ZeroMQ, for a fork copies none of these whole.
One child, the spare, is forked ahead of need and has done all that does not depend on which kernel
it will be.

Protocol, all over Unix sockets that keep messages apart (``SOCK_SEQPACKET``):

- owner to template: one byte, and with it four files: a channel, and the kernel's stdin, stdout and
  stderr. The end of that socket is the end of the template and of all its kernels.
- template to owner, over the channel: ``pid N``, and when the kernel has ended ``exit CODE``.
- owner to kernel, over the channel: the order, as JSON: argv, env, cwd, umask.
- kernel to owner, over the channel: ``ready`` when its sockets are bound.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, cast

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # this file's folder, which is not on any kernel's path

from ipykernel import iostream, kernelapp

LARGEST_ORDER = 1 << 20  # bytes; a socket takes less
FILES = 4  # that come with a request: channel, stdin, stdout, stderr
# What ipykernel and IPython import only when a kernel starts or runs its first cell.
IMPORTED_LATE = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "faulthandler",
    "ipykernel.debugger",
    "sqlite3",
    "tornado.platform.asyncio",
)
RETRY_AFTER = 5  # seconds, where a spare could not be forked or was killed
# What OpenBLAS calls it, as numpy and scipy build it and by itself.
BLAS_SETTERS = (
    "openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "scipy_openblas_set_num_threads64_",
)
SPARE_AFTER = 0.2  # seconds: by then the kernel that took the last spare has started

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


def main() -> None:
    """Preload, then serve; a child comes out of it as a kernel."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _prctl(_PR_SET_NAME, b"nianbao-fork")
    variables = _preload(sys.argv[2:])
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        sys.exit(f"{threads} threads after the imports: such a process cannot be forked")
    gc.collect()
    gc.freeze()  # a kernel's collector shall not write to what it shares
    try:
        Template(control).serve()
    except Born as born:
        orders = born.orders
    be_kernel(orders, variables)


def _preload(names: Iterable[str]) -> dict[str, str]:
    """Import, and call what is named after a colon; give the environment variables set thereby."""
    before = dict(os.environ)
    for name in (*IMPORTED_LATE, *names):
        module, _, function = name.partition(":")
        try:
            imported = importlib.import_module(module)
            if function:
                getattr(imported, function)()
        except Exception:  # noqa: BLE001 - the cell that imports it will show it
            traceback.print_exc()
    return dict(os.environ.items() - before.items())


class Born(BaseException):
    """Raised in each child, so that it leaves the template's loop.

    Attributes
    ----------
    orders
        Where the child is told which kernel it is.
    """

    def __init__(self, orders: socket.socket) -> None:
        super().__init__()
        self.orders = orders


class Template:
    """The template's loop: requests come in, children and their ends are looked after."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.pid = os.getpid()
        self.children = selectors.DefaultSelector()
        self.children.register(control, selectors.EVENT_READ)
        self.channels: dict[int, int] = {}  # of the kernels, by process
        self.spare = 0
        self.orders: socket.socket | None = None  # to the spare

    def serve(self) -> NoReturn:
        """Serve until the owner is gone."""
        spare_at = time.monotonic()
        while True:
            wait = None if self.spare else max(0, spare_at - time.monotonic())
            events = self.children.select(wait)
            if not events:
                spare_at = time.monotonic() + RETRY_AFTER
                with suppress(OSError):  # no more processes: perhaps later
                    self._fork()
            for key, _ in events:
                if key.data is not None:
                    self._reap(key.fd, key.data)
                    continue
                files = _receive(self.control)
                if files is None:
                    self._end()
                self._hand_over(files)
                spare_at = time.monotonic() + SPARE_AFTER

    def _fork(self, files: Iterable[int] = ()) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._forget(files)
            raise Born(theirs)
        theirs.close()
        try:
            self.children.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)
        except OSError:
            ours.close()  # then it ends, for nobody will give it orders
            os.waitpid(pid, 0)
            raise
        self.spare, self.orders = pid, ours

    def _forget(self, files: Iterable[int]) -> None:
        """Close, in the child, what is the template's and the other kernels'."""
        others = [key.fd for key in self.children.get_map().values() if key.data is not None]
        self.children.close()
        self.control.close()
        for file in (*others, *self.channels.values(), *files):
            os.close(file)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self.pid:
            os._exit(0)
        os.setsid()

    def _hand_over(self, files: list[int]) -> None:
        """Make the spare the kernel that is asked for, or another child, if somebody killed it."""
        if len(files) < FILES:  # no more could be opened: the owner sees the channel's end
            for file in files:
                os.close(file)
            return
        channel, *streams = files
        sent = False
        with suppress(OSError):  # no more processes: the same
            while not sent:
                pid, orders = self._take(files)
                with orders, suppress(BrokenPipeError, ConnectionResetError):
                    socket.send_fds(orders, [b"k"], files)
                    sent = True
            _tell(channel, f"pid {pid}")
        if sent:
            self.channels[pid] = channel
        for file in streams if sent else files:
            os.close(file)

    def _take(self, files: list[int]) -> tuple[int, socket.socket]:
        if self.orders is None:
            self._fork(files)
        pid, orders, self.spare, self.orders = self.spare, self.orders, 0, None
        return pid, cast("socket.socket", orders)

    def _reap(self, pidfd: int, pid: int) -> None:
        self.children.unregister(pidfd)
        os.close(pidfd)
        _kill_group(pid)  # before it is reaped: its number is nobody else's until then
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if pid == self.spare:
            self.spare, self.orders = 0, None
        channel = self.channels.pop(pid, None)
        if channel is not None:
            _tell(channel, f"exit {code}")
            os.close(channel)

    def _end(self) -> NoReturn:
        """End with all kernels: their owner is gone."""
        for pid in self.channels:
            _kill_group(pid)
        os._exit(0)


class OutStream(iostream.OutStream):
    """A stream that waits for the thread that sends only where there is something to send.

    A cell flushes both streams some seven times, nearly always for nothing. All messages go through
    that one thread, so their order stays.
    """

    _has_text = False

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Take text to be sent."""
        self._has_text = True
        return super().write(string)

    def flush(self) -> None:
        """Have the text sent."""
        if self._has_text:
            self._has_text = False
            super().flush()  # type: ignore[no-untyped-call]


class IPKernelApp(kernelapp.IPKernelApp):
    """The kernel's program, by its usual name in what it logs; tells when its sockets are bound."""

    channel: socket.socket
    outstream_class = f"{__name__}.{OutStream.__name__}"

    def init_poller(self) -> None:
        """Watch no parent: the system ends this process with the template."""

    def log_connection_info(self) -> None:
        """Tell the owner as well: what it sends from now on will arrive."""
        super().log_connection_info()  # type: ignore[no-untyped-call]
        _tell(self.channel.fileno(), "ready")
        self.channel.close()


def be_kernel(orders: socket.socket, variables: dict[str, str]) -> None:
    """Wait to be told which kernel to be, and be it until it ends.

    Parameters
    ----------
    variables
        Of the environment, set by the modules that are imported already.
    """
    app: Any = IPKernelApp.instance()
    files = _receive(orders)
    orders.close()
    if files is None:
        return
    app.parent_handle = os.getppid()
    app.channel = socket.socket(fileno=files[0])
    order = app.channel.recv(LARGEST_ORDER)
    if not order:
        return
    _become(json.loads(order), files[1:])
    os.environ.update({**variables, **os.environ})
    app.initialize(sys.argv[1:])
    if app.shell is not None:  # another class of kernel may have none
        _before_first_cell(app.shell.events, _let_blas_have_threads)
    app.start()


def _become(order: dict[str, Any], streams: list[int]) -> None:
    """Take the place of a process that was started as ordered."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    os.umask(order["umask"])
    os.chdir(order["cwd"])
    sys.argv = [str(importlib.import_module("ipykernel_launcher").__file__), *order["arguments"]]
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    _prctl(_PR_SET_NAME, b"nianbao-kernel")


def _before_first_cell(events: Any, action: Callable[[], None]) -> None:
    def once() -> None:
        events.unregister("pre_execute", once)
        action()

    events.register("pre_execute", once)


def _let_blas_have_threads() -> None:
    """Give OpenBLAS the threads that it would have started with, were it not for the fork.

    Not while the kernel starts: they spin at first, and would take its processors away.
    """
    told = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    count = int(told) if told.isdecimal() else len(os.sched_getaffinity(0))
    if count < 2:  # noqa: PLR2004 - it has one
        return
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")
    for path in {line.split(maxsplit=5)[-1] for line in maps.splitlines() if "openblas" in line}:
        library = ctypes.CDLL(path)
        for name in BLAS_SETTERS:
            with suppress(AttributeError):
                getattr(library, name)(count)


def _receive(stream: socket.socket) -> list[int] | None:
    """Give the files of a message; None at the end of the stream."""
    data, files, _, _ = socket.recv_fds(stream, 1, FILES)
    return files if data else None


def _tell(channel: int, message: str) -> None:
    """Send a message, if anybody listens."""
    with suppress(OSError):
        os.write(channel, message.encode())


def _kill_group(pid: int) -> None:
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def _prctl(option: int, argument: int | bytes) -> None:
    ctypes.CDLL(None).prctl(option, argument, 0, 0, 0)


if __name__ == "__main__":
    main()
