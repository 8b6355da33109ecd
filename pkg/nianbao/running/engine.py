"""A papermill engine that tells the truth: about parameters, about time, about a dead kernel.

Registered as ``nianbao`` in the group ``papermill.engine``; it changes nothing for other engines.
Unlike papermill's own it saves once, at the end, and the notebook that it saves is canonical.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from papermill.engines import Engine

from nianbao.errors import NotebookError
from nianbao.project import ENVIRONMENT_VARIABLE
from nianbao.running.canonical import canonicalize, write_notebook
from nianbao.running.failure import Failure
from nianbao.running.kernel import KernelSettings, reset, run_cells
from nianbao.running.parameters import assignments, require_declared

NAME = "nianbao"


class NianbaoEngine(Engine):  # type: ignore[misc]
    """Runs a notebook on a private kernel, within a deadline, and leaves no times in it."""

    @classmethod
    def execute_notebook(  # noqa: PLR0913 - papermill's signature, and what this engine adds
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        *,
        save_to: Path | None = None,
        project: Path | None = None,
        work: Path | None = None,
        start_timeout: float = 60,
        execution_timeout: float | None = None,
        deadline: float | None = None,
        memory_limit: int | None = None,
        **_of_other_engines: Any,
    ) -> NotebookNode:
        """Give the executed notebook, canonical; only its metadata where it is in `save_to`.

        Parameters
        ----------
        nb
            The notebook with papermill's parameters injected.
        output_path
            Where papermill saves it; a failed one is saved there by the engine.
        save_to
            Where the engine itself saves it, whatever happens; takes the place of `output_path`.
        project
            Root of the project, told to the kernel alone (``NIANBAO_PROJECT``).
        work
            The kernel's working folder; this process does not change its own.
        start_timeout, execution_timeout, deadline, memory_limit
            Seconds for the kernel's start, for each cell, for all of it; MiB for the kernel.

        Raises
        ------
        NotebookError
            The notebook failed; the one that is saved says so as well.
        ParameterError
            A parameter that the notebook does not declare, or of the wrong type.
        """
        parameters = nb.metadata.get("papermill", {}).get("parameters", {})
        require_declared(nb, parameters)
        write_parameters(nb, parameters)
        reset(nb)
        settings = KernelSettings(
            name=kernel_name,
            work=work,
            environment={ENVIRONMENT_VARIABLE: str(project)} if project else {},
            start_timeout=start_timeout,
            cell_timeout=execution_timeout,
            deadline=deadline,
            memory=memory_limit,
        )
        failure = run_cells(nb, settings)
        target = save_to or (Path(output_path) if output_path else None)
        if failure is not None:
            raise _failed(nb, failure, target)
        result = _saved(nb, target)
        # papermill would make text of it once more, and put that nowhere.
        return result if save_to is None else new_notebook(metadata=result.metadata)


def write_parameters(nb: NotebookNode, parameters: dict[str, Any]) -> None:
    """Write the injected cell so that Chinese stays readable, where papermill escapes it.

    A notebook that is not in Python, or a value without a literal, keeps papermill's cell.
    """
    source = assignments(parameters)
    language = nb.metadata.get("kernelspec", {}).get("language", "python")
    if source is None or language != "python":
        return
    for cell in nb.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = source


def _failed(nb: NotebookNode, failure: Failure, target: Path | None) -> NotebookError:
    nb.metadata.setdefault("papermill", {})["exception"] = True
    nb.cells.insert(0, failure.banner())
    _saved(nb, target)
    return failure.error()


def _saved(nb: NotebookNode, target: Path | None) -> NotebookNode:
    """Give the canonical form, written to `target` if there is one."""
    result = canonicalize(nb)
    if target is not None:
        write_notebook(result, target)
    return result
