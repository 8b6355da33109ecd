"""The main job, run once as an analyst would, in a copy of this repository's project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sys.executable).parent


def run(*command, cwd, check=True, **environment):
    """Run a command of this environment; give the finished process."""
    done = subprocess.run(
        [SCRIPTS / command[0], *map(str, command[1:])],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def command():
    """Run a command: `command("nianbao", "run", …, cwd=folder)`."""
    return run


def copy_project(folder):
    for name in ("notebooks", "params", "sources"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def copied_project():
    """Copy the project into an empty folder: `copied_project(folder)`."""
    return copy_project


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """A copy of the project; tests read it and leave it as it is."""
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def xixia_run(project):
    """The finished `nianbao run params/xixia-2020.yaml`."""
    return run("nianbao", "run", "params/xixia-2020.yaml", cwd=project)


@pytest.fixture(scope="session")
def xixia(project, xixia_run):
    """The folder of the one real report."""
    assert xixia_run.returncode == 0
    return project / "outputs" / "2020" / "xixia-zrzy"


@pytest.fixture(scope="session")
def shili(project):
    """The folder of the two reports of the made-up agency, by year."""
    run("nianbao", "run", "params/shili.yaml", cwd=project)
    return project / "outputs"
