"""``nianbao run`` with limits, workers and a watch: what stops a report, and what is told of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest

from runs import PATIENCE, until

pytestmark = pytest.mark.kernel

SCRIPT = Path(sys.executable).parent / "nianbao"
BATCH = "params/shili.yaml"
ONE = (BATCH, "--year", "2021", "--formats", "html")


@pytest.mark.parametrize(
    ("source", "options", "cause", "told"),
    [
        ("import time\ntime.sleep(60)", ["--cell-timeout", "2.5"], "deadline", "超过 2.5 秒"),
        ("import time\ntime.sleep(60)", ["--report-timeout", "8"], "deadline", "整份年报"),
        ("x = bytearray(2**32)", ["--memory", "1500"], "out of memory", "现在 1500 MiB"),
        ("import os\nos.kill(os.getpid(), 9)", [], "kernel died", "SIGKILL"),
        ("import os\nos.abort()", [], "kernel died", "SIGABRT"),
        ("1 / 0", [], "cell error", "ZeroDivisionError"),
    ],
)
def test_each_cause_is_told_with_cell_and_notebook(
    nianbao, project, cells, source, options, cause, told
):
    cells("'好'", source, "'没有运行'")
    code, out, _ = nianbao("run", *ONE, *options, "--format", "json")
    (report,) = json.loads(out)["reports"]
    assert (code, report["status"], report["cause"]) == (3, "failed", cause)
    assert told in report["message"]
    assert ("放宽内存上限" in report["message"]) == ("--memory" in options)
    assert report["cell"] == 5
    folder = project / "outputs/2021/shili-jyj"
    record = json.loads((folder / "failed.json").read_bytes())
    assert {name: record[name] for name in ("cause", "cell", "excerpt", "message")} == {
        name: report[name] for name in ("cause", "cell", "excerpt", "message")
    }
    failed = nbformat.read(folder / record["notebook"], as_version=4)
    states = [cell.metadata.papermill.status for cell in failed.cells if cell.cell_type == "code"]
    assert states[-3:] == ["completed", "failed", "pending"]


def test_a_workbook_cut_off_in_the_middle_is_a_source_that_cannot_be_read(nianbao, project):
    workbook = project / "sources/shili-jyj/2021.xlsx"
    workbook.write_bytes(workbook.read_bytes()[:3000])
    code, out, _ = nianbao("run", *ONE, "--format", "json")
    (report,) = json.loads(out)["reports"]
    assert (code, report["cause"]) == (3, "source unreadable")
    assert "sources/shili-jyj/2021.xlsx" in report["message"]


def test_an_index_that_cannot_be_written_is_told_and_takes_no_report_away(nianbao, project, cells):
    cells("1 + 1")
    (project / "outputs/index.html").mkdir(parents=True)
    code, out, err = nianbao("run", *ONE)
    assert code == 2
    assert "总览没有写成" in err
    assert "已生成" in out
    assert (project / "outputs/2021/shili-jyj/report.html").is_file()


@pytest.mark.parametrize(
    "arguments",
    [["--workers", "0"], ["--memory", "0"], ["--cell-timeout", "-1"], ["--report-timeout", "x"]],
)
@pytest.mark.usefixtures("project")
def test_limits_that_are_none_are_2(nianbao, arguments):
    code, _, err = nianbao("run", BATCH, *arguments)
    assert code == 2
    assert arguments[0] in err


@pytest.mark.usefixtures("project")
def test_a_cluster_without_the_extra_is_2_with_what_to_install(nianbao, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "nianbao.batch.cluster", raising=False)
    code, _, err = nianbao("run", BATCH, "--dask", "tcp://127.0.0.1:9")
    assert code == 2
    assert "pip install 'nianbao[dask]'" in err


def test_a_killed_run_leaves_no_process_and_the_next_goes_on(project, cells, nianbao):
    cells("open('begun', 'w').close()\nimport time\ntime.sleep(60)")
    mark = {"NIANBAO_TEST": str(project)}
    with subprocess.Popen(
        [SCRIPT, "run", BATCH, "--workers", "2"],
        stderr=subprocess.DEVNULL,
        env={**os.environ, **mark},
    ) as process:
        until(lambda: len(list(project.glob("outputs/.nianbao/work/*/kernel/begun"))) == 2)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 6  # two workers, their template processes, their kernels
        process.kill()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert alive == []
    cells("1 + 1")
    code, out, _ = nianbao("run", BATCH, "--formats", "html", "--workers", "1")
    assert (code, out.splitlines()[-1]) == (0, "2 份已生成，见 outputs/index.html")
    assert sorted(path.name for path in project.glob("outputs/.nianbao/*")) == ["lock", "run"]


def read_to(stream, start):
    next(line for line in stream if line.startswith(start))


def test_a_saved_workbook_is_made_again_while_one_watches(project, cells):
    cells("1 + 1")
    page = project / "outputs/2021/shili-jyj/report.html"
    command = [SCRIPT, "run", *ONE, "--watch", "--force"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        read_to(process.stderr, "等着")
        first = page.stat().st_ino
        workbook = project / "sources/shili-jyj/2021.xlsx"
        workbook.write_bytes(workbook.read_bytes() + b" ")
        until(lambda: page.stat().st_ino != first)
        read_to(process.stderr, "等着")
        batch = (project / BATCH).read_text(encoding="utf-8")
        (project / BATCH).write_text(batch + "# 一样\n", encoding="utf-8")
        read_to(process.stderr, "等着")
        (project / BATCH).write_text("years: [2021]\n", encoding="utf-8")
        read_to(process.stderr, "错误")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert out.count("已生成 outputs/2021/shili-jyj/report.html") == 2
    assert out.count("已是最新 outputs/2021/shili-jyj/report.html") == 1  # forced once, not again
    assert "Traceback" not in err
