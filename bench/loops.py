"""The two ways to make a batch: a loop over the stock tools, and `nianbao run`."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import Cost, cost_of

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DROPPED = ("JUPYTER_DEFAULT_PROVISIONER_NAME", "MPLBACKEND", "NIANBAO_PROJECT", "PYTHONWARNINGS")

# As an analyst writes it: one line for each of the three outputs. No code in the page, no look-up
# of names by the browser, and one browser profile per worker for all its reports: each of them
# makes the stock tools faster.
STOCK = """\
set -e
report="$OUTPUTS/$2-$1"
papermill --no-progress-bar notebooks/report.ipynb "$report.ipynb" -p agency "$1" -p year "$2"
jupyter nbconvert --to html --no-input "$report.ipynb"
"$CHROMIUM" --headless --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --host-resolver-rules='MAP * ~NOTFOUND' \
    --user-data-dir="$OUTPUTS/profile-$SLOT" --no-pdf-header-footer \
    --print-to-pdf="$report.pdf" "file://$report.html"
"""
LOOP = 'xargs -L 1 -P "$WORKERS" --process-slot-var=SLOT sh -c "$STOCK" sh'

Report = tuple[str, int]
"""Agency and year."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The demo district on which everything is measured.

    Attributes
    ----------
    project
        Its folder.
    reports
        All of them, in the order of the batch.
    scratch
        For outputs.
    """

    project: Path
    reports: tuple[Report, ...]
    scratch: Path

    @property
    def batch(self) -> Path:
        """The batch of all reports."""
        return self.project / "params" / "batch.yaml"

    def fresh(self) -> Path:
        """Give an empty folder for outputs."""
        folder = self.scratch / "outputs"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def environment(**more: str) -> dict[str, str]:
    """Give the environment of both ways: the programs of this Python, and no settings of ours."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    programs = str(Path(sys.executable).parent)
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1", **more}


def chromium() -> str:
    """Find the browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sys.exit("no Chromium: run `make system-packages`")
    return found


def stock(bench: Bench, reports: tuple[Report, ...], workers: int) -> Cost:
    """Make some reports with papermill, nbconvert and Chromium; give the cost of one."""
    outputs = bench.fresh()
    cost = cost_of(
        ["sh", "-c", LOOP],
        cwd=bench.project,
        environment=environment(
            OUTPUTS=str(outputs), CHROMIUM=chromium(), STOCK=STOCK, WORKERS=str(workers)
        ),
        given="".join(f"{agency} {year}\n" for agency, year in reports),
    )
    _require(outputs, "*.ipynb", "*.html", "*.pdf", count=len(reports))
    return cost.each(len(reports))


def ours(bench: Bench, workers: int) -> Cost:
    """Make all reports of the batch with `nianbao run`; give the cost of one."""
    outputs = bench.fresh()
    cost = cost_of(
        run_command(bench, outputs, workers), cwd=bench.project, environment=environment()
    )
    names = ("report.ipynb", "report.html", "report.pdf", "review.html", "figures.parquet")
    _require(outputs, *(f"*/*/{name}" for name in names), count=len(bench.reports))
    return cost.each(len(bench.reports))


def again(bench: Bench) -> Cost:
    """Run the batch once more, with nothing to do; give the cost of all of it."""
    outputs = bench.scratch / "outputs"
    before = _standing(outputs)
    cost = cost_of(run_command(bench, outputs, 2), cwd=bench.project, environment=environment())
    if len(before) != len(bench.reports) or _standing(outputs) != before:
        sys.exit(f"there was something to do in {outputs}")
    return cost


def _standing(outputs: Path) -> dict[Path, int]:
    """Give the pages that stand, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in outputs.glob("*/*/report.html")}


def run_command(bench: Bench, outputs: Path, workers: int) -> list[str]:
    """Give the command that makes the batch."""
    order = ["nianbao", "run", str(bench.batch), "--outputs", str(outputs)]
    return [*order, "--workers", str(workers)]


def _require(outputs: Path, *patterns: str, count: int) -> None:
    """End the benchmark where a way did not make what it is measured for."""
    for pattern in patterns:
        made = [path for path in outputs.glob(pattern) if path.stat().st_size]
        if len(made) != count:
            sys.exit(f"{len(made)} of {count} {pattern} in {outputs}")
