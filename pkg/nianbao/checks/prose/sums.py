"""What the tables say of a claim: sums of cells, some of which may be blank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nianbao.checks.case import Case
from nianbao.checks.prose.reader import Claim
from nianbao.checks.prose.words import REASONS
from nianbao.filing.figure import Figure, Value
from nianbao.filing.filing import cell_ref

LEGAL_PERSONS = ("business", "research", "welfare", "legal", "other")
_GROUPS = {"g": "g", "p": "p", "g+p": "gp", "d": "d", "u": "u", "n": "n", "o": "o"}
_ROWS = {"received": "a", "carried-in": "b", "closed": "t", "carried-on": "f"}
_SUITS = ("direct", "after")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of cells.

    Attributes
    ----------
    refs
        Of the cells.
    values
        What it may be: as stated, and as computed where a stated total differs. Without blanks.
    is_complete
        No cell is blank; else the sum is at least what is known.
    """

    refs: tuple[str, ...]
    values: tuple[int, ...]
    is_complete: bool

    @property
    def value(self) -> int:
        """The sum to print: as stated."""
        return self.values[0]

    def allows(self, found: Value) -> bool:
        """Tell whether a number may be this sum."""
        if found is None or found in self.values:
            return True
        return not self.is_complete and found > max(self.values)


def sum_of_cells(case: Case, refs: Iterable[str]) -> Sum | None:
    """Add up cells; None where none of them is known."""
    named = tuple(ref for ref in refs if ref in case.stated)
    stated = [_known(case, ref) for ref in named]
    computed = [_computed(case, ref) for ref in named]
    known = [value for value, _ in stated if value is not None]
    if not known:
        return None
    sums = (sum(known), sum(value for value in computed if value is not None))
    return Sum(named, tuple(dict.fromkeys(sums)), all(is_sure for _, is_sure in stated))


def _known(case: Case, ref: str) -> tuple[int | None, bool]:
    """Give a cell, or what is known of it from the applicants of its row; and whether it is all."""
    value = case.value(ref)
    if value is not None:
        return int(value), True
    table, row, column = ref.split(".")
    if table != "table3" or column != "total":
        return None, False
    parts = [case.stated.get(cell_ref(table, row, key)) for key in ("natural", *LEGAL_PERSONS)]
    known = [int(part) for part in parts if part is not None]
    return (sum(known), len(known) == len(parts)) if known else (None, False)


def _computed(case: Case, ref: str) -> int | None:
    total = case.totals.get(ref)
    return _known(case, ref)[0] if total is None else int(total)


def rows_of(case: Case, letters: str, column: str = "total") -> tuple[str, ...]:
    """Give the cells of rows of table three; ``d`` stands for d1 to d8."""
    keys = [row.key for row in case.filing.form.table("table3").blocks[0].rows]
    return tuple(
        cell_ref("table3", key, column) for letter in letters for key in keys if key[0] == letter
    )


def case_cells(topic: str) -> tuple[str, ...]:
    """Give the cells of table four that a topic counts: ``review``, ``suits:upheld``."""
    group, _, result = topic.partition(":")
    groups = {"review": ("review",), "suits": _SUITS, "cases": ("review", *_SUITS)}[group]
    return tuple(cell_ref("table4", "cases", f"{name}_{result or 'total'}") for name in groups)


def cells_of_claim(case: Case, claim: Claim) -> tuple[tuple[str, ...], ...]:
    """Give the cells that a claim may count: the likeliest first; none for a share or a change."""
    topic, _, key = claim.topic.partition(":")
    if topic in {"received", "handled", "applicant"}:
        return tuple(
            tuple(ref for column in _columns(key) for ref in rows_of(case, rows, column))
            for rows in _received_rows(claim)
        )
    if topic in _GROUPS or topic in _ROWS:
        return (rows_of(case, (_GROUPS | _ROWS)[topic]),)
    if topic in REASONS:
        return (tuple(ref for ref in rows_of(case, topic[0]) if f".{topic}." in ref),)
    if topic in {"review", "suits", "cases"}:
        return (case_cells(claim.topic),)
    if topic == "documents":
        return ((cell_ref("table2", "documents", key),),)
    return ()


def _columns(key: str) -> tuple[str, ...]:
    if not key:
        return ("total",)
    return LEGAL_PERSONS if key == "legal-persons" else (key,)


def _received_rows(claim: Claim) -> tuple[str, ...]:
    """Give the rows that are meant: with those of last year only where the claim says so."""
    main = claim.of or claim
    if main.topic == "handled":
        return "a", "ab", "t"
    if main.includes_carried:
        return "a", "ab"
    return ("a",)


def figures_of(case: Case, refs: Iterable[str]) -> list[Figure]:
    """Give the figures of some cells."""
    return [case.filing.figures[ref] for ref in refs]
