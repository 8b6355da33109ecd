"""The deadlines of a whole ledger of applications at once: the rules of `law`, on columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nianbao.filing.workdays.calendar import Calendar
from nianbao.filing.workdays.law import (
    CLOSED,
    CONSULTING,
    CONTRADICTION,
    NO_RECEIPT,
    OUTSTANDING,
    REPLY_FIRST,
    RULES,
    UNKNOWN_YEAR,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Array = np.ndarray[Any, np.dtype[Any]]

EPOCH = dt.date(1970, 1, 1).toordinal()
FAR = 10_000_000  # later than any ordinal of a date: blank, or without end
REQUIRED = ("received", "replied")
OPTIONAL = ("counted_from", "clarify_asked", "clarified", "consulted_from", "consulted_to")


def deadlines(
    applications: pd.DataFrame, calendar: Calendar, *, on: dt.date | None = None
) -> pd.DataFrame:
    """Reckon the deadline of each application of a ledger, as `law.reckon` does for one.

    Parameters
    ----------
    applications
        One row per application. Columns, ``datetime64`` with NaT where blank: received, replied,
        and where the ledger has them counted_from, clarify_asked, clarified, consulted_from,
        consulted_to; and extended (bool, blank is no). Others are left alone; times of day do not
        count.
    calendar
        The working days.
    on
        A day, such as 31 December of the report year, for the column is_overdue.

    Returns
    -------
    DataFrame
        One row per application, with the same index. Columns: start, deadline (``datetime64[ns]``),
        workdays (Int64, 工作日), is_late (boolean), reason (str), as in `law.Reckoning`; and with
        `on` is_overdue (boolean), as of `law.is_overdue`.

    Raises
    ------
    KeyError
        There is no column received or replied.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, and a single application needs none

    rows = _read(applications)
    found = _reckon(rows, calendar)
    columns: dict[str, Any] = {
        "start": _timestamps(found.start),
        "deadline": _timestamps(found.deadline),
        "workdays": pd.arrays.IntegerArray(found.workdays, ~found.counted),
        "is_late": pd.arrays.BooleanArray(found.is_late, ~found.judged),
        "reason": pd.array(found.reason, dtype=pd.StringDtype("python", na_value=float("nan"))),
    }
    if on is not None:
        columns["is_overdue"] = pd.arrays.BooleanArray(*_overdue(rows, calendar, on))
    return pd.DataFrame(columns, index=applications.index)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The ledger's columns: dates as ordinals, FAR where blank; shape of each (rows,)."""

    received: Array
    counted_from: Array
    clarify_asked: Array
    clarified: Array
    consulted_from: Array
    consulted_to: Array
    replied: Array
    extended: Array


@dataclass(frozen=True, slots=True)
class _Found:
    """What came out; shape of each array (rows,), dates as ordinals, FAR where there is none.

    Attributes
    ----------
    counted, judged
        Where `workdays` and `is_late` are told.
    horizon
        The last day up to which the days after `start` are known.
    """

    start: Array
    deadline: Array
    workdays: Array
    counted: Array
    is_late: Array
    judged: Array
    reason: Array
    horizon: Array


def _read(applications: pd.DataFrame) -> _Rows:
    import numpy as np  # noqa: PLC0415 - comes with pandas

    blank = np.full(len(applications), FAR)
    dates = {name: _ordinals(applications[name]) for name in REQUIRED}
    for name in OPTIONAL:
        dates[name] = _ordinals(applications[name]) if name in applications else blank
    extended = blank < FAR
    if "extended" in applications:
        extended = applications["extended"].isin([True]).to_numpy()
    return _Rows(**dates, extended=extended)


def _ordinals(dates: pd.Series[Any]) -> Array:
    import numpy as np  # noqa: PLC0415 - comes with pandas

    days = dates.to_numpy("datetime64[D]")
    return np.where(np.isnat(days), FAR, days.astype("int64") + EPOCH)


def _timestamps(ordinals: Array) -> Array:
    import numpy as np  # noqa: PLC0415 - comes with pandas

    days = (ordinals - EPOCH).astype("datetime64[D]")
    days[ordinals >= FAR] = np.datetime64("NaT")
    return days.astype("datetime64[ns]")


def _reckon(rows: _Rows, calendar: Calendar) -> _Found:
    import numpy as np  # noqa: PLC0415 - comes with pandas

    receipt = np.where(rows.counted_from < FAR, rows.counted_from, rows.received)
    wrong = _contradicts(rows, receipt)
    waiting = ~wrong & (rows.clarify_asked < FAR) & (rows.clarified == FAR)
    start = np.where(rows.clarified < FAR, rows.clarified, receipt)
    start = np.where(wrong | waiting, FAR, start)
    line = _Line(calendar, start)
    deadline, consulting = _deadline(rows, line)
    runs, told = start < FAR, deadline < FAR
    early = runs & (rows.replied < start)
    answered = runs & (rows.replied < FAR) & ~early
    counted = answered & (rows.replied <= line.horizon)
    closed = waiting & (rows.replied < FAR)
    unknown = runs & ~consulting & ~(told & (counted | ~answered))
    reason = line.unknown_years(unknown)
    reason[consulting] = CONSULTING
    reason[early] = REPLY_FIRST
    reason[~runs] = NO_RECEIPT
    reason[waiting] = OUTSTANDING
    reason[closed] = CLOSED
    reason[wrong] = CONTRADICTION
    return _Found(
        start=start,
        deadline=deadline,
        workdays=np.where(counted, _used(rows, line), 0),
        counted=counted,
        is_late=answered & told & (rows.replied > deadline),
        judged=(answered & (told | counted | consulting)) | closed,
        reason=reason,
        horizon=line.horizon,
    )


class _Line:
    """The calendar's timeline, looked up from the start of each row."""

    def __init__(self, calendar: Calendar, start: Array) -> None:
        import numpy as np  # noqa: PLC0415 - comes with pandas

        line = calendar.timeline
        self.start = start
        self._first = line.first
        self._counts, self._days = np.asarray(line.counts), np.asarray(line.days)
        ends = np.append(np.asarray(line.ends), 0)
        position = start + 1 - line.first
        end = ends[np.where(position < 0, -1, np.minimum(position, len(ends) - 1))]
        self.horizon = np.where(end > 0, line.first + end - 1, start)

    def until(self, day: Array) -> Array:
        """Count the working days up to a day, itself included, from the first known year on."""
        counted: Array = self._counts[(day + 1 - self._first).clip(0, len(self._counts) - 1)]
        return counted

    def workday(self, number: Array) -> Array:
        """Give the working days of these numbers, as `until` counts them; FAR past the horizon."""
        import numpy as np  # noqa: PLC0415 - comes with pandas

        days = self._days[(number - 1).clip(0, len(self._days) - 1)]
        return np.where(number <= self.until(self.horizon), days, FAR)

    def unknown_years(self, mask: Array) -> Array:
        """Give the reason of those rows that run into an unknown year, and empty texts."""
        import numpy as np  # noqa: PLC0415 - comes with pandas

        reason = np.full(len(mask), "", dtype=object)
        rows = np.flatnonzero(mask)
        days = (self.horizon[rows] + 1 - EPOCH).astype("datetime64[D]")
        years = days.astype("datetime64[Y]")
        for year in np.unique(years):
            reason[rows[years == year]] = f"{UNKNOWN_YEAR} {year}"
        return reason


def _contradicts(rows: _Rows, receipt: Array) -> Array:
    clarified = (rows.clarified < FAR) & (
        ((rows.clarify_asked < FAR) & (rows.clarified < rows.clarify_asked))
        | ((receipt < FAR) & (rows.clarified < receipt))
    )
    return clarified | (rows.consulted_to < rows.consulted_from)


def _deadline(rows: _Rows, line: _Line) -> tuple[Array, Array]:
    """Give the deadlines, and where a consultation without end keeps them from being told."""
    import numpy as np  # noqa: PLC0415 - comes with pandas

    start = line.start
    since = [rule.since.toordinal() for rule in RULES]
    rule = (np.searchsorted(since, start, side="right") - 1).clip(0)
    allowed = np.array([r.period for r in RULES])[rule]
    allowed += np.array([r.extension for r in RULES])[rule] * rows.extended
    begun, ended = _consultation(rows, start)
    matters = (begun < ended) & (begun <= line.horizon)
    matters &= line.until(begun) - line.until(start) < allowed
    left_out = line.until(ended) - line.until(begun)
    reached = line.until(start) + allowed + np.where(matters, left_out, 0)
    consulting = (start < FAR) & matters & (ended == FAR)
    return np.where((start == FAR) | consulting, FAR, line.workday(reached)), consulting


def _used(rows: _Rows, line: _Line) -> Array:
    """Count the working days up to the reply, where all of them are known."""
    import numpy as np  # noqa: PLC0415 - comes with pandas

    begun, ended = (np.minimum(day, rows.replied) for day in _consultation(rows, line.start))
    left_out = line.until(ended) - line.until(begun)
    used: Array = line.until(rows.replied) - line.until(line.start) - left_out
    return used


def _consultation(rows: _Rows, start: Array) -> tuple[Array, Array]:
    """Give the part of each consultation that lies in the period; no days for none."""
    import numpy as np  # noqa: PLC0415 - comes with pandas

    begun = np.maximum(rows.consulted_from, start)
    return begun, np.maximum(rows.consulted_to, begun)


def _overdue(rows: _Rows, calendar: Calendar, on: dt.date) -> tuple[Array, Array]:
    """Give where an application was overdue on a day, and where that cannot be told."""
    import numpy as np  # noqa: PLC0415 - comes with pandas

    day = on.toordinal()
    later = ("clarify_asked", "clarified", "consulted_from", "consulted_to", "replied")
    columns = {name: getattr(rows, name) for name in later}
    then = replace(rows, **{name: np.where(c > day, FAR, c) for name, c in columns.items()})
    found = _reckon(then, calendar)
    runs, told = found.start < FAR, found.deadline < FAR
    waits = (found.reason == OUTSTANDING) | (found.reason == CONSULTING)
    in_time = (then.replied < FAR) | waits | (runs & ~told & (day <= found.horizon))
    return ~in_time & told & (day > found.deadline), ~in_time & ~told
