"""What a batch costs: the stock tools and nianbao side by side, and where the time goes.

``make bench``, or ``python bench/run.py [--quick | --long] [--markdown]``. All is measured in one
run, on one made-up district (`nianbao demo`), in rounds that take the ways in turn, so that a busy
machine slows all of them alike. Trust the ratios; the seconds are this machine's.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import psutil
import yaml
from kernels import kernel_seconds
from long_ledger import cost_of as ledger_cost
from long_ledger import lengthen
from loops import Bench, Report, again, environment, ours, stock
from measure import Cost, adopt_orphans, cost_of, median
from memory import memory_of
from parts import PARTS, parts_of
from tables import Table, megabytes, seconds, times

from nianbao.batch.machine import cores
from nianbao.running import template

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- results -->\n", "<!-- end of results -->"
CPU_INFO = Path("/proc/cpuinfo")
VERSIONS = ("papermill", "nbclient", "ipykernel", "nbconvert", "typst", "pandas", "matplotlib")
LIMIT_MB = 400


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes
    ----------
    agencies
        Of the district, two years each.
    sample
        How many of the reports the stock loop makes in a round: its cost does not fall with more.
    workers
        The counts of workers that are compared.
    planned
        Jobs to plan.
    parts
        Rounds in which a report is taken apart; the first is not counted.
    rows
        Of a very long ledger.
    idle_agencies
        Of the district whose batch runs with nothing to do; 0 for the same district.
    """

    agencies: int
    sample: int
    rounds: int
    workers: tuple[int, ...]
    planned: int
    parts: int
    rows: int
    idle_agencies: int = 0


USUAL = Size(
    agencies=20, sample=5, rounds=3, workers=(1, 2), planned=100_000, parts=10, rows=200_000
)
LONG = replace(USUAL, agencies=60, sample=12, idle_agencies=500)
QUICK = Size(agencies=1, sample=1, rounds=1, workers=(1,), planned=200, parts=1, rows=2_000)


def main() -> None:
    """Measure, and print each table when it is there."""
    arguments = _arguments()
    size = QUICK if arguments.quick else LONG if arguments.long else USUAL
    adopt_orphans()
    machine = _machine()
    print(machine)
    made = []
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as name:
        for table in _tables(Path(name), size):
            print(table.as_text(), flush=True)
            made.append(table)
    if arguments.markdown:
        _write(arguments.markdown, machine, made)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="does it run? figures mean little")
    size.add_argument("--long", action="store_true", help="a larger batch, 1,000 reports idle")
    parser.add_argument(
        "--markdown",
        nargs="?",
        const=README,
        type=Path,
        metavar="FILE",
        help="write the tables between the marks of this page too, by default of bench/README.md",
    )
    return parser.parse_args()


def _tables(folder: Path, size: Size) -> Iterator[Table]:
    bench = _district(folder, size.agencies)
    yield _compared(bench, size)
    # Right after the batch was made: what it made is still there.
    yield _nothing_to_do(_idle(folder, size) or bench, size.rounds)
    yield _planning(folder, size.planned)
    yield _memory(bench)
    yield _ledger(folder, size)
    yield _kernels(max(1, size.parts // 2))
    yield _parts(bench, size.parts)


def _district(folder: Path, agencies: int, name: str = "district") -> Bench:
    """Make a project in which to measure."""
    project = folder / f"{name}-{agencies}"
    order = ["nianbao", "demo", str(project), "--agencies", str(agencies), "--years", "2021-2022"]
    cost_of(order, cwd=folder, environment=environment())
    batch = yaml.safe_load((project / "params" / "batch.yaml").read_text(encoding="utf-8"))
    # The government's own workbook is not among them: it is summed up, not run.
    reports = tuple((code, year) for code in sorted(batch["agencies"]) for year in batch["years"])
    scratch = folder / f"scratch-{name}-{agencies}"
    scratch.mkdir()
    return Bench(project, reports, scratch)


def _compared(bench: Bench, size: Size) -> Table:
    """Compare the two loops at equal numbers of workers."""
    costs: dict[tuple[str, int], list[Cost]] = {}
    for number in range(size.rounds):
        sample = _sample(bench, size, number)
        for workers in size.workers:
            costs.setdefault(("stock", workers), []).append(stock(bench, sample, workers))
            costs.setdefault(("nianbao", workers), []).append(ours(bench, workers))
    medians = {way: median(found) for way, found in costs.items()}
    rows = []
    for (name, workers), cost in medians.items():
        base = medians["stock", workers]
        per_minute = f"{60 / cost.wall:.1f}"
        speed, thrift = times(base.wall / cost.wall), times(base.cpu / cost.cpu)
        each = seconds(cost.wall), seconds(cost.cpu)
        rows.append((name, str(workers), per_minute, *each, speed, thrift))
    return Table(
        "Executed notebook, HTML and PDF: the stock tools and nianbao",
        (
            "way",
            "workers",
            "reports a minute",
            "seconds each",
            "CPU seconds each",
            "faster",
            "less CPU",
        ),
        rows,
        f"Medians of {size.rounds} rounds, taken in turn. stock: papermill, `jupyter nbconvert "
        f"--no-input --to html`, headless Chromium, {size.sample} of the reports a round. "
        f"nianbao: `nianbao run`, from its start to its end, all {len(bench.reports)} reports, "
        "and for each the reviewer's page, figures.parquet, findings.json and the manifest "
        "besides.",
    )


def _sample(bench: Bench, size: Size, number: int) -> tuple[Report, ...]:
    """Take reports from all over the batch, others in each round."""
    step = len(bench.reports) // size.sample
    return bench.reports[number % step :: step][: size.sample]


def _idle(folder: Path, size: Size) -> Bench | None:
    """Make the larger batch that is then run with nothing to do."""
    if not size.idle_agencies:
        return None
    bench = _district(folder, size.idle_agencies)
    ours(bench, 2)
    return bench


def _nothing_to_do(bench: Bench, rounds: int) -> Table:
    """Run a batch again that has just been made."""
    cost = median(again(bench) for _ in range(rounds))
    return Table(
        "A second run, with nothing to do",
        ("reports", "seconds", "CPU seconds"),
        [(str(len(bench.reports)), seconds(cost.wall), seconds(cost.cpu))],
        f"The whole command; the digest of every output is taken. Median of {rounds}.",
    )


def _planning(folder: Path, jobs: int) -> Table:
    """Plan a large batch in a process of its own."""
    program = Path(__file__).with_name("planning.py")
    done = subprocess.run(
        [sys.executable, program, str(jobs)], cwd=folder, stdout=subprocess.PIPE, check=True
    )
    found = json.loads(done.stdout)
    spent = found["import"] + found["load"] + found["plan"]
    return Table(
        "Planning",
        ("jobs", "seconds", "of them planning", "peak memory, MB"),
        [(str(found["jobs"]), f"{spent:.2f}", f"{found['plan']:.2f}", str(found["peak"]))],
        "From the batch file to the reasons of every job, imports included; nothing is made yet, "
        "and every workbook is read for its digest.",
    )


def _memory(bench: Bench) -> Table:
    found = memory_of(bench, 2)
    rows = [(role, megabytes(uss), megabytes(pss)) for role, (uss, pss) in found.items()]
    return Table(
        "Memory of a run with two workers, MB",
        ("process", "own (USS)", "with its share of what is shared (PSS)"),
        rows,
        "The most that was seen of one such process at any time. One worker: the sum over it, "
        f"its template, its kernel and its spare; its PSS is to stay under {LIMIT_MB}.",
    )


def _ledger(folder: Path, size: Size) -> Table:
    """Make two reports, the second of which counts a very long ledger."""
    bench = _district(folder, 1, "ledger")
    report = lengthen(bench, size.rows)
    found = [ledger_cost(bench, report) for _ in range(size.rounds)]
    spent, memory = (statistics.median(column) for column in zip(*found, strict=True))
    return Table(
        "A report that counts a very long ledger",
        ("rows of the ledger", "seconds", "memory of all processes (PSS), MB"),
        [(str(size.rows), seconds(spent), megabytes(memory))],
        "One sheet of the workbook, every column of it filled; the second report of a batch, "
        f"medians of {size.rounds}. Memory: the most at any time of the run, by the parent, the "
        "worker, its template and kernels together.",
    )


def _kernels(rounds: int) -> Table:
    """Start kernels, cold and warm."""
    found = kernel_seconds(rounds)
    template.close()
    words = {"started": "cold: started", "forked": "warm: forked, a spare waiting"}
    return Table(
        "A kernel, ready: first kernel_info reply, pandas and matplotlib.pyplot imported",
        ("way", "seconds", "faster"),
        [
            (words[way], seconds(spent), times(found["started"] / spent))
            for way, spent in found.items()
        ],
        f"Medians of {rounds} rounds, taken in turn.",
    )


def _parts(bench: Bench, rounds: int) -> Table:
    """Say what one report is made of, against the same cells run without a kernel."""
    found = {name: statistics.median(values) for name, values in parts_of(bench, rounds).items()}
    documents = sum(found[name] for name in PARTS)
    rows = [
        ("the cells alone, by exec in this process (the floor)", found["floor"]),
        ("kernel: start, one empty cell, end", found["kernel"]),
        ("notebook executed, kernel included", found["notebook"]),
        ("notebook read", found["read"]),
        ("report.html", found["html"]),
        ("report.pdf", found["pdf"]),
        ("review.html", found["review"]),
        ("figures.parquet and findings.json", found["data"]),
        ("work folder, digests, manifest, swap", found["whole"] - found["notebook"] - documents),
        ("a whole report", found["whole"]),
        ("besides, where a batch orders it: report.docx", found["docx"]),
        ("figures.csv", found["csv"]),
        ("figures.xlsx", found["xlsx"]),
    ]
    return Table(
        "The parts of one report, seconds",
        ("part", "seconds", "of the whole", "against the floor"),
        [
            (name, seconds(value), f"{value / found['whole']:.0%}", times(value / found["floor"]))
            for name, value in rows
        ],
        f"Medians of {max(1, rounds - 1)} rounds in one warm process, each of other reports. The "
        "work folder's line is the rest of the whole, and carries the noise of both.",
    )


def _machine() -> str:
    """Name the machine, what runs on it, and how busy it is."""
    lines = CPU_INFO.read_text(encoding="utf-8").splitlines() if CPU_INFO.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    return (
        f"{model}, {cores()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; {versions}. "
        f"Load when it began: {psutil.getloadavg()[0]:.1f}."
    )


def _write(page: Path, machine: str, tables: list[Table]) -> None:
    """Put the results into the page, between its marks."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    results = "\n\n".join([machine, *(table.as_markdown() for table in tables)])
    page.write_text(f"{before}{begin}\n{results}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
