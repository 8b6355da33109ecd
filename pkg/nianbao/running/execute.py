"""One report's notebook, executed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from nbformat import NotebookNode
from papermill.engines import papermill_engines

from nianbao.errors import NotebookError
from nianbao.project import Project, keep_pictures
from nianbao.running.engine import NAME, NianbaoEngine
from nianbao.running.parameters import ReportParameters


@dataclass(frozen=True, slots=True)
class Limits:
    """What one report may take; None for no limit.

    Attributes
    ----------
    cell, report
        Seconds for each cell, and for the whole notebook with the start of its kernel.
    memory
        MiB that its kernel may allocate.
    """

    cell: float | None = 120
    report: float | None = 300
    memory: int | None = None


def execute_report(
    project: Project,
    notebook: Path,
    parameters: ReportParameters,
    output: Path,
    *,
    work: Path,
    limits: Limits = Limits(),
) -> None:
    """Execute the notebook and write it to `output`, canonical, also where it failed.

    Parameters
    ----------
    project
        Where the notebook finds its sources.
    notebook
        The master notebook; it is not changed.
    output
        The executed notebook, written at once when it has ended.
    work
        The kernel's working folder.
    limits
        What it may take.

    Raises
    ------
    ParameterError
        The notebook does not declare a parameter that it is given.
    NotebookError
        It cannot be read; or a cell failed, the kernel died, time or memory ran out: then `output`
        holds the failed notebook, with the reason on top.
    """
    master = read_notebook(notebook, shown=project.relative(notebook))
    keep_pictures(master.cells, notebook.parent, project.root)
    papermill_engines.register(NAME, NianbaoEngine)  # also where nianbao is not installed
    # The notebook itself and no path: papermill would fill in braces in paths.
    papermill.execute_notebook(
        master,
        None,
        parameters=parameters.for_notebook(),
        engine_name=NAME,
        kernel_name=NATIVE_KERNEL_NAME,  # whichever one JupyterLab noted when it was saved
        progress_bar=False,
        save_to=output,
        project=project.root,
        work=work,
        execution_timeout=limits.cell,
        deadline=limits.report,
        memory_limit=limits.memory,
    )


def read_notebook(path: Path, *, shown: str = "") -> NotebookNode:
    """Read a notebook.

    Raises
    ------
    NotebookError
        It is missing or is no notebook.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        hint = "新建的项目里有（nianbao init），复制过来"
        raise NotebookError("笔记本不存在", where=shown or path.name, hint=hint) from None
    except (ValueError, OSError, AttributeError, KeyError, TypeError, RecursionError) as error:
        found = error if isinstance(error, OSError) else str(error).partition("\n")[0]
        found = found or type(error).__name__
        raise NotebookError("笔记本读不懂", where=shown or path.name, found=found) from None
    return notebook
