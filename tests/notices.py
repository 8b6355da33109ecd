"""The State Council's notices on holidays, typed out, and deadlines counted day by day from them.

Nothing here uses the code under test, but its record of an application.
"""

import datetime as dt
from typing import NamedTuple

from nianbao.filing.workdays import Application

DAY = dt.timedelta(1)
SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 2019, 2026


class Notice(NamedTuple):
    number: str
    off: str  # days off, the weekends in them as the notice has them
    work: str  # make-up working days


NOTICES = [
    Notice(
        "国办发明电〔2018〕15号，劳动节依国办发明电〔2019〕3号",
        "2018-12-30..2019-01-01 2019-02-04..2019-02-10 2019-04-05 2019-05-01..2019-05-04"
        " 2019-06-07 2019-09-13 2019-10-01..2019-10-07",
        "2018-12-29 2019-02-02 2019-02-03 2019-04-28 2019-05-05 2019-09-29 2019-10-12",
    ),
    Notice(
        "国办发明电〔2019〕16号，春节依国办发明电〔2020〕1号延长至 2 月 2 日，2 月 1 日不再上班",
        "2020-01-01 2020-01-24..2020-02-02 2020-04-04..2020-04-06 2020-05-01..2020-05-05"
        " 2020-06-25..2020-06-27 2020-10-01..2020-10-08",
        "2020-01-19 2020-04-26 2020-05-09 2020-06-28 2020-09-27 2020-10-10",
    ),
    Notice(
        "国办发明电〔2020〕27号",
        "2021-01-01..2021-01-03 2021-02-11..2021-02-17 2021-04-03..2021-04-05"
        " 2021-05-01..2021-05-05 2021-06-12..2021-06-14 2021-09-19..2021-09-21"
        " 2021-10-01..2021-10-07",
        "2021-02-07 2021-02-20 2021-04-25 2021-05-08 2021-09-18 2021-09-26 2021-10-09",
    ),
    Notice(
        "国办发明电〔2021〕11号",
        "2022-01-01..2022-01-03 2022-01-31..2022-02-06 2022-04-03..2022-04-05"
        " 2022-04-30..2022-05-04 2022-06-03..2022-06-05 2022-09-10..2022-09-12"
        " 2022-10-01..2022-10-07",
        "2022-01-29 2022-01-30 2022-04-02 2022-04-24 2022-05-07 2022-10-08 2022-10-09",
    ),
    Notice(
        "国办发明电〔2022〕16号",
        "2022-12-31..2023-01-02 2023-01-21..2023-01-27 2023-04-05 2023-04-29..2023-05-03"
        " 2023-06-22..2023-06-24 2023-09-29..2023-10-06",
        "2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08",
    ),
    Notice(
        "国办发明电〔2023〕7号",
        "2024-01-01 2024-02-10..2024-02-17 2024-04-04..2024-04-06 2024-05-01..2024-05-05"
        " 2024-06-10 2024-09-15..2024-09-17 2024-10-01..2024-10-07",
        "2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12",
    ),
    Notice(
        "国办发明电〔2024〕12号",
        "2025-01-01 2025-01-28..2025-02-04 2025-04-04..2025-04-06 2025-05-01..2025-05-05"
        " 2025-05-31..2025-06-02 2025-10-01..2025-10-08",
        "2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11",
    ),
    Notice(
        "国办发明电〔2025〕7号",
        "2026-01-01..2026-01-03 2026-02-15..2026-02-23 2026-04-04..2026-04-06"
        " 2026-05-01..2026-05-05 2026-06-19..2026-06-21 2026-09-25..2026-09-27"
        " 2026-10-01..2026-10-07",
        "2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10",
    ),
]


def days(text: str) -> set[dt.date]:
    found = set()
    for part in text.split():
        first, _, last = part.partition("..")
        day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
        while day <= end:
            found.add(day)
            day += DAY
    return found


OFF = set[dt.date]().union(*(days(notice.off) for notice in NOTICES))
WORK = set[dt.date]().union(*(days(notice.work) for notice in NOTICES))


def is_known(day: dt.date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def is_workday(day: dt.date) -> bool:
    return day in WORK or (day.weekday() < SATURDAY and day not in OFF)


class Counted(NamedTuple):
    """As nianbao has it: start, deadline, working days, late or not, reason."""

    start: dt.date | None
    deadline: dt.date | None
    workdays: int | None
    is_late: bool | None
    reason: str


def count_slowly(a: Application) -> Counted:
    """Walk from day to day, as a clerk does on the calendar on the wall."""
    receipt = a.counted_from or a.received
    start = a.clarified or receipt
    if contradicts(a, receipt):
        return Counted(None, None, None, None, "contradictory dates")
    if a.clarify_asked and not a.clarified:
        closed = Counted(None, None, None, False, "closed without clarification")
        return closed if a.replied else Counted(None, None, None, None, "clarification outstanding")
    if start is None:
        return Counted(None, None, None, None, "no date of receipt")
    return count_period(a, start)


def count_period(a: Application, start: dt.date) -> Counted:
    deadline, reason = walk_to_deadline(a, start)
    if a.replied is None:
        return Counted(start, deadline, None, None, reason)
    if a.replied < start:
        return Counted(start, deadline, None, None, "reply before start")
    used, known = walk_to_reply(a, start)
    late = a.replied > deadline if deadline else None
    if not deadline and (known or reason == "consultation outstanding"):
        late = False  # the period is still running
    missing = "" if known else f"unknown year {first_unknown(start)}"
    return Counted(start, deadline, used if known else None, late, reason or missing)


def contradicts(a: Application, receipt: dt.date | None) -> bool:
    early = [day for day in (a.clarify_asked, receipt) if day and a.clarified and a.clarified < day]
    spans = [c for c in a.consultations if c.ended and (c.begun is None or c.ended < c.begun)]
    return bool(early or spans)


def is_left_out(a: Application, day: dt.date) -> bool:
    asked = [c for c in a.consultations if c.begun and c.begun < day]
    return any(c.ended is None or day <= c.ended for c in asked)


def is_counted(a: Application, day: dt.date) -> bool:
    return is_workday(day) and not is_left_out(a, day)


def walk_to_deadline(a: Application, start: dt.date) -> tuple[dt.date | None, str]:
    period = 15 if start < dt.date(2019, 5, 15) else 20
    left, day, unknown = period * 2 if a.extended else period, start, 0
    while left:
        day += DAY
        if any(c.ended is None and c.begun and c.begun < day for c in a.consultations):
            return None, "consultation outstanding"
        if not is_known(day):
            unknown = unknown or day.year
        if unknown and not is_left_out(a, day):  # what is left out need not be known
            return None, f"unknown year {unknown}"
        left -= is_counted(a, day)
    return day, ""


def walk_to_reply(a: Application, start: dt.date) -> tuple[int, bool]:
    between = [start + n * DAY for n in range(1, (a.replied - start).days + 1)]
    return sum(is_counted(a, day) for day in between), all(map(is_known, between))


def first_unknown(start: dt.date) -> int:
    day = start + DAY
    while is_known(day):
        day += DAY
    return day.year
