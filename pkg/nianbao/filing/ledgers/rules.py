"""What must hold within a row of a ledger, and of which year a row is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nianbao.filing.ledgers.kinds import LedgerKind

OTHER_YEAR = "不是本年度的"

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Rows that break a rule.

    Attributes
    ----------
    key
        Of the column that is to blame.
    why
        What is wrong; `OTHER_YEAR` where nothing is, but the row counts in another report.
    """

    rows: Mask
    key: str
    why: str
    hint: str = ""


def rules_of(kind: LedgerKind, frame: pd.DataFrame, year: int) -> Iterator[Rule]:
    """Yield the rules of a kind with the rows that break them, in the order of their weight.

    Parameters
    ----------
    frame
        All rows of the ledger, as `nianbao.filing.ledgers.ledger.Ledger` has them.
    """
    span = Span.of(year)
    yield from _in_future(kind, frame, Span.of(year + 1))
    if kind.dated:
        yield Rule(~span.holds(frame[kind.dated]), kind.dated, OTHER_YEAR)
    match kind.key:
        case "applications":
            yield from _applications(frame, span)
        case "cases":
            yield from _cases(frame, span)
        case "documents":
            yield from _documents(frame, span)
        case "hotline":
            yield from _order(frame, "received", "closed", "办结早于受理")
        case "publications":
            yield from _repeated(frame)


@dataclass(frozen=True, slots=True)
class Span:
    """A report year as points in time."""

    first: np.datetime64
    after: np.datetime64

    @classmethod
    def of(cls, year: int) -> Span:
        """Give the span from 1 January to 31 December."""
        return cls(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))

    def holds(self, dates: pd.Series[Any]) -> Mask:
        """Tell of each date whether it is of the year; not of a blank one."""
        days = dates.to_numpy()
        return (days >= self.first) & (days < self.after)

    def precedes(self, dates: pd.Series[Any]) -> Mask:
        """Tell of each date whether it is of an earlier year."""
        return dates.to_numpy() < self.first

    def follows(self, dates: pd.Series[Any]) -> Mask:
        """Tell of each date whether it is of a later year."""
        return dates.to_numpy() >= self.after


def started(frame: pd.DataFrame) -> pd.Series[Any]:
    """Give the day from which each application counts (条例第三十一条)."""
    return frame["counted_from"].fillna(frame["received"])


def _in_future(kind: LedgerKind, frame: pd.DataFrame, following: Span) -> Iterator[Rule]:
    """Say of what cannot have happened yet when the report is made, early in the next year."""
    for column in kind.columns:
        if column.kind == "date" and column.key != "repealed":  # a term may end in some years
            yield Rule(following.follows(frame[column.key]), column.key, "日期在将来", "核对年份")


def _applications(frame: pd.DataFrame, span: Span) -> Iterator[Rule]:
    start, replied = started(frame), frame["replied"]
    outcome = frame["outcome"].isna().to_numpy()
    yield from _order(frame, "received", "replied", "答复早于收到")
    yield from _order(frame, "clarify_asked", "clarified", "收到补正早于要求补正")
    yield from _order(frame, "consulted_from", "consulted_to", "征求意见的结束早于开始")
    yield Rule(span.follows(start) | span.precedes(replied), "received", OTHER_YEAR)
    yield Rule(
        replied.notna().to_numpy() & outcome, "outcome", "有答复日期，没有办理结果", "填上办理结果"
    )
    yield Rule(
        replied.isna().to_numpy() & ~outcome, "replied", "有办理结果，没有答复日期", "填上答复日期"
    )


def _cases(frame: pd.DataFrame, span: Span) -> Iterator[Rule]:
    closed = frame["closed"]
    is_open = closed.isna().to_numpy()
    said = frame["outcome"].astype(object)
    is_pending = (said.isna() | (said == "pending")).to_numpy()
    yield from _order(frame, "received", "closed", "审结早于收案")
    yield Rule(span.follows(frame["received"]) | span.precedes(closed), "received", OTHER_YEAR)
    yield Rule(~is_open & is_pending, "outcome", "有审结日期，没有审理结果", "填上审理结果")
    yield Rule(is_open & ~is_pending, "closed", "有审理结果，没有审结日期", "填上审结日期")


def _documents(frame: pd.DataFrame, span: Span) -> Iterator[Rule]:
    yield from _order(frame, "issued", "repealed", "废止早于制发")
    yield Rule(span.follows(frame["issued"]), "issued", OTHER_YEAR)


def _order(frame: pd.DataFrame, first: str, second: str, why: str) -> Iterator[Rule]:
    broken = (frame[second] < frame[first]).to_numpy()
    yield Rule(broken, second, why, "核对两个日期")


def _repeated(frame: pd.DataFrame) -> Iterator[Rule]:
    """Say of what was published twice by the same channel on the same day that it is one."""
    same = frame.duplicated(["date", "channel", "title", "document"])
    rows = (same & frame["title"].notna()).to_numpy()
    yield Rule(rows, "title", "同日、同渠道、同名称的信息已有一行", "一条信息每个渠道只留一行")
