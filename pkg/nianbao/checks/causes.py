"""Which findings only follow from others.

A wrong total makes every sum that it is part of wrong too. So each finding about a sum is asked
again, with the totals that other findings are about replaced by what they should be. If it then
holds, it only follows. The first of these that is enough is the cause, so that the fewest root
causes are left: one other finding; all findings of one check; all computed totals together.

Where an uneven row and an uneven column cross in one cell that would even both, it is that cell and
not the row's total that is put right: `nianbao.checks.crossing`.

Where two findings are about the same total (the corner of table three), the one whose identity
comes first in the form is the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nianbao.checks.case import Case
from nianbao.checks.crossing import Crossing, crossings, told
from nianbao.checks.finding import Finding
from nianbao.filing.figure import Value
from nianbao.filing.totals import Line, sum_of


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A finding about sums.

    Attributes
    ----------
    index
        Its place among the findings.
    order
        The place of its identity in the form.
    lines
        The rows or columns that it says do not add up.
    crossing
        The one cell that is wrong, where it is about a row and there is such a cell.
    """

    index: int
    order: int
    id: str
    lines: tuple[Line, ...]
    crossing: Crossing | None = None

    def right(self, case: Case) -> dict[str, Value]:
        """Give what should stand where it is wrong: in its one cell, or in its totals."""
        if self.crossing:
            return {self.crossing.ref: self.crossing.value}
        return {ref: case.totals[ref] for ref in self.totals}

    @property
    def totals(self) -> frozenset[str]:
        """References of the totals that it is about."""
        return frozenset(line.total for line in self.lines if line.total)

    @property
    def cells(self) -> frozenset[str]:
        """References of all cells of its sums."""
        return frozenset(ref for line in self.lines for ref in line.parts + line.whole)


@dataclass(frozen=True, slots=True)
class _Cause:
    """The check from which a finding follows, and the one finding that alone would mend it."""

    id: str
    alone: int | None


def resolve_causes(findings: Sequence[Finding], case: Case) -> tuple[Finding, ...]:
    """Give the findings with `cause` and `mends` filled in, in the same order.

    A cause that a check has named itself is kept.

    Parameters
    ----------
    findings
        Of one filing.
    case
        That filing.
    """
    suspects = sorted(_suspects(findings, case), key=lambda suspect: suspect.order)
    causes: dict[int, _Cause] = {}
    for suspect in suspects:
        others = [s for s in suspects if s is not suspect and s.index not in causes]
        cause = _cause(suspect, others, case)
        if cause:
            causes[suspect.index] = cause
    named = {s.index: s.crossing for s in suspects if s.crossing and s.index not in causes}
    filled = (_filled(index, findings, causes) for index in range(len(findings)))
    return tuple(
        told(finding, named[index], case) if index in named else finding
        for index, finding in enumerate(filled)
    )


def _suspects(findings: Sequence[Finding], case: Case) -> Iterator[_Suspect]:
    checks = [line.identity.check for line in case.lines]
    crossing = crossings(case)
    for index, finding in enumerate(findings):
        about = tuple(
            line
            for line in case.lines
            if line.identity.check == finding.id and not set(line.whole).isdisjoint(finding.refs)
        )
        if about:
            cell = crossing.get(about[0].total) if len(about) == 1 else None
            yield _Suspect(index, checks.index(finding.id), finding.id, about, cell)


def _cause(suspect: _Suspect, others: Sequence[_Suspect], case: Case) -> _Cause | None:
    for other in others:
        if _holds(suspect, _corrected(suspect, [other], other.right(case), case)):
            return _Cause(other.id, other.index)
    for check in dict.fromkeys(other.id for other in others):
        same = [other for other in others if other.id == check]
        right = {ref: value for other in same for ref, value in other.right(case).items()}
        if _holds(suspect, _corrected(suspect, same, right, case)):
            return _Cause(check, None)
    touching = [other for other in others if other.totals & suspect.cells - suspect.totals]
    if touching and _holds(suspect, _corrected(suspect, others, case.totals, case)):
        most = max(touching, key=lambda other: len(other.totals & suspect.cells))
        return _Cause(most.id, None)
    return None


def _corrected(
    suspect: _Suspect, others: Iterable[_Suspect], right: Mapping[str, Value], case: Case
) -> dict[str, Value]:
    """Put these cells right; the suspect's own only where an earlier identity rules them."""
    earlier = [other.totals for other in others if other.order < suspect.order]
    own = suspect.totals - frozenset[str]().union(*earlier)
    known = {ref: value for ref, value in right.items() if value is not None and ref not in own}
    return {**case.stated, **known}


def _holds(suspect: _Suspect, values: Mapping[str, Value]) -> bool:
    return all(sum_of(line.parts, values) == sum_of(line.whole, values) for line in suspect.lines)


def _filled(index: int, findings: Sequence[Finding], causes: Mapping[int, _Cause]) -> Finding:
    finding = findings[index]
    mends = {findings[other].id for other, cause in causes.items() if cause.alone == index}
    if finding.cause != finding.id:  # of one check, one may follow from another
        mends |= {other.id for other in findings if other.cause == finding.id}
    cause = causes[index].id if index in causes else finding.cause
    return replace(finding, cause=cause, mends=tuple(sorted(mends)))
