"""A1 to A4, A7, A8: sums within the tables, as the form's identities have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nianbao.checks.case import Case, table_name
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import Check, check
from nianbao.checks.rollup.identities import with_origin
from nianbao.filing.figure import Figure, Value, format_value
from nianbao.filing.filing import cell_ref
from nianbao.filing.totals import Line, sum_of

DISTINGUISHED = "区分处理"
"""How prose says that a request was answered in part only."""


@check(
    "A1",
    name="row-total",
    severity=Severity.ERROR,
    title="申请人合计不符",
    source="年度报告格式表三：总计列为六类申请人之和",
)
def row_total(case: Case) -> Iterator[Finding]:
    """Each row of table three: the six kinds of applicants add up to 总计."""
    for line in _unequal(case, row_total.id):
        figure = case.filing.figures[line.total]
        row = case.spots[line.total].row
        expected, found = _sums(case, line)
        finding = row_total.finding(
            f"{_title(case, line)}“{''.join(row.path[1:] or row.path)}”六类申请人之和与总计不符："
            f"应为 {format_value(expected)}，填报为 {format_value(found)}",
            [figure],
            expected={row.path[-1]: expected},
            found={row.path[-1]: found},
            source=line.identity.source,
        )
        yield with_origin(case, finding, [line])


@check(
    "A2",
    name="result-total",
    severity=Severity.ERROR,
    title="办理结果合计不符",
    source="年度报告格式表三：（七）总计为（一）至（六）之和",
)
def result_total(case: Case) -> Iterator[Finding]:
    """Each column of table three: outcomes （一） to （六） add up to （七）总计."""
    yield from _one_finding(case, result_total, "“（七）总计”与（一）至（六）之和不符")


@check(
    "A3",
    name="identity",
    severity=Severity.ERROR,
    title="勾稽关系不平",
    source="年度报告格式表三：第一项加第二项之和，等于第三项加第四项之和",
)
def identity(case: Case) -> Iterator[Finding]:
    """Each column of table three: received and carried over equal answered and carried on."""
    said = "第三项加第四项之和与第一项加第二项之和不符"
    yield from _one_finding(case, identity, said)


@check(
    "A4",
    name="table4",
    severity=Severity.ERROR,
    title="复议诉讼合计不符",
    source="年度报告格式表四：总计为结果维持、结果纠正、其他结果、尚未审结之和",
)
def cases_total(case: Case) -> Iterator[Finding]:
    """Each group of table four: its four outcomes add up to its 总计."""
    yield from _one_finding(case, cases_total, "四种结果之和与总计不符")


@check(
    "A7",
    name="double-count",
    severity=Severity.WARNING,
    title="部分公开疑重复计算",
    source="年度报告格式表三（二）：区分处理的，只计这一情形，不计其他情形",
)
def double_count(case: Case) -> Iterator[Finding]:
    """Outcomes exceed their total by just the cases disclosed in part.

    By fewer than those it speaks only if the prose mentions 区分处理.
    """
    excess = {line.place: _excess(case, line) for line in _unequal(case, result_total.id)}
    partly = {place: cell_ref("table3", "p", place) for place in excess}
    told = any(DISTINGUISHED in passage.template for passage in case.filing.prose)
    if excess and all(_is_double(excess[c], case.stated[partly[c]], told=told) for c in excess):
        figures = [case.filing.figures[ref] for ref in partly.values()]
        columns = [_heading(case, figure) for figure in figures]
        counts = (
            f"{column}多 {format_value(count)} 件"
            for column, count in zip(columns, excess.values(), strict=True)
        )
        yield double_count.finding(
            "表三（一）至（六）之和比“（七）总计”多出的件数不超过“（二）部分公开”件数，"
            f"疑区分处理的申请又计入了其他情形：{_joined(counts)}",
            figures,
        )


@check(
    "A8",
    name="carried-and-closed",
    severity=Severity.INFO,
    title="结转疑重复计算",
    source="年度报告格式表三：第一项加第二项之和，等于第三项加第四项之和",
)
def carried_and_closed(case: Case) -> Iterator[Finding]:
    """All that came in is answered, and some of it is carried on as well."""
    columns = [column.key for column in case.filing.form.table("table3").blocks[0].columns]
    figures = [
        case.filing.figures[cell_ref("table3", "f", column)]
        for column in columns
        if _is_carried_and_closed(case, column)
    ]
    if figures:
        counts = (f"{_heading(case, f)} {format_value(f.value)} 件" for f in figures)
        yield carried_and_closed.finding(
            "表三第一项加第二项之和已等于“（七）总计”，却另有结转，"
            f"疑结转的申请同时计入了办理结果：{_joined(counts)}",
            figures,
        )


def _one_finding(case: Case, of: Check, said: str) -> Iterator[Finding]:
    """Yield one finding for all lines that do not add up, by the headings of their columns."""
    wrong = _unequal(case, of.id)
    if not wrong:
        return
    labels = [_heading(case, case.filing.figures[line.whole[0]]) for line in wrong]
    sums = [_sums(case, line) for line in wrong]
    counts = (
        f"{label}应为 {format_value(expected)}，填报为 {format_value(found)}"
        for label, (expected, found) in zip(labels, sums, strict=True)
    )
    finding = of.finding(
        f"{_title(case, wrong[0])}{said}：{_joined(counts)}",
        [case.filing.figures[ref] for line in wrong for ref in line.whole],
        expected={label: expected for label, (expected, _) in zip(labels, sums, strict=True)},
        found={label: found for label, (_, found) in zip(labels, sums, strict=True)},
        source=wrong[0].identity.source,
    )
    yield with_origin(case, finding, wrong)


def _unequal(case: Case, check_id: str) -> list[Line]:
    """Give the lines of a check whose two sums are both known and differ."""
    lines = (line for line in case.lines if line.identity.check == check_id)
    return [line for line in lines if _differ(*_sums(case, line))]


def _sums(case: Case, line: Line) -> tuple[Value, Value]:
    return sum_of(line.parts, case.stated), sum_of(line.whole, case.stated)


def _differ(expected: Value, found: Value) -> bool:
    return expected is not None and found is not None and expected != found


def _title(case: Case, line: Line) -> str:
    return table_name(case.filing.form.table(line.identity.table))


def _heading(case: Case, figure: Figure) -> str:
    """Name a column: its last heading, or in table four that of its group."""
    column = case.spots[figure.ref].column
    return column.path[-2] if figure.ref.startswith("table4.") else column.path[-1]


def _joined(texts: Iterable[str]) -> str:
    return "；".join(texts)


def _excess(case: Case, line: Line) -> Value:
    expected, found = _sums(case, line)
    return None if expected is None or found is None else expected - found


def _is_double(excess: Value, partly: Value, *, told: bool) -> bool:
    if excess is None or partly is None or excess <= 0:
        return False
    return excess == partly or (told and excess < partly)


def _is_carried_and_closed(case: Case, column: str) -> bool:
    t_ref, f_ref = (cell_ref("table3", row, column) for row in "tf")
    answered = case.totals[t_ref] if case.totals[t_ref] is not None else case.stated[t_ref]
    carried = case.stated[f_ref]
    received = sum_of((cell_ref("table3", row, column) for row in "ab"), case.stated)
    if answered is None or carried is None or received is None:
        return False
    return 0 < carried <= answered == received
