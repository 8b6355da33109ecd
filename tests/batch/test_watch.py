"""Saved files, as the system tells of them."""

import os
import shutil
import subprocess
import sys

import pytest

from nianbao.batch.watch import changes
from nianbao.errors import ProjectError
from runs import PATIENCE

LAST = "sources/yi/2021.xlsx"


@pytest.fixture
def watched(site):
    """Give a function that does something, and tells which files were then told of."""
    batch = site.write_batch("agencies: [jia, yi]\nyears: [2021]")
    saved = changes(site.project, batch)

    def after(change):
        """Change, then save one more workbook; give what was told up to that."""
        change()
        site.write_source("yi", 2021, "也改过")
        told = set()
        while LAST not in told:
            told |= {path.relative_to(site.root).as_posix() for path in next(saved)}
        return told - {LAST}

    yield after
    saved.close()


def save_by_renaming(path, content="改过"):
    """Save as Excel, WPS and most editors do: a file aside, then in."""
    path.with_name("~$" + path.name).write_text("lock")
    aside = path.with_name("8A6F2B00")
    aside.write_text(content, encoding="utf-8")
    aside.replace(path)
    path.with_name("~$" + path.name).unlink()


READ = {
    "notebooks/report.ipynb",
    "params/agencies.yaml",
    "params/batch.yaml",
    "sources/jia/2021.xlsx",
}


@pytest.mark.parametrize("save", [save_by_renaming, lambda path: path.write_bytes(b"x")])
def test_each_file_that_a_batch_reads_is_told_when_it_is_saved(site, watched, save):
    assert watched(lambda: [save(site.root / name) for name in READ]) == READ


def test_what_stands_beside_them_is_not_told(site, watched):
    def disturb():
        for name in (
            "sources/jia/~$2021.xlsx",
            "sources/jia/.~2021.xlsx",
            "sources/jia/.~lock.2021.xlsx#",
            "sources/jia/2021.xlsx.tmp",
            "sources/jia/2021 - 副本.xlsx",
            "sources/jia/2021.docx",
            "sources/jia/old/2021.xlsx",
            "sources/README.md",
            "params/.batch.yaml.swp",
            "params/other.yaml",
            "notebooks/.ipynb_checkpoints/report-checkpoint.ipynb",
            "notebooks/other.ipynb",
            "outputs/2021/jia/report.html",
        ):
            path = site.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
            path.unlink()
        (site.root / "sources/jia/2021.xlsx").read_bytes()

    assert watched(disturb) == set()


def test_new_and_removed_workbooks_and_folders_are_told(site, watched):
    assert watched(lambda: site.write_source("jia", 2022)) == {"sources/jia/2022.xlsx"}
    removed = site.root / "sources/jia/2022.xlsx"
    assert watched(removed.unlink) == {"sources/jia/2022.xlsx"}
    made = site.root / "bing"
    made.mkdir()
    (made / "2021.xls").write_text("x")
    assert watched(lambda: made.rename(site.root / "sources/bing")) == {"sources/bing"}
    told = watched(lambda: (site.root / "sources/bing/2021.xls").write_text("改过"))
    assert told == {"sources/bing/2021.xls"}
    assert "sources/bing" in watched(lambda: shutil.rmtree(site.root / "sources/bing"))


def test_what_is_saved_between_two_turns_is_not_lost(site):
    saved = changes(site.project, site.write_batch("agencies: [jia]\nyears: [2021]"))
    path = site.write_source("jia", 2021, "改过")  # as while the first run is at work
    assert next(saved) == {path}
    path = site.write_source("yi", 2021, "改过")
    assert next(saved) == {path}


def test_a_batch_outside_the_project_is_watched_in_its_own_folder(site, tmp_path):
    batch = tmp_path / "batch.yaml"
    batch.write_text("agencies: [jia]\nyears: [2021]")
    saved = changes(site.project, batch)
    save_by_renaming(batch)
    assert next(saved) == {batch}


def test_many_files_copied_one_after_the_other_are_told_together(site):
    saved = changes(site.project, site.write_batch("agencies: [jia]\nyears: [2021]"))

    for year in range(2008, 2020):
        site.write_source("jia", year)
    told = next(saved)
    assert {path.name for path in told} == {f"{year}.xlsx" for year in range(2008, 2020)}


def test_folders_that_are_not_there_are_told(site):
    shutil.rmtree(site.root / "notebooks")
    with pytest.raises(ProjectError, match="不能监视"):
        changes(site.project, site.write_batch("agencies: [jia]\nyears: [2021]"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_an_interrupt_ends_the_wait(site):
    batch = site.write_batch("agencies: [jia]\nyears: [2021]")
    code = (
        "import os, signal, threading\n"
        "from pathlib import Path\n"
        "from nianbao.batch.watch import changes\n"
        "from nianbao.project import Project\n"
        f"saved = changes(Project(Path({str(site.root)!r})), Path({str(batch)!r}))\n"
        "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try:\n"
        "    next(saved)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout == "interrupted\n"
