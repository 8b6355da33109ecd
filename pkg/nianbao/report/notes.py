"""What a reviewer is told beside a number or a finding, besides what a block itself says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes on the blocks of one page.

    Attributes
    ----------
    before
        By the reference of a figure, its value of last year and the change in words.
    findings
        By the reference of a figure, the names of the findings about it.
    places
        By the name of a finding, where on the page the figures stand that it is about: the id and
        what is to be read there.
    opens
        By the reference of a sum, where on the page its parts stand.
    """

    before: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    opens: Mapping[str, str] = field(default_factory=dict)


NONE = Notes()


def cell_anchor(table: str, row: int, cell: int) -> str:
    """Give the id of a cell of a table by its place in the table's rows."""
    return f"{table}-{row}-{cell}"
