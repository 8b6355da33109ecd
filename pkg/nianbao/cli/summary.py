"""What ``nianbao run`` prints when it has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.checks.finding import Severity
from nianbao.cli.options import count_words, from_here, print_table
from nianbao.terminal import tell

if TYPE_CHECKING:
    from nianbao.batch.outcome import Outcome

HEAD = ("年度", "代码", "机关", "结果", *(item.label for item in Severity), "秒")

MANY = 30  # reports: of more than these, only the ones that need somebody are listed
TO_READ = (".html", ".pdf")  # the last line names these; the Word file stands beside them
TOLD_AT_MOST = 10  # failures in full


def print_summary(outcomes: Sequence[Outcome], folder: Path, *, left: int = 0) -> None:
    """Print the table, then what needs a word, and last where the documents are.

    Parameters
    ----------
    folder
        The outputs folder.
    left
        Number of reports that were not run.
    """
    is_long = len(outcomes) > MANY
    listed = [outcome for outcome in outcomes if not is_long or _needs_somebody(outcome)]
    if listed:
        print_table(HEAD, [_row(outcome) for outcome in listed])
    _print_failures([outcome for outcome in outcomes if outcome.message], folder)
    _print_missing(outcomes)
    if not is_long:
        for outcome in outcomes:
            _print_words(outcome, folder)
    if left:
        tell(f"停在没有做成的年报，还有 {left} 份没有运行")
    tell(_last_line(outcomes, folder))


def counts_line(outcomes: Sequence[Outcome]) -> str:
    """Give how many there are of each kind: ``60 份已生成，58 份已是最新，2 份没有做成``."""
    from nianbao.batch.outcome import WORDS

    counted = Counter(outcome.status for outcome in outcomes)
    parts = [f"{counted[status]} 份{word}" for status, word in WORDS.items() if counted[status]]
    lacking = Counter(name for outcome in outcomes for name in outcome.missing)
    parts += [f"{count} 份缺 {name.upper()}" for name, count in lacking.items()]
    return "，".join(parts) or "没有一份做完"


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """Give an outcome for programs."""
    return {
        "agency": outcome.report.agency,
        "year": outcome.report.year,
        "status": outcome.status,
        "reasons": outcome.reasons,
        "findings": dict(outcome.findings),
        "warnings": outcome.warnings,
        "cause": outcome.cause,
        "message": outcome.message,
        "cell": outcome.cell,
        "excerpt": outcome.excerpt,
        "paths": [from_here(path) for path in outcome.paths],
        "missing": dict(outcome.missing),
        "duration": round(outcome.duration, 3),
    }


def _needs_somebody(outcome: Outcome) -> bool:
    return outcome.status == "failed" or bool(outcome.missing) or _errors(outcome) > 0


def _errors(outcome: Outcome) -> int:
    return outcome.findings.get(Severity.ERROR, 0)


def _print_failures(failed: Sequence[Outcome], folder: Path) -> None:
    from nianbao.batch.index import PAGE_FILE
    from nianbao.batch.store import FAILED_NOTEBOOK

    for outcome in failed[:TOLD_AT_MOST]:
        tell("", *f"{_name(outcome)} 没有做成：{outcome.message}".split("\n"))
        notebook = folder / outcome.report.folder / FAILED_NOTEBOOK
        if outcome.cell and notebook.is_file():
            tell(f"  失败的笔记本：{from_here(notebook)}")
    if len(failed) > TOLD_AT_MOST:
        tell("", f"还有 {len(failed) - TOLD_AT_MOST} 份没有做成，原因见 {PAGE_FILE}")


def _print_missing(outcomes: Sequence[Outcome]) -> None:
    from nianbao.batch.index import PAGE_FILE

    told = [
        f"{_name(outcome)} 缺 {name.upper()}：{message}"
        for outcome in outcomes
        for name, message in outcome.missing.items()
    ]
    for text in told[:TOLD_AT_MOST]:
        tell("", *text.split("\n"))
    if len(told) > TOLD_AT_MOST:
        tell("", f"还缺 {len(told) - TOLD_AT_MOST} 份文件，原因见 {PAGE_FILE}")


def _print_words(outcome: Outcome, folder: Path) -> None:
    for warning in outcome.warnings:
        tell(f"{_name(outcome)} 笔记本：{warning}")
    if _errors(outcome):
        review = from_here(folder / outcome.report.folder / "review.html")
        tell(f"{_name(outcome)} 是草稿：有 {_errors(outcome)} 处必须改的问题，见 {review}")


def _name(outcome: Outcome) -> str:
    return f"{outcome.report.year} {outcome.report.agency}"


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        str(outcome.report.year),
        outcome.report.agency,
        outcome.agency,
        outcome.word,
        *count_words(outcome.findings),
        f"{outcome.duration:.1f}",
    )


def _last_line(outcomes: Sequence[Outcome], folder: Path) -> str:
    from nianbao.batch.index import PAGE_FILE

    if len(outcomes) == 1 and outcomes[0].paths:
        paths = outcomes[0].paths
        shown = [path for path in paths if path.suffix in TO_READ] or paths
        return f"{outcomes[0].word} {' 与 '.join(map(from_here, shown))}"
    return f"{counts_line(outcomes)}，见 {from_here(folder / PAGE_FILE)}"
