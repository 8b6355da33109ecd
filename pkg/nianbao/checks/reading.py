"""A5, A6, S1: cells that could not be read as a plain number, and remarks about the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check
from nianbao.filing.figure import Figure, Trouble, format_value

NAMED_AT_MOST = 10
SHOWN_CHARACTERS = 40
"""How much of a cell's text a message repeats; anybody may have typed anything there."""

EMPTY = frozenset({None, Trouble.BLANK, Trouble.DASH})
SAYINGS = {
    Trouble.TEXT: "{place}不是数字：填报为“{raw}”",
    Trouble.TOO_LARGE: "{place}的数字大得不可能：填报为“{raw}”",
    Trouble.FORMULA_ERROR: "{place}公式出错：显示为“{raw}”",
    Trouble.FORMULA_UNSAVED: "{place}的公式没有保存计算结果，请用表格软件打开，重新计算后保存",
    Trouble.NEGATIVE: "{place}不应是负数：填报为“{raw}”",
    Trouble.FRACTION: "{place}应是整数：填报为“{raw}”",
    Trouble.UNIT_WRONG: "{place}计量单位不符：填报为“{raw}”",
    Trouble.NOTATION: "{place}用了全角数字或千分位：填报为“{raw}”，按 {value} 读取",
}
EXPECTED = {
    Trouble.FRACTION: "整数",
    Trouble.NEGATIVE: "不小于 0 的数",
    Trouble.UNIT_WRONG: "以{unit}计的数",
}


@check(
    "A5",
    name="blank",
    severity=Severity.WARNING,
    title="数据空白",
    source="年度报告格式：没有的填 0，不留空，不用横线或斜线代替",
)
def blank(case: Case) -> Iterator[Finding]:
    """Cells left blank or filled with a dash or slash: one finding per table."""
    groups: dict[str, list[Figure]] = {}
    for figure in case.filing.figures.values():
        if figure.value is None and figure.trouble in EMPTY:
            groups.setdefault(case.group(figure), []).append(figure)
    for group, figures in groups.items():
        computed = {
            figure.label: total
            for figure in figures
            if (total := case.totals.get(figure.ref)) is not None
        }
        # A dash is printed as filed, as anything that is filed.
        open_totals = sum(figure.label in computed and not figure.raw for figure in figures)
        printed = f"；其中 {open_totals} 处合计可由分项算出，按算出的数印出" if open_totals else ""
        yield blank.finding(
            f"{group}有 {len(figures)} 处空白或以横线、斜线代替数字：{_named(figures)}，"
            f"没有的应填 0{printed}",
            figures,
            expected=computed,
            found=dict.fromkeys(computed),
        )


@check(
    "A6",
    name="type",
    severity=Severity.ERROR,
    title="数据写法不对",
    source="年度报告格式：各表填非负整数，金额可有小数",
)
def number_type(case: Case) -> Iterator[Finding]:
    """Cells that hold no plain number of the right kind: one finding per cell and trouble."""
    for figure in case.filing.figures.values():
        for trouble in sorted(_troubles(case, figure)):
            yield _typed(case, figure, trouble)


@check(
    "S1",
    name="sheet-remark",
    severity=Severity.INFO,
    title="文件附注",
    source="填报表格式；读公布的年报时所见",
)
def sheet_remark(case: Case) -> Iterator[Finding]:
    """What a reviewer should know about the workbook, such as a hidden sheet."""
    for remark in case.filing.remarks:
        yield replace(sheet_remark.finding(remark.message), where=(remark.address,))


def _named(figures: list[Figure]) -> str:
    names = "、".join(f"“{figure.label}”" for figure in figures[:NAMED_AT_MOST])
    return f"{names} 等 {len(figures)} 处" if len(figures) > NAMED_AT_MOST else names


def _typed(case: Case, figure: Figure, trouble: Trouble) -> Finding:
    raw = _shown(figure.raw or format_value(figure.value))
    expected = EXPECTED.get(trouble, "数字").format(unit=figure.unit)
    is_certain = trouble is Trouble.NOTATION
    value = format_value(figure.value)
    return number_type.finding(
        SAYINGS[trouble].format(place=case.place(figure), raw=raw, value=value),
        [figure],
        expected={figure.label: figure.value if is_certain else expected},
        found={figure.label: raw},
        severity=Severity.INFO if is_certain else None,
    )


def _troubles(case: Case, figure: Figure) -> set[Trouble]:
    """Give what is wrong with a cell: as its reader says, and as its value shows."""
    troubles = {figure.trouble} if figure.trouble in SAYINGS else set()
    spot = case.spots.get(figure.ref)
    if spot is None or figure.value is None:
        return troubles
    if figure.value < 0:
        troubles.add(Trouble.NEGATIVE)
    if spot.column.kind == "change":
        troubles.discard(Trouble.NEGATIVE)
    if spot.column.kind != "money" and _is_fraction(figure.value):
        troubles.add(Trouble.FRACTION)
    return troubles


def _is_fraction(value: int | Decimal) -> bool:
    return value != int(value)


def _shown(raw: str) -> str:
    text = " ".join(raw.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
