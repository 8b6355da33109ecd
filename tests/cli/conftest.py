"""The repository's project, copied, with the current folder in it."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from nianbao.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the project whose notebook needs no time and reads nothing."""
    folder = tmp_path.resolve() / "project"
    for name in ("notebooks", "params", "sources"):
        shutil.copytree(ROOT / name, folder / name)
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def cells(project):
    """Write the notebook anew: its parameters, and these cells."""
    path = project / "notebooks" / "report.ipynb"

    def write(*sources):
        nb = nbformat.read(path, as_version=4)
        added = [new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
        nb.cells = nb.cells[:2] + added
        nbformat.write(nb, path)

    return write


@pytest.fixture
def nianbao(capsys, monkeypatch):
    """Run a command: gives the exit code, stdout and stderr."""
    monkeypatch.setattr("signal.signal", lambda *_: None)  # handlers are the process's own

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
