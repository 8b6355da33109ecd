"""E3: whom a roll-up sums up: who is missing, who is there twice, who should not be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check
from nianbao.checks.rollup.sums import rollup_sum
from nianbao.checks.rollup.vectors import Kind, distinct
from nianbao.errors import listed
from nianbao.filing.labels import normalise
from nianbao.filing.register import Agency
from nianbao.filing.rollup import Rollup, Unit

BLANKS_SHOWN = 10


@check(
    "E3",
    name="missing-unit",
    severity=Severity.WARNING,
    title="汇总的单位不全或重复",
    source="国办公开办函〔2021〕30号：逐级汇总，不遗漏、不重复；垂直管理部门不计入",
)
def missing_unit(case: Case) -> Iterator[Finding]:
    """Units that are missing, twice, gone since last year, blank in cells, or wrongly counted.

    A sum that is printed without a unit's blank cell is too small, and looks whole.
    """
    rollup = case.filing.rollup
    if rollup is None:
        return
    messages = (*_missing(rollup), *_doubled(rollup), *_gone(rollup, case))
    for message in messages:
        yield missing_unit.finding(message)
    yield from _blank(rollup)
    for unit in _wrongly_counted(case):
        found = missing_unit.finding(
            f"汇总数里好像有{unit.agency.name}，它不应计入：{unit.left_out}"
        )
        yield replace(found, cause=rollup_sum.id)


def _missing(rollup: Rollup) -> Iterator[str]:
    """Say who is missing, here or below a government that is counted."""
    if rollup.missing:
        yield f"缺 {len(rollup.missing)} 个单位的年报，汇总数不全：{_names(rollup.missing)}"
    for unit in rollup.counted:
        below = unit.filing.rollup if unit.filing else None
        if below and below.is_partial:
            names = _names(below.missing) if below.missing else "见下级的汇总"
            yield f"{unit.agency.name}的汇总数不全，缺：{names}"


def _names(units: Sequence[Unit]) -> str:
    return listed(f"{unit.agency.name}（{unit.missing}）" for unit in units)


def _doubled(rollup: Rollup) -> Iterator[str]:
    """Say who is counted twice: each pair for the first reason that holds."""
    told: set[frozenset[int]] = set()
    for reason, pairs in _pairs(rollup):
        for first, second in pairs:
            pair = frozenset({id(first), id(second)})
            if pair not in told:
                told.add(pair)
                yield f"{_coded(first)}和{_coded(second)}可能重复计入：{reason}"


def _coded(unit: Unit) -> str:
    return f"{unit.agency.name}（{unit.agency.code}）"


def _pairs(rollup: Rollup) -> Iterator[tuple[str, Iterable[tuple[Unit, Unit]]]]:
    """Yield reasons, each with those that are one for it; the gravest first."""
    own, everybody = rollup.counted, tuple(_all_counted(rollup))
    yield "机关代码相同", _sharing(everybody, lambda agency: [agency.code])
    yield "统一社会信用代码相同", _sharing(everybody, lambda agency: [agency.credit_code])
    alike = list(_sharing(own, lambda agency: map(normalise, agency.names)))
    same = [pair for pair in alike if _have_same_tables(*pair)]
    yield "名称相同，三张表也完全相同", same
    yield "一个是另一个的旧名称，撤并后只应计一次", [pair for pair in alike if _succeeds(*pair)]
    yield "名称相同", _sharing(own, lambda agency: [normalise(agency.name)])


def _all_counted(rollup: Rollup) -> Iterator[Unit]:
    """Yield all that are counted, those below them, too: a unit may be there on two levels."""
    for unit in rollup.counted:
        yield unit
        if unit.filing and unit.filing.rollup:
            yield from _all_counted(unit.filing.rollup)


def _sharing(
    units: Iterable[Unit], keys: Callable[[Agency], Iterable[str]]
) -> Iterator[tuple[Unit, Unit]]:
    """Yield the pairs of units that have a key in common."""
    by_key: dict[str, list[Unit]] = {}
    for unit in units:
        for key in dict.fromkeys(keys(unit.agency)):
            by_key.setdefault(key, []).append(unit)
    for key, group in by_key.items():
        yield from combinations(group, 2) if key else ()


def _have_same_tables(first: Unit, second: Unit) -> bool:
    return any(first.values.values()) and first.values == second.values


def _succeeds(first: Unit, second: Unit) -> bool:
    """Tell whether one is what the other was called before."""
    return _was(first.agency, second.agency) or _was(second.agency, first.agency)


def _was(agency: Agency, other: Agency) -> bool:
    former = {normalise(item.name) for item in agency.former_names}
    return normalise(other.name) in former


def _gone(rollup: Rollup, case: Case) -> Iterator[str]:
    """Say who was summed up last year and is not there now, without an end in the register."""
    before = case.previous.rollup if case.previous else None
    if before is None:
        return
    now = {unit.agency.code for unit in rollup.units}
    names = {normalise(name) for unit in rollup.units for name in unit.agency.names}
    gone = [
        unit.agency.name
        for unit in before.counted
        if unit.agency.code not in now
        and unit.agency.reports_in(case.filing.year)
        and normalise(unit.agency.name) not in names
    ]
    if gone:
        yield f"上年汇总里有、本年没有的单位：{listed(gone)}，如已撤并，请在名册写明截止年度"


def _blank(rollup: Rollup) -> Iterator[Finding]:
    """Tell who left cells blank, of which the sums are therefore only the least."""
    refs = list(rollup.stated) or [ref for unit in rollup.counted for ref in unit.values]
    blank = [
        (unit, [ref for ref in dict.fromkeys(refs) if unit.values.get(ref) is None])
        for unit in rollup.counted
    ]
    told = [(unit, cells) for unit, cells in blank if cells]
    if not told:
        return
    counts = listed(f"{unit.agency.name} {len(cells)} 格" for unit, cells in told)
    figures = [
        unit.filing.figures[ref]
        for unit, cells in told
        for ref in cells
        if unit.filing and ref in unit.filing.figures
    ]
    stated = {ref for ref, figure in rollup.stated.items() if figure.raw}
    is_printed = any(not stated.issuperset(cells) for _, cells in told)
    found = missing_unit.finding(
        f"有单位的数据空白，这些格的汇总数只是下限：{counts}",
        severity=Severity.ERROR if is_printed else None,
    )
    places = (figure.address for figure in figures[:BLANKS_SHOWN] if figure.address)
    yield replace(found, where=tuple(places))


def _wrongly_counted(case: Case) -> tuple[Unit, ...]:
    """Give the units that should be left out and explain why the stated figures differ."""
    return distinct(
        unit
        for item in case.differences
        for explanation in item.explanations
        if explanation.is_certain and Kind.LEFT_OUT in explanation.kinds
        for unit in explanation.units
        if unit.left_out
    )
