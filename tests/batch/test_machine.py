"""What a machine and its control groups leave to the workers."""

import os
import subprocess
import sys

import psutil
import pytest

from nianbao.batch.machine import LEAST_FILES, WORKER_BYTES, cores, default_workers, memory


def allowed_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@pytest.fixture
def groups(tmp_path):
    """Control groups by their files: gives the arguments of `cores` and `memory`."""

    def make(membership, **files):
        (tmp_path / "self").write_text(membership, encoding="utf-8")
        for name, text in files.items():
            path = tmp_path / "fs" / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "fs", tmp_path / "self"

    return make


def after_limiting_files(soft, hard):
    """What is left of the limit in a process that begins with this one, or the error."""
    program = (
        "import resource as r\n"
        f"r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "from nianbao.batch.machine import require_files\n"
        "require_files()\n"
        "print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
class TestOpenFiles:
    def test_may_be_as_many_as_the_system_allows(self):
        assert after_limiting_files(64, 1024) == "1024"

    def test_are_left_alone_where_there_are_enough(self):
        assert after_limiting_files(5000, 5000) == "5000"

    def test_too_few_are_told_before_anything_runs(self):
        told = after_limiting_files(64, 64)
        assert "系统允许同时打开的文件太少" in told
        assert f"不少于 {LEAST_FILES} 个" in told
        assert "ulimit -n" in told


def test_this_machine_bears_at_least_one_and_no_more_than_its_cores():
    assert 1 <= default_workers() <= allowed_cores()
    assert default_workers() <= max(1, psutil.virtual_memory().total // WORKER_BYTES)


def test_without_groups_all_is_left(tmp_path):
    nowhere = tmp_path / "a", tmp_path / "b"
    assert cores(*nowhere) == allowed_cores()
    assert 0 < memory(*nowhere) <= psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("100000 100000", 1), ("max 100000", None), ("10000 100000", 1), ("x", None), ("", None)],
)
def test_a_quota_bounds_the_cores(groups, quota, expected):
    places = groups("0::/a/b\n", a__cpu_dot_max=quota)
    assert cores(*places) == (expected or allowed_cores())


@pytest.mark.parametrize(("quota", "expected"), [("50000", 1), ("-1", None)])
def test_so_does_one_of_the_first_version(groups, quota, expected):
    places = groups(
        "4:cpu,cpuacct:/x\n",
        cpu__x__cpu_dot_cfs_quota_us=quota,
        cpu__x__cpu_dot_cfs_period_us="100000",
    )
    assert cores(*places) == (expected or allowed_cores())


def test_the_tightest_limit_of_memory_counts(groups):
    places = groups(
        "5:memory:/x\n0::/a/b\n",
        a__memory_dot_max="9000000",
        a__memory_dot_current="1000000",
        a__b__memory_dot_max="max",
        a__b__memory_dot_current="5",
        memory__x__memory_dot_limit_in_bytes="9000000",
        memory__x__memory_dot_usage_in_bytes="8000000",
    )
    assert memory(*places) == 1_000_000


def test_an_overdrawn_limit_leaves_nothing(groups):
    places = groups("0::/\n", memory_dot_max="5", memory_dot_current="9")
    assert memory(*places) == 0
