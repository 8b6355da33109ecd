"""What one report is made of, in one warm process; and the floor: its cells without a kernel."""

import ast
import os
from pathlib import Path

import nbformat
from loops import Bench
from measure import in_process

from nianbao.batch.batch import load_batch
from nianbao.batch.job import Job, make_jobs
from nianbao.batch.make import run_job
from nianbao.batch.store import Store
from nianbao.project import ENVIRONMENT_VARIABLE, Project
from nianbao.render import Document, read_document
from nianbao.render.data import figures_table, findings_json, write_parquet
from nianbao.render.docx import DocxExporter
from nianbao.render.html import ReaderExporter, ReviewExporter
from nianbao.render.open_data import figures_csv, figures_xlsx
from nianbao.render.pdf import PdfExporter
from nianbao.report.shown import Blocks
from nianbao.running import template
from nianbao.running.execute import execute_report

PARTS = ("read", "html", "pdf", "review", "data")
"""Of making the documents that the batch orders, in order."""
MORE = ("docx", "csv", "xlsx")
"""Documents that it could order besides."""


def parts_of(bench: Bench, rounds: int) -> dict[str, list[float]]:
    """Make reports part by part, and as many as a whole; give the seconds of each, by name.

    Every report is another one, of the same year, so that nothing that is remembered from one
    helps the next. The first round is not counted, unless it is the only one: it pays for what is
    loaded once.
    """
    project = Project(bench.project)
    os.environ[ENVIRONMENT_VARIABLE] = str(bench.project)
    batch = load_batch(bench.batch, project)
    outputs = bench.fresh()
    jobs = make_jobs(project, batch, outputs, force=True)
    last = [job for job in jobs if job.report.year == max(year for _, year in bench.reports)]
    maker = _Maker(bench.scratch / "work")
    spent: dict[str, list[float]] = {}
    template.warm()
    try:
        with Store(outputs).hold():
            for number in range(rounds):
                one, other = last[(2 * number) % len(last)], last[(2 * number + 1) % len(last)]
                made = {**maker.parts(one), "whole": in_process(lambda job=other: run_job(job))}
                for name, value in made.items():
                    spent.setdefault(name, []).append(value)
    finally:
        template.close()
        del os.environ[ENVIRONMENT_VARIABLE]
    return {name: values[1:] or values for name, values in spent.items()}


class _Maker:
    """Makes a report step by step, with exporters that it keeps."""

    def __init__(self, work: Path) -> None:
        work.mkdir(exist_ok=True)
        self.work = work
        self.reader, self.review = ReaderExporter(), ReviewExporter()
        self.pdf, self.docx = PdfExporter(), DocxExporter()

    def parts(self, job: Job) -> dict[str, float]:
        """Give the seconds of each part of one report."""
        executed = self.work / "report.ipynb"
        master = job.project.report_notebook
        bare = _without_work(master, self.work / "bare.ipynb")
        floor = in_process(lambda: _run_plainly(master, job))
        kernel = in_process(lambda: self._execute(job, bare, executed))
        notebook = in_process(lambda: self._execute(job, master, executed))
        document: list[Document] = []
        ways = {
            "read": lambda: document.append(read_document(nbformat.read(executed, as_version=4))),
            "html": lambda: self.reader.from_document(document[0]),
            "pdf": lambda: self.pdf.from_document(document[0]),
            "review": lambda: self.review.from_document(document[0]),
            "data": lambda: self._write_data(document[0]),
            "docx": lambda: self.docx.from_document(document[0]),
            "csv": lambda: figures_csv(document[0]),
            "xlsx": lambda: figures_xlsx(document[0]),
        }
        spent = {name: in_process(way) for name, way in ways.items()}
        return {"floor": floor, "kernel": kernel, "notebook": notebook, **spent}

    def _execute(self, job: Job, notebook: Path, output: Path) -> None:
        execute_report(job.project, notebook, job.parameters, output, work=self.work)

    def _write_data(self, document: Document) -> None:
        write_parquet(figures_table(document), self.work / "figures.parquet")
        (self.work / "findings.json").write_text(findings_json(document), encoding="utf-8")


def _without_work(master: Path, bare: Path) -> Path:
    """Write the notebook with the cell of the parameters alone: what is left is the kernel's."""
    notebook = nbformat.read(master, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])
    ]
    nbformat.write(notebook, bare)
    return bare


def _run_plainly(master: Path, job: Job) -> None:
    """Run the notebook's cells here, and show what each shows, as a kernel would."""
    space: dict[str, object] = {}
    for cell in nbformat.read(master, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, master.name, "exec"), space)  # noqa: S102 - our own notebook
        if shown is not None:
            value = eval(compile(ast.Expression(shown.value), master.name, "eval"), space)  # noqa: S307 - our own notebook
            for block in value if isinstance(value, Blocks) else filter(None, [value]):
                block._repr_mimebundle_()
        if "parameters" in cell.metadata.get("tags", []):
            space.update(job.parameters.for_notebook())
