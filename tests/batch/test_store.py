"""The outputs folder: old whole or new whole, whatever is killed and whenever."""

import json
import os
import sys
from pathlib import Path

import pytest

from nianbao.batch.batch import ReportName
from nianbao.batch.manifest import read_manifest, write_json
from nianbao.batch.store import FAILED_NOTEBOOK, FAILED_RECORD, Store
from nianbao.batch.swap import exchange
from nianbao.errors import OutputError

REPORT = ReportName(2021, "jia")
OLD = {"report.html": "旧", "report.pdf": "旧"}
NEW = {"report.html": "新", "review.html": "新"}
FINISHED = 9


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def kept_by_nianbao(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".nianbao").iterdir())


def commit_new(store: Store) -> None:
    with store.hold() as held, held.work(REPORT) as work:
        write(work / "report", NEW)
        held.commit(work / "report", REPORT)


def killed_at(step: int, store: Store) -> bool:
    """Commit in a child that dies at its n-th change of the file system; True if it ended first."""
    child = os.fork()
    if child == 0:
        seen = 0

        def kill(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            changes = event in {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}
            if changes or (event == "open" and str(store.root) in str(arguments[0])):
                seen += 1
                if seen == step:
                    os._exit(1)

        sys.addaudithook(kill)
        commit_new(store)
        os._exit(FINISHED)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == FINISHED


def never(_one: Path, _other: Path) -> bool:
    """A system that cannot exchange two folders."""
    return False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("swapper", [exchange, never])
@pytest.mark.parametrize("before", [OLD, {}])
def test_a_kill_at_any_step_leaves_the_old_or_the_new(tmp_path, swapper, before):
    seen = []
    for step in range(1, 200):
        store = Store(tmp_path / str(step), swapper)
        if before:
            write(store.folder(REPORT), before)
        finished = killed_at(step, store)
        if not before and not store.folder(REPORT).exists():
            seen.append({})
            continue
        with store.hold():
            pass
        seen.append(read(store.folder(REPORT)))
        assert kept_by_nianbao(store.root) == ["lock", "run"]
        if finished:
            break
    assert all(state in (before, NEW) for state in seen)
    assert seen[0] == before
    assert seen[-1] == NEW
    assert len(seen) > 8


@pytest.mark.parametrize("swapper", [exchange, never])
def test_a_new_report_takes_the_place_of_the_old(tmp_path, swapper):
    store = Store(tmp_path, swapper)
    write(store.folder(REPORT), OLD)
    commit_new(store)
    assert read(store.folder(REPORT)) == NEW
    assert sorted(path.name for path in tmp_path.iterdir()) == [".nianbao", "2021"]
    assert kept_by_nianbao(tmp_path) == ["lock", "run"]


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")
def test_linux_exchanges_in_one_step(tmp_path):
    write(tmp_path / "a", OLD)
    write(tmp_path / "b", NEW)
    assert exchange(tmp_path / "a", tmp_path / "b")
    assert read(tmp_path / "a") == NEW
    assert read(tmp_path / "b") == OLD


def test_an_exchange_with_nothing_is_an_error(tmp_path):
    if sys.platform == "linux":
        with pytest.raises(FileNotFoundError):
            exchange(tmp_path / "a", tmp_path / "b")


def test_a_second_run_is_kept_out_until_the_first_has_ended(tmp_path):
    first, second = Store(tmp_path), Store(tmp_path)
    with first.hold(), pytest.raises(OutputError) as raised, second.hold():
        pass
    assert "占用" in str(raised.value)
    assert f"进程 {os.getpid()}" in str(raised.value)
    with second.hold():
        assert second.standing(REPORT).is_empty


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "outputs").touch()
    with pytest.raises(OutputError, match="不能写"), Store(tmp_path / "outputs").hold():
        pass


def test_a_file_in_the_way_of_a_report_is_told(tmp_path):
    store = Store(tmp_path)
    (tmp_path / "2021").touch()
    with pytest.raises(OutputError, match="不能写"):
        commit_new(store)
    assert (tmp_path / "2021").is_file()


@pytest.mark.parametrize("make", [lambda p: p.touch(), lambda p: p.symlink_to("../../elsewhere")])
def test_what_is_no_folder_is_not_replaced_by_one(tmp_path, make):
    write(tmp_path / "elsewhere", OLD)
    store = Store(tmp_path / "outputs")
    store.folder(REPORT).parent.mkdir(parents=True)
    make(store.folder(REPORT))
    with store.hold(), pytest.raises(OutputError, match="不是文件夹"), store.work(REPORT):
        pass
    assert store.folder(REPORT).is_file() or store.folder(REPORT).is_symlink()
    assert read(tmp_path / "elsewhere") == OLD


def test_what_a_dead_run_left_is_swept(tmp_path):
    write(tmp_path / ".nianbao" / "work" / "2021-jia-x", OLD)
    with Store(tmp_path).hold():
        assert kept_by_nianbao(tmp_path) == ["lock", "run"]


@pytest.mark.parametrize("name", [".work", ".aside", ".lock"])
def test_what_somebody_else_keeps_there_stays(tmp_path, name):
    write(tmp_path / name / "2021", OLD)
    commit_new(Store(tmp_path))
    assert read(tmp_path / name / "2021") == OLD


def test_a_failure_stands_beside_the_good_report(tmp_path):
    store = Store(tmp_path)
    write(store.folder(REPORT), OLD)
    with store.hold(), store.work(REPORT) as work:
        write(work, {"report.ipynb": "{}"})
        store.fail(REPORT, {"key": "k"}, notebook=work / "report.ipynb", log="路径\n")
    after = read(store.folder(REPORT))
    assert OLD.items() <= after.items()
    assert json.loads(after[FAILED_RECORD]) == {"key": "k"}
    assert after[FAILED_NOTEBOOK] == "{}"
    assert store.standing(REPORT).failed_key == "k"


def test_a_later_failure_leaves_nothing_of_an_earlier_one(tmp_path):
    store = Store(tmp_path)
    write(tmp_path / "w", {"report.ipynb": "{}"})
    store.fail(REPORT, {"key": "1"}, notebook=tmp_path / "w" / "report.ipynb", log="x")
    store.fail(REPORT, {"key": "2"})
    assert list(read(store.folder(REPORT))) == [FAILED_RECORD]


def test_success_takes_the_note_of_the_failure_away(tmp_path):
    store = Store(tmp_path)
    store.fail(REPORT, {"key": "k"})
    commit_new(store)
    assert read(store.folder(REPORT)) == NEW


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"schema": 1}', '{"schema": 99}', "\ud800", "[" * 100_000]
)
def test_a_broken_manifest_is_none(tmp_path, content):
    folder = Store(tmp_path).folder(REPORT)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(content, errors="surrogatepass")
    standing = Store(tmp_path).standing(REPORT)
    assert standing.manifest is None
    assert not standing.is_empty


@pytest.mark.parametrize(
    "change",
    [
        {"parts": 1},
        {"outputs": {}},
        {"outputs": {"report.html": 5}},
        {"findings": {"error": "x"}},
        {"warnings": 5},
        {"warnings": [None]},
        {"key": None},
    ],
)
def test_a_manifest_changed_by_hand_is_none(tmp_path, change):
    texts = dict.fromkeys(("agency", "key", "started", "finished", "host"), "")
    tables = {"parts": {}, "inputs": {}, "findings": {}, "versions": {}, "fonts": {}}
    rest = {"schema": 1, "year": 2021, "warnings": [], "duration": 1.5, "outputs": {"a": "b"}}
    write_json(tmp_path / "manifest.json", {**texts, **tables, **rest})
    assert read_manifest(tmp_path) is not None
    write_json(tmp_path / "manifest.json", {**texts, **tables, **rest, **change})
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize("place", [".nianbao", ".nianbao/aside/2021", ".nianbao/lock"])
def test_nothing_is_swept_through_a_link(tmp_path, place):
    outputs, elsewhere = tmp_path / "outputs", tmp_path / "elsewhere"
    for name in ("work", "zfb"):
        write(elsewhere / name, {"mine": "x"})
    (outputs / place).parent.mkdir(parents=True)
    (outputs / place).symlink_to(elsewhere)
    with pytest.raises(OutputError, match="有链接"), Store(outputs).hold():
        pass
    assert [read(elsewhere / name) for name in ("work", "zfb")] == [{"mine": "x"}] * 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_record_is_not_waited_for(tmp_path):
    folder = tmp_path / REPORT.folder
    folder.mkdir(parents=True)
    os.mkfifo(folder / FAILED_RECORD)
    os.mkfifo(folder / "manifest.json")
    assert Store(tmp_path).standing(REPORT).manifest is None
