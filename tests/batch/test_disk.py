"""Disks that are full, read-only or gone, files that others hold open: told, and no harm done."""

import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

from nianbao.batch.make import run_job
from nianbao.batch.store import Store
from nianbao.errors import OutputError

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts are Linux's"),
]


def report_files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], check=False, capture_output=True)


@pytest.fixture
def small_disk(site):
    """A disk of 1 MB for the outputs."""
    outputs = site.project.outputs
    outputs.mkdir()
    if mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", outputs).returncode:
        pytest.skip("only root may mount a small disk; test_a_file_that_may_not_grow stands in")
    yield outputs
    subprocess.run(["umount", "--lazy", outputs], check=True)


@contextmanager
def only_free(disk, kilobytes):
    """Fill a disk but for so much."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free - kilobytes * 1024
    filler.write_bytes(b"\0" * free)
    yield
    filler.unlink()


def test_a_full_disk_is_told_and_the_good_report_stays(site, small_disk):
    assert run_job(site.job()).status == "done"
    good = report_files(site.job().folder)
    statuses = set()
    for kilobytes in (0, 4, 8, 16, 24, 32, 40, 48, 64, 96, 500):
        with only_free(small_disk, kilobytes):
            outcome = run_job(site.job(force=True))
        statuses.add(outcome.status)
        after = report_files(site.job().folder)
        if outcome.status == "failed":
            assert (outcome.cause, outcome.exit_code) == ("output refused", 2)
            assert "输出文件夹不能写" in outcome.message
        assert {name: after.get(name) for name in good} == good | {
            "manifest.json": after["manifest.json"]
        }
        assert after.keys() == good.keys()
    assert statuses == {"done", "failed"}
    assert list(small_disk.glob(".nianbao/work/*")) == []


def test_a_file_that_may_not_grow_is_told(site):
    run_job(site.job())  # what is done but once in a process is done
    good = report_files(site.job().folder)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        outcome = run_job(site.job(force=True))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (outcome.status, outcome.cause) == ("failed", "output refused")
    assert report_files(site.job().folder) == good


def test_a_read_only_disk_is_told_before_a_kernel_starts(site, small_disk):
    assert run_job(site.job()).status == "done"
    good = report_files(site.job().folder)
    assert mount("-o", "remount,ro", small_disk).returncode == 0
    outcome = run_job(site.job(force=True))
    assert (outcome.status, outcome.cause) == ("failed", "output refused")
    with pytest.raises(OutputError, match="不能写"), Store(small_disk).hold():
        pass
    assert report_files(site.job().folder) == good


def test_outputs_that_are_removed_meanwhile_are_told(site):
    outputs = site.project.outputs
    site.write_notebook(f"import shutil\nshutil.rmtree({str(outputs)!r})")
    with Store(outputs).hold() as store:
        outcome = run_job(site.job(), run=store.run)
    assert (outcome.status, outcome.cause, outcome.exit_code) == ("failed", "output refused", 2)
    assert not outputs.exists()


def test_a_reader_of_the_old_report_is_not_disturbed_by_the_new_one(site):
    run_job(site.job())
    page = site.job().folder / "report.html"
    with page.open(encoding="utf-8") as reader, page.open("r+", encoding="utf-8") as writer:
        site.write_notebook("'别的'")
        assert run_job(site.job()).status == "done"
        writer.write("x")
        writer.flush()
        assert reader.read().startswith("x")
    assert site.job().reasons == ()


def test_a_workbook_that_is_held_open_is_read(site):
    with (site.root / "sources/jia/2021.xlsx").open("r+b"):
        assert run_job(site.job()).status == "done"
