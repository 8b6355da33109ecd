"""One kernel for one notebook: started in private, watched, and gone afterwards."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from asyncio import FIRST_COMPLETED
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any, TextIO, TypeVar

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager
from papermill.log import logger as papermill_log

from nianbao.errors import visible
from nianbao.reasons import system_reason
from nianbao.running.environment import report_environment
from nianbao.running.failure import (
    Failure,
    cell_failure,
    death_failure,
    last_lines,
    tail,
    time_failure,
)
from nianbao.running.oom import oom_kills
from nianbao.running.private import private_folder
from nianbao.running.provisioner import ForkProvisioner

IOPUB_SECONDS = 30  # a cell has ended: how long its last output may take to arrive
LAST_WORDS_SECONDS = 0.2  # a kernel has ended: how long what it sent before may take
WATCH_SECONDS = 0.05

# What IPython would note in a database for a user to look up.
NO_HISTORY = "--HistoryManager.enabled=False"
EXTENSION = "--InteractiveShellApp.extra_extensions=nianbao.report.kernel"

T = TypeVar("T")

PROVISIONER_VARIABLE = "JUPYTER_DEFAULT_PROVISIONER_NAME"

_log = logging.getLogger("nianbao.kernel")
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class KernelSettings:
    """How a notebook's kernel runs.

    Attributes
    ----------
    name
        Of the kernel spec; ``python3`` is the interpreter of this process, whatever specs of that
        name are installed. Which provisioner starts it is Jupyter's own setting.
    work
        The kernel's working folder; None for that of this process.
    environment
        Added to the kernel's environment, and to no other.
    start_timeout, cell_timeout, deadline
        Seconds for the start, for each cell, and for all of it; None for no limit.
    memory
        MiB that the kernel may allocate; None for no limit.
    stdout_file, stderr_file
        Get what the cells print, as it comes.
    """

    name: str
    work: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    start_timeout: float = 60
    cell_timeout: float | None = None
    deadline: float | None = None
    memory: int | None = None
    stdout_file: TextIO | None = None
    stderr_file: TextIO | None = None


def run_cells(record: NotebookExecutionManager, settings: KernelSettings) -> Failure | None:
    """Run the cells of a notebook in place.

    Parameters
    ----------
    record
        papermill's of the notebook and its run, which notes each cell's state in its metadata.

    Returns
    -------
    Failure or None
        Why it stopped before its end: the failing cell is then ``failed`` and those after it
        stay ``pending``; None when all is ``completed``.

    Raises
    ------
    KeyboardInterrupt
        The kernel has been killed.
    """
    with private_folder() as folder:
        return _complete(_Run(record, settings, folder).run())


def _complete(run: Coroutine[Any, Any, Failure | None]) -> Failure | None:
    """Run to the end; in a thread where this one has an event loop already, as in Jupyter."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run).result()


class _Run:
    """The life of one kernel, inside one event loop."""

    def __init__(
        self, record: NotebookExecutionManager, settings: KernelSettings, folder: Path
    ) -> None:
        self.record = record
        self.nb: NotebookNode = record.nb
        self.settings = settings
        self.log_file = folder / "log"
        self.environment = {
            **report_environment(),
            "IPYTHONDIR": str(folder / "ipython"),
            **settings.environment,
        }
        self.manager = _manager(settings, folder)
        self.client = PapermillNotebookClient(
            record,
            km=self.manager,
            log=papermill_log if record.log_output else _log,
            log_output=record.log_output,
            stdout_file=settings.stdout_file,
            stderr_file=settings.stderr_file,
            iopub_timeout=IOPUB_SECONDS,
            raise_on_iopub_timeout=True,
            force_raise_errors=True,
            record_timing=False,
        )
        self.death: asyncio.Future[None]  # done when the kernel is dead
        self.oom_kills = oom_kills()
        self.started = time.monotonic()

    async def run(self) -> Failure | None:
        self.death = asyncio.get_running_loop().create_future()
        try:
            failure = await self._start()
            for index, cell in enumerate(self.nb.cells):
                if failure is not None:
                    break
                failure = await self._run_cell(index, cell)
            self.client.set_widgets_metadata()
            return failure
        finally:
            await self._stop()

    async def _start(self) -> Failure | None:
        try:
            async with asyncio.timeout(self._rest()):
                return await self._launch()
        except TimeoutError:
            return time_failure(0, self.settings.deadline or 0, whole=True, source="")
        except NoSuchKernel:
            what = f"没有这个内核：{visible(self.settings.name)}"
            return Failure("kernel died", what, hint=_no_kernel_hint())
        except (RuntimeError, OSError) as error:
            why = system_reason(error) if isinstance(error, OSError) else error
            return await self._death(0, f"{why}\n")

    async def _launch(self) -> Failure | None:
        arguments = [NO_HISTORY] if self.manager.ipykernel else []
        if self.settings.name == NATIVE_KERNEL_NAME:  # another interpreter may have no nianbao
            arguments.append(EXTENSION)
        with self.log_file.open("wb") as log:
            await self.manager.start_kernel(
                extra_arguments=arguments,
                env=self.environment,
                cwd=str(self.settings.work) if self.settings.work else None,
                stdout=log,
                stderr=log,
            )
        self.death = asyncio.ensure_future(self._watch())
        client = self.client.kc = self.manager.client()
        client.start_channels(stdin=False, hb=False)
        client.allow_stdin = False
        seconds = self.settings.start_timeout
        connected, task = await self._while_alive(self._connect(client), seconds)
        if connected:
            return task.result()
        if self.death.done():
            return await self._death(0)
        hint = "机器太忙：减少同时运行的年报"
        return Failure("deadline", f"内核启动超过 {seconds:g} 秒，已停止", hint=hint)

    async def _connect(self, client: AsyncKernelClient) -> None:
        """Wait until the kernel answers, and until what it publishes arrives.

        As `AsyncKernelClient.wait_for_ready`, without its wait for silence: what comes late
        belongs to no cell.
        """
        while True:
            client.kernel_info()
            with suppress(Empty):
                reply = await client.get_shell_msg(timeout=1)
                language = from_dict(reply["content"]["language_info"])
                self.nb.metadata.setdefault("language_info", language)
                await client.get_iopub_msg(timeout=0.2)
                return

    async def _watch(self) -> None:
        """End when the kernel does."""
        while await self.manager.is_alive():  # noqa: ASYNC110 - whoever started it
            await asyncio.sleep(WATCH_SECONDS)

    async def _while_alive(
        self, work: Coroutine[Any, Any, T], limit: float | None
    ) -> tuple[bool, asyncio.Future[T]]:
        """Tell whether the work came to its end, be it an exception, in time and in life."""
        # A task of its own: nbclient takes a cancelled cell for a dead kernel.
        task = asyncio.ensure_future(work)
        try:
            first: set[asyncio.Future[Any]] = {task, self.death}
            await asyncio.wait(first, timeout=limit, return_when=FIRST_COMPLETED)
            if self.death.done() and not task.done():  # it may have spoken before it died
                await asyncio.wait({task}, timeout=LAST_WORDS_SECONDS)
            done = task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return done, task

    async def _run_cell(self, index: int, cell: NotebookNode) -> Failure | None:
        self.record.cell_start(cell, index)
        run = self.client.async_execute_cell(cell, index)
        done, task = await self._while_alive(run, self._limit())
        if done:
            failure = await self._failure(index + 1, task)
        elif self.death.done():
            failure = await self._death(index + 1)
        else:
            failure = self._late(index + 1, cell)
        if failure is not None:
            self.record.cell_exception(cell, index)
        self.record.cell_complete(cell, index)
        return failure

    async def _failure(self, number: int, task: asyncio.Future[Any]) -> Failure | None:
        try:
            task.result()
        except CellExecutionError as error:
            traceback = _traceback(self.nb.cells[number - 1]) or error.traceback
            return cell_failure(
                number, error.ename, error.evalue, traceback, memory=self.settings.memory
            )
        except CellTimeoutError:
            return Failure("deadline", f"单元格已结束，但输出 {IOPUB_SECONDS} 秒内没有收齐", number)
        except DeadKernelError:
            return await self._death(number)
        return None

    def _late(self, number: int, cell: NotebookNode) -> Failure:
        rest = self._rest()
        if rest is not None and rest <= 0 and self.settings.deadline is not None:
            return time_failure(number, self.settings.deadline, whole=True, source=cell.source)
        seconds = self.settings.cell_timeout or 0
        return time_failure(number, seconds, whole=False, source=cell.source)

    async def _death(self, number: int, said: str = "") -> Failure:
        provisioner = self.manager.provisioner
        code = await provisioner.poll() if provisioner and provisioner.has_process else None
        log = tail(self.log_file)
        return death_failure(
            number,
            code,
            said + last_lines(log),
            starved=oom_kills() > self.oom_kills,
            memory=self.settings.memory,
        )

    def _rest(self) -> float | None:
        """Seconds left for the whole report."""
        if self.settings.deadline is None:
            return None
        return max(0, self.started + self.settings.deadline - time.monotonic())

    def _limit(self) -> float | None:
        limits = [self._rest(), self.settings.cell_timeout]
        return min((limit for limit in limits if limit is not None), default=None)

    async def _stop(self) -> None:
        """Kill the kernel and all that it started; nothing in it is worth a farewell."""
        self.death.cancel()
        if self.client.kc is not None:
            self.client.kc.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)
        else:
            await self.manager.cleanup_resources()


def _manager(settings: KernelSettings, folder: Path) -> AsyncKernelManager:
    # ipc: no port that two kernels could race for, and no other user who could connect.
    # Its `ip` must be a path of this kernel alone.
    ipc = {} if sys.platform == "win32" else {"transport": "ipc", "ip": str(folder / "s")}
    manager = AsyncKernelManager(
        kernel_name=settings.name, connection_file=str(folder / "kernel.json"), log=_log, **ipc
    )
    if settings.name == NATIVE_KERNEL_NAME:
        # Where a user has a kernel of this name, it may be of another interpreter.
        manager.kernel_spec_manager = KernelSpecManager(kernel_dirs=[])
        if PROVISIONER_VARIABLE not in os.environ:
            manager.provisioner = ForkProvisioner(
                kernel_spec=manager.kernel_spec, memory_limit=settings.memory, parent=manager
            )
    return manager


def _no_kernel_hint() -> str:
    provisioner = os.environ.get(PROVISIONER_VARIABLE)
    if provisioner:  # one that is not installed makes all kernels unknown
        return f"检查环境变量 {PROVISIONER_VARIABLE}={provisioner}：要安装它所指的软件包，或去掉它"
    return "在本环境中安装 ipykernel，或改正笔记本元数据中的内核名"


def _traceback(cell: NotebookNode) -> str:
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    return "\n".join(errors[-1].traceback) if errors else ""
