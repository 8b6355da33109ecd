"""A kernel provisioner that forks kernels from a template process: ``nianbao-fork``.

For any Jupyter program: ``JUPYTER_DEFAULT_PROVISIONER_NAME=nianbao-fork``. What cannot be forked is
started the ordinary way: on a system other than Linux, another interpreter, another language, a
command that is not ipykernel's own. See docs/reference/kernels.md.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Integer, List, Unicode

from nianbao.running.process import ForkedProcess
from nianbao.running.template import CAN_FORK, PRELOAD, Wish, drop, template_for

START_SECONDS = 60  # to preload and to fork
FORK_SECONDS = 10  # to fork, where a template has done it before
BIND_SECONDS = 30  # to bind the kernel's sockets; then the client waits for it
END_SECONDS = 2  # a kernel that was told to end: its manager looks for it after this

_MODULE = ("-m", "ipykernel_launcher")
_OPTION = re.compile(r"-[bBEIOPsSu]+|-[XW]\S+")
_TAKEN = {"cwd", "env", "extra_arguments", "independent", "kernel_id", "stderr", "stdin", "stdout"}


@dataclass(frozen=True, slots=True)
class Order:
    """A kernel that can be forked.

    Attributes
    ----------
    interpreter
        Python and its options.
    arguments
        Of ``ipykernel_launcher``.
    streams
        stdin, stdout and stderr as `subprocess.Popen` takes them.
    """

    interpreter: tuple[str, ...]
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: str
    streams: tuple[Any, Any, Any]

    def message(self) -> bytes:
        """Give what the kernel's process is told."""
        order = {
            "arguments": self.arguments,
            "env": {**self.environment, "JPY_PARENT_PID": str(os.getpid())},
            "cwd": self.cwd,
            "umask": _umask(),
        }
        return json.dumps(order).encode()

    def open_streams(self, stack: ExitStack) -> list[int]:
        """Give the three files; those opened for it are closed with `stack`."""
        null = os.open(os.devnull, os.O_RDWR)
        stack.callback(os.close, null)
        files: list[int] = []
        for number, stream in enumerate(self.streams):
            match stream:
                case subprocess.STDOUT:
                    files.append(files[1])
                case int() if stream >= 0:
                    files.append(stream)
                case None if number and _is_open(number):
                    files.append(number)
                case None | subprocess.DEVNULL | subprocess.PIPE:
                    files.append(null)
                case _:
                    files.append(stream.fileno())
        return files


def order_of(command: list[str], options: Mapping[str, Any]) -> Order | None:
    """Give the order for a kernel that can be forked, None for one that has to be started.

    Parameters
    ----------
    command
        The kernel's command line.
    options
        What the provisioner was given for `subprocess.Popen`.
    """
    at = next((i for i in range(len(command)) if tuple(command[i : i + 2]) == _MODULE), 0)
    usual = (
        at > 0
        and _is_this_python(command[0])
        and all(_OPTION.fullmatch(option) for option in command[1:at])
        and not options.keys() - _TAKEN
        and not options.get("independent")
        and Path(options.get("cwd") or ".").is_dir()
        and subprocess.PIPE not in (options.get("stdout"), options.get("stderr"))
    )
    if not usual:
        return None
    return Order(
        interpreter=tuple(command[:at]),
        arguments=tuple(command[at + 2 :]),
        environment=options.get("env", os.environ),
        cwd=os.fspath(options.get("cwd") or Path.cwd()),
        streams=(options.get("stdin"), options.get("stdout"), options.get("stderr")),
    )


class ForkProvisioner(LocalProvisioner):
    """Forks a kernel from this process's template, or starts it where that cannot be."""

    memory_limit = Integer(
        None, allow_none=True, min=1, config=True, help="What a kernel may allocate, in MiB."
    )
    preload = List(
        Unicode(), list(PRELOAD), config=True, help="What the template imports, or calls."
    )

    process: Any = None  # a Popen or a ForkedProcess

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; where it is forked, return when its sockets are bound."""
        order = order_of(cmd, kwargs) if CAN_FORK else None
        if order is None or not await self._fork(order):
            await super().launch_kernel(cmd, **kwargs)
            self._limit_memory()
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client's
        """Kill it with all that it started, and wait until it is gone."""
        await super().kill(restart)
        await self._gone()

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        """Wait for a kernel that was told to end; its manager looks but ten times a second."""
        await super().shutdown_requested(restart)
        await self._gone()

    async def _fork(self, order: Order) -> bool:
        """Tell whether a template gave a kernel; it is `process` as soon as there is one."""
        wish = Wish.of(order.interpreter, self.preload, order.environment)
        try:
            # Once more, where somebody killed the template or its spare; nothing has run by then.
            return await self._try(wish, order) or await self._try(wish, order)
        except OSError as error:
            self.log.warning("no template process, the kernel is started: %s", error)
            return False

    async def _try(self, wish: Wish, order: Order) -> bool:
        process = await self._child(wish, order)
        if process is None:
            return False
        self.process = process
        self.pid = self.pgid = process.pid
        self.cwd = order.cwd
        self._limit_memory()
        if process.send(order.message()):
            with suppress(TimeoutError):
                await process.until(lambda: process.ready, BIND_SECONDS)
            if process.ready or process.returncode != -signal.SIGKILL:
                return True
        self.process = None
        return False

    async def _child(self, wish: Wish, order: Order) -> ForkedProcess | None:
        """Give a child that waits for its order; None if there is no template, or it was killed."""
        template = template_for(wish, order.environment)
        if template is None:
            return None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        process = ForkedProcess(ours)
        try:
            with ExitStack() as stack, theirs:
                template.ask([theirs.fileno(), *order.open_streams(stack)])
            limit = FORK_SECONDS if template.proven else START_SECONDS
            await process.until(lambda: process.pid > 0, limit)
        except ConnectionError:  # the template was killed
            process.close()
            return None
        except TimeoutError:  # it was stopped, or hangs; and would let each further kernel wait
            process.close()
            drop(wish)
            return None
        except BaseException:
            process.close()
            raise
        if not process.pid:
            return None
        template.proven = True
        return process

    async def _gone(self) -> None:
        if isinstance(self.process, ForkedProcess):
            with suppress(TimeoutError):
                await self.process.until(lambda: False, END_SECONDS)

    def _limit_memory(self) -> None:
        if self.memory_limit is None or self.pid is None or sys.platform != "linux":
            return
        import resource  # noqa: PLC0415 - not on each system

        size = self.memory_limit << 20
        with suppress(ProcessLookupError):
            resource.prlimit(self.pid, resource.RLIMIT_DATA, (size, size))


def _is_this_python(path: str) -> bool:
    """Tell whether a command is this interpreter, of this environment: there, it is a link."""
    given, own = Path(path), Path(sys.executable)
    try:
        return given.samefile(own) and given.parent.samefile(own.parent)
    except OSError:
        return False


def _is_open(file: int) -> bool:
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


def _umask() -> int:
    """Give this process's umask; to ask the system for it would be to change it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(r"^Umask:\s*(\d+)", status, re.MULTILINE)[0], 8)
