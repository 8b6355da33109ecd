"""Ledgers by month and by working days to reply: what charts draw and small groups hide in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MONTHS = range(1, 13)
LEGAL_WORKDAYS, EXTENDED_WORKDAYS = 20, 40
"""To reply in, and if extended (条例 article 33)."""

SPANS = (5, 10, 15, LEGAL_WORKDAYS, 30, EXTENDED_WORKDAYS)


def by_month(dates: pd.Series[Any], year: int) -> Mapping[int, int]:
    """Count the dates of a year by month; all twelve of them."""
    counted = dates[dates.dt.year == year].dt.month.value_counts()
    return {month: int(counted.get(month, 0)) for month in MONTHS}


def by_reply_days(reckoned: pd.DataFrame) -> Mapping[str, int]:
    """Count what was answered in the year by the working days that it took.

    Parameters
    ----------
    reckoned
        Of `Filing.deadlines`.

    Returns
    -------
    Mapping[str, int]
        Spans such as 0—5, 6—10 and 40以上, in order; empty where nothing could be reckoned.
    """
    days = reckoned.loc[reckoned["is_closed"], "workdays"].dropna()
    if days.empty:
        return {}
    lows = (-1, *SPANS[:-1])
    counts = {
        f"{low + 1}—{high}": int(((days > low) & (days <= high)).sum())
        for low, high in zip(lows, SPANS, strict=True)
    }
    return {**counts, f"{SPANS[-1]}以上": int((days > SPANS[-1]).sum())}
