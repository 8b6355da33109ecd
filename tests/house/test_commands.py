"""The commands that people are told of exist, and CI runs the same as they do."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = set(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
PAGES = ["README.md", *(p.name for p in ROOT.glob("*.md") if p.name != "README.md")]

# in `code` or at the start of a line of a code block, so that "make sure" is no command
MAKE = re.compile(r"(?:`|^\s*(?:\$ )?)make ([a-z][a-z-]*)", re.MULTILINE)
REGISTRY = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)\b"
    r"|https?://[^\s\"'<>)]*(?:pypi|pythonhosted|npm|debian)"
    r"|--(?:extra-)?index-url\b"
    r"|--find[-]links\b"
)


def files_of_the_repository() -> list[Path]:
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_exists(page):
    named = set(MAKE.findall((ROOT / page).read_text(encoding="utf-8")))
    assert named - TARGETS == set()


def test_a_target_is_recognised_in_code_but_not_in_prose():
    assert MAKE.findall("Run `make report`, and make sure it ends.\n\n    $ make nothing\n") == [
        "report",
        "nothing",
    ]


def test_every_target_tells_what_it_does():
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True)
    told = set(re.findall(r"^  make ([a-z-]+)", listed.stdout, re.MULTILINE))
    assert TARGETS - told == {"system-packages"}  # a step of `make test`, not for people


def test_ci_runs_make_test_and_nothing_else():
    ci = ROOT / ".ci" / "run"
    lines = [
        line for line in ci.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert [line.split()[0] for line in lines] == ["cd", "exec"]
    assert lines[-1] == "exec make test"
    assert ci.stat().st_mode & 0o111


def test_no_file_names_a_registry():
    found = {
        path.relative_to(ROOT).as_posix(): match.group()
        for path in files_of_the_repository()
        if (match := REGISTRY.search(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "see https://py" + "pi.org/simple",
        "pip install --index" + "-url=x",
        "files.python" + "hosted.org",
    ],
)
def test_a_registry_is_recognised(line):
    assert REGISTRY.search(line)
