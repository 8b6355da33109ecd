"""B7 to B9: numbers that the prose takes apart, whether the parts are the whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.breakdowns import Breakdown, breakdowns
from nianbao.checks.prose.numbers import MONEY, Quantity
from nianbao.checks.prose.quoting import quoted, told
from nianbao.checks.registry import Check, check
from nianbao.filing.figure import format_value

FEES_SECTION = 6
NAMED_AT_MOST = 12


@check(
    "B7",
    name="fees-sum",
    severity=Severity.WARNING,
    title="信息处理费分项之和不符",
    source="年度报告格式六：收取信息处理费情况在此处报告",
)
def fees_sum(case: Case) -> Iterator[Finding]:
    """Fees for handling information: amounts and cases add up."""
    fees = [s for s in case.prose if s.section == FEES_SECTION and "信息处理费" in s.text]
    amounts = [item for said in fees for item in breakdowns(said, unit=MONEY)]
    for item in (*amounts, *(item for item in case.breakdowns if item.said in fees)):
        if not item.is_even(least=2, share=Decimal(0)):
            yield from _uneven(fees_sum, item)


@check(
    "B8",
    name="breakdown-in-text",
    severity=Severity.WARNING,
    title="正文分项之和不符",
    source="正文自身：“其中”各项之和应等于总数",
)
def breakdown_in_text(case: Case) -> Iterator[Finding]:
    """A number in prose and the kinds that it is taken apart into."""
    for item in case.breakdowns:
        if item.said.section != FEES_SECTION and not item.is_of_bodies and not item.is_even():
            yield from _uneven(breakdown_in_text, item)


@check(
    "B9",
    name="children-list",
    severity=Severity.WARNING,
    title="正文各单位之和不符",
    source="正文自身：所列各单位件数之和应等于总数",
)
def children_list(case: Case) -> Iterator[Finding]:
    """A number in prose and the offices or places that it is taken apart into."""
    for item in case.breakdowns:
        if item.said.section != FEES_SECTION and item.is_of_bodies and not item.is_even():
            yield from _uneven(children_list, item)


def _uneven(of: Check, item: Breakdown) -> Iterator[Finding]:
    """Yield a finding where parts are not their whole, if somebody typed any of them."""
    typed = [q for q in (item.whole, *item.parts) if not item.said.is_bound(q.start, q.end)]
    if not typed:
        return
    total = sum(part.value for part in item.parts)
    named = "+".join(format_value(part.value) for part in item.parts[:NAMED_AT_MOST])
    more = "+…" if len(item.parts) > NAMED_AT_MOST else ""
    yield told(
        of,
        f"正文“{quoted(item.said, item.whole.start, item.whole.end)}”的分项之和不符："
        f"{named}{more}={format_value(total)}，总数写为 {_printed(item.whole)}",
        [item.said],
        expected={"总数": total},
        found={"总数": item.whole.value},
    )


def _printed(quantity: Quantity) -> str:
    return f"{format_value(quantity.value)} {quantity.unit}"
