"""`tools/setup.py` installs locks, tells how far it is, and trusts nothing that is half made."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import loaded_script

ROOT = Path(__file__).parents[2]
SETUP = ROOT / "tools" / "setup.py"
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "made-up"
requires-python = ">=3.11,<3.14"
"""
# the least that a build backend can be: its editable wheel holds one line
BACKEND = """
import zipfile

def build_editable(folder, settings=None, metadata=None):
    name = "made_up-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""
METADATA = {
    "METADATA": "Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "RECORD": "",
}


def files_of(name):
    """What a wheel of one module without a line in it holds."""
    about = {f"{name}-1.dist-info/{k}": v.format(name=name) for k, v in METADATA.items()}
    return {f"{name}.py": "", **about}


class Project:
    """A project with two locks and the wheels for them, and no network."""

    def __init__(self, folder):
        self.root = folder / "project"
        self.venv = self.root / ".venv"
        self.mark = self.venv / "mark"  # of those who make the environment anew
        self.wheels = folder / "wheels"
        self.wheels.mkdir(parents=True)
        (self.root / "tools").mkdir(parents=True)
        shutil.copy(SETUP, self.root / "tools")
        (self.root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
        backend = f"FILES = {files_of('made_up')!r}\n{BACKEND}"
        (self.root / "backend.py").write_text(backend, encoding="utf-8")
        self.lock("run", "alpha")
        self.lock("test", "beta")

    def lock(self, name, *packages):
        lines = []
        for package in packages:
            wheel = self.wheels / f"{package}-1-py3-none-any.whl"
            if not wheel.exists():
                with zipfile.ZipFile(wheel, "w") as archive:
                    for path, text in files_of(package).items():
                        archive.writestr(path, text)
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lines.append(f"{package}==1 \\\n    --hash=sha256:{digest}\n")
        (self.root / f"{name}.lock").write_text("".join(lines), encoding="utf-8")

    def setup(self, *locks, **environment):
        return subprocess.run(
            [sys.executable, self.root / "tools/setup.py", ".venv", *locks],
            env={
                **os.environ,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.wheels),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def without(self, package):
        """As long as its wheel cannot be had."""
        wheel = self.wheels / f"{package}-1-py3-none-any.whl"
        hidden = wheel.rename(self.root / wheel.name)
        yield
        hidden.rename(wheel)

    def has(self, *modules):
        """Whether the environment imports them."""
        command = [self.venv / "bin/python", "-c", f"import {', '.join(modules)}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_from_lock_to_lock(project):
    """What is there stays, one more lock comes beside it, and what is half made goes."""
    first = project.setup("run.lock")
    assert (first.returncode, first.stdout) == (0, ""), first.stderr
    assert "installing run.lock, 1 packages" in first.stderr
    assert project.has("alpha", "made_up")
    assert not project.has("beta")
    assert project.setup("run.lock").stderr == ""

    project.mark.touch()
    with project.without("beta"):
        failed = project.setup("run.lock", "test.lock")
    assert failed.returncode == 1
    assert "ERROR: No matching distribution found for beta==1" in failed.stderr
    assert "hint: " in failed.stderr
    assert project.setup("run.lock").stderr == ""
    assert project.mark.exists()

    assert project.setup("run.lock", "test.lock").returncode == 0
    assert project.has("alpha", "beta", "made_up")
    assert not project.mark.exists()
    assert project.setup("run.lock", "test.lock").stderr == ""


@pytest.mark.soak  # an unfinished lock above goes the same way
def test_a_changed_lock_makes_it_anew(project):
    for lock, added in (("test", "gamma"), ("run", "delta")):
        project.setup("run.lock", "test.lock")
        project.mark.touch()
        project.lock(lock, added)
        assert project.setup("run.lock", "test.lock").returncode == 0
        assert project.has(added, "made_up")
        assert not project.mark.exists()
    assert not project.has("alpha")
    assert not project.has("beta")


@pytest.mark.soak  # the second lock fails above
def test_a_first_lock_that_fails_is_tried_again(project):
    with project.without("alpha"):
        assert project.setup("run.lock").returncode == 1
    assert project.setup("run.lock").returncode == 0
    assert project.has("alpha", "made_up")


def test_a_python_without_venv_is_told_its_package(project, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys; sys.modules['ensurepip'] = None", encoding="utf-8"
    )
    done = project.setup("run.lock", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert not project.venv.exists()


PIP = """Looking in links: /wheels
Ignoring colorama: markers 'sys_platform == "win32"' don't match your environment
Collecting anyio==4.16.0
  Downloading anyio-4.16.0-py3-none-any.whl.metadata (4.4 kB)
  Downloading anyio-4.16.0-py3-none-any.whl (134 kB)
Processing /wheels/attrs-26.1.0-py3-none-any.whl (from attrs==26.1.0)
Requirement already satisfied: idna==3.20 in /site-packages
  Using cached mdurl-0.1.2-py3-none-any.whl (10.0 kB)
"""


def test_how_far_it_is_is_told_from_what_pip_says():
    installing = f"{PIP}Installing collected packages: anyio, attrs, mdurl\n"
    with loaded_script("setup") as script:
        assert script.progress("", 9, 0) == "0 of 9 packages fetched"
        assert script.progress(PIP, 9, 0) == "5 of 9 packages fetched"
        assert script.progress(installing, 9, 2) == "2 of 3 packages installed"
