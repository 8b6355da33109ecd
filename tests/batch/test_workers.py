"""Jobs in worker processes, some of which are killed, hang, or are told to stop."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

import psutil
import pytest

from nianbao.batch.executors import LocalWorkers, ThisProcess, WorkerDied, WorkerStuck
from nianbao.batch.run import run_jobs
from runs import PATIENCE, contents, until

pytestmark = pytest.mark.kernel

FOUR = "agencies: [jia, yi]\nyears: [2021, 2022]\nformats: [html]"
TWO = "agencies: [jia, yi]\nyears: [2021]\nformats: [html]"
# A kernel is forked from the template process of its worker.
KILL_THE_WORKER = """\
import os, signal, psutil
if agency == "jia":
    with open({log!r}, "a") as log:
        log.write("x")
    os.kill(psutil.Process().parents()[1].pid, signal.SIGKILL)
"""
WAIT = """\
import pathlib, time
pathlib.Path("begun").touch()
while not pathlib.Path({flag!r}).exists():
    time.sleep(0.02)
"""
STUBBORN = """\
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({flag!r}).touch()
time.sleep(60)
"""


@pytest.fixture
def four(site):
    for agency in ("jia", "yi"):
        site.write_source(agency, 2022)
    return site


def meanwhile(function):
    """Run something beside the jobs."""
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def begun(site):
    return list(site.project.outputs.glob(".nianbao/work/*/kernel/begun"))


@pytest.mark.soak
def test_workers_make_the_same_bytes_as_this_process(four):
    jobs = four.jobs(four.batch(FOUR))
    begun_reports = []
    assert {o.status for o in run_jobs(jobs, begin=begun_reports.append)} == {"done"}
    assert begun_reports == [job.report for job in jobs]
    first = contents(four.project.outputs)
    told = []
    again = four.jobs(four.batch(FOUR), force=True)
    outcomes = list(run_jobs(again, LocalWorkers(2), begin=told.append))
    assert [outcome.status for outcome in outcomes] == ["done"] * 4
    assert sorted(told) == sorted(job.report for job in jobs)
    assert contents(four.project.outputs) == first
    assert {o.status for o in run_jobs(four.jobs(four.batch(FOUR)), LocalWorkers(2))} == {
        "up_to_date"
    }


@pytest.mark.soak
def test_a_killed_worker_takes_its_own_job_along_and_that_is_made_by_another(four):
    flag = four.root / "go"
    four.write_notebook(WAIT.format(flag=str(flag)))
    workers = LocalWorkers(2)

    def kill_one():
        until(lambda: len(begun(four)) == 2)
        next(iter(workers._workers)).process.kill()
        flag.touch()

    thread = meanwhile(kill_one)
    outcomes = list(run_jobs(four.jobs(four.batch(FOUR)), workers))
    thread.join()
    assert [outcome.status for outcome in outcomes] == ["done"] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
def test_a_job_that_kills_its_worker_each_time_fails_and_harms_no_other(site):
    log = site.root / "log"
    site.write_notebook(KILL_THE_WORKER.format(log=str(log)))
    by_agency = {
        outcome.report.agency: outcome
        for outcome in run_jobs(site.jobs(site.batch(TWO)), LocalWorkers(2))
    }
    assert by_agency["yi"].status == "done"
    died = by_agency["jia"]
    assert (died.status, died.cause, died.exit_code) == ("failed", "worker died", 3)
    assert "SIGKILL" in died.message
    assert "试了 3 次" in died.message
    assert log.read_text(encoding="utf-8") == "xxx"
    record = json.loads((site.project.outputs / "2021/jia/failed.json").read_bytes())
    assert record["cause"] == "worker died"
    assert "上次没有做成" in site.jobs(site.batch(TWO))[0].reasons


def test_a_worker_that_does_not_come_back_is_killed_and_the_next_job_has_another(site):
    site.write_notebook("import time\nif agency == 'jia':\n    time.sleep(600)")
    workers = LocalWorkers(1, patience=30)
    outcomes = list(run_jobs(site.jobs(site.batch(TWO)), workers))
    assert [(o.status, o.cause) for o in outcomes] == [("failed", "deadline"), ("done", "")]
    assert "时限" in outcomes[0].message


def test_no_more_jobs_begin_after_the_first_failure_when_asked_so(four):
    flag = four.root / "go"
    four.write_notebook(WAIT.format(flag=str(flag)) + "if agency == 'jia':\n    1 / 0")
    (four.root / "sources/jia/2021.xlsx").unlink()
    jobs = four.jobs(four.batch(FOUR))
    running = run_jobs(jobs, LocalWorkers(2), fail_fast=True)
    outcomes = [next(running)]
    flag.touch()
    outcomes += running
    # The one that ran beside it is finished.
    assert [outcome.report for outcome in outcomes] == [job.report for job in jobs[:2]]
    assert outcomes[0].status == "failed"


def test_what_is_being_done_when_the_run_is_closed_is_undone(four):
    four.write_notebook(WAIT.format(flag="never"))
    (four.root / "sources/jia/2021.xlsx").unlink()
    workers = LocalWorkers(2)
    with closing(run_jobs(four.jobs(four.batch(FOUR)), workers)) as outcomes:
        assert next(outcomes).status == "failed"
        until(lambda: len(begun(four)) == 2)
        processes = [worker.process for worker in workers._workers]
        kernels = [p for process in processes for p in psutil.Process(process.pid).children()]
    assert [process.exitcode for process in processes] == [0, 0]
    _, alive = psutil.wait_procs(kernels, timeout=PATIENCE)
    assert alive == []
    assert list(four.project.outputs.glob(".nianbao/work/*")) == []
    assert [path.parent.name for path in four.project.outputs.glob("2*/*/*")] == ["jia"]


def test_an_interrupt_while_workers_stop_kills_them(tmp_path):
    workers = LocalWorkers(1)
    workers.submit(exec, STUBBORN.format(flag=str(tmp_path / "ready")))
    until((tmp_path / "ready").exists)
    process = next(iter(workers._workers)).process
    main = threading.main_thread().ident
    threading.Timer(0.3, signal.pthread_kill, [main, signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        workers.stop()
    # The thread that looks after it may have heard of its end before, and be about to note it.
    until(lambda: process.exitcode is not None)
    assert process.exitcode == -signal.SIGKILL


def test_an_exception_of_a_task_comes_back_as_it_is():
    with LocalWorkers(1) as workers:
        assert isinstance(workers.submit(int, "x").exception(), ValueError)
        assert workers.submit(int, "5").result() == 5
        assert isinstance(workers.submit(os._exit, 7).exception(), WorkerDied)
        assert "7" in str(workers.submit(os._exit, 7).exception())
        assert workers.submit(int, "6").result() == 6
    with pytest.raises(ValueError, match="invalid literal"):
        ThisProcess().submit(int, "x")


def test_a_task_has_the_environment_of_now_and_its_worker_a_session_of_its_own(monkeypatch):
    monkeypatch.setenv("NIANBAO_TEST", "这时")
    with LocalWorkers(1, patience=60) as workers:
        assert workers.submit(os.getenv, "NIANBAO_TEST").result() == "这时"
        if sys.platform != "win32":
            assert workers.submit(os.getsid, 0).result() != os.getsid(0)


def test_a_script_without_a_guard_is_not_run_by_its_workers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os\n"
        "from nianbao.batch.executors import LocalWorkers\n"
        "print('once', __file__, __spec__)\n"
        "with LocalWorkers(1) as workers:\n"
        "    assert workers.submit(int, '5').result() == 5\n"
        "print('and', __file__, __spec__)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout == f"once {script} None\nand {script} None\n"


def test_patience_has_an_end():
    with LocalWorkers(1, patience=0.5) as workers:
        assert isinstance(workers.submit(time.sleep, 60).exception(), WorkerStuck)
