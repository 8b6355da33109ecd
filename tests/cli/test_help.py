"""Help answers at once, with an example and the exit codes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nianbao import __version__
from nianbao.cli.main import COMMANDS, main

HEAVY = ("pandas", "papermill", "nbconvert", "matplotlib", "nbformat", "pydantic", "typst")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_each_command_has_help_with_an_example_and_exit_codes(nianbao, command, flag):
    code, out, err = nianbao(command, flag)
    assert (code, err) == (0, "")
    assert f"nianbao {command} " in out.split("例：", 1)[1]
    for exit_code in ("130", "70", "2", "3", "1", "0"):
        assert f" {exit_code}  " in out


def test_the_list_of_commands_is_complete(nianbao):
    code, out, _ = nianbao("-h")
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)


def test_without_a_command_it_is_wrong_usage_and_shows_the_help(nianbao):
    code, out, err = nianbao()
    assert (code, out) == (2, "")
    assert err == nianbao("-h")[1]


def test_the_version(nianbao):
    assert nianbao("--version")[:2] == (0, f"nianbao {__version__}\n")


def test_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom nianbao.cli.main import main\n"
        "code = main(['-h'])\nprint(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert [name for name in HEAVY if f"'{name}'" in done.stderr] == []
    assert "'click'" in done.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("run", "应为：BATCH"),
        ("check", "Usage:"),
        ("run a.yaml --onyl", "最接近的是 --only"),
        ("run a.yaml --workers 0", "应为：不小于 1 的整数"),
        ("run a.yaml --workers x", "实际：x"),
        ("run a.yaml --year x", "应为：整数"),
        ("run a.yaml --cell-timeout 0", "应为：大于 0 的数"),
        ("run a.yaml --format xml", "应为：text、json"),
        ("run a.yaml --year", "选项后面缺少值"),
        ("run a.yaml b.yaml", "多出了参数"),
        ("rnu a.yaml", "最接近的是 run"),
        ("年报", "可用的是 run"),
        ("status", "可用的是 run"),  # neither audit nor init is meant
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(nianbao, line, told):
    code, out, err = nianbao(*line.split())
    assert (code, out) == (2, "")
    assert told in err
    assert "错误：" in err
    assert "Error" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_full_disk_behind_stdout_is_2():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [Path(sys.executable).parent / "nianbao", "-h"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "错误：结果写不出去：磁盘已满\n")


def test_who_calls_it_from_a_program_keeps_his_handlers():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    assert main(["-h"]) == 0
    assert {number: signal.getsignal(number) for number in before} == before
