"""A failed run: what is said on the failed notebook, and what is raised."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from nianbao import errors
from nianbao.errors import NianbaoError, NotebookError

Cause = Literal["cell error", "deadline", "kernel died", "out of memory"]

BANNER_TAG = "papermill-error-cell-tag"  # papermill removes such cells before it runs them again
EXCERPT_LINES = 10
EXCERPT_WIDTH = 200
TAIL_BYTES = 1 << 16  # of a log: more than ten lines, unless they are longer than anybody reads

HEADINGS: dict[Cause, str] = {
    "cell error": "单元格出错",
    "deadline": "超过时限",
    "kernel died": "内核中止",
    "out of memory": "内存不足",
}

# of what was never a file: a SyntaxError names the code of a cell by a number of its own
_CODE_FILE = re.compile(r"\s*\([0-9]+\.py, line ([0-9]+)\)$")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a notebook did not come to its end.

    Attributes
    ----------
    what
        One sentence; or the whole message, where the cell raised an error of nianbao.
    cell
        Number of the cell, from one, markdown cells counted; 0 when none had begun.
    ename
        Name of the exception in the kernel; empty when there was none.
    excerpt
        The last lines that it left, at most ten.
    """

    cause: Cause
    what: str
    cell: int = 0
    ename: str = ""
    excerpt: str = ""
    hint: str = ""

    def error(self) -> NotebookError:
        """Give the exception; its text is the original message where the cell raised ours."""
        ours = is_ours(self.ename)
        return NotebookError(
            self.what,
            where=""
            if ours or not self.cell
            else f"失败的笔记本第 {self.cell} 个单元格（不计最上面的说明）",
            hint="" if ours else self.hint,
            cause=self.cause,
            cell=self.cell,
            ename=self.ename,
            excerpt=self.excerpt,
        )

    def banner(self) -> NotebookNode:
        """Give the cell that stands on top of the failed notebook; all text in it is inert."""
        place = f"，第 {self.cell} 个单元格（不计本格）" if self.cell else ""
        parts = [f"## 这份年报没有做成：{HEADINGS[self.cause]}{place}", _indented(self.what)]
        if self.excerpt:
            parts += ["最后几行：", _indented(self.excerpt)]
        if self.hint:
            parts.append(f"提示：{self.hint}")
        cell: NotebookNode = new_markdown_cell("\n\n".join(parts))
        cell.metadata["tags"] = [BANNER_TAG]
        return cell


def cell_failure(
    cell: int, ename: str, evalue: str, traceback: str, *, memory: int | None = None
) -> Failure:
    """Give the failure of a cell that raised; `memory` is the limit in MiB, None for none."""
    excerpt = last_lines(traceback)
    if is_ours(ename):
        return Failure("cell error", evalue.strip(), cell, ename, excerpt)
    first = evalue.strip().splitlines()[0][:EXCERPT_WIDTH] if evalue.strip() else ""
    first = _CODE_FILE.sub(r"，第 \1 行", first)
    if ename.endswith("MemoryError"):  # Python's own, numpy's _ArrayMemoryError, and so on
        what = f"内存不足：{first or ename}"
        return Failure("out of memory", what, cell, ename, excerpt, _memory_hint(memory))
    what = f"单元格出错：{ename}：{first}" if first else f"单元格出错：{ename}"
    return Failure("cell error", what, cell, ename, excerpt, _cell_hint(ename))


def _memory_hint(limit: int | None) -> str:
    """Say what to do for want of memory; a limit is spoken of only where there was one."""
    wider = "" if limit is None else f"放宽内存上限（现在 {limit} MiB），"
    return f"减少同时运行的年报，{wider}或换内存更大的机器"


def _cell_hint(ename: str) -> str:
    if ename == "SystemExit":
        return "单元格要求退出，其后的单元格没有运行；删去 exit() 或 sys.exit()"
    if ename == "StdinNotImplementedError":
        return "批量运行时没有人可以输入；把 input() 改成参数"
    return "打开失败的笔记本，看出错的单元格"


def death_failure(
    cell: int,
    exit_code: int | None,
    log: str,
    *,
    starved: bool = False,
    memory: int | None = None,
) -> Failure:
    """Give the failure of a kernel that died.

    Parameters
    ----------
    exit_code
        Of the kernel's process, negative for a signal, as in `subprocess`; None if unknown.
    log
        What the process wrote to its own stderr.
    starved
        Whether the system killed a process for want of memory while this one ran.
    memory
        MiB that the kernel might allocate; None for no limit.
    """
    cause: Cause = "kernel died"
    what, hint = "内核中止", "打开失败的笔记本，看运行到哪个单元格"
    if memory is not None:  # many a library aborts where it gets none
        hint = f"内存上限 {memory} MiB 也许不够，其中内核本身约用 300 MiB；放宽后再运行"
    if exit_code is not None and exit_code < 0:
        name = _signal_name(-exit_code)
        what = f"内核中止，被信号 {name} 终止"
        if name == "SIGKILL":
            hint = f"多半是内存不足，被系统终止；{_memory_hint(memory)}"
            if starved:
                cause, what = "out of memory", "内存不足，内核被系统终止"
    elif exit_code is not None:
        what = f"内核中止，退出码 {exit_code}"
    return Failure(cause, what, cell, "DeadKernelError", last_lines(log), hint)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def time_failure(cell: int, seconds: float, *, whole: bool, source: str) -> Failure:
    """Give the failure of a cell, or of the whole report, that took more than `seconds`."""
    what = "整份年报" if whole else "单元格"
    return Failure(
        "deadline",
        f"{what}运行超过 {seconds:g} 秒，已停止",
        cell,
        "CellTimeoutError",
        last_lines(source),
        "找出慢的单元格，或放宽时限",
    )


def is_ours(ename: str) -> bool:
    """Tell whether an exception of the kernel is one of nianbao's own, by its name."""
    kind = getattr(errors, ename, None)
    return isinstance(kind, type) and issubclass(kind, NianbaoError)


def last_lines(text: str) -> str:
    """Give the last ten lines that say something, without colours, each of bearable length."""
    lines = [line.rstrip() for line in _ANSI.sub("", text).splitlines()]
    return "\n".join([line[:EXCERPT_WIDTH] for line in lines if line][-EXCERPT_LINES:])


def tail(path: Path) -> str:
    """Give the end of a log file; nothing where there is none."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def _indented(text: str) -> str:
    """Make a code block: Markdown and HTML in it mean nothing."""
    return "\n".join(f"    {line}" for line in text.splitlines())
