"""What the engine raises: an error of nianbao, and one of papermill for those who wait for that.

A module of its own, since `nianbao.errors` knows nothing of papermill.
"""

from __future__ import annotations

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from nianbao.errors import NianbaoError, NotebookError, ParameterError


class _PapermillError(PapermillExecutionError, NianbaoError):  # type: ignore[misc]
    """An error of nianbao with papermill's fields.

    Parameters
    ----------
    error
        What is wrong.
    nb
        The notebook as it was executed.
    index
        Of the cell, from zero; None where none had begun.
    """

    def __init__(self, error: NianbaoError, nb: NotebookNode, index: int | None) -> None:
        Exception.__init__(self, error.what)
        cell = {} if index is None else nb.cells[index]
        outputs = [item for item in cell.get("outputs", []) if item.output_type == "error"]
        shown = outputs[-1] if outputs else {}
        self.cell_index = index
        self.exec_count = cell.get("execution_count")
        self.source = cell.get("source", "")
        self.ename = shown.get("ename", type(error).__name__)
        self.evalue = shown.get("evalue", error.what)
        self.traceback = shown.get("traceback", str(error).splitlines())
        self.__dict__.update(vars(error))

    def __str__(self) -> str:
        return NianbaoError.__str__(self)


class ExecutionError(_PapermillError, NotebookError):
    """The notebook failed."""


class KernelDeathError(ExecutionError, DeadKernelError):
    """The kernel died; papermill's command line then ends with a status of its own."""


class UnfitParameterError(_PapermillError, ParameterError):
    """A parameter that the notebook does not declare, or of the wrong type."""


def execution_error(error: NotebookError, nb: NotebookNode) -> ExecutionError:
    """Give the error of a failed notebook as papermill knows it, before cells are put into it."""
    kind = KernelDeathError if error.ename == DeadKernelError.__name__ else ExecutionError
    return kind(error, nb, error.cell - 1 if error.cell else None)
