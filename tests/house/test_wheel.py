"""The wheel, built and installed elsewhere, makes a project and its reports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from nianbao.cli.main import main; sys.exit(main(sys.argv[1:]))"


def python(*arguments, cwd, **environment):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds the package as the wheel has it, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    wanted = shutil.ignore_patterns(".*", "outputs", "tests", "__pycache__", "dist")
    shutil.copytree(ROOT, source, ignore=wanted)
    python("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, cwd=folder)
    shutil.rmtree(source)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    python("-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel, cwd=folder)
    return site


@pytest.mark.kernel
def test_a_project_from_the_wheel_makes_its_reports(installed, tmp_path):
    def nianbao(*arguments, cwd):
        return python("-c", PROGRAM, *arguments, cwd=cwd, PYTHONPATH=str(installed))

    where = python(
        "-c", "import nianbao; print(nianbao.__file__)", cwd=tmp_path, PYTHONPATH=str(installed)
    )
    assert Path(where.strip()).is_relative_to(installed)
    nianbao("init", "示例项目", cwd=tmp_path)
    project = tmp_path / "示例项目"
    nianbao("rollup", "params/shili.yaml", "--year", "2021", "--formats", "html", cwd=project)
    assert (project / "outputs/2021/shili-xzf/units.xlsx").is_file()
    nianbao("run", "params/shili.yaml", "--year", "2021", cwd=project)
    assert (project / "outputs/2021/shili-jyj/report.pdf").read_bytes().startswith(b"%PDF")


def test_the_wheel_carries_no_real_workbook(installed):
    workbooks = {path.parent.name for path in installed.rglob("*.xlsx")}
    assert workbooks == {"shili-jyj"}
