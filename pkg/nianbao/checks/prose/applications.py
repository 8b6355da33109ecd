"""B1 to B4: what the prose says of applications, against table three."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose import words
from nianbao.checks.prose.quoting import of_claim, quoted, told
from nianbao.checks.prose.reader import CHANGES, Claim
from nianbao.checks.prose.sums import (
    Sum,
    cells_of_claim,
    figures_of,
    rows_of,
    sum_of_cells,
)
from nianbao.checks.registry import Check, check
from nianbao.filing.figure import PERCENT, Value, format_value
from nianbao.filing.filing import Filing

TOLERANCE = Decimal("0.05")
"""In 百分点: what rounding and cutting off may do to a share."""

OUTCOMES = {
    "g": "（一）予以公开",
    "p": "（二）部分公开",
    "g+p": "（一）予以公开与（二）部分公开之和",
    "d": "（三）不予公开各项之和",
    "u": "（四）无法提供各项之和",
    "n": "（五）不予处理各项之和",
    "o": "（六）其他处理",
}
ROWS = {
    "received": "一、本年新收",
    "handled": "一、本年新收（可加二、上年结转）",
    "closed": "（七）总计",
    "carried-in": "二、上年结转",
    "carried-on": "四、结转下年度",
}
APPLICANTS = {
    "natural": "自然人",
    "legal-persons": "法人或其他组织",
    "business": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal": "法律服务机构",
}


@check(
    "B1",
    name="received",
    severity=Severity.WARNING,
    title="正文的收到件数与表三不符",
    source="年度报告格式表三：一、本年新收政府信息公开申请数量",
)
def received(case: Case) -> Iterator[Finding]:
    """Applications received, and by whom: one finding for a number with its applicants."""
    typed = [c for c in _this_year(case) if c.topic in {"received", "handled"} or _is_applicant(c)]
    for _, group in groupby(typed, key=lambda claim: id(claim.of or claim)):
        finding = _received(case, list(group))
        if finding is not None:
            yield finding
    for claim in case.claims:
        if claim.topic in {"received", "handled"} and claim.year:
            yield from _last_year(case, claim)
    yield from _none_received(case)


@check(
    "B2",
    name="closed",
    severity=Severity.ERROR,
    title="正文的办结、结转件数与表三不符",
    source="年度报告格式表三：（七）总计；二、上年结转；四、结转下年度继续办理",
)
def closed(case: Case) -> Iterator[Finding]:
    """Applications answered, taken over and carried on."""
    for claim in _this_year(case):
        if claim.topic in {"closed", "carried-in", "carried-on"}:
            yield from _differing(case, closed, claim, ROWS[claim.topic])


@check(
    "B3",
    name="outcome-groups",
    severity=Severity.ERROR,
    title="正文的办理结果与表三不符",
    source="年度报告格式表三：三、本年度办理结果",
)
def outcome_groups(case: Case) -> Iterator[Finding]:
    """Applications by outcome: 予以公开, 不予公开 and their kin, and by single reasons."""
    for claim in _this_year(case):
        if claim.topic in OUTCOMES:
            yield from _differing(case, outcome_groups, claim, OUTCOMES[claim.topic])
        elif claim.topic in words.REASONS:
            for ref in cells_of_claim(case, claim)[0]:
                yield from _differing(case, outcome_groups, claim, case.spots[ref].row.path[-1])


@check(
    "B4",
    name="percent",
    severity=Severity.WARNING,
    title="正文的百分比算不平",
    source="年度报告格式表三；误差超过 0.05 个百分点",
)
def percent(case: Case) -> Iterator[Finding]:
    """Shares of outcomes, closing rate, change on last year: reckoned again."""
    for claim in case.claims:
        if claim.is_bound or claim.year:
            continue
        if claim.topic == "share" and claim.of is not None:
            yield from _share(case, claim, claim.of)
        elif claim.topic == "closing-rate":
            yield from _closing_rate(case, claim)
        elif claim.topic in CHANGES and claim.of and claim.quantity.unit == PERCENT:
            yield from _growth(case, claim, claim.of)


def _this_year(case: Case) -> list[Claim]:
    return [claim for claim in case.claims if not claim.is_bound and not claim.year]


def _is_applicant(claim: Claim) -> bool:
    return claim.topic.startswith("applicant:")


def _received(case: Case, claims: list[Claim]) -> Finding | None:
    """Hold a number and its applicants against 一, or 一 and 二 where it says so."""
    choices = [[sum_of_cells(case, refs) for refs in cells_of_claim(case, c)] for c in claims]
    ways = [
        [
            (claim, total)
            for claim, total in zip(claims, way, strict=True)
            if total is not None and not total.allows(claim.quantity.value)
        ]
        for way in zip(*choices, strict=True)
    ]
    if not ways or not all(ways):
        return None
    wrong = min(ways, key=len)
    doubt = claims[0].doubt or _carried_counted(case, claims)
    first = wrong[0][0]
    counts = "，".join(
        f"{_applicant(claim)}写 {format_value(claim.quantity.value)} 件，表三为 {total.value} 件"
        for claim, total in wrong
    )
    return told(
        received,
        f"正文“{of_claim(first)}”与表三“一、本年新收”不符：{counts}{doubt and '；' + doubt}",
        [first.said],
        figures_of(case, [ref for _, total in wrong for ref in total.refs]),
        expected={_applicant(claim): total.value for claim, total in wrong},
        found={_applicant(claim): claim.quantity.value for claim, _ in wrong},
        severity=Severity.INFO if claims[0].doubt else None,
    )


def _applicant(claim: Claim) -> str:
    return APPLICANTS.get(claim.topic.partition(":")[2], "总计")


def _carried_counted(case: Case, claims: list[Claim]) -> str:
    """Say so where what was carried over explains the difference."""
    with_carried = [sum_of_cells(case, rows_of(case, "ab")) for claim in claims if not claim.of]
    main = next((claim for claim in claims if not claim.of), None)
    if main and with_carried[0] and with_carried[0].value == main.quantity.value:
        return "正文的数等于新收加上年结转，“收到”不应包括上年结转"
    return ""


def _last_year(case: Case, claim: Claim) -> Iterator[Finding]:
    """Hold what is said of last year against last year's report."""
    before = _before(case.previous)
    if before is None or claim.is_bound or claim.quantity.value in before:
        return
    yield told(
        received,
        f"正文“{of_claim(claim)}”说的是上年，上年年报新收为 {before[0]} 件",
        [claim.said],
        expected={"上年新收": before[0]},
        found={"上年新收": claim.quantity.value},
    )


def _before(previous: Filing | None) -> tuple[int, ...] | None:
    """Give last year's new applications, and those with what it had taken over."""
    if previous is None:
        return None
    new, carried = (previous.figure("table3", row, "total").value for row in "ab")
    if new is None:
        return None
    return (int(new),) if carried is None else (int(new), int(new + carried))


def _none_received(case: Case) -> Iterator[Finding]:
    """没有收到…申请, while the table counts some."""
    total = sum_of_cells(case, rows_of(case, "a"))
    if total is None or not min(total.values):
        return
    for said in case.prose:
        denial = words.NONE_RECEIVED.search(said.text)
        if denial and not words.PART_OF_A_YEAR.search(said.text[: denial.start()][-12:]):
            yield told(
                received,
                f"正文写“{quoted(said, *denial.span())}”，表三“一、本年新收”为 {total.value} 件",
                [said],
                figures_of(case, total.refs),
                expected={"总计": total.value},
                found={"总计": 0},
            )


def _differing(case: Case, of: Check, claim: Claim, label: str) -> Iterator[Finding]:
    """Yield a finding where a claim is not the sum of its cells."""
    (refs,) = cells_of_claim(case, claim)
    total = sum_of_cells(case, refs)
    if total is None or total.allows(claim.quantity.value):
        return
    doubt = claim.doubt or _of_one_office(case, claim)
    note = doubt or _equal_part(case, claim, total)
    least = "" if total.is_complete else "至少"
    yield told(
        of,
        f"正文“{of_claim(claim)}”与表三“{label}”不符：应为{least} {total.value}，"
        f"写为 {format_value(claim.quantity.value)}" + (f"；{note}" if note else ""),
        [claim.said],
        figures_of(case, total.refs),
        expected={label: total.value},
        found={label: claim.quantity.value},
        severity=Severity.INFO if doubt else None,
    )


def _of_one_office(case: Case, claim: Claim) -> str:
    """Say so where the sentence counts what one office received, and the table what all did."""
    for other in case.claims:
        is_near = other.said is claim.said and other.sentence == claim.sentence
        if is_near and other.doubt and other.topic in {"received", "handled"}:
            totals = [sum_of_cells(case, refs) for refs in cells_of_claim(case, other)]
            if not any(total is None or total.allows(other.quantity.value) for total in totals):
                return other.doubt
    return ""


def _equal_part(case: Case, claim: Claim, total: Sum) -> str:
    """Name the one part that alone is what the prose says."""
    for ref in total.refs:
        row = case.spots[ref].row
        own = sum_of_cells(case, [ref])
        if len(total.refs) > 1 and own is not None and claim.quantity.value in own.values:
            return f"正文的数只等于“{row.path[-1]}”一项"
    return ""


def _share(case: Case, claim: Claim, of: Claim) -> Iterator[Finding]:
    """A share must fit the prose's own number or the table's, of what was answered or received."""
    answered, new, all_ = (sum_of_cells(case, rows_of(case, rows)) for rows in ("t", "a", "ab"))
    stated = of.quantity.value
    table = [sum_of_cells(case, refs) for refs in cells_of_claim(case, of)]
    parts = [stated, *(value for total in table if total for value in total.values)]
    said = [other.quantity.value for other in case.claims if other.topic in {"closed", "received"}]
    wholes = [value for total in (answered, new, all_) if total for value in total.values] + said
    likely = [Decimal(part) * 100 / Decimal(whole) for part in parts for whole in wholes if whole]
    if not likely or any(_near(claim.quantity.value, value) for value in likely):
        return
    whole = answered.value if answered else wholes[0]
    yield told(
        percent,
        f"正文“{of_claim(claim)}”算不平：{format_value(stated)} ÷ {whole} 为 {likely[0]:.2f}%",
        [claim.said],
        figures_of(case, answered.refs if answered else ()),
        expected={"占比": f"{likely[0]:.2f}%"},
        found={"占比": f"{format_value(claim.quantity.value)}%"},
    )


def _near(found: Value, value: Decimal) -> bool:
    return found is not None and abs(Decimal(found) - value) <= TOLERANCE


def _closing_rate(case: Case, claim: Claim) -> Iterator[Finding]:
    answered, all_ = (sum_of_cells(case, rows_of(case, rows)) for rows in ("t", "ab"))
    if not answered or not all_ or not (answered.is_complete and all_.is_complete):
        return
    rates = [Decimal(a) * 100 / Decimal(b) for a in answered.values for b in all_.values if b]
    if not rates or any(_near(claim.quantity.value, rate) for rate in rates):
        return
    yield told(
        percent,
        f"正文“{of_claim(claim)}”算不平：表三（七）总计 {answered.value} ÷"
        f"（一、本年新收 + 二、上年结转）{all_.value} 为 {rates[0]:.2f}%",
        [claim.said],
        figures_of(case, (*answered.refs, *all_.refs)),
        expected={"办结率": f"{rates[0]:.2f}%"},
        found={"办结率": f"{format_value(claim.quantity.value)}%"},
    )


def _growth(case: Case, claim: Claim, of: Claim) -> Iterator[Finding]:
    before = _before(case.previous)
    if not before or not all(before):
        return
    now, said = Decimal(of.quantity.value), Decimal(claim.quantity.value)
    said = said if claim.topic == "growth" else -said
    steps = [(now - then) * 100 / then for then in before]
    if any(_near(said, step) for step in steps):
        return
    # More said where it became less: no rounding and no other way of counting explains it.
    is_turned = all(said * step < 0 for step in steps)
    yield told(
        percent,
        f"正文“{of_claim(claim)}”算不平：上年 {before[0]} 件，本年 {format_value(now)} 件，"
        f"增减 {steps[0]:+.2f}%" + ("，增减说反了" if is_turned else ""),
        [claim.said],
        expected={"同比": f"{steps[0]:+.2f}%"},
        found={"同比": f"{said:+f}%"},
        severity=Severity.ERROR if is_turned else None,
    )
