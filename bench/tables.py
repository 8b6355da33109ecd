"""Results as tables: for the terminal, and for bench/README.md."""

from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.cli.options import in_columns


@dataclass(frozen=True, slots=True)
class Table:
    """What one part of the benchmark found; `note` says how to read it."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def as_text(self) -> str:
        """Give it for a terminal."""
        return "\n".join([f"\n{self.title}", in_columns([self.head, *self.rows]), self.note])

    def as_markdown(self) -> str:
        """Give it for a page."""
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return "\n\n".join([f"### {self.title}", table, self.note])


def seconds(value: float) -> str:
    """Print seconds to the millisecond."""
    return f"{value:.3f}"


def times(value: float) -> str:
    """Print a ratio."""
    return f"{value:.2f} x"


def megabytes(value: float) -> str:
    """Print bytes as MB of 2**20."""
    return f"{value / 2**20:.0f}"
