"""One kernel for one notebook: started in private, watched, and gone afterwards."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from nianbao.errors import NotebookError
from nianbao.running.failure import Failure, cell_failure, death_failure, last_lines, time_failure
from nianbao.running.private import private_folder

IOPUB_SECONDS = 30  # a cell has ended: how long its last output may take to arrive

# The same reading of the same text and the same order of sets in each run.
FIXED_ENVIRONMENT = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
# What a user may have set for his own programs, and what would change what a cell shows.
DROPPED_ENVIRONMENT = frozenset(
    {
        "MPLBACKEND",
        "PYTHONDEVMODE",
        "PYTHONINSPECT",
        "PYTHONOPTIMIZE",
        "PYTHONSTARTUP",
        "PYTHONWARNINGS",
    }
)

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
    """

    name: str
    work: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    start_timeout: float = 60
    cell_timeout: float | None = None
    deadline: float | None = None


def run_cells(nb: NotebookNode, settings: KernelSettings) -> Failure | None:
    """Run the cells of `nb` in place, each one's state noted in its metadata.

    Returns
    -------
    Failure or None
        Why it stopped before its end: the failing cell is then ``failed`` and those after it
        stay ``pending``; None when all is ``completed``.

    Raises
    ------
    NotebookError
        There is no such kernel.
    KeyboardInterrupt
        The kernel has been killed.
    """
    with private_folder() as folder:
        return _complete(_Run(nb, settings, folder).run())


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

    def __init__(self, nb: NotebookNode, settings: KernelSettings, folder: Path) -> None:
        self.nb = nb
        self.settings = settings
        self.log_file = folder / "log"
        self.environment = {**_environment(folder), **settings.environment}
        self.manager = _manager(settings.name, folder)
        self.client = NotebookClient(
            nb,
            km=self.manager,
            log=_log,
            startup_timeout=max(1, int(settings.start_timeout)),
            iopub_timeout=IOPUB_SECONDS,
            raise_on_iopub_timeout=True,
            force_raise_errors=True,
            record_timing=False,
        )
        self.started = time.monotonic()

    async def run(self) -> Failure | None:
        try:
            failure = await self._start()
            for index, cell in enumerate(self.nb.cells):
                if failure is not None:
                    break
                failure = await self._run_cell(index, cell)
            return failure
        finally:
            await self._stop()

    async def _start(self) -> Failure | None:
        try:
            async with asyncio.timeout(self._rest()):
                await self._launch()
        except TimeoutError:
            return time_failure(0, self.settings.deadline or 0, whole=True, source="")
        except NoSuchKernel:
            raise NotebookError(
                "没有这个内核",
                cause="kernel died",
                found=self.settings.name,
                hint="在本环境中安装 ipykernel，或改正笔记本元数据中的内核名",
            ) from None
        except (RuntimeError, OSError) as error:
            return await self._death(0, f"{error}\n")
        return None

    async def _launch(self) -> None:
        with self.log_file.open("wb") as log:
            await self.client.async_start_new_kernel(
                env=self.environment,
                cwd=str(self.settings.work) if self.settings.work else None,
                stdout=log,
                stderr=log,
            )
        await self.client.async_start_new_kernel_client()

    async def _run_cell(self, index: int, cell: NotebookNode) -> Failure | None:
        # A task of its own: nbclient takes a cancelled cell for a dead kernel.
        task = asyncio.ensure_future(self.client.async_execute_cell(cell, index))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._limit())
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        failure = await self._failure(index + 1, task) if done else self._late(index + 1, cell)
        _mark(cell, "completed" if failure is None else "failed")
        return failure

    async def _failure(self, number: int, task: asyncio.Future[Any]) -> Failure | None:
        try:
            task.result()
        except CellExecutionError as error:
            traceback = _traceback(self.nb.cells[number - 1]) or error.traceback
            return cell_failure(number, error.ename, error.evalue, traceback)
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
        log = self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
        return death_failure(number, code, said + last_lines(log))

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
        if self.client.kc is not None:
            self.client.kc.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)
        else:
            await self.manager.cleanup_resources()


def _environment(folder: Path) -> dict[str, str]:
    """Give the kernel's environment: without settings and profiles of the user."""
    inherited = {key: os.environ[key] for key in os.environ.keys() - DROPPED_ENVIRONMENT}
    settings = folder / "matplotlibrc"
    settings.touch()
    own = {"IPYTHONDIR": str(folder / "ipython"), "MATPLOTLIBRC": str(settings)}
    return {**inherited, **FIXED_ENVIRONMENT, **own}


def _manager(name: str, folder: Path) -> AsyncKernelManager:
    # ipc: no port that two kernels could race for, and no other user who could connect.
    # Its `ip` must be a path of this kernel alone.
    ipc = {} if sys.platform == "win32" else {"transport": "ipc", "ip": str(folder / "s")}
    connection = str(folder / "kernel.json")
    manager = AsyncKernelManager(kernel_name=name, connection_file=connection, log=_log, **ipc)
    if name == NATIVE_KERNEL_NAME:
        # Where a user has a kernel of this name, it may be of another interpreter.
        manager.kernel_spec_manager = KernelSpecManager(kernel_dirs=[])
    return manager


def _mark(cell: NotebookNode, status: str) -> None:
    cell.metadata["papermill"] = {"status": status}
    if status == "failed":
        cell.metadata["papermill"]["exception"] = True


def reset(nb: NotebookNode) -> None:
    """Forget what an earlier run left: outputs, counts, states."""
    nb.metadata.get("papermill", {}).pop("exception", None)
    for cell in nb.cells:
        _mark(cell, "pending")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _traceback(cell: NotebookNode) -> str:
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    return "\n".join(errors[-1].traceback) if errors else ""
