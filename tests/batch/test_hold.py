"""Whose the outputs are: told to the second comer, and asked before each change."""

import json
import os
import platform
import subprocess
import sys
import textwrap
import threading
import time
from datetime import datetime

import pytest

from nianbao.batch.batch import ReportName
from nianbao.batch.hold import belonging, claim, owner, release
from nianbao.batch.store import Store
from nianbao.errors import OutputError

REPORT = ReportName(2021, "jia")


def make(folder):
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("新", encoding="utf-8")
    return folder


def test_the_second_is_told_who_holds_it_where_and_since_when(tmp_path):
    with Store(tmp_path).hold(), pytest.raises(OutputError) as raised, Store(tmp_path).hold():
        pass
    assert f"{platform.node()} 上的进程 {os.getpid()}" in raised.value.found
    since = raised.value.found.split("，")[1].removesuffix(" 开始")
    assert datetime.fromisoformat(since) <= datetime.now().astimezone()


@pytest.mark.parametrize("said", [b"", b"12", b"[]", b"{", b'{"pid": 1}', b"\xff"])
def test_a_holder_that_has_not_said_who_it_is_holds_all_the_same(tmp_path, said):
    with Store(tmp_path).hold():
        (tmp_path / ".nianbao/lock").write_bytes(said)
        with pytest.raises(OutputError, match="占用") as raised, Store(tmp_path).hold():
            pass
    assert raised.value.found == ""


def test_what_another_run_holds_by_now_is_not_changed(tmp_path):
    with Store(tmp_path).hold() as old:
        pass
    for change in (
        lambda: old.commit(make(tmp_path / "w" / str(time.monotonic_ns())), REPORT),
        lambda: old.fail(REPORT, {"key": "k"}),
    ):
        with pytest.raises(OutputError, match="不属于这次运行"):
            change()
        with Store(tmp_path).hold(), pytest.raises(OutputError, match="不属于这次运行"):
            change()
    assert not old.folder(REPORT).exists()
    with Store(tmp_path).hold() as new:
        new.commit(make(tmp_path / "w" / "last"), REPORT)
    assert old.folder(REPORT).exists()


def test_a_new_run_waits_for_a_change_that_has_begun(tmp_path):
    first = claim(tmp_path)
    claimed = []
    with belonging(tmp_path, first, tmp_path):
        other = threading.Thread(target=lambda: claimed.append(claim(tmp_path)))
        other.start()
        other.join(0.2)
        assert claimed == []
        assert owner(tmp_path) == first
    other.join(5)
    assert claimed == [owner(tmp_path)]
    assert not release(tmp_path, first)
    assert owner(tmp_path) == claimed[0]
    assert release(tmp_path, claimed[0])
    assert owner(tmp_path) == ""


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(OutputError, match="不见了"), belonging(tmp_path / "x", "t", tmp_path):
        pass
    assert owner(tmp_path / "x") == ""


def test_a_killed_run_holds_nothing_and_its_child_may_write_no_more(tmp_path):
    """A child that outlives its parent does not keep the lock, and cannot change the outputs."""
    code = f"""\
        import os, subprocess, sys, time
        from pathlib import Path
        from nianbao.batch.store import Store
        with Store(Path({str(tmp_path)!r})).hold() as store:
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            print(child.pid, store.run, flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        child, token = parent.stdout.readline().split()
        assert owner(tmp_path / ".nianbao") == token
        about = json.loads((tmp_path / ".nianbao/lock").read_bytes())
        assert about["pid"] == parent.pid
        parent.kill()
    try:
        with Store(tmp_path).hold() as store:
            assert store.run != token
            with pytest.raises(OutputError, match="不属于这次运行"):
                Store(tmp_path, run=token).fail(REPORT, {})
    finally:
        os.kill(int(child), 9)
