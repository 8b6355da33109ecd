"""The machine is not as one thinks: encodings, streams, no home, nothing where the system tells."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

SCRIPT = Path(sys.executable).parent / "nianbao"
WORKBOOK = "sources/shili-jyj/2022.xlsx"
NAME = "示例县𠮷局"  # its second character is in neither GBK nor Latin-1
REPORTS = "agencies: [shili-jyj]\nyears: [2022]\nformats: [html]\n"


@pytest.fixture
def rare(project):
    """The project whose agency has a name beyond GBK."""
    register = project / "params/agencies.yaml"
    text = register.read_text(encoding="utf-8").replace("示例县教育局", NAME)
    register.write_text(text, encoding="utf-8")
    for path in (project / "sources/shili-jyj").glob("20??.xlsx"):
        book = load_workbook(path)
        for row in book["基本信息"].iter_rows():
            for cell in row:
                cell.value = NAME if cell.value == "示例县教育局" else cell.value
        book.save(path)
    (project / "params/batch.yaml").write_text(REPORTS, encoding="utf-8")
    return project


def command(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, line="", **environment):
    """Run a command, by a line of shell where one is given; gives exit code, stdout and stderr."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    order = [SCRIPT, *arguments] if not line else ["bash", "-c", line, SCRIPT, *arguments]
    done = subprocess.run(
        order, check=False, stdout=stdout, stderr=stderr, env={**kept, **environment}
    )
    return done.returncode, done.stdout or b"", done.stderr or b""


ENCODINGS = [
    ({"PYTHONIOENCODING": "gbk"}, "gbk"),
    ({"PYTHONIOENCODING": "gb2312"}, "gb2312"),
    ({"PYTHONIOENCODING": "ascii"}, "ascii"),
    ({"PYTHONIOENCODING": "latin-1"}, "latin-1"),
    ({"PYTHONIOENCODING": "utf-16"}, "utf-16"),
    ({"LC_ALL": "C"}, "utf-8"),
    ({"LC_ALL": "C", "PYTHONUTF8": "0"}, "ascii"),
    ({"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "ascii"),
]


@pytest.mark.parametrize(("environment", "encoding"), ENCODINGS)
@pytest.mark.usefixtures("rare")
def test_what_an_encoding_lacks_is_named_and_the_exit_code_is_right(environment, encoding):
    code, out, err = command("check", WORKBOOK, **environment)
    assert (code, err) == (0, b"")
    said = out.decode(encoding)
    assert ("𠮷" if encoding.startswith("utf") else "[U+20BB7]") in said
    assert ("示例县" in said) == (encoding not in {"ascii", "latin-1"})
    code, out, err = command("check", "没有.xlsx", "--format", "json", **environment)
    assert code in {2, 3}  # where no name can be Chinese, that is told
    assert b"\xe7\xa8\x8b\xe5\xba\x8f\xe7\xbc\xba\xe9\x99\xb7" not in out + err  # 程序缺陷
    assert b"[U+7A0B][U+5E8F][U+7F3A][U+9677]" not in err


@pytest.mark.parametrize(("environment", "encoding"), ENCODINGS)
@pytest.mark.usefixtures("rare")
def test_json_stays_json_in_any_encoding(environment, encoding):
    code, out, _ = command("check", WORKBOOK, "--format", "json", **environment)
    assert code == 0
    assert json.loads(out.decode(encoding))["reports"][0]["file"] == WORKBOOK
    code, out, _ = command("register", "--format", "json", **environment)
    assert NAME in {entry["name"] for entry in json.loads(out.decode(encoding))["agencies"]}


@pytest.mark.kernel
def test_a_report_is_made_behind_a_pipe_in_gbk(rare, cells):
    cells("1 + 1")
    code, out, err = command("run", "params/batch.yaml", PYTHONIOENCODING="gbk")
    assert code == 0
    assert "示例县[U+20BB7]局" in out.decode("gbk")
    assert "已生成" in err.decode("gbk")
    assert (rare / "outputs/2022/shili-jyj/report.html").is_file()


@pytest.mark.usefixtures("rare")
def test_what_cannot_be_named_in_ascii_is_told_with_what_to_do():
    code, _, err = command(
        "explain", "新收申请", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="utf8"
    )
    assert code == 2
    assert "设环境变量 PYTHONUTF8=1" in err.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
class TestStreams:
    """A stream that is closed, full, or read by nobody any more."""

    @pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
    @pytest.mark.usefixtures("rare")
    def test_a_closed_one_harms_nothing(self, closed):
        assert command("check", WORKBOOK, line=f'"$0" "$@" {closed}')[0] == 0
        assert command("check", "x.xlsx", line=f'"$0" "$@" {closed}')[0] == 3

    @pytest.mark.usefixtures("rare")
    def test_a_reader_that_goes_changes_no_exit_code(self):
        line = '"$0" "$@" 2>&1 | true; exit ${PIPESTATUS[0]}'
        many = [WORKBOOK] * 3
        for order, code in ((many, 0), ([*many, "x.xlsx"], 3), ([*many, "--format", "json"], 0)):
            assert command("check", *order, line=line) == (code, b"", b"")

    @pytest.mark.kernel
    def test_a_run_goes_on_when_nobody_listens_any_more(self, rare, cells):
        cells("1 + 1")
        line = '"$0" "$@" 2>&1 | true; exit ${PIPESTATUS[0]}'
        text = REPORTS.replace("[2022]", "[2021, 2022]")
        (rare / "params/batch.yaml").write_text(text, encoding="utf-8")
        (rare / "sources/shili-jyj/2021.xlsx").unlink()
        assert command("run", "params/batch.yaml", line=line)[0] == 3
        assert (rare / "outputs/2022/shili-jyj/report.html").is_file()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
    @pytest.mark.usefixtures("rare")
    def test_a_full_disk_is_told_where_a_result_is_lost(self):
        for arguments in (["check", WORKBOOK], ["check", WORKBOOK, "--format", "json"], ["-h"]):
            code, _, err = command(*arguments, line='"$0" "$@" >/dev/full')
            assert (code, err.decode()) == (2, "错误：结果写不出去：磁盘已满\n")
        assert command("check", WORKBOOK, line='"$0" "$@" 2>/dev/full')[0] == 0


def in_a_namespace(*arguments, before="", as_user=()):
    """Run a command in a part of the system where something is missing."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("namespaces are Linux's")
    kind = ["--user", *as_user] if as_user else ["--mount"]
    probe = subprocess.run(["unshare", *kind, "true"], check=False, capture_output=True)
    if probe.returncode:
        pytest.skip("this user may make no namespace")
    order = f'{before or "true"} && exec "$0" "$@"'
    path = {"PATH": os.environ["PATH"]} if as_user else dict(os.environ)
    return subprocess.run(
        ["unshare", *kind, "bash", "-c", order, SCRIPT, *arguments],
        check=False, capture_output=True, text=True, env=path,
    )  # fmt: skip


NOBODY = ("--map-user=12345", "--map-group=12345")


@pytest.mark.kernel
def test_a_user_without_home_or_entry_makes_reports(rare, cells):
    cells("1 + 1")
    done = in_a_namespace("run", "params/batch.yaml", as_user=NOBODY)
    assert done.returncode == 0, done.stderr
    assert (rare / "outputs/2022/shili-jyj/report.html").is_file()
    done = in_a_namespace("verify", "outputs", as_user=NOBODY)
    assert (done.returncode, done.stdout) == (0, "outputs/2022/shili-jyj 一致\n")


@pytest.mark.kernel
@pytest.mark.parametrize("home", ["/dev/null", "relative"])
def test_a_home_that_is_none_hinders_nothing(rare, cells, home):
    cells("1 + 1")
    code, _, err = command("run", "params/batch.yaml", HOME=home)
    assert (code, err.decode()[:17]) == (0, "1/1 2022 shili-jy")
    assert (rare / "outputs/2022/shili-jyj/report.html").is_file()


@pytest.mark.kernel
@pytest.mark.parametrize(
    "before",
    ["umount -l /proc", "mount -t tmpfs none /sys && mount -t tmpfs -o ro none /dev/shm"],
)  # fmt: skip
@pytest.mark.usefixtures("rare")
def test_a_system_that_tells_nothing_of_itself_hinders_nothing(cells, before):
    cells("1 + 1")
    done = in_a_namespace("run", "params/batch.yaml", before=before)
    assert done.returncode == 0, done.stderr
    done = in_a_namespace("verify", "outputs", before=before)
    assert (done.returncode, done.stdout) == (0, "outputs/2022/shili-jyj 一致\n")


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of Linux")
@pytest.mark.parametrize("kilobytes", [60_000, 200_000])
@pytest.mark.usefixtures("rare")
def test_too_little_memory_is_a_sentence(kilobytes):
    for arguments in (["check", WORKBOOK], ["run", "params/batch.yaml"]):
        code, _, err = command(*arguments, line=f'ulimit -v {kilobytes}; exec "$0" "$@"')
        assert code in {2, 3}
        assert "内存不足" in err.decode()
        assert "程序缺陷" not in err.decode()
