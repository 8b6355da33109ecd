"""``nianbao run``: what is printed where, and each exit code."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest

from nianbao.batch.store import Store
from runs import PATIENCE, until

SCRIPT = Path(sys.executable).parent / "nianbao"
BATCH = "params/shili.yaml"


@pytest.fixture
def quick(cells):
    """The master notebook cut down to its parameters and a cell of no work."""
    cells("1 + 1")
    return cells


@pytest.mark.kernel
@pytest.mark.usefixtures("quick")
def test_the_last_line_names_the_html_and_the_pdf_from_the_current_folder(nianbao, project):
    code, out, err = nianbao("run", BATCH, "--year", "2021", "--formats", "html,pdf")
    assert code == 0
    html, pdf = "outputs/2021/shili-jyj/report.html", "outputs/2021/shili-jyj/report.pdf"
    assert out.splitlines()[-1] == f"已生成 {html} 与 {pdf}"
    assert (project / html).is_file()
    assert (project / pdf).is_file()
    assert err.startswith("1/1 2021 shili-jyj 已生成")
    code, out, err = nianbao("run", BATCH, "--year", "2021", "--formats", "html,pdf")
    assert (code, out.splitlines()[-1]) == (0, f"已是最新 {html} 与 {pdf}")
    assert err == "1/1 2021 shili-jyj 已是最新\n"


@pytest.mark.kernel
@pytest.mark.usefixtures("quick")
def test_several_reports_one_of_which_fails(nianbao, project, monkeypatch):
    (project / "sources/shili-jyj/2021.xlsx").unlink()
    monkeypatch.chdir(project / "params")
    code, out, _ = nianbao(
        "run", BATCH, "--outputs", "../out", "--formats", "html", "--workers", "1"
    )
    assert code == 3
    lines = out.splitlines()
    assert lines[0].split() == ["年度", "代码", "机关", "结果", "必须改", "请说明", "提示", "秒"]
    assert lines[1].split()[:7] == ["2021", "shili-jyj", "示例县教育局", "没有做成", "—", "—", "—"]
    assert lines[2].split()[:7] == ["2022", "shili-jyj", "示例县教育局", "已生成", "0", "0", "0"]
    assert "2021 shili-jyj 没有做成：填报表不存在" in out
    assert "Traceback" not in out
    assert lines[-1].startswith("1 份已生成，1 份没有做成，见 ")
    assert lines[-1].endswith("out/index.html")
    assert (project / "out/2022/shili-jyj/report.html").is_file()
    assert not (project / "out/2022/shili-jyj/report.pdf").exists()
    assert not (project / "outputs").exists()


@pytest.mark.kernel
def test_json_is_one_document_on_stdout(nianbao, project, quick):
    (project / "sources/shili-jyj/2021.xlsx").unlink()
    quick("raise ValueError('坏')")
    code, out, _ = nianbao("run", BATCH, "--format", "json", "--workers", "1")
    data = json.loads(out)
    assert (code, data["exit_code"]) == (3, 3)
    assert [item["status"] for item in data["reports"]] == ["failed", "failed"]
    causes = [(item["cause"], item["cell"]) for item in data["reports"]]
    assert causes == [("source unreadable", 0), ("cell error", 4)]
    assert "ValueError: 坏" in data["reports"][1]["excerpt"]


@pytest.mark.kernel
def test_fail_fast_tells_how_many_are_left(nianbao, quick):
    quick("raise ValueError('坏')")
    code, out, _ = nianbao("run", BATCH, "--fail-fast", "--workers", "1")
    assert code == 3
    assert "还有 1 份没有运行" in out


@pytest.mark.parametrize("option", ["--dry-run", "--fail-fast", "--strict"])
def test_missing_workbooks_are_told_before_anything_runs(nianbao, project, option):
    (project / "sources/shili-jyj/2021.xlsx").unlink()
    code, out, err = nianbao("run", BATCH, option)
    assert "1 份年报的填报表不存在或读不了" in err
    assert "sources/shili-jyj/2021.xlsx" in err
    assert (code, "将生成 1 份，0 份已是最新，1 份做不成" in out) == (
        (0, True) if option == "--dry-run" else (2, False)
    )


def test_a_dry_run_tells_programs_what_is_missing(nianbao, project):
    (project / "sources/shili-jyj/2021.xlsx").unlink()
    data = json.loads(nianbao("run", BATCH, "--dry-run", "--format", "json")[1])
    assert [item["missing"] for item in data] == ["sources/shili-jyj/2021.xlsx", ""]


@pytest.mark.kernel
def test_a_failure_names_the_notebook_to_open_and_no_made_up_file(nianbao, project, quick):
    quick("1 +")
    code, out, _ = nianbao("run", BATCH, "--year", "2021")
    assert code == 3
    assert "单元格出错：SyntaxError：invalid syntax，第 1 行" in out
    assert "位置：失败的笔记本第 4 个单元格（不计最上面的说明）" in out
    failed = "outputs/2021/shili-jyj/report.failed.ipynb"
    assert f"失败的笔记本：{failed}" in out
    assert nbformat.read(project / failed, as_version=4).cells[4].source == "1 +"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("sources/shili-jyj/2021.xlsx", "这是工作簿，不是批次"),
        ("params/agencies.yaml", "这是名册，不是批次"),
    ],
)
def test_what_is_given_for_a_batch_is_told_for_what_it_is(nianbao, given, told):
    code, out, err = nianbao("run", given)
    assert (code, out) == (2, "")
    assert told in err
    assert given in err


def test_a_dry_run_says_why_and_makes_nothing(nianbao, project):
    code, out, err = nianbao("run", BATCH, "--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["2021", "shili-jyj", "首次生成"]
    assert out.splitlines()[-1] == "将生成 2 份，0 份已是最新"
    assert not (project / "outputs").exists()
    data = json.loads(nianbao("run", BATCH, "--dry-run", "--force", "--format", "json")[1])
    assert [item["reasons"] for item in data] == [["要求重做"]] * 2


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("agencies: [shili-jyj]\nagencies: []\nyears: [2021]", 2, "两次"),
        ("agencies: [shili-jyj]\nyaers: [2021]", 2, "最接近的是 years"),
        ("agencies: [../../x]\nyears: [2021]", 1, "小写字母"),
        ("years: [2021]\nagencies: [shili-jjy]", 2, "最接近的是 shili-jyj"),
    ],
)
def test_a_bad_batch_is_2_with_file_and_line(nianbao, project, text, line, told):
    (project / "params" / "bad.yaml").write_text(text, encoding="utf-8")
    code, out, err = nianbao("run", "params/bad.yaml")
    assert (code, out) == (2, "")
    assert f"params/bad.yaml 第 {line} 行" in err
    assert told in err
    assert "Traceback" not in err
    assert not (project / "outputs").exists()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "arguments",
    [
        ["params/none.yaml"],
        [BATCH, "--only", "shili"],
        [BATCH, "--year", "2020"],
        [BATCH, "--formats", "doc"],
        [BATCH, "--watch", "--dry-run"],
        [BATCH, "--watch", "--format", "json"],
    ],
)
def test_a_wrong_order_is_2(nianbao, arguments):
    code, out, err = nianbao("run", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("错误：")


def test_an_outputs_folder_in_use_is_2(nianbao, project):
    with Store(project / "outputs").hold():
        code, _, err = nianbao("run", BATCH)
    assert code == 2
    assert "占用" in err


def test_an_outputs_folder_that_is_a_file_is_2(nianbao, project):
    (project / "outputs").touch()
    code, _, err = nianbao("run", BATCH)
    assert code == 2
    assert "不能写" in err


def test_no_project_is_2(nianbao, tmp_path, monkeypatch):
    monkeypatch.delenv("NIANBAO_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = nianbao("run", "x.yaml")
    assert code == 2
    assert "nianbao init" in err


@pytest.mark.usefixtures("project")
def test_a_current_folder_that_is_gone_is_told(nianbao, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, _, err = nianbao("run", BATCH)
    assert code == 2
    assert "当前文件夹" in err


def test_debug_shows_where_an_error_came_from(nianbao):
    code, _, err = nianbao("run", "params/none.yaml", "--debug")
    assert code == 2
    assert "Traceback" in err


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("number", "workers"),
    [
        (signal.SIGINT, 2),
        (signal.SIGTERM, 1),
        pytest.param(signal.SIGHUP, 1, marks=pytest.mark.soak),
    ],
)
def test_an_interrupt_is_130_and_leaves_nothing_half_done(project, quick, number, workers):
    quick("open('begun', 'w').close()\nimport time\ntime.sleep(60)")
    # A script's background ignores SIGINT; a stop is heeded there as well.
    background = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"] if workers == 1 else []
    process = subprocess.Popen(
        [*background, SCRIPT, "run", BATCH, "--workers", str(workers)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: len(list(project.glob("outputs/.nianbao/work/*/kernel/begun"))) == workers)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []
    assert "没有一份做完；再运行一次就接着做" in err
    assert "已中断" in err
    assert "Traceback" not in err
    assert [path.name for path in (project / "outputs").iterdir()] == [".nianbao"]


@pytest.mark.kernel
def test_a_run_goes_on_after_hangup_where_nohup_says_so(project, quick):
    quick("open('begun', 'w').close()\nimport time\ntime.sleep(1)")
    command = ["nohup", SCRIPT, "run", BATCH, "--year", "2021", "--formats", "html"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(lambda: list(project.glob("outputs/.nianbao/work/*/kernel/begun")))
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=PATIENCE) == 0
