"""A papermill engine that tells the truth: about parameters, about time, about a dead kernel.

Registered as ``nianbao`` in the group ``papermill.engine``; it changes nothing for other engines.
Like papermill's own it saves where papermill is told to, whenever a cell begins or ends; what it
saves at the end is canonical.

papermill loads this module while it is itself being imported, and calls the engine by its methods.
So nothing of papermill is imported here before it is needed, and no base class.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from nianbao.errors import NotebookError, ParameterError
from nianbao.project import ENVIRONMENT_VARIABLE
from nianbao.running.canonical import canonicalize, write_notebook
from nianbao.running.failure import Failure
from nianbao.running.parameters import assignments, require_declared

if TYPE_CHECKING:
    from papermill.engines import NotebookExecutionManager

    from nianbao.running.kernel import KernelSettings

NAME = "nianbao"
INJECTED = "injected-parameters"  # papermill's tag
RECORDED = ("progress_bar", "log_output", "autosave_cell_every")


class NianbaoEngine:
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
        **options: Any,
    ) -> NotebookNode:
        """Give the executed notebook, canonical; only its metadata where it is in `save_to`.

        Parameters
        ----------
        nb
            The notebook with papermill's parameters injected.
        output_path
            Where papermill wants it saved after each cell, in any way that papermill knows.
        save_to
            A file to which the engine itself saves it at the end, whatever happens.
        project
            Root of the project, told to the kernel alone (``NIANBAO_PROJECT``).
        work
            The kernel's working folder; this process does not change its own.
        start_timeout, execution_timeout, deadline, memory_limit
            Seconds for the kernel's start, for each cell, for all of it; MiB for the kernel.
        options
            papermill's ``progress_bar``, ``log_output``, ``autosave_cell_every``, ``stdout_file``
            and ``stderr_file`` are heeded, and ``timeout`` where there is no `execution_timeout`;
            those of other engines are not.

        Raises
        ------
        NotebookError
            The notebook failed; the one that is saved says so as well.
        ParameterError
            A parameter that the notebook does not declare, or of the wrong type.
        PapermillExecutionError
            Each of these is one as well.
        """
        from nianbao.running.kernel import KernelSettings  # noqa: PLC0415 - see above

        _take_parameters(nb)
        settings = KernelSettings(
            name=kernel_name,
            work=work,
            environment={ENVIRONMENT_VARIABLE: str(project)} if project else {},
            start_timeout=start_timeout,
            cell_timeout=execution_timeout or options.get("timeout"),
            deadline=deadline,
            memory=memory_limit,
            stdout_file=options.get("stdout_file"),
            stderr_file=options.get("stderr_file"),
        )
        return _run(_record(nb, output_path, options), settings, save_to, options)

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Give the kernel's name, as papermill finds it."""
        from papermill.utils import nb_kernel_name  # noqa: PLC0415 - see above

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Give the notebook's language, as papermill finds it."""
        from papermill.utils import nb_language  # noqa: PLC0415 - see above

        return str(nb_language(nb, language))


def _record(
    nb: NotebookNode, output_path: str | None, options: Mapping[str, Any]
) -> NotebookExecutionManager:
    """Give papermill's own record of a run: it notes states, saves, logs and shows progress."""
    from papermill.engines import NotebookExecutionManager  # noqa: PLC0415 - see above

    heeded = {name: options[name] for name in RECORDED if name in options}
    return NotebookExecutionManager(nb, output_path=output_path, **heeded)


def _run(
    record: NotebookExecutionManager,
    settings: KernelSettings,
    save_to: Path | None,
    options: Mapping[str, Any],
) -> NotebookNode:
    """Run the cells, and save and give what has become of the notebook."""
    from nianbao.running.kernel import run_cells  # noqa: PLC0415 - see above

    try:
        record.notebook_start()
        failure = run_cells(record, settings)
    finally:  # also what an interrupt leaves
        record.cleanup_pbar()
        record.save()
    error = None if failure is None else _mark_failed(record.nb, failure)
    if error is not None and "input_path" in options:
        # papermill, which saves a failed one at last, also where it saves none on the way
        record.output_path = record.nb.metadata.papermill.output_path
    result: NotebookNode = canonicalize(record.nb)
    record.nb = result
    record.save()
    if save_to is not None:
        write_notebook(result, save_to)
    if error is not None:
        raise error
    # papermill would make text of it once more, and put that nowhere.
    return result if save_to is None else new_notebook(metadata=result.metadata)


def _take_parameters(nb: NotebookNode) -> None:
    """Check the parameters that papermill was given, and write them readably.

    What an earlier run noted in the notebook is nobody's order.
    """
    cells = [cell for cell in nb.cells if INJECTED in cell.metadata.get("tags", [])]
    if not cells:
        nb.metadata.papermill["parameters"] = {}
    # What papermill reads gets a place for each cell's state; what it injects has none.
    if any("papermill" not in cell.metadata for cell in cells) and _is_python(nb):
        parameters = nb.metadata.papermill.parameters
        try:
            require_declared(nb, parameters)
        except ParameterError as error:
            raise _unfit(nb, error) from None
        write_parameters(cells[0], parameters)


def _is_python(nb: NotebookNode) -> bool:
    kernel = nb.metadata.get("kernelspec", {}).get("language", "python")
    return str(nb.metadata.get("language_info", {}).get("name", kernel)) == "python"


def write_parameters(cell: NotebookNode, parameters: dict[str, Any]) -> None:
    """Write the injected cell so that Chinese stays readable, where papermill escapes it.

    With a value that has no literal it stays papermill's.
    """
    cell.source = assignments(parameters) or cell.source


def _unfit(nb: NotebookNode, error: ParameterError) -> ParameterError:
    from nianbao.running.execution_error import UnfitParameterError  # noqa: PLC0415 - see above

    tags = [cell.metadata.get("tags", []) for cell in nb.cells]
    at = next((index for index, names in enumerate(tags) if "parameters" in names), None)
    return UnfitParameterError(error, nb, at)


def _mark_failed(nb: NotebookNode, failure: Failure) -> NotebookError:
    """Say in the notebook why it failed; give what is to be raised."""
    from nianbao.running.execution_error import execution_error  # noqa: PLC0415 - see above

    error = execution_error(failure.error(), nb)
    nb.metadata.papermill["exception"] = True
    nb.cells.insert(0, failure.banner())
    return error
