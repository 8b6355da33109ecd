"""Help answers at once, with an example and the exit codes."""

import subprocess
import sys

import pytest

from nianbao import __version__
from nianbao.cli.main import COMMANDS

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
    "arguments", [["nothing"], ["run"], ["run", "a.yaml", "--onyl"], ["check"]]
)
def test_wrong_usage_is_2(nianbao, arguments):
    code, out, err = nianbao(*arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err
