"""The template processes of this process: started at need, ended with it."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from nianbao.running.environment import report_environment

CAN_FORK = sys.platform == "linux"
"""Whether kernels can be forked here."""

PRELOAD = (
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "pydantic.dataclasses",
    "nianbao.report",
    "nianbao.report.drawing",
    "nianbao.report.markup",
    "nianbao.report.rehearsal:rehearse",
)
"""What a template imports unless it is told otherwise, and calls, where a colon is in the name."""

# Libraries that otherwise start threads when they are imported; and Arrow's pool, which reserves a
# GiB at the first text of pandas, more than many a limit on memory.
MODEST = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

# What ipykernel sets when it starts, and matplotlib reads when it is imported.
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}

MOST = 4  # templates of one process, each with some 130 MB
END_SECONDS = 5

ZYGOTE = Path(__file__).with_name("zygote.py")

# Names, or their beginnings, of what is read when Python starts or a library is loaded: to set
# them in a child is too late.
READ_AT_START = (
    "ARROW_",
    "GLIBC_TUNABLES",
    "HOME",
    "JE_ARROW_",
    "LANG",
    "LC_",
    "LD_",
    "MALLOC_",
    "MATPLOTLIBRC",
    "MKL_",
    "MPL",
    "NUMEXPR_",
    "OMP_",
    "OPENBLAS_",
    "PYTHON",
    "XDG_",
)

_log = logging.getLogger("nianbao.kernel")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a template must be like so that a kernel can be forked from it.

    Attributes
    ----------
    command
        The interpreter and its options.
    preload
        Names of the modules that it imports; one that cannot be imported is passed over.
    environment
        The variables that are read at the start of an interpreter or a library, and their values.
    """

    command: tuple[str, ...]
    preload: tuple[str, ...]
    environment: frozenset[tuple[str, str]]

    @classmethod
    def of(
        cls, command: Iterable[str], preload: Iterable[str], environment: Mapping[str, str]
    ) -> Wish:
        """Give the wish for a kernel that is to have this environment."""
        fixed = {item for item in environment.items() if item[0].startswith(READ_AT_START)}
        return cls(tuple(command), tuple(preload), frozenset(fixed))


class Template:
    """A template process and the socket over which kernels are asked of it.

    Attributes
    ----------
    proven
        Whether a kernel came of it; one that ends before that will not do better again, unless
        somebody killed it.
    """

    def __init__(self, wish: Wish, environment: Mapping[str, str]) -> None:
        self.proven = False
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.setblocking(False)  # noqa: FBT003 - its only argument
        # Read when ipykernel is imported, and would be that of another kernel.
        kept = {key: value for key, value in environment.items() if key != "JPY_PARENT_PID"}
        self.log = os.memfd_create("nianbao-fork")
        with ExitStack() as undone, theirs:
            undone.callback(os.close, self.log)
            undone.callback(self.control.close)
            self.process = subprocess.Popen(
                [*wish.command, str(ZYGOTE), str(theirs.fileno()), *wish.preload],
                env=INLINE | kept | MODEST,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # an interrupt from the terminal is not for it
            )
            undone.pop_all()

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        try:
            # It sends nothing: there is only the end to read, before the process can be waited for.
            return bool(self.control.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    @property
    def last_words(self) -> str:
        """The end of what it wrote to its stderr."""
        size = os.fstat(self.log).st_size
        return os.pread(self.log, 2000, max(0, size - 2000)).decode(errors="replace").strip()

    def ask(self, files: list[int]) -> None:
        """Ask for a kernel.

        Parameters
        ----------
        files
            Its channel, stdin, stdout and stderr.

        Raises
        ------
        OSError
            The template has ended, or it does not take any more requests.
        """
        socket.send_fds(self.control, [b"k"], files)

    def end(self) -> None:
        """End the process, and with it all its kernels."""
        self.control.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.log)

    def forget(self) -> None:
        """Let go of it, in a child of its owner."""
        self.control.close()
        os.close(self.log)
        self.process.returncode = 0  # it is no child of this process, which must not wait for it


class _Templates:
    """The templates of this process, by wish."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: dict[Wish, Template] = {}
        self.hopeless: set[Wish] = set()

    def get(self, wish: Wish, environment: Mapping[str, str]) -> Template | None:
        with self.lock:
            template = self.running.get(wish)
            if template is not None and not template.alive:
                del self.running[wish]
                words = template.last_words
                template.end()
                if not template.proven and template.process.returncode != -signal.SIGKILL:
                    self.hopeless.add(wish)
                    _log.warning("no template process: %s", words)
                template = None
            if template is None and wish not in self.hopeless and len(self.running) < MOST:
                template = self.running[wish] = Template(wish, environment)
            return template

    def drop(self, wish: Wish) -> None:
        with self.lock:
            template = self.running.pop(wish, None)
            if template is None:
                return
            template.process.kill()
            template.end()
            if not template.proven:
                self.hopeless.add(wish)

    def close(self) -> None:
        with self.lock:
            for template in self.running.values():
                template.end()
            self.running.clear()
            self.hopeless.clear()

    def forget(self) -> None:
        for template in self.running.values():
            template.forget()
        self.lock = threading.Lock()  # another thread of the parent may have held it
        self.running.clear()


_templates = _Templates()
if CAN_FORK:
    atexit.register(_templates.close)
    os.register_at_fork(after_in_child=_templates.forget)


def warm() -> None:
    """Start the template of the reports' kernels, if there is none, and do not wait for it.

    Does nothing where kernels are not forked.
    """
    if CAN_FORK:
        environment = report_environment()
        wish = Wish.of((sys.executable,), PRELOAD, environment)
        with suppress(OSError):  # each kernel tries again
            _templates.get(wish, environment)


def template_for(wish: Wish, environment: Mapping[str, str]) -> Template | None:
    """Give a running template; None where there cannot be one.

    Raises
    ------
    OSError
        No process can be started.
    """
    return _templates.get(wish, environment)


def drop(wish: Wish) -> None:
    """Kill a template that does not answer: what waits is not served, another one is tried next."""
    _templates.drop(wish)


def close() -> None:
    """End this process's templates, and with them all their kernels."""
    _templates.close()
