"""E1, E2: a government's stated figures against the sums of its agencies, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import Check, check
from nianbao.checks.rollup.differences import Difference, joined_reasons
from nianbao.checks.rollup.explain import Explanation
from nianbao.filing.figure import format_value

SOURCE = "国办公开办函〔2021〕30号：本级政府的年报由所属部门、下级政府的数据逐级汇总"

MANY = 3
"""So many cells of a row with the same reason are told as the rest."""


@check(
    "E1",
    name="rollup-sum",
    severity=Severity.ERROR,
    title="汇总数不是各单位之和",
    source=SOURCE,
)
def rollup_sum(case: Case) -> Iterator[Finding]:
    """A stated cell of a government is the sum of its agencies; a finding for each row."""
    yield from _by_row(case, rollup_sum, [d for d in case.differences if not d.is_bound])


@check(
    "E2",
    name="rollup-ge",
    severity=Severity.ERROR,
    title="汇总数少于已知之和",
    source=SOURCE,
)
def rollup_ge(case: Case) -> Iterator[Finding]:
    """Where units or cells are missing, a stated cell is at least the sum of what is known."""
    yield from _by_row(case, rollup_ge, [d for d in case.differences if d.is_bound])


def _by_row(case: Case, of: Check, found: Sequence[Difference]) -> Iterator[Finding]:
    # What was told above is the cause of what differs for the same reason below.
    roots: dict[Explanation, str] = {}
    earlier: set[str] = set()
    for _, group in groupby(found, key=lambda item: item.ref.rpartition(".")[0]):
        row = list(group)
        finding = _of_row(case, of, row, roots)
        follows = all(_follows(item, roots, earlier) for item in row)
        yield replace(finding, cause=of.id) if follows else finding
        for item in row:
            for explanation in item.explanations:
                roots.setdefault(explanation, _title(case, row[0]))
        earlier |= {item.ref for item in row}


def _follows(item: Difference, roots: Mapping[Explanation, str], earlier: set[str]) -> bool:
    """Tell whether a cell differs for reasons alone that rows above have told."""
    return not item.is_open and all(
        explanation in roots or (explanation.follows and earlier.issuperset(explanation.follows))
        for explanation in item.explanations
    )


def _of_row(
    case: Case, of: Check, row: Sequence[Difference], roots: Mapping[Explanation, str]
) -> Finding:
    labels = [_label(case, item) for item in row]
    least = "至少" if row[0].is_bound else ""
    counts = "；".join(
        f"{label}应为{least} {format_value(item.total)}，填报为 {format_value(item.stated)}"
        for label, item in zip(labels, row, strict=True)
    )
    than = "少于已知的各单位之和" if row[0].is_bound else "与各单位之和不符"
    finding = of.finding(
        f"{_title(case, row[0])}{than}：{counts}；{_reasons(labels, row, roots)}",
        [item.figure for item in row],
        expected={label: item.total for label, item in zip(labels, row, strict=True)},
        found={label: item.stated for label, item in zip(labels, row, strict=True)},
    )
    behind = (
        address
        for item in row
        for explanation in item.explanations
        for address in explanation.behind.get(item.ref, ())
    )
    return replace(finding, where=tuple(dict.fromkeys([*finding.where, *behind])))


def _reasons(
    labels: Sequence[str], row: Sequence[Difference], roots: Mapping[Explanation, str]
) -> str:
    """Say why: once for all columns that differ for the same reason."""
    reasons: dict[str, list[str]] = {}
    for label, item in zip(labels, row, strict=True):
        reasons.setdefault(_reason(item, roots), []).append(label)
    if len(reasons) == 1:
        return next(iter(reasons))
    most = max(reasons, key=lambda said: len(reasons[said]))
    others = {said: "、".join(about) for said, about in reasons.items() if said != most}
    last = "其余各格" if len(reasons[most]) >= MANY else "、".join(reasons[most])
    return "；".join(f"{about}：{said}" for said, about in [*others.items(), (most, last)])


def _reason(item: Difference, roots: Mapping[Explanation, str]) -> str:
    """Say why a cell differs; what was told above in short, and where."""
    told = [e for e in item.explanations if e in roots]
    texts = [
        "、".join(e.text for e in told if roots[e] == place) + f"（同{place}）"
        for place in dict.fromkeys(roots[e] for e in told)
    ]
    for explanation in item.explanations:
        if explanation not in roots:
            more = len(explanation.refs)
            texts.append(f"{explanation.text}{f'（共 {more} 格因此不符）' if more > 1 else ''}")
    return joined_reasons(texts, is_open=item.is_open)


def _title(case: Case, item: Difference) -> str:
    row = case.spots[item.ref].row
    name = f"“{''.join(row.path[1:] or row.path)}”" if row.path else ""
    return f"{case.group(item.figure)}{name}"


def _label(case: Case, item: Difference) -> str:
    """Name a cell within its row."""
    spot = case.spots[item.ref]
    if not spot.row.path:
        return item.figure.label
    return spot.column.path[-1]
