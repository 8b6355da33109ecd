"""What goes on, told: a live table on a real terminal, plain lines elsewhere."""

import io
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from batch.outcomes import outcome
from nianbao.batch.progress import LEAST, WINDOW, Pace, Progress
from runs import PATIENCE

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-7]|9[0-7]|38;[0-9;]+)m")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

SCRIPT = """
import sys, time
from nianbao.batch.progress import Progress
from batch.outcomes import outcome
made = [outcome(f"jia{i}") for i in range(12)]
bad = outcome("yi", 2022, "failed", message="坏\\x1b]0;x\\x07了\\n  位置：甲")
with Progress(1013, due=13) as progress:
    for i in range(1000):
        progress.begin(outcome(f"bing{i}", 2020).report)
        progress.end(outcome(f"bing{i}", 2020, "up_to_date"))
    for item in [*made, bad]:
        progress.begin(item.report)
        time.sleep(0.1)
        progress.end(item)
    progress.say("另有一句")
    %s
print("out", flush=True)
"""


def lines(total, *outcomes, **options):
    stream = io.StringIO()
    with Progress(total, stream, **options) as progress:
        for item in outcomes:
            progress.begin(item.report)
            progress.end(item)
    return stream.getvalue().splitlines()


def on_a_terminal(last, *, columns=60, interrupt=False, **environment):
    """Run a batch of 1,013 on a real terminal; gives the exit code and what was written."""
    ours, theirs = pty.openpty()
    command = ["stty", "cols", str(columns), "rows", "24"]
    subprocess.run(command, stdin=theirs, check=True)
    env = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[1])}
    env |= environment
    for name in ("NO_COLOR", "COLUMNS", "FORCE_COLOR", "CI"):
        if name not in environment:
            env.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT % last], stdout=subprocess.PIPE, stderr=theirs, env=env
    )
    os.close(theirs)
    written = bytearray()
    reader = threading.Thread(target=_read, args=(ours, written, process, interrupt))
    reader.start()
    out, _ = process.communicate(timeout=PATIENCE)
    reader.join()
    os.close(ours)
    return process.returncode, written.decode(), out.decode()


def _read(terminal, written, process, interrupt):
    while True:
        try:
            written += os.read(terminal, 65536)
        except OSError:  # the other end is closed
            return
        if interrupt and "正在生成".encode() in written:
            process.send_signal(signal.SIGINT)
            interrupt = False


class TestElsewhere:
    def test_a_line_for_each_that_was_made(self):
        failed = outcome("yi", 2022, "failed", message="填报表不存在\n  位置：甲")
        assert lines(2, outcome(duration=3.14), failed) == [
            "1/2 2021 jia 已生成 3.1 秒",
            "2/2 2022 yi 没有做成：填报表不存在",
        ]

    def test_what_was_up_to_date_is_counted_in_one_line(self):
        same = [outcome(f"j{number}", status="up_to_date") for number in range(1000)]
        assert lines(1000, *same) == ["1000/1000 1000 份已是最新"]
        assert lines(1, same[0]) == ["1/1 2021 j0 已是最新"]
        assert lines(1001, *same[:500], outcome("yi"), *same[500:]) == [
            "500/1001 500 份已是最新",
            "501/1001 2021 yi 已生成 1.5 秒",
            "1001/1001 500 份已是最新",
        ]

    def test_what_was_done_is_told_also_when_it_is_stopped(self):
        stream = io.StringIO()

        def stopped():
            with Progress(9, stream) as progress:
                progress.end(outcome(status="up_to_date"))
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            stopped()
        assert stream.getvalue() == "1/9 2021 jia 已是最新\n"

    def test_something_else_may_be_said_in_between(self):
        stream = io.StringIO()
        with Progress(2, stream) as progress:
            progress.end(outcome(status="up_to_date"))
            progress.say("总览没有写成：[red]\n  位置：甲")
        assert stream.getvalue() == "1/2 2021 jia 已是最新\n总览没有写成：[red]\n  位置：甲\n"

    def test_a_message_is_one_line_that_steers_no_terminal(self):
        (line,) = lines(1, outcome(status="failed", message="坏\x1b[2J\u202e了[red]\r\n次行"))
        assert line == "1/1 2021 jia 没有做成：坏[U+001B][2J[U+202E]了[red][U+000D]"

    def test_a_dumb_terminal_gets_lines(self, monkeypatch):
        monkeypatch.setenv("TERM", "dumb")
        stream = io.StringIO()
        stream.isatty = lambda: True
        with Progress(1, stream) as progress:
            progress.end(outcome())
        assert stream.getvalue() == "1/1 2021 jia 已生成 1.5 秒\n"

    @given(st.lists(st.sampled_from(["done", "up_to_date", "failed"]), max_size=30))
    def test_each_outcome_is_told_once(self, statuses):
        outcomes = [outcome(f"j{i}", status=status) for i, status in enumerate(statuses)]
        told = lines(len(statuses), *outcomes)
        numbers = [int(line.partition("/")[0]) for line in told]
        assert numbers == sorted(set(numbers))
        assert not statuses or numbers[-1] == len(statuses)
        for status, word in (("done", "已生成"), ("failed", "没有做成")):
            assert sum(word in line for line in told) == statuses.count(status)


@pytest.fixture(scope="module")
def usual():
    return on_a_terminal("")


class TestOnATerminal:
    def test_counts_pace_and_failures_are_shown_and_the_cursor_comes_back(self, usual):
        code, err, out = usual
        assert (code, out) == (0, "out\n")
        assert err.count(HIDE) == err.count(SHOW) == 1
        text = CONTROL.sub("", err)
        assert "已生成 12  已是最新 1000  没有做成 1" in text
        assert re.search("正在生成 1：2021 jia", text)
        assert re.search(r"每分钟 \d+ 份，已用 \d+ 秒，还要约 1 秒", text)
        assert "1013/1013" in text
        assert text.count("2022 yi 没有做成：坏[U+001B]]0;x[U+0007]了") == 1
        assert "\x1b]0" not in err
        assert re.search("(^|[\r\n])另有一句\r\n", text)

    def test_it_is_not_drawn_anew_for_each_that_was_up_to_date(self, usual):
        _, err, _ = usual
        assert err.count("/1013") < 60

    @pytest.mark.parametrize("columns", [20])
    def test_no_line_is_wider_than_the_terminal(self, columns):
        _, err, _ = on_a_terminal("", columns=columns)
        drawn = [CONTROL.sub("", line) for line in re.split("[\r\n]+", err)]
        own = [line for line in drawn if "没有做成：" not in line]
        assert max(map(cell_len, own)) <= columns

    def test_no_color_means_none(self, usual):
        _, err, _ = usual
        assert COLOUR.search(err)
        _, err, _ = on_a_terminal("", NO_COLOR="1")
        assert "1013/1013" in CONTROL.sub("", err)
        assert not COLOUR.search(err)

    def test_the_terminal_is_restored_after_an_error(self):
        code, err, _ = on_a_terminal("raise SystemExit(3)")
        assert (code, err.count(HIDE), err.count(SHOW)) == (3, 1, 1)

    def test_the_terminal_is_restored_after_an_interrupt(self):
        code, err, _ = on_a_terminal("", interrupt=True)
        assert code != 0
        assert err.count(HIDE) == err.count(SHOW) == 1
        assert err.index(SHOW) > err.index(HIDE)


class TestPace:
    def test_too_few_say_nothing(self):
        pace = Pace(0)
        for second in range(1, LEAST):
            pace.made(second)
        assert pace.per_minute(LEAST) is None
        assert pace.seconds_for(10, LEAST) is None

    def test_steady_work_has_its_pace(self):
        pace = Pace(100)
        for second in range(101, 111):
            pace.made(second)
        assert pace.per_minute(110) == 60
        assert pace.seconds_for(30, 110) == 30

    def test_the_latest_count(self):
        pace = Pace(0)
        for second in range(1, 1001):
            pace.made(second)
        for step in range(1, WINDOW + 1):
            pace.made(1000 + step / 10)
        assert pace.per_minute(1000 + WINDOW / 10) == pytest.approx(600)

    def test_a_standstill_shows(self):
        pace = Pace(0)
        for second in range(1, 11):
            pace.made(second)
        assert pace.per_minute(100) < pace.per_minute(10)

    @given(st.lists(st.floats(0.01, 100), min_size=LEAST, max_size=120), st.integers(0, 1000))
    def test_it_lies_between_the_slowest_and_the_fastest(self, steps, reports):
        pace, now = Pace(0), 0.0
        for step in steps:
            now += step
            pace.made(now)
        rate = pace.per_minute(now)
        latest = steps[-WINDOW:]
        assert 60 / max(latest) <= rate * (1 + 1e-6)
        assert rate <= 60 / min(latest) * (1 + 1e-6)
        assert pace.seconds_for(reports, now) == pytest.approx(60 * reports / rate)


def test_what_is_up_to_date_does_not_count_for_the_time_left():
    now = 0.0
    stream = io.StringIO()
    with Progress(1010, stream, due=10, clock=lambda: now) as progress:
        for number in range(500):
            progress.end(outcome(f"a{number}", status="up_to_date"))
        now = 100.0
        for number in range(6):
            progress.begin(outcome(f"b{number}").report)
            now += 10
            progress.end(outcome(f"b{number}"))
        assert progress._times() == "每分钟 6 份，已用 2 分 40 秒，还要约 40 秒"
        for number in range(500, 1000):
            progress.end(outcome(f"a{number}", status="up_to_date"))
        assert progress._times() == "每分钟 6 份，已用 2 分 40 秒，还要约 40 秒"
