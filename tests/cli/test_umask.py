"""Who may read what is written is what the umask says, for every file of every command."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(sys.executable).parent / "nianbao"
BATCH = "params/batch.yaml"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix has umasks")


def ordered(folder, umask, *arguments, codes=(0,)):
    done = subprocess.run(
        [SCRIPT, *arguments], cwd=folder, umask=umask, check=False, capture_output=True, text=True
    )
    assert done.returncode in codes, done.stderr


def others(folder, umask):
    """What has other permissions than new files and folders have."""
    return {
        str(path.relative_to(folder)): oct(path.stat().st_mode)
        for path in folder.rglob("*")
        if path.stat().st_mode & 0o777 != (0o777 if path.is_dir() else 0o666) & ~umask
    }


@pytest.mark.parametrize("umask", [0o002, 0o027, 0o077])
def test_new_projects_and_workbooks(tmp_path, umask):
    ordered(tmp_path, umask, "init", "new")
    ordered(tmp_path, umask, "demo", "district", "--agencies", "2", "--years", "2022")
    district = tmp_path / "district"
    ordered(district, umask, "new", "--agency", "jyj", "--year", "2023")
    ordered(district, umask, "register", "--to", "register.xlsx")
    ordered(district, umask, "register", "--from", "register.xlsx")
    assert others(tmp_path, umask) == {}


@pytest.mark.kernel
@pytest.mark.parametrize("umask", [0o027])
def test_what_a_january_leaves(tmp_path, umask):
    order = ("demo", "district", "--agencies", "3", "--years", "2022", "--errors", "1")
    ordered(tmp_path, umask, *order)
    district = tmp_path / "district"
    (district / "sources/zfb/2022.xlsx").rename(tmp_path / "报来.xlsx")
    (district / "inbox").mkdir()
    ordered(district, umask, "run", BATCH, "--formats", "html,pdf,docx,csv,xlsx", codes=(3,))
    for path in (tmp_path / "报来.xlsx", district / "outputs/2022/jyj/report.html"):
        private = district / "inbox" / path.name
        private.write_bytes(path.read_bytes())
        private.chmod(0o600)
    (tmp_path / "报来.xlsx").unlink()
    ordered(district, umask, "collect", "inbox", BATCH, codes=(0, 3))
    ordered(district, umask, "rollup", BATCH, "--formats", "html")
    ordered(district, umask, "notices", BATCH)
    ordered(district, umask, "compare", BATCH)
    ordered(district, umask, "import", "outputs/2022/jyj/report.html", "--out", "imported")
    for path in (district / "inbox").iterdir():
        path.unlink()
    (district / "inbox").rmdir()
    assert others(tmp_path, umask) == {}
