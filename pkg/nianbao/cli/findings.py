"""How `check` and `audit` print the findings about one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from nianbao.checks.finding import Finding, Severity
from nianbao.errors import NianbaoError, listed
from nianbao.terminal import tell


def print_reports(reports: Iterable[Iterable[str]]) -> None:
    """Print the lines of each report, a blank line between two."""
    for number, lines in enumerate(reports):
        tell(*([""] if number else []), *lines)


def report_lines(
    title: str, file: str, findings: Sequence[Finding], errors: Sequence[NianbaoError]
) -> Iterator[str]:
    """Yield the lines that tell of one report: errors, counts, findings.

    Parameters
    ----------
    file
        As addresses name it; it is left out of those, for the title has it.
    """
    yield title
    for error in errors:
        yield from hanging_lines(f"  错误：{error}")
    if findings:
        counted = Counter(finding.severity for finding in findings)
        yield "  " + "，".join(f"{kind.label} {counted[kind]}" for kind in Severity)
    elif not errors:
        yield "  未发现问题"
    for finding in findings:
        yield from _finding_lines(finding, file)


def _finding_lines(finding: Finding, workbook: str) -> Iterator[str]:
    yield f"  {finding.severity.label} {finding.id}  {finding.message}"
    if finding.where:
        # The workbook is named above; a ledger beside it is not.
        places = (str(address).removeprefix(f"{workbook}#") for address in finding.where)
        yield f"      位置：{listed(dict.fromkeys(places))}"
    if finding.cause:
        yield f"      由 {finding.cause} 引起"
    if finding.mends:
        yield f"      改正后同时消除：{listed(finding.mends)}"


def hanging_lines(text: str) -> Iterator[str]:
    """Yield the lines of a message, all but the first set in."""
    first, *rest = text.split("\n")
    yield first
    yield from (f"    {line}" for line in rest)
