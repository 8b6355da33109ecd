"""C1 to C7: this year against last year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from nianbao.checks.arithmetic import identity
from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.likeness import COPIED, COPIED_LEAST, likeness, pieces, without_years
from nianbao.checks.plausibility import JUMP_LOWEST, UNIT_TROUBLES
from nianbao.checks.prose.quoting import told
from nianbao.checks.prose.text import Said, read_prose
from nianbao.checks.registry import Check, check
from nianbao.checks.rollup.units import missing_unit
from nianbao.filing.figure import Figure, Value, format_value
from nianbao.filing.filing import cell_ref
from nianbao.filing.rollup import Rollup
from nianbao.filing.totals import Link, computed_totals, continuity_links, sum_of

SPIKE = 5
"""A number five times as large as the other year's, or more …"""
SPIKE_LEAST = 100
"""… if the larger of the two is not small anyway."""
SPIKE_ROWS = ("table2", "table3.a.total", "table3.t.total")

SAME_CELLS_LEAST = 3
PROBLEMS_SECTION, OVERVIEW_SECTION = 5, 1


@check(
    "C1",
    name="carry-over",
    severity=Severity.WARNING,
    title="上年结转与上年年报不接",
    source="年度报告格式表三：上年结转应等于上年年报的结转下年度",
)
def carry_over(case: Case) -> Iterator[Finding]:
    """What is taken over is what last year carried on: one finding for all applicants."""
    wrong = _broken(case, "I4")
    if not wrong:
        return
    finding = _one(case, carry_over, wrong, "“二、上年结转”与上年年报的“四、结转下年度”不等")
    if not any(link.whole.endswith(".total") for link, _ in wrong):
        note = "；总计相等，可能是申请人类别改判"
        finding = replace(finding, message=finding.message + note, severity=Severity.INFO)
    if _explained(case, wrong):
        finding = replace(finding, cause=identity.id)
    yield _until_complete(case, finding)


@check(
    "C2",
    name="valid-documents",
    severity=Severity.WARNING,
    title="现行有效件数与上年年报不接",
    source="年度报告格式表二：现行有效件数一般等于上年现行有效加制发减废止",
)
def valid_documents(case: Case) -> Iterator[Finding]:
    """Valid documents follow from last year's, those made and those repealed."""
    wrong = _broken(case, "K1")
    if wrong:
        said = (
            "现行有效件数与上年现行有效加制发减废止不等，如因清理、自然失效或统计范围变化，请说明"
        )
        yield _until_complete(case, _one(case, valid_documents, wrong, said))


@check(
    "C3",
    name="items-of-2019",
    severity=Severity.WARNING,
    title="项目数量与上年年报不接",
    source="国办公开办函〔2019〕60号表二：上一年项目数量、对外公开总数量与上年年报衔接",
)
def items(case: Case) -> Iterator[Finding]:
    """On the form of 2019: items, and documents disclosed, follow from last year's."""
    for key, severity, said in (
        ("L1", Severity.WARNING, "上一年项目数量与上年年报的数量加增减不等"),
        ("L2", Severity.INFO, "对外公开总数量与上年公开总数量加本年新公开数量不等，如有废止请说明"),
    ):
        wrong = _broken(case, key)
        if wrong:
            finding = replace(_one(case, items, wrong, said), severity=severity)
            yield _until_complete(case, finding)


@check(
    "C4",
    name="spike",
    severity=Severity.INFO,
    title="比上年大起大落",
    source="同一机关上年年报；相差五倍以上",
)
def spike(case: Case) -> Iterator[Finding]:
    """Numbers five times last year's or more, or a fifth of it or less."""
    for ref, now, then in _pairs(case, SPIKE_ROWS):
        # What is wrong with its unit is said by A10.
        if not now.value or not then.value or {now.trouble, then.trouble} & UNIT_TROUBLES:
            continue
        if now.unit != then.unit or min(now.value, then.value) < 0:
            continue
        low, high = sorted([Decimal(now.value), Decimal(then.value)])
        if is_spike(low, high) and high < low * JUMP_LOWEST:
            figure = case.filing.figures[ref]
            finding = spike.finding(
                f"{case.place(figure)}上年为 {format_value(then.value)}，"
                f"本年为 {format_value(now.value)}，相差 {high / low:.1f} 倍，请核实",
                [figure],
            )
            yield _until_complete(case, finding)


def is_spike(one: Decimal, other: Decimal) -> bool:
    """Tell whether one of two numbers is five times the other, and not small anyway."""
    low, high = sorted([one, other])
    return low * SPIKE < high and high >= SPIKE_LEAST


@check(
    "C5",
    name="copied-text",
    severity=Severity.WARNING,
    title="文字与上年雷同",
    source="国办公开办函〔2021〕30号：不得出现敷衍了事甚至年年雷同现象",
)
def copied_text(case: Case) -> Iterator[Finding]:
    """Section five much like last year's; section one word for word but for the year."""
    if case.previous is None:
        return
    before = read_prose(case.previous)
    for number, least in ((OVERVIEW_SECTION, 1.0), (PROBLEMS_SECTION, COPIED)):
        now = [said for said in case.prose if said.section == number]
        texts = _text(now), _text(said for said in before if said.section == number)
        share = likeness(*map(pieces, texts)) if least < 1 else float(texts[0] == texts[1])
        if share >= least and len(texts[0]) >= COPIED_LEAST:
            title = case.filing.form.sections[number - 1].title
            yield told(
                copied_text,
                f"“{title}”与上年年报的相似度为 {share:.0%}（年份不计），请按本年实际改写",
                now[:1],
            )


@check(
    "C6",
    name="copied-tables",
    severity=Severity.WARNING,
    title="三张表与上年完全相同",
    source="同一机关上年年报",
)
def copied_tables(case: Case) -> Iterator[Finding]:
    """All cells of the three tables are last year's, and not all zero."""
    if case.previous is None or case.previous.form is not case.filing.form:
        return
    pairs = list(_pairs(case, ("table",)))
    same = all(now.value == then.value for _, now, then in pairs)
    if same and sum(bool(now.value) for _, now, _ in pairs) >= SAME_CELLS_LEAST:
        yield copied_tables.finding("三张表的数据与上年年报完全相同，请核实是否误用了上年的表")


@check(
    "C7",
    name="unfinished",
    severity=Severity.INFO,
    title="上年尚未审结的案件没有接上",
    source="年度报告格式表四：上年尚未审结的案件应计入本年",
)
def unfinished(case: Case) -> Iterator[Finding]:
    """Cases that were pending last year are more than all cases of this year."""
    for group, label in (
        ("review", "行政复议"),
        ("direct", "未经复议直接起诉"),
        ("after", "复议后起诉"),
    ):
        pending = _before(case).get(cell_ref("table4", "cases", f"{group}_pending"))
        ref = cell_ref("table4", "cases", f"{group}_total")
        total = case.value(ref)
        if pending is not None and total is not None and pending > total:
            finding = unfinished.finding(
                f"表四“{label}”总计 {format_value(total)} 件，少于上年年报尚未审结的 "
                f"{format_value(pending)} 件，请核实",
                [case.filing.figures[ref]],
            )
            yield _until_complete(case, finding)


def _until_complete(case: Case, finding: Finding) -> Finding:
    """Hold back what compares a sum that is not whole, this year's or last year's, with another.

    What a government states itself can be compared all the same.
    """
    then = case.previous.rollup if case.previous else None
    if then is not None and not _is_stated(then, finding) and then.is_partial:
        return _held_back(finding, "上年的汇总不全")
    now = case.filing.rollup
    if now is None or _is_stated(now, finding):
        return finding
    is_open = next(iter(missing_unit(case)), None) is not None
    return _held_back(finding, "汇总的单位不全或重复") if is_open else finding


def _is_stated(rollup: Rollup, finding: Finding) -> bool:
    cells = [rollup.stated.get(ref) for ref in finding.refs]
    return all(cell is not None and cell.raw for cell in cells)


def _held_back(finding: Finding, why: str) -> Finding:
    message = f"{why}，“{finding.title}”等汇齐后再核对"
    return replace(
        finding,
        message=message,
        severity=Severity.INFO,
        cause=missing_unit.id,
        expected={},
        found={},
    )


def _before(case: Case) -> Mapping[str, Value]:
    if case.previous is None:
        return {}
    return {ref: figure.value for ref, figure in case.previous.figures.items()}


def _broken(case: Case, key: str) -> list[tuple[Link, Value]]:
    """Give the lines of a continuity that do not hold, with what they should be."""
    if case.previous is None:
        return []
    stated = _before(case)
    totals = computed_totals(case.previous.form, case.previous.figures)
    known = {ref: value for ref, value in totals.items() if value is not None}
    computed = {**stated, **known}
    links = [item for item in continuity_links(case.filing.form) if item.continuity.key == key]
    broken = []
    for link in links:
        expected = link.expected(stated, case.stated)
        found = case.stated.get(link.whole)
        # A wrong total of last year's is last year's finding.
        if None not in {expected, found} and found not in {
            expected,
            link.expected(computed, case.stated),
        }:
            broken.append((link, expected))
    return broken


def _one(case: Case, of: Check, wrong: list[tuple[Link, Value]], said: str) -> Finding:
    figures = [case.filing.figures[link.whole] for link, _ in wrong]
    labels = [_label(case, figure) for figure in figures]
    counts = "；".join(
        f"{label}应为 {format_value(expected)}，填报为 {format_value(figure.value)}"
        for label, figure, (_, expected) in zip(labels, figures, wrong, strict=True)
    )
    return of.finding(
        f"{case.group(figures[0])}{said}：{counts}",
        figures,
        expected={label: value for label, (_, value) in zip(labels, wrong, strict=True)},
        found={label: figure.value for label, figure in zip(labels, figures, strict=True)},
    )


def _label(case: Case, figure: Figure) -> str:
    """Name a line: an applicant of table three, a row of table two."""
    spot = case.spots[figure.ref]
    return spot.column.path[-1] if spot.table.key == "table3" else spot.row.path[-1]


def _explained(case: Case, wrong: list[tuple[Link, Value]]) -> bool:
    """Tell whether all these columns would add up with what last year carried on."""
    right = {**case.stated, **{link.whole: value for link, value in wrong}}
    lines = [
        line
        for line in case.lines
        if line.identity.check == identity.id and any(k.whole in line.cells for k, _ in wrong)
    ]
    return bool(lines) and all(
        sum_of(line.parts, case.stated) != sum_of(line.whole, case.stated)
        and sum_of(line.parts, right) == sum_of(line.whole, right)
        for line in lines
    )


def _pairs(case: Case, prefixes: tuple[str, ...]) -> Iterator[tuple[str, Figure, Figure]]:
    """Yield the cells that stand for the same in both years."""
    before: Mapping[str, Figure] = {} if case.previous is None else case.previous.figures
    for ref, now in case.filing.figures.items():
        then = before.get(ref)
        if then is not None and ref.startswith(prefixes) and now.label == then.label:
            yield ref, now, then


def _text(paragraphs: Iterable[Said]) -> str:
    return without_years("".join(said.text for said in paragraphs))
