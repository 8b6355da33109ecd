"""What became of a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from nianbao import errors
from nianbao.batch.batch import ReportName
from nianbao.errors import NianbaoError, NotebookError, OutputError, RenderError, SourceError

Status = Literal["done", "up_to_date", "failed"]

BUG = 70
REFUSED = "output refused"  # the one cause of which no folder may keep a note

WORDS: Mapping[Status, str] = {"done": "已生成", "up_to_date": "已是最新", "failed": "没有做成"}

# The causes of a failure, and what people read.
CAUSES: Mapping[str, str] = {
    "cell error": "单元格出错",
    "deadline": "超过时限",
    "kernel died": "内核中止",
    "out of memory": "内存不足",
    "source unreadable": "填报表不能用",
    "render error": "文档生成失败",
    REFUSED: "输出不能写",
    "worker died": "工作进程中止",
    "system refused": "系统不允许",
    "wrong order": "参数或配置有误",
    "bug": "程序缺陷",
}


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
        Of a failure: one of `CAUSES`, and what people read, its hint among it. Empty otherwise.
    cell, excerpt
        Of a failed notebook: number of the cell, from one, markdown cells counted, 0 for none; and
        the last lines that it left, at most ten.
    exit_code
        What this outcome alone would give the command.
    findings
        Number of findings by severity: error, warning, info.
    warnings
        What an analyst should know about the notebook.
    paths
        What is ordered, in the order of the formats: HTML, PDF, then the figures as open data.
    missing
        Formats that were ordered and could not be made, and why; the others stand.
    duration
        Seconds.
    """

    report: ReportName
    agency: str
    status: Status
    reasons: tuple[str, ...] = ()
    cause: str = ""
    message: str = ""
    cell: int = 0
    excerpt: str = ""
    exit_code: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    duration: float = 0
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The status as people read it."""
        return status_word(self.status, self.missing)


def status_word(status: Status, missing: Iterable[str]) -> str:
    """Give the status of a report as people read it, with the formats that it lacks."""
    lack = "、".join(name.upper() for name in missing)
    return f"{WORDS[status]}，缺 {lack}" if lack else WORDS[status]


def failure(outcome: Outcome, error: NianbaoError, *, cause: str = "") -> Outcome:
    """Give the outcome of a report that could not be made.

    Parameters
    ----------
    cause
        One of `CAUSES`, where the error does not tell it by its kind.
    """
    failed = replace(
        outcome,
        status="failed",
        cause=cause or _cause(error),
        message=str(error),
        exit_code=error.exit_code,
    )
    if isinstance(error, NotebookError):
        return replace(failed, cell=error.cell, excerpt=error.excerpt)
    return failed


def bug(outcome: Outcome, log: Path) -> Outcome:
    """Give the outcome of a report that met a bug of nianbao, told in the file `log`."""
    message = f"nianbao 内部错误（程序缺陷）\n  位置：{log}\n  提示：把这个文件发给维护者"
    return replace(outcome, status="failed", cause="bug", message=message, exit_code=BUG)


def _cause(error: NianbaoError) -> str:
    if isinstance(error, NotebookError):
        # The workbook is read in a cell.
        kind = getattr(errors, error.ename, None)
        is_source = isinstance(kind, type) and issubclass(kind, SourceError)
        return "source unreadable" if is_source else error.cause
    match error:
        case SourceError():
            return "source unreadable"
        case RenderError():
            return "render error"
        case OutputError():
            return REFUSED
        case _:
            return "wrong order"
