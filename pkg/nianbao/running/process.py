"""A kernel that a template forked, seen from its owner like a `subprocess.Popen`."""

from __future__ import annotations

import asyncio
import errno
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress

MESSAGE = 64  # bytes; a message of the channel is shorter


class ForkedProcess:
    """A process that is a child of the template; its channel tells how it is.

    Attributes
    ----------
    pid
        0 until the template has told it.
    returncode
        As `subprocess.Popen` has it: negative for a signal, None as long as it runs.
    ready
        Whether the kernel's sockets are bound.
    """

    stdin = stdout = stderr = None  # what a Popen has for them when they are no pipes

    def __init__(self, channel: socket.socket) -> None:
        channel.setblocking(False)  # noqa: FBT003 - its only argument
        self.channel = channel
        self.pid = 0
        self.returncode: int | None = None
        self.ready = False
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Give the exit code, None as long as it runs."""
        with self._lock:
            while self.returncode is None and self._hear():
                pass
        return self.returncode

    def _hear(self) -> bool:
        try:
            word, _, number = self.channel.recv(MESSAGE).decode().partition(" ")
        except BlockingIOError:
            return False
        except ConnectionResetError:
            word, number = "", ""
        match word:
            case "pid":
                self.pid = int(number)
            case "ready":
                self.ready = True
            case "exit":
                self.returncode = int(number)
            case _:  # the channel's end: the template was killed, and took its kernels along
                self.returncode = -signal.SIGKILL
                self._kill_group()
        if self.returncode is not None:
            self.channel.close()
        return True

    def _kill_group(self) -> None:
        """End what the kernel had started itself."""
        if self.pid:
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Take no more notice of it; a child that has no order yet ends."""
        with self._lock:
            self.channel.close()
            self.returncode = -signal.SIGKILL

    def send(self, message: bytes) -> bool:
        """Tell whether the message could be sent; where it is too long, the child ends."""
        try:
            self.channel.send(message)
        except OSError as error:
            if error.errno == errno.EMSGSIZE:
                self.close()
                return False
        return True

    def wait(self, timeout: float | None = None) -> int:
        """Block until it has ended, and give the exit code.

        Raises
        ------
        subprocess.TimeoutExpired
            After so many seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            rest = None if until is None else max(0, until - time.monotonic())
            if not select.select([self.channel], [], [], rest)[0] and timeout is not None:
                raise subprocess.TimeoutExpired("kernel", timeout)
        return code

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until the condition holds, or the process has ended.

        Raises
        ------
        TimeoutError
            After so many seconds.
        """
        async with asyncio.timeout(seconds):
            while self.poll() is None and not condition():
                await self._news()

    async def _news(self) -> None:
        with self._lock:
            if self.returncode is not None:
                return
            watched = os.dup(self.channel.fileno())  # of its own: others may wait as well
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        loop.add_reader(watched, news.set)
        try:
            await news.wait()
        finally:
            loop.remove_reader(watched)
            os.close(watched)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # as a Popen: it has ended, and that is on its way
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)
