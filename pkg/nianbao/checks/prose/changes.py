"""B13: by how much the prose says that numbers are more or less than last year's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose import words
from nianbao.checks.prose.numbers import plain
from nianbao.checks.prose.quoting import of_claim, quoted, told
from nianbao.checks.prose.reader import CHANGES, Claim
from nianbao.checks.prose.sums import cells_of_claim, figures_of, sum_of_cells
from nianbao.checks.registry import check
from nianbao.filing.figure import PERCENT, format_value

UP, DOWN, SAME = "增加", "减少", "持平"


@check(
    "B13",
    name="change",
    severity=Severity.ERROR,
    title="正文的增减与两年的表不符",
    source="同一机关本年和上年年报的同一格",
)
def change(case: Case) -> Iterator[Finding]:
    """More, less or the same as last year, and by how many: this year's cells less last year's."""
    if case.previous is None:
        return
    before = Case.of(replace(case.previous, prose=()))
    for claim in case.claims:
        if claim.of is not None and claim.topic in CHANGES and claim.quantity.unit != PERCENT:
            if not claim.is_bound:
                yield from _amount(case, before, claim, claim.of)
        elif claim.topic not in CHANGES and not claim.year:
            yield from _direction(case, before, claim)


def _amount(case: Case, before: Case, claim: Claim, of: Claim) -> Iterator[Finding]:
    """Hold 比上年增加5件 against the two years; what goes the other way is certainly wrong."""
    steps = _steps(case, before, of)
    sign = 1 if claim.topic == "growth" else -1
    if not steps or sign * claim.quantity.value in steps:
        return
    is_contrary = all(sign * step <= 0 for step in steps)
    yield told(
        change,
        f"正文“{of_claim(claim)}”与两年的表不符：{_counts(case, before, of)}，{_word(steps[0])}",
        [claim.said],
        figures_of(case, cells_of_claim(case, of)[0]),
        expected={"增减": steps[0]},
        found={"增减": sign * claim.quantity.value},
        severity=_severity(of, is_certain=is_contrary),
    )


def _direction(case: Case, before: Case, claim: Claim) -> Iterator[Finding]:
    """Hold 比上年有所增加 and 与上年持平, said right behind a number, against the two years."""
    end = claim.quantity.end
    found = words.DIRECTION.match(plain(claim.said.text), end)
    if found is None or (found["year"] and int(found["year"]) != case.filing.year - 1):
        return
    steps = _steps(case, before, claim)
    if not steps or any(_agrees(found, step) for step in steps):
        return
    yield told(
        change,
        f"正文“{quoted(claim.said, claim.quantity.start, found.end())}”与两年的表不符："
        f"{_counts(case, before, claim)}，{_word(steps[0])}",
        [claim.said],
        figures_of(case, cells_of_claim(case, claim)[0]),
        expected={"增减": _word(steps[0])},
        found={"增减": found["up"] or found["down"] or found["same"]},
        severity=_severity(claim, is_certain=True),
    )


def _agrees(found: re.Match[str], step: int) -> bool:
    if found["same"]:
        return step == 0
    return step > 0 if found["up"] else step < 0


def _steps(case: Case, before: Case, claim: Claim) -> list[int]:
    """Give this year's number less last year's, in each way in which it may be meant."""
    steps: dict[int, None] = {}
    for refs in cells_of_claim(case, claim):
        now, then = sum_of_cells(case, refs), sum_of_cells(before, refs)
        if now is None or then is None or not (now.is_complete and then.is_complete):
            return []
        for value in then.values:
            steps |= dict.fromkeys(number - value for number in now.values)
            if claim.quantity.is_exact:
                steps[int(claim.quantity.value) - value] = None
    return list(steps)


def _counts(case: Case, before: Case, claim: Claim) -> str:
    refs = cells_of_claim(case, claim)[0]
    then, now = sum_of_cells(before, refs), sum_of_cells(case, refs)
    return "" if then is None or now is None else f"上年 {then.value}，本年 {now.value}"


def _word(step: int) -> str:
    """Say what became of a number: 增加 5, 减少 3, 持平."""
    return f"{UP if step > 0 else DOWN} {format_value(abs(step))}" if step else SAME


def _severity(of: Claim, *, is_certain: bool) -> Severity | None:
    if of.doubt:
        return Severity.INFO
    return None if is_certain else Severity.WARNING
