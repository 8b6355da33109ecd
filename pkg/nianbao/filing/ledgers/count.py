"""What the statutory tables should say by the ledgers: each cell with the rows behind it.

Every rule here is of the notice or the Regulation (条例); the cells are those of the form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from nianbao.filing.figure import Figure, Value
from nianbao.filing.filing import cell_ref
from nianbao.filing.ledgers.cells import MONEY_STEP
from nianbao.filing.ledgers.ledger import Ledger, rows_text
from nianbao.filing.ledgers.rules import Span, started
from nianbao.forms import Form

CARRIED = {"a": "本年收到", "b": "上年结转", "t": "本年办结", "f": "结转下年度"}
RATE_STEP = Decimal("0.1")
TO_WAN = 10 ** (MONEY_STEP + 4)

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """What a ledger gives for one figure.

    Attributes
    ----------
    ref
        The figure's reference, such as ``table3.g.natural``.
    value
        How many rows, or the sum of their amounts in 万元.
    said
        Which rows, in Chinese: 办理结果=予以公开、申请人类型=自然人.
    rows
        Their numbers in the ledger, from one, in order.
    """

    ref: str
    ledger: Ledger
    value: Value
    said: str
    rows: Numbers

    @property
    def derivation(self) -> str:
        """How it was counted, and from which rows."""
        which = f"（{rows_text(self.rows)}）" if self.rows.size else ""
        return f"{self.ledger.kind.sheet}：{self.said} 的 {self.rows.size} 行{which}"


def count(
    ledgers: Iterable[Ledger], form: Form, year: int, facts: Iterable[Figure] = ()
) -> dict[str, Count]:
    """Count the cells of the statutory tables that ledgers speak of, by reference.

    Nothing is counted from a ledger that could not be used, or whose kind the form does not know.

    Parameters
    ----------
    ledgers
        Of one agency and year, one of each kind at most.
    facts
        Of sheet 工作数据: those that are called as what a ledger counts are counted as well.
    """
    span = Span.of(year)
    named = tuple(facts)
    counts: dict[str, Count] = {}
    for ledger in ledgers:
        counter = _COUNTERS.get(ledger.kind.key, _nothing)
        if ledger.flaws or not ledger.kind.counts_under(form):
            continue
        counted = counter(ledger.frame, form, span)
        for ref, value, said, mask in (*counted, *_facts(ledger, named)):
            rows = ledger.frame.index.to_numpy()[mask]
            counts[ref] = Count(ref, ledger, len(rows) if value is None else value, said, rows)
    return counts


Counted = Iterator[tuple[str, Value, str, Mask]]


def _applications(frame: pd.DataFrame, form: Form, span: Span) -> Counted:
    """Count table three: received in the year, carried over, closed in the year, carried on."""
    start, replied = started(frame), frame["replied"]
    closed = span.holds(replied)
    sets = {
        "a": span.holds(start),
        "b": span.precedes(start),
        "t": closed,
        "f": replied.isna().to_numpy() | span.follows(replied),
    }
    outcome, applicant = _codes(frame["outcome"]), _codes(frame["applicant"])
    table = form.table("table3").blocks[0]
    for row in table.rows:
        of_row = sets[row.key] if row.key in sets else closed & outcome(row.key)
        for column in table.columns:
            is_total = column.key == "total"
            who = "" if is_total else f"、申请人类型={column.path[-1]}"
            what = CARRIED.get(row.key) or f"办理结果={row.path[-1]}"
            mask = of_row if is_total else of_row & applicant(column.key)
            yield cell_ref("table3", row.key, column.key), None, f"{what}{who}", mask


def _codes(values: pd.Series[Any]) -> Any:
    """Give a function that tells of each row whether it has this key; quick over many keys."""
    codes = values.cat.codes.to_numpy()
    places = {key: place for place, key in enumerate(values.cat.categories)}
    return lambda key: codes == places.get(key, -2)


def _cases(frame: pd.DataFrame, form: Form, span: Span) -> Counted:
    """Count table four: decided in the year, or still open at its end.

    Where this office is but the review body that was sued along, the case is the other's.
    """
    own = ~frame["joint"].fillna(value=False).to_numpy(dtype=bool)
    closed = span.holds(frame["closed"])
    kinds = {"review": "行政复议", "direct": "未经复议直接起诉", "after": "复议后起诉"}
    kind, outcome = _codes(frame["kind"]), _codes(frame["outcome"])
    for column in form.table("table4").blocks[0].columns:
        key, _, what = column.key.partition("_")
        if what == "total":
            found, said = closed | ~closed, "本年审结和尚未审结"
        elif what == "pending":
            found, said = ~closed, "尚未审结"
        else:
            found, said = closed & outcome(what), f"审理结果={column.path[-1]}"
        mask = own & kind(kinds[key]) & found
        yield cell_ref("table4", "cases", column.key), None, f"案件类型={kinds[key]}、{said}", mask


def _decisions(frame: pd.DataFrame, form: Form, _: Span) -> Counted:
    """Count the decisions, published or not (国办公开办函〔2021〕30号)."""
    kind = _codes(frame["kind"])
    for row in ("permits", "penalties", "enforcement"):
        name = _row_name(form, row)
        yield cell_ref("table2", row, "decisions"), None, f"决定类型={name}", kind(name)


def _fees(frame: pd.DataFrame, form: Form, _: Span) -> Counted:
    ref = cell_ref("table2", "fees", "amount")
    if _has(form, ref):
        yield ref, _sum(frame["amount"]), "收费金额之和", _all(frame)


def _purchases(frame: pd.DataFrame, form: Form, _: Span) -> Counted:
    for column, value in (("projects", None), ("amount", _sum(frame["amount"]))):
        ref = cell_ref("table2", "procurement", column)
        if _has(form, ref):
            said = "采购项目" if value is None else "采购金额之和"
            yield ref, value, said, _all(frame)


def _documents(frame: pd.DataFrame, form: Form, span: Span) -> Counted:
    """Count regulations and documents: made, repealed and in force at the end of the year."""
    opened = frame["opened"]
    gone = span.precedes(frame["repealed"]) | span.holds(frame["repealed"])
    sets = {
        "made": (span.holds(frame["issued"]), "本年制发"),
        "repealed": (span.holds(frame["repealed"]), "本年废止"),
        "valid": (~gone, "年底现行有效"),
        "opened": (span.holds(opened), "本年公开"),
        "public": ((span.precedes(opened) | span.holds(opened)) & ~gone, "已公开、未废止"),
    }
    kind = _codes(frame["kind"])
    for row, name in (("regulations", "规章"), ("documents", "行政规范性文件")):
        for column, (mask, said) in sets.items():
            ref = cell_ref("table2", row, column)
            if _has(form, ref):
                yield ref, None, f"文件类型={name}、{said}", mask & kind(name)


def _nothing(_frame: pd.DataFrame, _form: Form, _span: Span) -> Counted:
    """Count no cell of the tables."""
    return iter(())


def _facts(ledger: Ledger, facts: Iterable[Figure]) -> Counted:
    """Count facts such as 网站发布数, that name one channel, and the hotline's."""
    frame = ledger.frame
    if ledger.kind.key == "publications":
        yield from _published(ledger, [fact for fact in facts if fact.category == "发布渠道"])
        return
    if ledger.kind.key != "hotline":
        return
    for fact in facts:
        if fact.name == "热线受理":
            yield fact.ref, None, "本年受理", _all(frame)
        elif fact.name == "热线办结":
            yield fact.ref, None, "有办结日期", frame["closed"].notna().to_numpy()
        elif fact.name == "满意率":
            rated = frame["satisfied"].notna()
            if rated.any():
                pleased = _pleased(frame["satisfied"][rated], fact.value)
                yield fact.ref, pleased, "满意的占有评价", rated.to_numpy()


def _published(ledger: Ledger, facts: Sequence[Figure]) -> Counted:
    """Count the facts that alone name a channel; where two name one, neither is its count."""
    frame = ledger.frame
    named = {fact.ref: _channel(ledger, fact.name) for fact in facts}
    times = Counter(named.values())
    told = frame["channel"].map(lambda text: _channel(ledger, text) or text, na_action="ignore")
    for fact in facts:
        channel = named[fact.ref]
        if channel and times[channel] == 1:
            yield fact.ref, None, f"发布渠道={channel}", (told == channel).to_numpy()


def _pleased(answers: pd.Series[Any], typed: Value) -> Decimal:
    """Give the per cent who were satisfied, as exact as it was typed."""
    step = Decimal(1).scaleb(typed.as_tuple().exponent) if isinstance(typed, Decimal) else RATE_STEP  # type: ignore[arg-type]
    return (Decimal(int(answers.sum()) * 100) / len(answers)).quantize(step, ROUND_HALF_UP)


def _channel(ledger: Ledger, name: str) -> str:
    """Give the channel that a fact or a row names; empty where it is none, or several."""
    groups = ledger.kind.column("channel").words
    found = {words[0] for words in groups for word in words if word in name}
    return found.pop() if len(found) == 1 else ""


def _has(form: Form, ref: str) -> bool:
    cells = form.table("table2").cells()
    return any(cell_ref("table2", row.key, column.key) == ref for _, row, column in cells)


def _row_name(form: Form, key: str) -> str:
    rows = (row for block in form.table("table2").blocks for row in block.rows)
    return next(row.path[-1] for row in rows if row.key == key)


def _all(frame: pd.DataFrame) -> Mask:
    return np.ones(len(frame), np.bool_)


def _sum(amounts: pd.Series[Any]) -> Value:
    """Add up in 万元, exactly; whole where it is."""
    total = Decimal(int(amounts.sum())) / TO_WAN
    return int(total) if total == int(total) else total.normalize()


_COUNTERS: Mapping[str, Any] = {
    "applications": _applications,
    "cases": _cases,
    "decisions": _decisions,
    "fees": _fees,
    "purchases": _purchases,
    "documents": _documents,
}
