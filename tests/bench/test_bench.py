"""The benchmark runs, and says how the ways compare; its figures are not judged here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.chromium
@pytest.mark.kernel
def test_the_benchmark_runs_and_writes_its_page(tmp_path):
    page = tmp_path / "README.md"
    shutil.copy(BENCH / "README.md", page)
    done = subprocess.run(
        [sys.executable, BENCH / "run.py", "--quick", "--markdown", page],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""  # nothing left behind
    (stock,) = re.findall(r"^stock +1 .* 1\.00 x +1\.00 x$", done.stdout, re.MULTILINE)
    (ours,) = re.findall(r"^nianbao +1 .* ([\d.]+) x +([\d.]+) x$", done.stdout, re.MULTILINE)
    assert all(float(ratio) > 0 for ratio in ours)
    old, new = ((folder / "README.md").read_text(encoding="utf-8") for folder in (BENCH, tmp_path))
    assert old.partition("<!-- results -->")[0] == new.partition("<!-- results -->")[0]
    assert new.endswith("<!-- end of results -->\n")
    titles = re.findall(r"^### (.*)$", new, re.MULTILINE)
    assert titles
    assert all(f"\n{title}\n" in done.stdout for title in titles)
    assert " | ".join(stock.split()[:2]) in new


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
