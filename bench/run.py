"""What one report costs, as ratios between ways of making it, measured side by side (`make bench`).

Rounds are interleaved, so that a busy machine slows all ways alike; medians are printed. The
notebook, the kernel's packages and the machine are the same for all. The first round is not
counted: it pays for what is loaded once.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import nbformat
import openpyxl
import papermill
from nbconvert import HTMLExporter

from nianbao.filing.register import load_register
from nianbao.filing.workbook import read_filing
from nianbao.project import Project
from nianbao.render import Document, read_document, render_report
from nianbao.render.html import ReaderExporter
from nianbao.render.pdf import PdfExporter
from nianbao.running.execute import execute_report
from nianbao.running.parameters import ReportParameters

ROUNDS = 5
PROJECT = Project.find(Path(__file__))
SOURCE = PROJECT.source("xixia-zrzy", 2020)
PARAMETERS = {"agency": "xixia-zrzy", "year": 2020}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, stock = folder / "ours.ipynb", folder / "stock.ipynb"
        execute_ours(folder, ours)
        notebook = nbformat.read(ours, as_version=4)
        documents = differing(read_document(notebook))
        reader, pdf, html = ReaderExporter(), PdfExporter(), HTMLExporter()
        agency = load_register(PROJECT.register).agency("xixia-zrzy")
        compare(
            "execute the notebook",
            {
                "stock papermill": lambda: execute_stock(stock),
                "nianbao engine": lambda: execute_ours(folder, ours),
            },
        )
        compare(
            "notebook to documents",
            {
                "stock HTML, exporter reused": lambda: html.from_notebook_node(notebook),
                "nianbao HTML, exporter reused": lambda: reader.from_notebook_node(notebook),
                "nianbao PDF, another title": lambda: pdf.from_document(next(documents)),
                "nianbao, all but the PDF": lambda: render_report(ours, folder, ("html",)),
            },
        )
        compare(
            "read the workbook",
            {
                "openpyxl, every cell": read_openpyxl,
                "nianbao, filing with addresses": lambda: read_filing(
                    SOURCE, agency, 2020, shown="2020.xlsx"
                ),
            },
        )


def differing(document: Document) -> Iterator[Document]:
    """Give the document under one title after the other: typst remembers what it has set."""
    for number in count(1):
        yield replace(document, masthead=replace(document.masthead, title=f"第{number}份年报"))


def execute_ours(folder: Path, output: Path) -> None:
    """Execute the master notebook as `nianbao run` does."""
    parameters = ReportParameters(**PARAMETERS)
    execute_report(PROJECT, PROJECT.report_notebook, parameters, output, work=folder)


def execute_stock(output: Path) -> None:
    """Execute it with papermill's own engine."""
    papermill.execute_notebook(
        str(PROJECT.report_notebook),
        str(output),
        parameters=PARAMETERS,
        progress_bar=False,
        cwd=str(PROJECT.root),
    )


def read_openpyxl() -> None:
    """Read all cells, as pandas does by default."""
    book = openpyxl.load_workbook(SOURCE, data_only=True)
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            list(row)


def compare(title: str, ways: dict[str, Callable[[], object]]) -> None:
    """Print the median of each way and its ratio to the first."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(1 + ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times[1:]) for name, times in seconds.items()}
    first = next(iter(medians.values()))
    print(f"\n{title} (median of {ROUNDS}, interleaved)")
    for name, median in medians.items():
        print(f"  {name:32} {median:8.3f} s   {first / median:6.2f} x")


if __name__ == "__main__":
    main()
