"""B10: what the prose of a government says of its agencies, against their own reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.prose.breakdowns import Breakdown
from nianbao.checks.prose.numbers import Quantity
from nianbao.checks.prose.quoting import told
from nianbao.checks.registry import check
from nianbao.errors import listed
from nianbao.filing.figure import format_value
from nianbao.filing.filing import cell_ref
from nianbao.filing.labels import normalise
from nianbao.filing.register import Agency
from nianbao.filing.rollup import Rollup, Unit
from nianbao.filing.totals import sum_of

COUNTED = {
    "a": "新收申请",
    "ab": "新收和上年结转的申请",
    "t": "办理结果总计",
}
"""Rows of table three that a number of applications may be, with what they are called."""
TOPICS = frozenset({"received", "handled", "closed"})

_KINDS = {
    "部门": re.compile("[省市县区州]?(?:级|直|政府)?(?:各|有关)*部门"),
    "乡镇": re.compile("[县区]?(?:各|所属)*(?:乡镇|镇乡|镇街|乡镇街道|乡镇（街道）|镇（街道）)"),
}
_PLACE = re.compile("^.*?[省市州盟县旗区]")
_ABBREVIATED = {
    "政府": re.compile("()人民政府$"),
    "乡镇": re.compile("()人民政府$"),
    "政府办公室": re.compile("人民(政府)办公[厅室]$"),
}
_OF_PLACE = re.compile("[省市州县区](?=.{2})")
_LEAST = 2  # characters of a name without its place


@check(
    "B10",
    name="children-figures",
    severity=Severity.WARNING,
    title="正文所列单位的件数与其年报不符",
    source="各单位本年度年报表三",
)
def children_figures(case: Case) -> Iterator[Finding]:
    """The parts of a number of applications that name agencies are those agencies' own."""
    rollup = case.filing.rollup
    if rollup is None:
        return
    claimed = {
        (claim.said, claim.quantity.start)
        for claim in case.claims
        if claim.topic in TOPICS and not claim.year
    }
    for item in case.breakdowns:
        is_claimed = (item.said, item.whole.start) in claimed
        rows = _rows_counted(case, item.whole) if is_claimed else []
        for label, part in zip(item.labels, item.parts, strict=True) if rows else ():
            finding = _of_part(item, label, part, rows, rollup)
            if finding is not None:
                yield finding


def _rows_counted(case: Case, whole: Quantity) -> list[str]:
    """Give what a number counts: the rows of which it is the total; none where it is none."""
    return [rows for rows in COUNTED if sum_of(_refs(rows), case.stated) == whole.value != 0]


def _refs(rows: str) -> tuple[str, ...]:
    return tuple(cell_ref("table3", row, "total") for row in rows)


def _of_part(
    item: Breakdown, label: str, part: Quantity, rows: Sequence[str], rollup: Rollup
) -> Finding | None:
    units = _meant(label, rollup)
    values = {key: _sum(units, key) for key in rows}
    known = [value for value in values.values() if value is not None]
    is_typed = not item.said.is_bound(part.start, part.end)
    if len(known) < len(rows) or part.value in known or not is_typed:
        return None
    expected = {COUNTED[key]: value for key, value in values.items()}
    right = "，或".join(f"{name}为 {format_value(value)} 件" for name, value in expected.items())
    who = listed(unit.agency.name for unit in units) + ("合计" if len(units) > 1 else "")
    written = item.said.text[part.start : part.end]
    return told(
        children_figures,
        f"正文“{label}{written}”与所列单位的年报不符：{who}的{right}",
        [item.said],
        expected=expected,
        found=dict.fromkeys(expected, part.value),
    )


def _sum(units: Sequence[Unit], rows: str) -> int | None:
    sums = [sum_of(_refs(rows), unit.values) for unit in units]
    known = [int(value) for value in sums if value is not None]
    return sum(known) if units and len(known) == len(sums) else None


def _meant(label: str, rollup: Rollup) -> tuple[Unit, ...]:
    """Give the units that a part names: one by its name, or all of a kind; none if unsure."""
    name = normalise(label)
    names = {name, name[1:] if _OF_PLACE.match(name) else name}  # 市教育局 is 教育局
    named = [unit for unit in rollup.units if names & _names(unit.agency)]
    if named:
        return tuple(named) if len(named) == 1 and named[0].is_counted else ()
    for kind, pattern in _KINDS.items():
        if pattern.fullmatch(label):
            own = [unit for unit in rollup.units if unit.agency.kind == kind]
            is_whole = not any(unit.is_missing for unit in own)
            return tuple(unit for unit in own if unit.is_counted) if is_whole else ()
    return ()


def _names(agency: Agency) -> set[str]:
    """Give the names by which prose may call an agency: without 人民, without its place."""
    names = {normalise(name) for name in agency.names}
    short = _ABBREVIATED.get(agency.kind)
    names |= {short.sub(r"\1", name) for name in names} if short else set()
    names |= {_PLACE.sub("", name) for name in names}
    return {name for name in names if len(name) >= _LEAST}
