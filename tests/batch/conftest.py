"""A project of two made-up agencies and a notebook that runs in no time."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nianbao.batch.batch import Batch, load_batch
from nianbao.batch.job import Job, make_jobs
from nianbao.project import Project

REGISTER = """\
agencies:
  - {code: jia, name: 示例县甲局, is_sample: true}
  - {code: yi, name: 示例县乙局, is_sample: true}
"""
PARAMETERS = 'agency: str = ""\nyear: int = 2021\npublic_hotline: bool = False'
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@dataclass(frozen=True)
class Site:
    project: Project

    @property
    def root(self) -> Path:
        return self.project.root

    def write_notebook(self, *sources: str) -> None:
        declared = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        cells = [declared, new_markdown_cell("## 一、总体情况"), *map(new_code_cell, sources)]
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"
        nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
        nbformat.write(nb, self.project.report_notebook)

    def write_source(self, agency: str, year: int, content: str = "填报") -> Path:
        path = self.root / "sources" / agency / f"{year}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def write_batch(self, text: str) -> Path:
        path = self.project.params / "batch.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def batch(self, text: str = "agencies: [jia]\nyears: [2021]\nformats: [html]") -> Batch:
        return load_batch(self.write_batch(text), self.project)

    def jobs(self, batch: Batch | None = None, *, force: bool = False) -> tuple[Job, ...]:
        return make_jobs(self.project, batch or self.batch(), self.project.outputs, force=force)

    def job(self, *, force: bool = False) -> Job:
        return self.jobs(force=force)[0]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    project = Project(tmp_path.resolve() / "project")
    for name in ("notebooks", "params", "sources"):
        (project.root / name).mkdir(parents=True)
    project.register.write_text(REGISTER, encoding="utf-8")
    made = Site(project)
    made.write_notebook("1 + 1")
    for agency in ("jia", "yi"):
        made.write_source(agency, 2021)
    return made
