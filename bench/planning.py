"""Measure how long it takes to plan a batch, and what memory: ``python bench/planning.py 100000``.

A throwaway project is made, with a register and a tiny file in the place of each workbook: to plan
is to take its digest, whatever is in it. Nothing has been made yet, so that every report is due.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

YEARS = (2019, 2020, 2021, 2022, 2023)
AGENCY = """\
  - code: jg-{0:05}
    name: 示例区第{0}局（示例）
    is_sample: true
"""


def make_project(root: Path, jobs: int) -> Path:
    """Make a project for so many reports, and give its batch file.

    Parameters
    ----------
    root
        A folder, empty or not there yet.
    jobs
        A multiple of the number of `YEARS`.
    """
    agencies = range(jobs // len(YEARS))
    for name in ("notebooks", "params", "sources"):
        (root / name).mkdir(parents=True)
    (root / "notebooks" / "report.ipynb").write_text("{}", encoding="utf-8")
    register = "agencies:\n" + "".join(map(AGENCY.format, agencies))
    (root / "params" / "agencies.yaml").write_text(register, encoding="utf-8")
    for number in agencies:
        folder = root / "sources" / f"jg-{number:05}"
        folder.mkdir()
        for year in YEARS:
            (folder / f"{year}.xlsx").write_text(f"{number} {year}", encoding="utf-8")
    batch = root / "params" / "batch.yaml"
    batch.write_text(f"agencies: all\nyears: {list(YEARS)}\n", encoding="utf-8")
    return batch


def measure(batch: Path) -> dict[str, float]:
    """Plan a batch in this process.

    Returns
    -------
    dict
        ``jobs``; ``load`` and ``plan`` in seconds; ``peak`` in MiB of this process.
    """
    began = time.perf_counter()
    from nianbao.batch.batch import load_batch  # noqa: PLC0415 - to import is part of the start
    from nianbao.batch.job import make_jobs  # noqa: PLC0415
    from nianbao.project import Project  # noqa: PLC0415

    project = Project(batch.parents[1])
    imported = time.perf_counter()
    ordered = load_batch(batch, project)
    loaded = time.perf_counter()
    jobs = make_jobs(project, ordered, project.outputs)
    planned = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "jobs": len(jobs),
        "due": sum(bool(job.reasons) for job in jobs),
        "import": round(imported - began, 2),
        "load": round(loaded - imported, 2),
        "plan": round(planned - loaded, 2),
        "peak": round(peak / (1024 if sys.platform == "linux" else 1 << 20)),
    }


def main(jobs: int) -> None:
    """Print one line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        print(json.dumps(measure(make_project(root, jobs))))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
