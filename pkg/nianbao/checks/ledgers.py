"""L1 to L7: ledgers, whether the typed tables agree with them, and what they tell of deadlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check
from nianbao.errors import listed
from nianbao.filing.figure import Address, Figure, Value, format_value
from nianbao.filing.ledgers.breakdowns import by_month, by_reply_days
from nianbao.filing.ledgers.ledger import Ledger, rows_text
from nianbao.filing.totals import parts_of_totals

if TYPE_CHECKING:
    from nianbao.filing.ledgers.count import Count

NAMED_AT_MOST = 10
ADDRESSES_AT_MOST = 50


@check(
    "L1",
    name="ledger-row",
    severity=Severity.ERROR,
    title="台账有不能用的行",
    source="台账的写法：见填报说明",
)
def ledger_row(case: Case) -> Iterator[Finding]:
    """Rows of a ledger that could not be read: one finding per ledger."""
    for ledger in case.filing.ledgers:
        if not ledger.rejected:
            continue
        shown = ledger.rejects[:NAMED_AT_MOST]
        told = "；".join(
            f"第 {item.row} 行“{ledger.heading(item.key)}”{item.why}"
            + (f"（“{item.raw}”）" if item.raw else "")
            + (f"，{item.hint}" if item.hint else "")
            for item in shown
        )
        rest = f"；其余：{_reasons(ledger)}" if ledger.rejected > len(shown) else ""
        yield replace(
            ledger_row.finding(f"“{ledger.kind.sheet}”有 {ledger.rejected} 行不能用：{told}{rest}"),
            where=_addresses(ledger.address(item.row, item.key) for item in ledger.rejects),
        )


@check(
    "L2",
    name="ledger-table",
    severity=Severity.ERROR,
    title="台账与填报不符",
    source="同一机关、同一年度的台账和三张表",
)
def ledger_table(case: Case) -> Iterator[Finding]:
    """What is typed differs from what a ledger gives: one finding per ledger."""
    for ledger in case.filing.ledgers:
        differences = list(_differences(case, ledger))
        if differences:
            yield _disagreement(case, ledger, differences)


@check(
    "L3",
    name="ledger-column",
    severity=Severity.ERROR,
    title="台账的列不对",
    source="台账的写法：见填报说明",
)
def ledger_column(case: Case) -> Iterator[Finding]:
    """Ledgers of which nothing could be used: a column is missing or there twice."""
    for ledger in case.filing.ledgers:
        for flaw in ledger.flaws:
            told = f"“{ledger.kind.sheet}”没有据以计数：{flaw}"
            yield replace(ledger_column.finding(told), where=(ledger.address(1),))


@check(
    "L4",
    name="ledger-note",
    severity=Severity.INFO,
    title="台账附注",
    source="台账的写法：见填报说明",
)
def ledger_note(case: Case) -> Iterator[Finding]:
    """How a ledger was read, where that is not plain: one finding per ledger."""
    for ledger in case.filing.ledgers:
        notes = list(_notes(ledger))
        if notes and not ledger.flaws:
            told = (
                f"“{ledger.kind.sheet}”读 {ledger.read} 行，用 {ledger.used} 行：{'；'.join(notes)}"
            )
            yield replace(ledger_note.finding(told), where=(ledger.address(1),))


def _notes(ledger: Ledger) -> Iterator[str]:
    for key, heading in ledger.headings.items():
        if heading.how == "near":
            yield f"“{heading.text}”一列按“{ledger.kind.column(key).name}”读取"
    if ledger.personal:
        yield f"个人信息没有读取：{listed(ledger.personal)}"
    if ledger.unread:
        yield f"不认识的列没有读取：{listed(ledger.unread)}"
    for item in ledger.oddities:
        more = f"，共 {item.count} 行" if item.count > len(item.rows) else ""
        where = f"，已照读（{rows_text(item.rows)}{more}）" if item.rows else ""
        yield f"“{ledger.heading(item.key)}”{item.what}{where}"
    if ledger.is_hidden:
        yield "工作表是隐藏的，已照常读取"
    if ledger.hidden_rows:
        yield f"有隐藏的行（{rows_text(ledger.hidden_rows)}），已照常读取"
    if ledger.elsewhere:
        more = (
            f"，共 {ledger.elsewhere} 行" if ledger.elsewhere > len(ledger.elsewhere_rows) else ""
        )
        yield f"不是本年度的没有计入（{rows_text(ledger.elsewhere_rows)}{more}）"


def _reasons(ledger: Ledger) -> str:
    counted = Counter(item.why for item in ledger.rejects[NAMED_AT_MOST:])
    left = ledger.rejected - len(ledger.rejects)
    more = [f"另有 {left} 行"] if left else []
    return "、".join([*(f"{why} {count} 行" for why, count in counted.most_common()), *more])


@dataclass(frozen=True, slots=True)
class _Difference:
    """A figure that is typed, and what a ledger gives for it."""

    figure: Figure
    count: Count

    @property
    def label(self) -> str:
        return self.figure.label

    @property
    def surplus(self) -> Value:
        """By how much the ledger gives more."""
        typed, counted = self.figure.value, self.count.value
        return None if typed is None or counted is None else counted - typed


def _differences(case: Case, ledger: Ledger) -> Iterator[_Difference]:
    """Yield what differs; a total only where none of its parts does."""
    found = {
        ref: _Difference(figure, item)
        for ref, item in case.filing.counts.items()
        if item.ledger is ledger
        and (figure := case.filing.figures[ref]).value is not None
        and not figure.derivation
        and figure.value != item.value
    }
    parts = parts_of_totals(case.filing.form)
    for ref, difference in found.items():
        if found.keys().isdisjoint(parts.get(ref, ())):
            yield difference


def _disagreement(case: Case, ledger: Ledger, differences: list[_Difference]) -> Finding:
    told = "；".join(_told(item) for item in differences[:NAMED_AT_MOST])
    rest = "" if len(differences) <= NAMED_AT_MOST else f"；等 {len(differences)} 处"
    rejected = f"（另有 {ledger.rejected} 行不能用，没有计入）" if ledger.rejected else ""
    finding = ledger_table.finding(
        f"{case.group(differences[0].figure)}有 {len(differences)} 处与“{ledger.kind.sheet}”不符"
        f"{rejected}：{told}{rest}",
        [item.figure for item in differences],
        expected={item.label: item.count.value for item in differences},
        found={item.label: item.figure.value for item in differences},
    )
    rows = chain.from_iterable(_rows_behind(item) for item in differences)
    places = _addresses(ledger.address(row) for row in rows)
    cause = "L1" if _is_for_rejects(ledger, differences) else ""
    return replace(finding, where=(*finding.where, *places), cause=cause)


def _told(item: _Difference) -> str:
    typed, counted = format_value(item.figure.value), format_value(item.count.value)
    rows = _rows_behind(item)
    which = f"（{rows_text(rows)}）" if len(rows) else ""
    return f"“{item.label}”填报为 {typed}，台账为 {counted}{which}"


def _rows_behind(item: _Difference) -> Collection[int]:
    """Give the rows that make the difference: where the ledger gives more, one of these is it."""
    surplus = item.surplus
    return item.count.rows if surplus is not None and surplus > 0 else ()


def _is_for_rejects(ledger: Ledger, differences: Iterable[_Difference]) -> bool:
    """Tell whether rows that could not be used may be all that is missing."""
    missing = [-(item.surplus or 0) for item in differences]
    return all(count > 0 for count in missing) and max(missing) <= ledger.rejected


def _addresses(places: Iterable[Address]) -> tuple[Address, ...]:
    """Give the first of them, each once."""
    found: dict[Address, None] = {}
    for place in places:
        found[place] = None
        if len(found) == ADDRESSES_AT_MOST:
            break
    return tuple(found)


@check(
    "L5",
    name="overdue",
    severity=Severity.WARNING,
    title="超过法定期限",
    source="《中华人民共和国政府信息公开条例》第三十条至第三十三条",
)
def overdue(case: Case) -> Iterator[Finding]:
    """Applications that were answered late, or were overdue at the end of the year."""
    ledger, reckoned = _applications(case), case.filing.deadlines
    if ledger is None or reckoned is None:
        return
    late = reckoned["is_late"].fillna(value=False).astype(bool) & reckoned["is_closed"]
    open_still = reckoned["is_overdue"].fillna(value=False).astype(bool)
    sayings = []
    if late.any():
        shown = reckoned[late].head(NAMED_AT_MOST)
        told = "、".join(
            f"第 {row} 行应于 {day:%Y-%m-%d} 前" for row, day in shown["deadline"].items()
        )
        more = "等" if late.sum() > len(shown) else ""
        sayings.append(f"{late.sum()} 件答复超过期限（{told}{more}）")
    if open_still.any():
        rows = rows_text(reckoned.index[open_still])
        sayings.append(f"{open_still.sum()} 件年底未答复，已过期限（{rows}）")
    if sayings:
        numbers = map(int, reckoned.index[late | open_still])
        places = _addresses(ledger.address(row, "replied") for row in numbers)
        said = "；".join(sayings)
        yield replace(overdue.finding(f"“{ledger.kind.sheet}”有 {said}"), where=places)


@check(
    "L6",
    name="deadline-unknown",
    severity=Severity.INFO,
    title="法定期限无法计算",
    source="《中华人民共和国政府信息公开条例》第三十条至第三十三条；国务院办公厅节假日安排",
)
def deadline_unknown(case: Case) -> Iterator[Finding]:
    """Applications whose deadline cannot be told, and why: nothing is guessed."""
    from nianbao.filing.workdays import reason_text  # noqa: PLC0415 - where there is a ledger

    ledger, reckoned = _applications(case), case.filing.deadlines
    if ledger is None or reckoned is None:
        return
    unknown = reckoned[(reckoned["reason"] != "") & reckoned["deadline"].isna()]
    for reason, rows in unknown.groupby("reason", sort=True).groups.items():
        numbers = sorted(map(int, rows))
        told = f"{len(numbers)} 件申请的答复期限无法计算：{reason_text(str(reason))}"
        finding = deadline_unknown.finding(f"{told}（{rows_text(numbers)}）")
        yield replace(finding, where=_addresses(ledger.address(row) for row in numbers))


@check(
    "L7",
    name="small-group",
    severity=Severity.INFO,
    title="公开的分类人数过少",
    source="批次的 small_groups；《中华人民共和国个人信息保护法》",
)
def small_group(case: Case) -> Iterator[Finding]:
    """Published breakdowns of applications in which a group has very few persons."""
    ledger = _applications(case)
    if ledger is None or case.small_groups <= 1:
        return
    reckoned = case.filing.deadlines
    published = {
        "各月收到申请数量": {
            f"{month} 月": count
            for month, count in by_month(ledger.frame["received"], case.filing.year).items()
        },
        "答复所用工作日": by_reply_days(reckoned) if reckoned is not None else {},
    }
    sayings = []
    for title, groups in published.items():
        few = [f"{name} {n} 件" for name, n in groups.items() if 0 < n < case.small_groups]
        if few:
            sayings.append(f"“{title}”中的 {listed(few, most=12)}")
    if sayings:
        told = f"公开版的图中，少于 {case.small_groups} 件的有{'；'.join(sayings)}"
        yield small_group.finding(f"{told}，请考虑合并或不公开")


def _applications(case: Case) -> Ledger | None:
    found = (ledger for ledger in case.filing.ledgers if ledger.kind.key == "applications")
    return next((ledger for ledger in found if not ledger.flaws), None)
