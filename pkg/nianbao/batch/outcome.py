"""What became of a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from nianbao.batch.batch import ReportName
from nianbao.errors import NianbaoError, NotebookError

Status = Literal["done", "up_to_date", "failed"]

BUG = 70

WORDS: Mapping[Status, str] = {"done": "已生成", "up_to_date": "已是最新", "failed": "没有做成"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job.

    Attributes
    ----------
    agency
        Its full name.
    reasons
        Why the report was made; empty when it was up to date.
    cause, message
        Of a failure: a short name, and what people read. Empty otherwise.
    exit_code
        What this outcome alone would give the command.
    findings
        Number of findings by severity: error, warning, info.
    warnings
        What an analyst should know about the notebook.
    paths
        The documents: HTML, then PDF, as far as they are ordered.
    duration
        Seconds.
    """

    report: ReportName
    agency: str
    status: Status
    reasons: tuple[str, ...] = ()
    cause: str = ""
    message: str = ""
    exit_code: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    duration: float = 0

    @property
    def word(self) -> str:
        """The status as people read it."""
        return WORDS[self.status]


def failure(outcome: Outcome, error: NianbaoError) -> Outcome:
    """Give the outcome of a report that could not be made."""
    cause = type(error).__name__
    if isinstance(error, NotebookError):
        cause = ": ".join(filter(None, [error.cause, error.ename]))
    return replace(
        outcome, status="failed", cause=cause, message=str(error), exit_code=error.exit_code
    )


def bug(outcome: Outcome, error: Exception, log: str) -> Outcome:
    """Give the outcome of a report that met a bug of nianbao, told in the file `log`."""
    message = f"nianbao 内部错误（程序缺陷）\n  位置：{log}\n  提示：把这个文件发给维护者"
    cause = type(error).__name__
    return replace(outcome, status="failed", cause=cause, message=message, exit_code=BUG)
