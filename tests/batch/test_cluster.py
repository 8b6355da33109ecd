"""The same jobs on a real dask scheduler and two real workers, one of which is killed."""

import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from distributed import Client

from nianbao.batch.cluster import connect
from nianbao.batch.run import run_jobs
from nianbao.batch.store import Store
from nianbao.errors import UsageError
from runs import PATIENCE, contents, until

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of tornado and asyncio, by dask
]

DASK = Path(sys.executable).with_name("dask")
# The kernel tells its ancestors itself: to look for it is to look at processes that come and go.
WAIT_ONCE = """\
import pathlib, psutil, time
flag = pathlib.Path({flag!r})
if agency == "jia" and year == 2021 and not flag.exists():
    new = flag.with_name("new")
    new.write_text(" ".join(str(process.pid) for process in psutil.Process().parents()))
    new.rename(flag)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers: gives its address and the process of the workers."""
    folder = tmp_path_factory.mktemp("dask")
    quick = {"DASK_DISTRIBUTED__SCHEDULER__WORK_STEALING": "False"}
    with ExitStack() as processes:

        def start(*arguments, **options):
            command = [DASK, *arguments]
            process = subprocess.Popen(command, cwd=folder, env={**os.environ, **quick}, **options)
            processes.callback(stop, process)
            return process

        scheduler = start(
            *("scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", ":0"),
            stderr=subprocess.PIPE,
            text=True,
        )
        lines = iter(scheduler.stderr.readline, "")
        address = next(m[0] for line in lines if (m := re.search(r"tcp://\S+:\d+", line)))
        threading.Thread(target=lambda: list(lines), daemon=True).start()
        workers = start(
            *("worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard"),
            stderr=subprocess.DEVNULL,
        )
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
        yield address, workers


def stop(process):
    process.terminate()
    process.wait(PATIENCE)
    if process.stderr:
        process.stderr.close()


def run_on(address, site, jobs):
    with Store(site.project.outputs).hold() as store:
        workers = connect(address, site.project, site.project.outputs, store.run)
        return list(run_jobs(jobs, workers, run=store.run))


def test_a_worker_is_killed_in_the_middle_and_all_is_made_with_the_same_bytes(site, cluster):
    address, workers = cluster
    for agency in ("jia", "yi"):
        site.write_source(agency, 2022)
    flag = site.root / "flag"
    site.write_notebook(WAIT_ONCE.format(flag=str(flag)))
    batch = site.batch("agencies: [jia, yi]\nyears: [2021, 2022]\nformats: [html]")

    def kill_the_one_that_waits():
        until(flag.exists)
        ancestors = [int(pid) for pid in flag.read_text().split()]
        os.kill(ancestors[ancestors.index(workers.pid) - 1], signal.SIGKILL)

    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill_the_one_that_waits)
        outcomes = run_on(address, site, site.jobs(batch))
        killed.result()
    assert [outcome.status for outcome in outcomes] == ["done"] * 4
    made = contents(site.project.outputs)
    assert {o.status for o in run_jobs(site.jobs(batch, force=True))} == {"done"}
    assert contents(site.project.outputs) == made


def test_a_notebook_that_fails_is_not_tried_again(site, cluster):
    log = site.root / "log"
    site.write_notebook(f"open({str(log)!r}, 'a').write('x')\n1 / 0")
    (outcome,) = run_on(cluster[0], site, site.jobs())
    assert (outcome.status, outcome.cause, outcome.cell) == ("failed", "cell error", 4)
    assert log.read_text(encoding="utf-8") == "x"


def test_a_cluster_that_does_not_see_the_outputs_is_refused(site, cluster, tmp_path):
    with pytest.raises(UsageError, match="看不到") as raised:
        connect(cluster[0], site.project, tmp_path / "elsewhere", "token")
    assert "cluster.md" in raised.value.hint


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", ""])
def test_no_cluster_is_told(site, address):
    with pytest.raises(UsageError, match="连不上"):
        connect(address, site.project, site.project.outputs, "token")
