"""The same jobs on a dask cluster, by ``--dask``: the workers may stand on many machines.

The extra ``nianbao[dask]`` installs what it needs. All machines see the project and its outputs
at the same paths.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from importlib.metadata import version
from pathlib import Path
from typing import ParamSpec, TypeVar

from distributed import Client, KilledWorker, WorkerPlugin

from nianbao.batch.executors import Workers
from nianbao.batch.hold import owner
from nianbao.batch.key import code_digest, digest_of, package_versions
from nianbao.batch.store import OWN
from nianbao.batch.worker import prepare
from nianbao.errors import UsageError, listed
from nianbao.project import Project
from nianbao.running import template

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS = 5
_START = "启动调度器（dask scheduler）和至少一个 worker，见 docs/how-to/cluster.md"


def connect(address: str, project: Project, outputs: Path, run: str) -> ClusterWorkers:
    """Give the workers of a cluster, when all of them can do the work.

    Parameters
    ----------
    address
        Of the scheduler, as ``tcp://host:8786``.
    project, outputs
        What the workers must see.
    run
        Token of the run that holds the outputs.

    Raises
    ------
    UsageError
        There is no cluster, it has no workers, one of them has other programs than this
        process, or does not see the same files.
    """
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its tracebacks help no analyst
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError("连不上 dask 调度器", where=address, found=error, hint=_START) from None
    try:
        _require_workers(client, address)
        _require_same(client, project, outputs, run)
        client.register_plugin(Prepared())
    except BaseException:
        client.close()
        raise
    return ClusterWorkers(client)


class Prepared(WorkerPlugin):
    """Gives a worker of the cluster its template process, and imports ahead what a report needs."""

    name = "nianbao"
    idempotent = True

    def setup(self, worker: object) -> None:  # noqa: ARG002 - signature of WorkerPlugin
        """Make ready, when the worker starts or the first batch comes."""
        prepare()

    def teardown(self, worker: object) -> None:  # noqa: ARG002 - signature of WorkerPlugin
        """End what was started."""
        template.close()


class ClusterWorkers(Workers):
    """The workers of a dask cluster.

    The scheduler itself gives a job to another worker when one is lost, up to four times.
    """

    tries = 1

    def __init__(self, client: Client) -> None:
        self.deaths = (*Workers.deaths, KilledWorker)
        self.client = client
        self.count = self.ahead = sum(client.nthreads().values())
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let one of the workers do it."""
        future: Future[T] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - signature of Executor
        """Leave the cluster; what runs there and is cancelled writes no more into the outputs."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self.client.close()


def _require_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        raise UsageError("dask 集群里没有 worker", where=address, hint=_START) from None


def _require_same(client: Client, project: Project, outputs: Path, run: str) -> None:
    """Make sure that each worker would make the same bytes of the same files."""
    found = client.run(about, project.root, outputs, on_error="return")
    ours = about(project.root, outputs)
    other = [w for w, theirs in found.items() if _first(theirs) != _first(ours)]
    if other:
        raise UsageError(
            "worker 上的 nianbao、Python 或软件包与这里的不是同一版本",
            where=listed(other),
            hint="每台机器都用同一份 requirements.lock 安装",
        )
    blind = [w for w, theirs in found.items() if theirs != (_first(ours), True, run)]
    if blind:
        raise UsageError(
            "worker 看不到同一个项目或输出文件夹",
            where=listed(blind),
            expected=f"{project.root} 与 {outputs}",
            hint="放到每台机器都以同样路径挂载的共享文件系统上，见 docs/how-to/cluster.md",
        )


def about(root: Path, outputs: Path) -> tuple[str, bool, str]:
    """Tell what a process has: its programs, whether the project is there, whose the outputs are.

    The token is what shows that it sees the same folder, and not one of the same name.
    """
    versions = {**package_versions(), "distributed": version("distributed")}
    programs = digest_of(f"{code_digest()} {sorted(versions.items())}".encode())
    return programs, root.is_dir(), owner(outputs / OWN)


def _first(told: object) -> object:
    """Give the programs of a worker; None for one that could not tell."""
    return told[0] if isinstance(told, tuple) else None
