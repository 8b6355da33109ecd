"""The engine as papermill's users know engines: where it saves, what it tells, what it raises."""

import io
import json
import pickle

import nbformat
import papermill
import pytest
from click.testing import CliRunner
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill.cli import papermill as command
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import papermill_io

from nianbao.errors import NotebookError, ParameterError

pytestmark = pytest.mark.kernel

KERNEL = {"name": "python3", "display_name": "", "language": "python"}
DEATH = "import os; os._exit(7)"


def notebook(*sources: str, declared: str = "x = 1"):
    cells = [new_code_cell(declared, metadata={"tags": ["parameters"]})] if declared else []
    cells += map(new_code_cell, sources)
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def execute(nb, output=None, parameters=None, **options):
    return papermill.execute_notebook(
        nb, output, parameters, engine_name="nianbao", progress_bar=False, **options
    )


def fail(nb, output=None, parameters=None, **options) -> PapermillExecutionError:
    with pytest.raises(PapermillExecutionError) as raised:
        execute(nb, output, parameters, **options)
    return raised.value


class Memory:
    """A place of papermill's that is no file."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str]] = []

    def write(self, text: str, path: str) -> None:
        self.written.append((path, text))

    def pretty_path(self, path: str) -> str:
        return path

    def saved(self, at: int = -1):
        return nbformat.reads(self.written[at][1], as_version=4)

    def states(self) -> list[list[str]]:
        kept = [self.saved(at) for at in range(len(self.written))]
        return [[cell.metadata.papermill["status"] for cell in nb.cells] for nb in kept]


@pytest.fixture
def memory(monkeypatch):
    handler = Memory()
    monkeypatch.setattr(papermill_io, "_handlers", [("mem://", handler), *papermill_io._handlers])
    return handler


def test_any_place_that_papermill_can_write_to_gets_the_notebook(memory):
    execute(notebook("print(x)"), "mem://shelf/{x}.ipynb", {"x": 3})
    assert {path for path, _ in memory.written} == {"mem://shelf/3.ipynb"}
    assert memory.saved().cells[2].outputs[0].text == "3\n"


@pytest.mark.parametrize("each_cell", [True, False])
@pytest.mark.parametrize("source", ["1 / 0", DEATH])
def test_any_place_gets_the_failed_notebook(memory, source, each_cell):
    fail(notebook(source, "x"), "mem://a.ipynb", request_save_on_cell_execute=each_cell)
    saved = memory.saved()
    assert "没有做成" in saved.cells[0].source
    states = [cell.metadata.papermill.status for cell in saved.cells[1:]]
    assert states == ["completed", "failed", "pending"]


def test_a_notebook_whose_kernel_is_unknown_is_saved_and_says_so(memory):
    error = fail(notebook("1"), "mem://a.ipynb", kernel_name="示例内核")
    assert "示例内核" in str(error)
    assert "示例内核" in memory.saved().cells[0].source


def test_it_is_saved_whenever_a_cell_begins_or_ends(memory):
    execute(notebook("2"), "mem://a.ipynb")
    seen = dict.fromkeys(map(tuple, memory.states()))
    assert list(seen) == [
        ("pending", "pending"),
        ("running", "pending"),
        ("completed", "pending"),
        ("completed", "running"),
        ("completed", "completed"),
    ]


def test_a_long_cell_is_saved_on_the_way(memory):
    source = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3)"
    execute(notebook(source), "mem://a.ipynb", autosave_cell_every=0.01)
    halves = [memory.saved(at).cells[1] for at in range(len(memory.written))]
    assert any(half.outputs and half.metadata.papermill.status == "running" for half in halves)


def test_what_an_interrupt_leaves_is_saved(memory, monkeypatch):
    def interrupt(text, path):
        memory.written.append((path, text))
        if memory.states()[-1] == ["completed", "running"]:
            monkeypatch.undo()
            monkeypatch.setattr(papermill_io, "_handlers", [("mem://", memory)])
            raise KeyboardInterrupt

    monkeypatch.setattr(memory, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        execute(notebook("2"), "mem://a.ipynb")
    assert len(memory.written) > memory.states().index(["completed", "running"]) + 1
    assert memory.states()[-1] == ["completed", "running"]


def test_a_relative_output_does_not_follow_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    nb = notebook("import os\nprint(os.getcwd())", "1 / 0")
    fail(nb, "out.ipynb", cwd=tmp_path / "work")
    saved = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert saved.cells[2].outputs[0].text.strip() == str(tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == []


def test_nothing_is_written_where_no_output_is_wanted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nb = notebook("1 / 0")
    nb.metadata.papermill = {"output_path": "earlier.ipynb"}
    fail(nb)
    assert list(tmp_path.iterdir()) == []


def test_what_cells_print_goes_to_the_files_as_well():
    out, err = io.StringIO(), io.StringIO()
    source = "import sys\nprint('一')\nprint('二', file=sys.stderr)"
    saved = execute(notebook(source), stdout_file=out, stderr_file=err)
    assert (out.getvalue(), err.getvalue()) == ("一\n", "二\n")
    assert [output.text for output in saved.cells[1].outputs] == ["一\n", "二\n"]


def test_output_is_logged_where_papermill_is_asked_to(caplog):
    source = "import sys\nprint('一')\nprint('二', file=sys.stderr)"
    with caplog.at_level("INFO", "papermill"):
        execute(notebook(source, "'三'"), log_output=True)
    said = [(record.levelname, record.getMessage().strip()) for record in caplog.records]
    assert {("INFO", "一"), ("WARNING", "二"), ("INFO", "'三'")} <= set(said)
    assert any("Executing Cell 2" in text for _, text in said)


def test_a_notebook_learns_its_language_as_from_other_engines():
    assert execute(notebook("1")).metadata.language_info.name == "python"


@pytest.mark.parametrize(
    ("sources", "options", "told"),
    [
        (["1 / 0"], {}, (1, {2}, "1 / 0", "ZeroDivisionError", "division by zero")),
        (["2", "raise KeyError('二')"], {}, (2, {3}, "raise KeyError('二')", "KeyError", "'二'")),
        ([DEATH], {}, (1, {None, 2}, DEATH, "DeadKernelError", "内核中止，退出码 7")),
        (["1"], {"kernel_name": "none"}, (None, {None}, "", "", "没有这个内核：none")),
    ],
)
def test_a_failure_is_papermills_own_error_as_well(sources, options, told):
    error = fail(notebook(*sources), **options)
    assert isinstance(error, NotebookError)
    for kept in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own bytes
        fields = (kept.cell_index, kept.source, kept.ename, kept.evalue)
        assert fields == (told[0], *told[2:])
        assert kept.exec_count in told[1]
        assert kept.traceback == error.traceback
        assert isinstance(kept, PapermillExecutionError)
        assert str(kept) == str(error)
    assert error.traceback


def test_a_deadline_is_papermills_error_and_its_option_is_heeded():
    error = fail(notebook("import time\ntime.sleep(60)"), timeout=1)
    assert (error.cell_index, error.ename) == (1, "CellTimeoutError")


@pytest.mark.parametrize("declared", ["y = 1", ""])
def test_a_parameter_that_does_not_fit_is_papermills_error_as_well(declared):
    error = fail(notebook("1", declared=declared), parameters={"x": 1})
    assert isinstance(error, ParameterError)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.cell_index, again.source) == ((0, "y = 1") if declared else (None, ""))
    assert (again.ename, again.exit_code, str(again)) == ("ParameterError", 2, str(error))


def test_a_dead_kernel_is_what_papermill_takes_for_one():
    assert isinstance(fail(notebook(DEATH)), DeadKernelError)


@pytest.mark.parametrize("declared", ["", "z = 1", "x = 1", "x = 2 * 3"])
def test_parameters_of_an_earlier_run_are_nobodys_order(declared):
    nb = notebook("print('done')", declared=declared)
    nb.metadata.papermill = {"parameters": {"x": "of last year"}, "version": "2.0"}
    done = execute(nb)
    assert done.cells[-1].outputs[0].text == "done\n"
    assert "parameters" not in done.metadata.get("papermill", {})


def test_an_injected_cell_that_was_edited_stays_as_it_is():
    nb = execute(notebook("print(x)"), parameters={"x": 5})
    nb.cells[1].source = "x = 6"
    done = execute(nb)
    assert done.cells[1].source == "x = 6"
    assert done.cells[2].outputs[0].text == "6\n"


def test_an_executed_notebook_takes_new_parameters():
    nb = execute(notebook("print(x)"), parameters={"x": "旧"})
    done = execute(nb, parameters={"x": "新"})
    assert [cell.source for cell in done.cells[:2]] == ["x = 1", '# Parameters\nx = "新"\n']
    assert done.metadata.papermill.parameters == {"x": "新"}


def test_another_languages_parameters_are_papermills_business():
    nb = notebook("print(y)", declared="x = 1;")
    nb.metadata.language_info = {"name": "julia"}
    assert execute(nb, parameters={"y": "é"}).cells[1].source == '# Parameters\ny = "\\xe9"\n'


def run(tmp_path, nb, *arguments: str):
    path = tmp_path / "in.ipynb"
    nbformat.write(nb, path)
    return CliRunner().invoke(command, [str(path), *arguments, "--engine", "nianbao"])


def test_the_command_line_writes_what_is_printed_to_files(tmp_path):
    out, err = tmp_path / "out.txt", tmp_path / "err.txt"
    source = "import sys\nprint(x)\nprint('二', file=sys.stderr)"
    files = ["--stdout-file", str(out), "--stderr-file", str(err)]
    done = run(tmp_path, notebook(source), str(tmp_path / "o.ipynb"), "-p", "x", "7", *files)
    assert (done.exit_code, out.read_text(), err.read_text()) == (0, "7\n", "二\n")


@pytest.mark.filterwarnings("ignore:the file is not specified with any extension")
def test_a_failed_notebook_goes_to_stdout_where_the_command_line_is_told_so(tmp_path):
    done = run(tmp_path, notebook("1 / 0"), "-")
    saved = json.loads(done.stdout)
    assert done.exit_code == 1
    assert saved["metadata"]["papermill"]["exception"] is True


def test_the_command_line_tells_a_dead_kernel_by_its_own_status(tmp_path):
    assert run(tmp_path, notebook(DEATH), str(tmp_path / "o.ipynb")).exit_code == 138


def test_progress_is_shown_where_it_is_asked_for(capfd):
    papermill.execute_notebook(notebook("1"), None, engine_name="nianbao")
    assert "2/2" in capfd.readouterr().err
