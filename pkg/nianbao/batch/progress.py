"""What goes on, told on stderr: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from nianbao.batch.batch import ReportName
from nianbao.batch.outcome import WORDS, Outcome
from nianbao.console import open_console
from nianbao.errors import listed, visible

WINDOW = 50  # reports by which the pace is measured
LEAST = 5  # below these, a pace would be a guess
RUNNING_AT_MOST = 4  # reports that are named
BAR = 30  # characters


class Pace:
    """How fast reports are made, by the latest of them; what was up to date does not count."""

    def __init__(self, began: float) -> None:
        self._ends = deque([began], maxlen=WINDOW + 1)

    def made(self, now: float) -> None:
        """Note that one was made, or failed, at this time in seconds."""
        self._ends.append(now)

    def per_minute(self, now: float) -> float | None:
        """Give reports per minute; None as long as there are too few to tell."""
        seconds = now - self._ends[0]
        count = len(self._ends) - 1
        return None if count < LEAST or seconds <= 0 else 60 * count / seconds

    def seconds_for(self, reports: int, now: float) -> float | None:
        """Give how long so many more will take; None as long as that cannot be told."""
        rate = self.per_minute(now)
        return None if rate is None else 60 * reports / rate


class Progress:
    """Tells how far a batch is; a context manager.

    Parameters
    ----------
    total
        How many reports the batch has.
    stream
        Where to; stderr by default.
    due
        How many of them are to be made, where it is known; else any that is left may be.
    done
        What is said of a report that was made.
    clock
        Seconds from anywhere.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        *,
        due: int | None = None,
        done: str = WORDS["done"],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self.due = due
        self.words = {**WORDS, "done": done}
        self.counts: Counter[str] = Counter()
        self.console = open_console(stream or sys.stderr)
        self._clock = clock
        self._began = self._latest = clock()
        self._pace: Pace | None = None
        self._running: dict[ReportName, float] = {}  # since when
        self._unsaid: list[Outcome] = []  # up to date, in a row, and not told of yet
        has_table = self.console.is_terminal and not self.console.is_dumb_terminal
        self._live = self._live_table() if has_table else None

    @property
    def finished(self) -> int:
        """How many reports have come to their end."""
        return self.counts.total()

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.clear()
        if self._live:
            self._live.stop()
        self._say_up_to_date()

    def begin(self, report: ReportName) -> None:
        """Tell which report is being made; on a terminal only."""
        self._running[report] = self._clock()

    def end(self, outcome: Outcome) -> None:
        """Tell what became of it."""
        self._latest = self._clock()
        began = self._running.pop(outcome.report, self._began)
        if outcome.status == "up_to_date":
            self.counts[outcome.status] += 1
            self._unsaid.append(outcome)
            return
        self._say_up_to_date()
        self.counts[outcome.status] += 1
        self._pace = self._pace or Pace(began)
        self._pace.made(self._latest)
        word = outcome.word.replace(WORDS[outcome.status], self.words[outcome.status])
        what = f"{_name(outcome.report)} {word}"
        if outcome.status == "failed":
            self._print(f"{what}：{_first_line(outcome)}")
        elif not self._live:
            self._print(f"{what} {outcome.duration:.1f} 秒")

    def say(self, text: str) -> None:
        """Tell something else; on a terminal above the table, which a plain print would break."""
        self._say_up_to_date()
        self.console.print(text, soft_wrap=True)

    def _say_up_to_date(self) -> None:
        """Count in one line what would else be as many: a second run has little but that."""
        said, self._unsaid = self._unsaid, []
        if said and not self._live:
            what = f"{len(said)} 份" if len(said) > 1 else f"{_name(said[0].report)} "
            self._print(what + said[0].word)

    def _print(self, line: str) -> None:
        counted = "" if self._live else f"{self.finished}/{self.total} "
        self.console.print(counted + line, soft_wrap=True)

    def _live_table(self) -> Live:
        return Live(
            console=self.console,
            get_renderable=self._table,
            redirect_stdout=False,  # results go there, and may go to a file
        )

    def _table(self) -> RenderableType:
        bar = Table.grid(padding=(0, 1))
        share = ProgressBar(total=max(1, self.total), completed=self.finished, width=BAR)
        bar.add_row(share, f"{self.finished}/{self.total}")
        running = tuple(self._running)  # at once: the table is drawn by a thread
        names = listed(map(_name, running), most=RUNNING_AT_MOST)
        lines = [
            "  ".join(f"{word} {self.counts[status]}" for status, word in self.words.items()),
            f"正在生成 {len(running)}：{names}" if running else "",
            self._times(),
        ]
        texts = [Text(line, no_wrap=True, overflow="ellipsis") for line in lines if line]
        return Group(bar, *texts)

    def _times(self) -> str:
        now = self._clock() if self.finished < self.total else self._latest
        said = [f"已用 {_duration(now - self._began)}"]
        rate = self._pace.per_minute(now) if self._pace else None
        if rate is not None and self._pace:
            said.insert(0, f"每分钟 {rate:.0f} 份")
            left = self._pace.seconds_for(self._left(), now)
            said += [f"还要约 {_duration(left)}"] if left else []
        return "，".join(said)

    def _left(self) -> int:
        made = self.counts["done"] + self.counts["failed"]
        return self.total - self.finished if self.due is None else self.due - made


def _name(report: ReportName) -> str:
    return f"{report.year} {report.agency}"


def _first_line(outcome: Outcome) -> str:
    return visible(outcome.message.partition("\n")[0])


def _duration(seconds: float) -> str:
    """Give a time as people say it: 45 秒, 2 分 5 秒, 1 小时 20 分."""
    whole = math.ceil(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {whole % 60} 秒" if minutes else f"{whole} 秒"
