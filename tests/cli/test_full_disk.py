"""On a full disk each command tells one Chinese sentence, and that it is no bug."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from published_reports import Report, as_html

SCRIPT = Path(sys.executable).parent / "nianbao"
ENGLISH = re.compile(r"[A-Z][a-z]+ [a-z]+ [a-z]+|Errno|Error")
BATCH = "params/shili.yaml"
COMMANDS = {
    "new": ("new", "--agency", "shili-jyj", "--year", "2023"),
    "init": ("init", "mine"),
    "demo": ("demo", "mine", "--agencies", "1"),
    "register": ("register", "--to", "register.xlsx"),
    "notices": ("notices", BATCH),
    "collect": ("collect", "inbox", BATCH),
    "import": ("import", "page.html", "--out", "mine"),
    "run": ("run", BATCH, "--workers", "1"),
}


@pytest.fixture
def full(project):
    """The project on a small disk on which nothing is left."""
    disk = project.parent / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(mounted, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    shutil.copytree(project, disk, dirs_exist_ok=True)
    (disk / "page.html").write_bytes(as_html(Report({"table2.permits.decisions": "3"})))
    (disk / "inbox").mkdir()
    shutil.copy(disk / "sources/shili-jyj/2022.xlsx", disk / "inbox/2022年报.xlsx")
    (disk / "sources/shili-jyj/2022.xlsx").unlink()
    with (disk / "filler").open("wb") as filler:
        filler.write(b"\0" * shutil.disk_usage(disk).free)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.kernel
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_it_is_told(full, arguments):
    done = subprocess.run(
        [SCRIPT, *arguments], cwd=full, check=False, capture_output=True, text=True
    )
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert "磁盘已满" in said
    assert "程序缺陷" not in said
    assert ENGLISH.search(said) is None
