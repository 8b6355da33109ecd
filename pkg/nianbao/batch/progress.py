"""What goes on, told on stderr: a live line on a terminal, a line for each report elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.status import Status

from nianbao.batch.batch import ReportName
from nianbao.batch.outcome import Outcome


class Progress:
    """Tells how far a batch is; a context manager."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.total = total
        self.finished = 0
        console = Console(
            file=stream or sys.stderr, highlight=False, no_color="NO_COLOR" in os.environ
        )
        self.console = console
        self.live = Status("", console=console) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self.live:
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.live:
            self.live.stop()

    def begin(self, report: ReportName) -> None:
        """Tell which report is being made; on a terminal only."""
        if self.live:
            self.live.update(f"{self._count(self.finished + 1)} 正在生成 {_name(report)}")

    def end(self, outcome: Outcome) -> None:
        """Tell what became of it."""
        self.finished += 1
        seconds = f" {outcome.duration:.1f} 秒" if outcome.duration else ""
        line = f"{self._count(self.finished)} {_name(outcome.report)} {outcome.word}"
        self.console.print(line + seconds, markup=False, soft_wrap=True)

    def _count(self, number: int) -> str:
        return f"{number}/{self.total}"


def _name(report: ReportName) -> str:
    return f"{report.year} {report.agency}"
