"""What one register has that another has not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from nianbao.filing.register import Agency, Register
from nianbao.filing.register_book.columns import COLUMNS


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes
    ----------
    heading, before, after
        Of a changed agency: the column, and what stood and stands there.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    agency: Agency
    heading: str = ""
    before: str = ""
    after: str = ""


def changes(old: Register, new: Register) -> Iterator[Change]:
    """Yield what was added, changed and removed; and once that only the order is another."""
    before = {agency.code: agency for agency in old.agencies}
    after = {agency.code: agency for agency in new.agencies}
    for code, agency in after.items():
        if code not in before:
            yield Change("added", agency)
            continue
        yield from _changed(before[code], agency)
    yield from (Change("removed", agency) for code, agency in before.items() if code not in after)
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        yield Change("moved", next(iter(after.values())))


def _changed(old: Agency, new: Agency) -> Iterator[Change]:
    for column in COLUMNS:
        was, is_now = getattr(old, column.key), getattr(new, column.key)
        if was != is_now:
            yield Change("changed", new, column.heading, _shown(column.show(was)),
                         _shown(column.show(is_now)))  # fmt: skip


def _shown(value: Any) -> str:
    return "（空）" if value is None or value == "" else str(value).replace("\n", "；")
