"""Which findings only follow from others.

A wrong total makes every sum that it is part of wrong too. So each finding about a sum is asked
again, with the totals that other findings are about replaced by what they should be. If it then
holds, it only follows. The first of these that is enough is the cause, so that the fewest root
causes are left: one other finding; all findings of one check; all computed totals together.

Where two findings are about the same total (the corner of table three), the one whose identity
comes first in the form is the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nianbao.checks.case import Case
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
    """

    index: int
    order: int
    id: str
    lines: tuple[Line, ...]

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
    return tuple(_filled(index, findings, causes) for index in range(len(findings)))


def _suspects(findings: Sequence[Finding], case: Case) -> Iterator[_Suspect]:
    checks = [line.identity.check for line in case.lines]
    for index, finding in enumerate(findings):
        about = tuple(
            line
            for line in case.lines
            if line.identity.check == finding.id and not set(line.whole).isdisjoint(finding.refs)
        )
        if about:
            yield _Suspect(index, checks.index(finding.id), finding.id, about)


def _cause(suspect: _Suspect, others: Sequence[_Suspect], case: Case) -> _Cause | None:
    for other in others:
        if _holds(suspect, _corrected(suspect, [other], other.totals, case)):
            return _Cause(other.id, other.index)
    for check in dict.fromkeys(other.id for other in others):
        same = [other for other in others if other.id == check]
        totals = frozenset[str]().union(*(other.totals for other in same))
        if _holds(suspect, _corrected(suspect, same, totals, case)):
            return _Cause(check, None)
    touching = [other for other in others if other.totals & suspect.cells - suspect.totals]
    if touching and _holds(suspect, _corrected(suspect, others, case.totals, case)):
        most = max(touching, key=lambda other: len(other.totals & suspect.cells))
        return _Cause(most.id, None)
    return None


def _corrected(
    suspect: _Suspect, others: Iterable[_Suspect], totals: Iterable[str], case: Case
) -> dict[str, Value]:
    """Put these totals right; the suspect's own only where an earlier identity rules them."""
    earlier = [other.totals for other in others if other.order < suspect.order]
    own = suspect.totals - frozenset[str]().union(*earlier)
    known = {ref: value for ref in totals if (value := case.totals[ref]) is not None}
    return {**case.stated, **{ref: value for ref, value in known.items() if ref not in own}}


def _holds(suspect: _Suspect, values: Mapping[str, Value]) -> bool:
    return all(sum_of(line.parts, values) == sum_of(line.whole, values) for line in suspect.lines)


def _filled(index: int, findings: Sequence[Finding], causes: Mapping[int, _Cause]) -> Finding:
    finding = findings[index]
    mends = {findings[other].id for other, cause in causes.items() if cause.alone == index}
    if finding.cause != finding.id:  # of one check, one may follow from another
        mends |= {other.id for other in findings if other.cause == finding.id}
    cause = causes[index].id if index in causes else finding.cause
    return replace(finding, cause=cause, mends=tuple(sorted(mends)))
