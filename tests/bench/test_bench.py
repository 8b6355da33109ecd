"""The benchmark's own parts; ``make soak`` runs it as a whole, in short."""

import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"


def test_the_benchmark_says_how_it_is_run():
    done = subprocess.run(
        [sys.executable, BENCH / "run.py", "--help"], capture_output=True, text=True, check=True
    )
    assert all(option in done.stdout for option in ("--quick", "--long", "--markdown"))


def test_a_run_is_written_between_the_marks_and_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    run, tables = import_module("run"), import_module("tables")
    page = tmp_path / "README.md"
    shutil.copy(BENCH / "README.md", page)
    run._write(page, "示例机器", [tables.Table("示例", ("way", "seconds"), [("a", "1")], "note")])
    old, new = ((folder / "README.md").read_text(encoding="utf-8") for folder in (BENCH, tmp_path))
    assert old.partition("<!-- results -->")[0] == new.partition("<!-- results -->")[0]
    assert re.findall(r"^### (.*)$", new, re.MULTILINE) == ["示例"]
    assert "| a | 1 |" in new
    assert new.endswith("<!-- end of results -->\n")


BURN = "import time\nwhile time.process_time() < 0.5: pass"
LEAVE = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BURN!r}])"
MEASURE = f"""
import os, sys
from pathlib import Path
from measure import adopt_orphans, cost_of
adopt_orphans()
command = [sys.executable, "-c", {LEAVE!r}]
print(cost_of(command, cwd=Path.cwd(), environment=os.environ).cpu)
"""


def test_cpu_seconds_of_what_outlives_its_parent_are_counted():
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=BENCH, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) >= 0.5
