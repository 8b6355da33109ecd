"""A project with a tiny notebook, and a way to run it."""

import tempfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from nianbao.errors import NotebookError
from nianbao.project import Project
from nianbao.running.execute import Limits, execute_report
from nianbao.running.parameters import report_parameters

PARAMETERS = 'agency: str = ""\nyear: int = 2020\nsource: str = ""'
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python", "version": "3.11.7"},
}


class Runner:
    def __init__(self, root: Path) -> None:
        for name in ("notebooks", "params", "sources", "outputs"):
            (root / name).mkdir(parents=True)
        self.project = Project(root)
        self.output = root / "outputs" / "report.ipynb"

    def write(self, *sources: str) -> Path:
        declared = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        cells = [declared, *map(new_code_cell, sources)]
        nbformat.write(new_notebook(cells=cells, metadata=METADATA), self.project.report_notebook)
        return self.project.report_notebook

    def run(self, *sources: str, source: str = "", **limits: float) -> NotebookNode:
        """Run cells and give the notebook that was saved; positions start at the parameters."""
        work = self.project.root / "outputs" / "work"
        work.mkdir(exist_ok=True)
        parameters = report_parameters({"agency": "shili", "year": 2021, "source": source})
        notebook = self.write(*sources)
        execute_report(
            self.project, notebook, parameters, self.output, work=work, limits=Limits(**limits)
        )
        return self.saved()

    def fail(self, *sources: str, **limits: float) -> NotebookError:
        with pytest.raises(NotebookError) as raised:
            self.run(*sources, **limits)
        return raised.value

    def saved(self) -> NotebookNode:
        return nbformat.read(self.output, as_version=4)

    def states(self) -> list[str]:
        return [
            cell.metadata.papermill.status
            for cell in self.saved().cells
            if "papermill" in cell.metadata
        ]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Also: everything temporary is made in `temp`, so that a test sees what is left."""
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    monkeypatch.setattr("nianbao.running.private.TEMP", str(temp))
    monkeypatch.setattr("nianbao.running.private.LONGEST_TEMP", 90)
    return Runner(tmp_path / "project")


@pytest.fixture
def temp(runner: Runner) -> Path:
    return runner.project.root.parent / "temp"
