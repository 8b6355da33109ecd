"""An interrupted suite leaves no process behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from runs import PATIENCE, until

TESTS = Path(__file__).parents[1]
# as a browser or a kernel does: a session of its own, and a child of a child
HANGS = """
import subprocess, time
from pathlib import Path

def test_it():
    subprocess.Popen(["sh", "-c", "sleep 600; true"], start_new_session=True)
    Path("begun").touch()
    time.sleep(600)
"""


def carrying(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("MADE_UP") == mark:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(("workers", "number"), [("2", signal.SIGINT), ("0", signal.SIGKILL)])
def test_what_a_stopped_suite_started_ends_with_it(tmp_path, workers, number):
    (tmp_path / "test_hangs.py").write_text(HANGS, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "MADE_UP": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-p", "sweep", "-n", workers, "-q"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL
    ) as suite:
        until((tmp_path / "begun").exists)
        until(lambda: len(carrying(str(tmp_path))) >= 3)
        suite.send_signal(number)
        suite.wait(PATIENCE)
    until(lambda: carrying(str(tmp_path)) == [])
