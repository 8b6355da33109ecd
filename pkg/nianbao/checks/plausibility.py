"""A9 to A13: numbers that may be right, but seldom are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check
from nianbao.filing.figure import Figure, Trouble, format_value
from nianbao.filing.filing import cell_ref

OTHER_SHARE = Decimal("0.1")
"""The 2019 notice wants 其他处理 to be 极少 and names no number: one in ten is not few."""
OTHER_LEAST = 3
"""Below three cases a share says nothing: one of two is a half."""

JUMP_LOWEST, JUMP_HIGHEST = 3_000, 30_000
"""元 for 万元 is a factor of 10,000; a year's own growth or fall by up to three comes on top."""
LARGEST_FEES = {"乡": 100_000, "县": 100_000, "市": 1_000_000, "省": 10_000_000}
"""In 万元: some ten times what whole governments report (a county 7,730, a city 96,172)."""

MONEY = "万元"
UNIT_TROUBLES = frozenset({Trouble.UNIT_MISSING, Trouble.UNIT_CONVERTED})
WITHOUT_REGULATIONS = frozenset({"县", "乡"})
REVIEW_FIRST_YEAR = 2024
"""The revised 行政复议法 holds from 2024-01-01; since then review mostly comes first."""


@check(
    "A9",
    name="o-high",
    severity=Severity.INFO,
    title="其他处理占比偏高",
    source="国办公开办函〔2019〕60号：关注“其他处理”偏高的机关",
)
def other_high(case: Case) -> Iterator[Finding]:
    """（六）其他处理 (2021: its 3.其他) is a large share of all outcomes."""
    row = "o" if cell_ref("table3", "o", "total") in case.stated else "o3"
    ref = cell_ref("table3", row, "total")
    other, answered = case.value(ref), case.value(cell_ref("table3", "t", "total"))
    if other is None or not answered or other < OTHER_LEAST:
        return
    share = Decimal(other) / Decimal(answered)
    if share > OTHER_SHARE:
        figure = case.filing.figures[ref]
        yield other_high.finding(
            f"{case.place(figure)}{format_value(other)} 件，"
            f"占办理结果 {format_value(answered)} 件的 {share:.1%}，请核实是否应归入其他情形",
            [figure],
        )


@check(
    "A10",
    name="unit",
    severity=Severity.WARNING,
    title="计量单位可疑",
    source="年度报告格式表二：金额以万元计",
)
def unit(case: Case) -> Iterator[Finding]:
    """Amounts whose unit is missing, another than the form's, or perhaps 元 for 万元."""
    for figure in case.filing.figures.values():
        doubt = _unit_doubt(figure) or _jump(case, figure) or _too_large(case, figure)
        converted = "" if doubt else _unit_converted(figure)
        if doubt or converted:
            severity = Severity.INFO if converted else None
            message = f"{case.place(figure)}{doubt or converted}"
            yield unit.finding(message, [figure], severity=severity)


@check(
    "A11",
    name="same-all-zero",
    severity=Severity.INFO,
    title="许可、处罚、强制全为零",
    source="年度报告格式表二：包括已公开和依法未公开的全部处理决定",
)
def no_decisions(case: Case) -> Iterator[Finding]:
    """A 部门 that decided on no permit, penalty or enforcement in the year."""
    rows = ("permits", "penalties", "enforcement")
    figures = [case.filing.figure("table2", row, "decisions") for row in rows]
    if case.filing.agency.kind == "部门" and all(figure.value == 0 for figure in figures):
        yield no_decisions.finding(
            "表二行政许可、行政处罚、行政强制的处理决定数量全为 0，"
            "如有这些职能，请核实是否漏填（未公开的决定也要计入）",
            figures,
        )


@check(
    "A12",
    name="regulations",
    severity=Severity.ERROR,
    title="县级以下填报规章",
    source="《中华人民共和国立法法》：规章由国务院部门、省级和设区的市级政府制定",
)
def regulations(case: Case) -> Iterator[Finding]:
    """A county or township that reports 规章, most often internal rules."""
    level = case.filing.agency.level
    figures = [f for f in case.row("table2", "regulations") if f.value is not None and f.value > 0]
    if level in WITHOUT_REGULATIONS and figures:
        stated = "、".join(f"“{f.label}”{format_value(f.value)} 件" for f in figures)
        yield regulations.finding(
            f"表二{stated}，规章只由国务院部门、省级和设区的市级政府制定，内部规章制度不应填在这里",
            figures,
            expected={figure.label: 0 for figure in figures},
            found={figure.label: figure.value for figure in figures},
        )


@check(
    "A13",
    name="direct-suit",
    severity=Severity.INFO,
    title="未经复议直接起诉",
    source="《中华人民共和国行政复议法》第二十三条（2024年1月1日起施行）",
)
def direct_suit(case: Case) -> Iterator[Finding]:
    """Since 2024: suits without a review before them, which the law now makes rare."""
    ref = cell_ref("table4", "cases", "direct_total")
    value = case.value(ref)
    if case.filing.year >= REVIEW_FIRST_YEAR and value is not None and value > 0:
        yield direct_suit.finding(
            f"表四“未经复议直接起诉”{format_value(value)} 件，"
            "2024 年起对不予公开不服的须先申请行政复议，请核实",
            [case.filing.figures[ref]],
        )


def _unit_doubt(figure: Figure) -> str:
    if figure.trouble is Trouble.UNIT_MISSING:
        return f"没有写明计量单位：填报为“{figure.raw}”，请写明元或万元"
    if figure.trouble is Trouble.UNIT_CONVERTED and figure.unit != MONEY:
        return f"{_converted(figure)}计，可能是约数，请核实"  # 1.2 万件 is seldom counted so
    return ""


def _unit_converted(figure: Figure) -> str:
    return f"{_converted(figure)}读取" if figure.trouble is Trouble.UNIT_CONVERTED else ""


def _converted(figure: Figure) -> str:
    return f"填报为“{figure.raw}”，按 {format_value(figure.value)} {figure.unit}"


def _jump(case: Case, figure: Figure) -> str:
    before = case.previous.figures.get(figure.ref) if case.previous else None
    if before is None or figure.unit != before.unit or figure.unit != MONEY:
        return ""
    now, then = figure.value, before.value
    if not now or not then:
        return ""
    ratio = Decimal(max(now, then)) / Decimal(min(now, then))
    if not JUMP_LOWEST <= ratio <= JUMP_HIGHEST:
        return ""
    return (
        f"本年为 {format_value(now)} 万元，上年为 {format_value(then)} 万元，"
        "相差约一万倍，疑有一年以元填报"
    )


def _too_large(case: Case, figure: Figure) -> str:
    spot = case.spots.get(figure.ref)
    if spot is None or spot.column.kind != "money" or spot.column.unit_in_cell:
        return ""
    value = figure.value
    if value is None or value != int(value) or value < LARGEST_FEES[case.filing.agency.level]:
        return ""
    return f"为 {format_value(value)} 万元，是极大的整数，疑以元填报"
