"""The engine on real kernels: what it saves, what it says, what it leaves behind."""

import json
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_notebook
from papermill.engines import papermill_engines

from nianbao.errors import NotebookError, ParameterError
from nianbao.project import Project
from nianbao.running.engine import NianbaoEngine
from nianbao.running.execute import execute_report, read_notebook
from nianbao.running.parameters import report_parameters
from runs import PATIENCE, until

pytestmark = pytest.mark.kernel


def kernels_in(folder: Path) -> list[int]:
    """Processes that work in the folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process.pid)
    return found


def test_two_runs_give_the_same_bytes(runner):
    cells = ("import sys\nprint(agency)\nprint('x', file=sys.stderr)", "print(set('示例县教育局'))")
    runner.run(*cells)
    first = runner.output.read_bytes()
    runner.run(*cells)
    assert runner.output.read_bytes() == first
    assert str(runner.project.root).encode() not in first


def test_chinese_parameters_are_readable(runner):
    saved = runner.run("source", source="来源/示例.xlsx")
    assert 'source = "来源/示例.xlsx"' in saved.cells[1].source
    assert saved.cells[2].outputs[0].data["text/plain"] == "'来源/示例.xlsx'"


def test_the_kernel_knows_the_project_and_works_in_its_own_folder(runner, monkeypatch):
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    here = Path.cwd()
    saved = runner.run("import os\nprint(os.environ['NIANBAO_PROJECT'])\nprint(os.getcwd())")
    root = runner.project.root
    assert saved.cells[2].outputs[0].text.split() == [str(root), str(root / "outputs" / "work")]
    assert Path.cwd() == here
    assert "NIANBAO_PROJECT" not in os.environ


def test_nothing_is_left_in_the_temporary_folder(runner, temp):
    runner.run("import os\nprint(os.environ['IPYTHONDIR'])")
    used = runner.saved().cells[2].outputs[0].text
    assert used.startswith(str(temp))
    assert list(temp.iterdir()) == []
    assert kernels_in(runner.project.root) == []


def test_sockets_are_private(runner):
    source = "import os\nf = os.environ['IPYTHONDIR'] + '/..'\nprint(os.stat(f).st_mode & 0o077)"
    assert runner.run(source).cells[2].outputs[0].text.strip() == "0"


def test_a_cell_that_fails_is_failed_and_those_after_it_pending(runner):
    error = runner.fail("x = 1", "1 / 0", "x")
    assert (error.cause, error.cell, error.ename) == ("cell error", 4, "ZeroDivisionError")
    assert "ZeroDivisionError" in error.excerpt
    assert runner.states() == ["completed", "completed", "completed", "failed", "pending"]
    saved = runner.saved()
    assert saved.metadata.papermill.exception is True
    assert saved.cells[0].metadata.tags == ["papermill-error-cell-tag"]
    assert "第 4 个单元格" in saved.cells[0].source
    assert saved.cells[5].outputs == []


def test_a_failed_notebook_can_be_run_again(runner):
    runner.fail("1 / 0")
    nb = runner.saved()
    nb.cells[3].source = "1"
    nbformat.write(nb, runner.project.report_notebook)
    parameters = report_parameters({"agency": "shili", "year": 2021})
    work = runner.project.root
    execute_report(
        runner.project, runner.project.report_notebook, parameters, runner.output, work=work
    )
    assert runner.states() == ["completed"] * 3
    assert "exception" not in runner.saved().metadata.papermill


def test_an_error_of_ours_reaches_the_analyst_as_it_was_said(runner):
    source = (
        "from nianbao.errors import LabelError\n"
        "raise LabelError('标签不认识', where='a.xlsx 依申请公开!A27', hint='改成（七）总计')"
    )
    error = runner.fail(source)
    assert str(error) == "标签不认识\n  位置：a.xlsx 依申请公开!A27\n  提示：改成（七）总计"
    assert error.ename == "LabelError"


def test_hostile_text_in_an_error_is_inert_in_the_banner(runner):
    runner.fail("raise ValueError('<img src=x onerror=alert(1)>\\n# 标题')")
    banner = runner.saved().cells[0].source
    assert all(line.startswith("    ") for line in banner.splitlines() if "<img" in line)


def test_a_flood_of_printed_text_does_not_stop_the_clock(runner):
    saved = runner.run("print('x' * 3_000_000)\nprint('10 %\\r100 %')", report=30)
    assert [output.text[-8:] for output in saved.cells[2].outputs] == ["x\n100 %\n"]


def test_a_killed_kernel_is_told_with_its_signal(runner, temp):
    error = runner.fail("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)", "1")
    assert (error.cause, error.cell) == ("kernel died", 4)
    assert "SIGKILL" in str(error)
    assert "内存" in error.hint
    assert runner.states() == ["completed", "completed", "completed", "failed", "pending"]
    assert runner.saved().metadata.papermill.exception is True
    assert list(temp.iterdir()) == []


@pytest.mark.parametrize(
    "source",
    ["raise MemoryError", "import numpy\nnumpy.ones((1 << 20, 1 << 20))"],
)
def test_want_of_memory_is_told_as_such(runner, source):
    error = runner.fail("1", source)
    assert (error.cause, error.cell) == ("out of memory", 4)
    assert "内存不足" in str(error)


def test_memory_can_be_limited(runner):
    error = runner.fail("x = bytearray(900 << 20)", memory=700)
    assert (error.cause, error.ename) == ("out of memory", "MemoryError")
    runner.run("x = bytearray(900 << 20)")


def test_a_limit_that_is_too_low_for_a_kernel_is_named(runner, temp):
    error = runner.fail("1", memory=100)
    assert (error.cause, error.cell) == ("kernel died", 0)
    assert "内存上限 100 MiB" in error.hint
    assert list(temp.iterdir()) == []


def test_what_a_cell_printed_before_the_kernel_died_is_kept(runner):
    runner.fail("print('first', flush=True)\nimport os, time\ntime.sleep(2)\nos._exit(3)")
    assert runner.saved().cells[3].outputs[0].text == "first\n"


def test_a_kernel_that_dies_between_two_cells_is_told(runner):
    source = "import os, threading, time\nthreading.Timer(2, os._exit, [9]).start()"
    error = runner.fail(source, "time.sleep(60)", "1")
    assert (error.cause, error.cell) == ("kernel died", 4)
    assert runner.states()[-2:] == ["failed", "pending"]


MASTER = Project.find(Path(__file__))


def test_a_warm_and_a_cold_kernel_give_the_same_bytes(monkeypatch, tmp_path):
    parameters = report_parameters({"agency": "xixia-zrzy", "year": 2020})
    outputs = [tmp_path / "warm.ipynb", tmp_path / "cold.ipynb"]
    for output in outputs:
        execute_report(MASTER, MASTER.report_notebook, parameters, output, work=tmp_path)
        monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "local-provisioner")
        KernelProvisionerFactory.clear_instance()
    KernelProvisionerFactory.clear_instance()
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_an_unknown_provisioner_is_named(runner, monkeypatch):
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "no-such-one")
    KernelProvisionerFactory.clear_instance()
    error = runner.fail("1")
    KernelProvisionerFactory.clear_instance()
    assert "JUPYTER_DEFAULT_PROVISIONER_NAME=no-such-one" in str(error)


def test_a_kernel_that_leaves_is_told_with_its_code(runner):
    error = runner.fail("import os", "os.write(2, b'last words'); os._exit(7)")
    assert error.cause == "kernel died"
    assert "退出码 7" in str(error)


def test_a_slow_cell_is_stopped(runner, temp):
    error = runner.fail("import time", "time.sleep(60)", "1", cell=3)
    assert (error.cause, error.cell) == ("deadline", 4)
    assert "单元格运行超过 3 秒" in str(error)
    assert runner.states()[-2:] == ["failed", "pending"]
    assert list(temp.iterdir()) == []
    assert kernels_in(runner.project.root) == []


def test_a_slow_report_is_stopped(runner):
    error = runner.fail("import time", *["time.sleep(1)"] * 20, cell=30, report=8)
    assert error.cause == "deadline"
    assert "整份年报运行超过 8 秒" in str(error)
    assert runner.states().count("failed") == 1
    assert runner.states()[-1] == "pending"


def test_a_deadline_that_passes_while_the_kernel_starts(runner, temp):
    error = runner.fail("1", report=0.001)
    assert (error.cause, error.cell) == ("deadline", 0)
    assert set(runner.states()) == {"pending"}
    assert list(temp.iterdir()) == []


@pytest.mark.parametrize("source", ["raise SystemExit", "import sys; sys.exit(0)"])
def test_an_exit_is_no_success(runner, source):
    error = runner.fail(source, "1")
    assert error.ename == "SystemExit"
    assert runner.states()[-2:] == ["failed", "pending"]


def test_nobody_answers_input(runner):
    error = runner.fail("input()")
    assert error.ename == "StdinNotImplementedError"
    assert "input()" in error.hint


def test_a_tag_does_not_excuse_an_error(runner):
    notebook = nbformat.read(runner.write("1 / 0"), as_version=4)
    notebook.cells[1].metadata.tags = ["raises-exception"]
    with pytest.raises(NotebookError):
        papermill.execute_notebook(notebook, None, engine_name="nianbao")


def test_a_parameter_that_the_notebook_does_not_declare_stops_before_the_kernel(runner):
    notebook = runner.write("1")
    parameters = report_parameters({"agency": "shili", "year": 2021, "public_hotline": True})
    with pytest.raises(ParameterError, match="public_hotline"):
        execute_report(
            runner.project, notebook, parameters, runner.output, work=runner.project.root
        )
    assert not runner.output.exists()


def test_a_parameter_name_never_becomes_code(runner):
    notebook = runner.write("1")
    with pytest.raises(ParameterError, match="标识符"):
        papermill.execute_notebook(
            str(notebook), None, {"x=1;open('pwned','w');y": 1}, engine_name="nianbao"
        )


def test_a_path_with_braces_is_a_path(runner, tmp_path):
    folder = tmp_path / "{agency}"
    folder.mkdir()
    runner.output = folder / "{year}.ipynb"
    runner.run("1")
    assert runner.output.exists()


def test_a_home_that_cannot_be_written_leaves_no_trace(runner, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "none" / "such"))
    (tmp_path / "none").touch()
    saved = runner.run("from nianbao import report", "from matplotlib import font_manager")
    assert saved.cells[2].outputs == saved.cells[3].outputs == []


def test_an_unknown_kernel_is_named(runner):
    notebook = nbformat.read(runner.write("1"), as_version=4)
    with pytest.raises(NotebookError, match="示例内核"):
        papermill.execute_notebook(notebook, None, kernel_name="示例内核", engine_name="nianbao")


def write_kernel(folder: Path, name: str) -> None:
    """A kernel spec of somebody else's, whose program leaves at once."""
    (folder / "kernels" / name).mkdir(parents=True)
    spec = {"argv": [sys.executable, "-c", "0"], "display_name": name, "language": "python"}
    (folder / "kernels" / name / "kernel.json").write_text(json.dumps(spec))


@pytest.mark.parametrize("name", ["python3", "somebody-elses"])
def test_a_report_is_run_by_the_interpreter_of_nianbao(runner, monkeypatch, tmp_path, name):
    write_kernel(tmp_path / "jupyter", name)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    notebook = nbformat.read(runner.write("import sys\nprint(sys.prefix)"), as_version=4)
    notebook.metadata.kernelspec.name = name  # as JupyterLab saves it
    nbformat.write(notebook, runner.project.report_notebook)
    parameters = report_parameters({"agency": "shili", "year": 2021})
    work = runner.project.root
    execute_report(
        runner.project, runner.project.report_notebook, parameters, runner.output, work=work
    )
    assert runner.saved().cells[2].outputs[0].text.strip() == sys.prefix


def test_settings_of_the_user_do_not_reach_the_report(runner, monkeypatch, tmp_path):
    startup = tmp_path / "startup.py"
    startup.write_text("print('from outside')")
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 30")
    monkeypatch.setenv("PYTHONSTARTUP", str(startup))
    monkeypatch.setenv("PYTHONWARNINGS", "always")
    monkeypatch.setenv("MPLBACKEND", "no-such-backend")
    monkeypatch.setenv("MATPLOTLIBRC", str(settings))
    saved = runner.run(
        "import warnings\nwarnings.warn('x', DeprecationWarning, stacklevel=9)",
        "import matplotlib\nprint(matplotlib.rcParams['font.size'])",
    )
    assert saved.cells[2].outputs == []
    assert [output.text for output in saved.cells[3].outputs] == ["10.0\n"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"cells": 1}', "\x00"])
def test_what_is_no_notebook_is_an_error_of_ours(content, tmp_path):
    (tmp_path / "x.ipynb").write_text(content)
    with pytest.raises(NotebookError, match=r"x\.ipynb"):
        read_notebook(tmp_path / "x.ipynb")


def test_a_missing_notebook_is_an_error_of_ours(tmp_path):
    with pytest.raises(NotebookError, match="不存在"):
        read_notebook(tmp_path / "x.ipynb")


def test_the_error_crosses_a_process_border(runner):
    error = pickle.loads(pickle.dumps(runner.fail("1 / 0")))  # noqa: S301 - our own bytes
    assert (error.cause, error.cell, error.ename) == ("cell error", 3, "ZeroDivisionError")
    assert "ZeroDivisionError" in str(error)
    assert error.excerpt


def test_papermill_by_itself_saves_the_failed_notebook(runner):
    with pytest.raises(NotebookError):
        papermill.execute_notebook(
            str(runner.write("1 / 0")), str(runner.output), engine_name="nianbao"
        )
    assert runner.states()[-1] == "failed"


def test_the_engine_runs_inside_a_running_event_loop(runner):
    source = (
        "import papermill, nbformat\n"
        "from nianbao.running.engine import NianbaoEngine\n"
        "from papermill.engines import papermill_engines\n"
        "papermill_engines.register('nianbao', NianbaoEngine)\n"
        "n = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('6 * 7')])\n"
        "n.metadata.kernelspec = {'name': 'python3', 'display_name': '', 'language': 'python'}\n"
        "r = papermill.execute_notebook(n, None, engine_name='nianbao')\n"
        "print(r.cells[0].outputs[0].data['text/plain'])"
    )
    assert runner.run(source).cells[2].outputs[0].text.strip() == "42"


@pytest.fixture
def other(runner, temp, tmp_path):
    """Another process, in the middle of a report."""
    script = tmp_path / "run.py"
    script.write_text(
        "import sys, pathlib\n"
        "import nianbao.running.private\n"
        "nianbao.running.private.LONGEST_TEMP = 90\n"
        "from nianbao.project import Project\n"
        "from nianbao.running.execute import execute_report\n"
        "from nianbao.running.parameters import report_parameters\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "project = Project(root)\n"
        "values = report_parameters({'agency': 'shili', 'year': 2021})\n"
        "execute_report(project, project.report_notebook, values, root / 'o.ipynb', work=root)\n"
    )
    runner.write("open('started', 'w').close()\nimport time\ntime.sleep(60)")
    root = runner.project.root
    environment = {**os.environ, "TMPDIR": str(temp), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, str(script), str(root)], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: (root / "started").exists() or process.poll() is not None)
        assert process.poll() is None, process.stderr.read()
        yield process
    finally:
        process.kill()
        process.communicate()


def kept_in(temp: Path) -> list[Path]:
    return [item for item in temp.iterdir() if item.name.startswith("nianbao")]


def test_an_interrupt_kills_the_kernel_and_leaves_nothing(runner, temp, other):
    other.send_signal(signal.SIGINT)
    _, said = other.communicate(timeout=PATIENCE)
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert not (runner.project.root / "o.ipynb").exists()
    assert kernels_in(runner.project.root) == []
    assert kept_in(temp) == []


def test_what_a_killed_run_left_is_swept_by_the_next(runner, temp, other):
    other.kill()
    other.wait()
    until(lambda: kernels_in(runner.project.root) == [])
    assert len(kept_in(temp)) == 1
    runner.run("1")
    assert kept_in(temp) == []


def test_what_a_living_run_needs_is_not_swept(runner, temp, other):
    runner.run("1")
    assert len(kept_in(temp)) == 1
    assert len(kernels_in(runner.project.root)) == 1
    assert other.poll() is None


def test_other_engines_are_as_they_were(tmp_path):
    assert papermill_engines.get_engine(None).__module__ == "papermill.engines"
    assert papermill_engines.get_engine("nbclient").__module__ == "papermill.engines"
    assert papermill_engines.get_engine("nianbao") is NianbaoEngine
    cells = [new_code_cell("x = ''", metadata={"tags": ["parameters"]}), new_code_cell("x")]
    kernel = {"name": "python3", "display_name": "", "language": "python"}
    nb = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path = tmp_path / "out.ipynb"
    done = papermill.execute_notebook(nb, None, {"x": "示例"}, progress_bar=False)
    assert "\\u793a" in done.cells[1].source
    assert done.metadata.papermill.duration > 0
    assert not path.exists()
