"""Whatever a file, its name or a register holds, what is printed steers no terminal."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbooks import repack

SCRIPT = Path(sys.executable).parent / "nianbao"
WORKBOOK = "sources/shili-jyj/2022.xlsx"
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
NASTY = {
    "title": "\x1b]0;甲\x07",
    "link": "\x1b]8;;x:y\x1b\\甲\x1b]8;;\x1b\\",
    "c1": "\x9b31m甲",
    "direction": "\u202e甲\u2066乙",
    "line": "甲\n错误：乙",
    "separator": "甲\u2028错误：乙",
    "return": "甲\r乙",
}
COMMANDS = {
    "check": ("check", "{}.xlsx"),
    "audit": ("audit", "{}.html"),
    "import": ("import", "{}.html", "--out", "{}"),
    "collect": ("collect", "{}", "params/shili.yaml", "--dry-run"),
    "collected": ("collect", "inbox", "params/shili.yaml", "--dry-run"),
    "run": ("run", "{}.yaml"),
    "new": ("new", "--agency", "{}", "--year", "2022"),
    "verify": ("verify", "{}"),
    "compare": ("compare", "{}.yaml"),
    "explain": ("explain", "{}", "--agency", "shili-jyj", "--year", "2022"),
    "explain an address": ("explain", "{}.xlsx#表!A1"),
    "init": ("init", "{}"),
    "register": ("register", "--to", "{}.xlsx"),
    "option": ("run", "--{}"),
    "command": ("{}",),
}


@pytest.fixture
def strange(project):
    """Put files of such names where they are looked for, and give what the names begin with."""

    def lay(name):
        shutil.copy(WORKBOOK, f"{name}.xlsx")
        Path(f"{name}.html").write_text(f"<p>{name}</p>", encoding="utf-8")
        Path(f"{name}.yaml").write_text(f"{name!r}", encoding="utf-8")
        (project / "inbox").mkdir()
        shutil.copy(WORKBOOK, f"inbox/{name}.xlsx")
        Path(f"inbox/{name}.txt").write_text(name, encoding="utf-8")

    return lay


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_name_on_the_command_line_steers_nothing(nianbao, strange, name, arguments):
    strange(name)
    code, out, err = nianbao(*(argument.format(name) for argument in arguments))
    assert code in {0, 1, 2, 3}, err
    assert STEERING.search(out + err) is None
    assert not any(line.startswith("错误：乙") for line in (out + err).splitlines())
    assert "[U+" in out + err


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_json_is_json_and_says_what_was_read(nianbao, strange, name):
    strange(name)
    for arguments in (("check", f"{name}.xlsx"), ("audit", f"{name}.html")):
        _, out, _ = nianbao(*arguments, "--format", "json")
        data = json.loads(out)
        (report,) = data["reports"] if isinstance(data, dict) else data
        assert report["file"].endswith(arguments[1])
        assert STEERING.search(out) is None


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_cell_steers_nothing(nianbao, project, name):
    written = "".join(f"_x{ord(char):04X}_" for char in name).encode()  # as Excel saves controls

    def change(part, data):
        is_text = part == "xl/sharedStrings.xml"
        return data.replace("予以公开".encode(), written) if is_text else data

    repack(project / WORKBOOK, change)
    code, out, err = nianbao("check", WORKBOOK)
    assert code == 3
    assert STEERING.search(out + err) is None
    assert not any(line.lstrip().startswith("错误：乙") for line in (out + err).splitlines())


def on_a_terminal(*arguments, columns=200):
    """What a real terminal is sent, and the exit code."""
    ours, theirs = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "40"], stdin=theirs, check=True)
    env = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen([SCRIPT, *arguments], stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        sent = b""
        try:
            while piece := os.read(ours, 4096):
                sent += piece
        except OSError:  # how Linux tells that the other side has closed
            pass
    os.close(ours)
    return process.returncode, sent.decode()


def test_markup_in_a_register_is_text_in_a_table_on_a_terminal(project):
    register = project / "params/agencies.yaml"
    name = "[red]:x:局"
    text = register.read_text(encoding="utf-8").replace("示例县教育局", f'"{name}"')
    register.write_text(text, encoding="utf-8")
    (project / WORKBOOK).unlink()
    code, sent = on_a_terminal("run", "params/shili.yaml", "--year", "2022", "--workers", "1")
    assert code == 3
    assert name in sent, sent


def test_colours_are_ours_alone_on_a_terminal(strange):
    name = NASTY["title"]
    strange(name)
    code, sent = on_a_terminal("run", f"{name}.yaml")
    assert code == 2
    assert sent.startswith("\x1b[31m错误：")
    assert "\x1b]" not in sent
    assert "[U+001B]]0;" in sent
