"""What a suite cost, told at its end: CPU seconds, and the modules that took longest."""

import resource
from collections import Counter

MODULES = 10


def pytest_terminal_summary(terminalreporter) -> None:
    """Tell it below the slowest tests."""
    seconds = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            seconds[getattr(report, "fspath", "")] += getattr(report, "duration", 0)
    terminalreporter.section("cost")
    for module, taken in seconds.most_common(MODULES):
        terminalreporter.line(f"{taken:7.1f} s {module}")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    total = sum(item.ru_utime + item.ru_stime for item in used)
    terminalreporter.line(f"{total:7.1f} s of CPU in all")
