"""Deadlines counted slowly, by the law, and by columns: all the same. Cases: deadlines.csv."""

import cProfile
import csv
import datetime as dt
from collections import Counter
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import notices
from nianbao.filing.workdays import (
    Application,
    Calendar,
    Consultation,
    deadlines,
    explain,
    is_overdue,
    reason_text,
    reckon,
)

KNOWN_YEARS = range(notices.FIRST_YEAR, notices.LAST_YEAR + 1)
CALENDAR = Calendar({year: Calendar().years[year] for year in KNOWN_YEARS})
LATE = {"是": True, "否": False, "": None}


def date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def application(row: dict[str, str]) -> Application:
    consulted = date(row["征求意见开始日期"]), date(row["征求意见结束日期"])
    return Application(
        received=date(row["收到日期"]),
        counted_from=date(row["起算日期"]),
        clarify_asked=date(row["要求补正日期"]),
        clarified=date(row["收到补正日期"]),
        consultations=(Consultation(*consulted),) if any(consulted) else (),
        extended=row["是否延期"] == "是",
        replied=date(row["答复日期"]),
    )


with Path(__file__).with_name("deadlines.csv").open(encoding="utf-8", newline="") as stream:
    TABLE = list(csv.DictReader(stream))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["说明"])
def test_the_table(row):
    expected = (
        date(row["答复期限"]),
        int(row["工作日"]) if row["工作日"] else None,
        LATE[row["是否逾期"]],
        row["原因"],
    )
    assert notices.count_slowly(application(row))[1:] == expected
    assert astuple(reckon(application(row), CALENDAR))[1:] == expected


def test_the_table_has_three_dates_for_each_holiday_and_year():
    received = [day for row in TABLE if (day := date(row["收到日期"])) and not row["答复日期"]]
    spring = Counter(day.year for day in received if day.month <= 2)
    autumn = Counter(day.year for day in received if day.month in {9, 10})
    assert all(min(spring[year], autumn[year]) >= 3 for year in KNOWN_YEARS)


FIRST = dt.date(2018, 11, 1)
RECEIVED = st.integers(0, 3070).map(lambda n: FIRST + dt.timedelta(n))  # to March 2027
IN_LAW = st.dates(dt.date(2019, 5, 15), dt.date(2026, 6, 30))  # 40 working days fit in


@st.composite
def applications(draw: st.DrawFn) -> Application:
    received = draw(RECEIVED)
    near = st.none() | st.integers(-5, 90).map(lambda n: received + dt.timedelta(n))
    begun, ended = draw(near), draw(near)
    return Application(
        received=draw(st.just(received) | st.none()),
        counted_from=draw(near),
        clarify_asked=draw(st.none() | near),
        clarified=draw(st.none() | near),
        consultations=(Consultation(begun, ended),) if begun or ended else (),
        extended=draw(st.booleans()),
        replied=draw(near),
    )


@settings(max_examples=400)
@given(applications())
def test_the_law_is_as_counted_slowly(one):
    assert astuple(reckon(one, CALENDAR)) == tuple(notices.count_slowly(one))


@st.composite
def consulted_often(draw: st.DrawFn) -> Application:
    received = draw(RECEIVED)
    day = st.integers(-5, 60).map(lambda n: received + dt.timedelta(n))
    pairs = st.tuples(day, day).map(sorted) | st.tuples(day, st.none())
    spans = tuple(Consultation(*pair) for pair in draw(st.lists(pairs, max_size=4)))
    return Application(received, consultations=spans, replied=draw(st.none() | day))


@settings(max_examples=300)
@given(consulted_often())
def test_consultations_may_overlap_in_any_order(one):
    assert astuple(reckon(one, CALENDAR)) == tuple(notices.count_slowly(one))


def ledger(several: list[Application]) -> pd.DataFrame:
    spans = [one.consultations or (Consultation(None),) for one in several]
    columns = {
        "received": [one.received for one in several],
        "counted_from": [one.counted_from for one in several],
        "clarify_asked": [one.clarify_asked for one in several],
        "clarified": [one.clarified for one in several],
        "consulted_from": [span[0].begun for span in spans],
        "consulted_to": [span[0].ended for span in spans],
        "replied": [one.replied for one in several],
    }
    frame = pd.DataFrame({name: pd.to_datetime(days) for name, days in columns.items()})
    frame = frame.astype("datetime64[ns]").assign(extended=[one.extended for one in several])
    return frame.set_index(pd.Index([f"申请{n}" for n in range(len(several))]))


def plain(value: object) -> object:
    if value is pd.NaT or value is pd.NA:
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(map(plain, row)) for row in frame.itertuples(index=False)]


@settings(max_examples=100)
@given(st.lists(applications(), max_size=30), RECEIVED)
def test_columns_are_as_single_applications(several, on):
    frame = ledger(several)
    before = frame.copy()
    found = deadlines(frame, CALENDAR, on=on)
    pd.testing.assert_frame_equal(frame, before)
    assert list(found.index) == list(frame.index)
    expected = [(*astuple(reckon(one, CALENDAR)), is_overdue(one, CALENDAR, on)) for one in several]
    assert rows(found) == expected


def test_the_table_by_columns():
    several = [application(row) for row in TABLE]
    assert rows(deadlines(ledger(several), CALENDAR)) == [
        astuple(reckon(one, CALENDAR)) for one in several
    ]


@given(IN_LAW, st.booleans())
def test_a_deadline_is_a_working_day_after_the_start(received, extended):
    deadline = reckon(Application(received, extended=extended), CALENDAR).deadline
    assert deadline > received
    assert notices.is_workday(deadline)


@given(RECEIVED, RECEIVED, st.booleans())
def test_who_comes_later_is_answered_no_sooner(one, other, extended):
    first, last = sorted([one, other])
    earlier = reckon(Application(first, extended=extended), CALENDAR).deadline
    later = reckon(Application(last, extended=extended), CALENDAR).deadline
    assert earlier is None or later is None or earlier <= later


@given(IN_LAW)
def test_an_extension_adds_twenty_working_days(received):
    first = reckon(Application(received), CALENDAR).deadline
    last = reckon(Application(received, extended=True), CALENDAR).deadline
    assert workdays(first, last) == 20


@given(IN_LAW, st.integers(0, 19), st.integers(0, 40))
def test_a_consultation_postpones_by_its_own_working_days(received, after, length):
    first = reckon(Application(received), CALENDAR).deadline
    begun = CALENDAR.workday_after(received, after) if after else received
    span = Consultation(begun, begun + dt.timedelta(length))
    last = reckon(Application(received, consultations=(span,)), CALENDAR).deadline
    assert workdays(first, last) == workdays(begun, span.ended)


@given(applications(), RECEIVED)
def test_overdue_is_that_an_answer_of_that_day_would_be_late(one, on):
    then = one.as_of(on)
    begun = then.clarified or then.receipt
    overdue = is_overdue(one, CALENDAR, on)
    if then.replied is None and begun is not None and begun <= on:
        assert overdue == reckon(replace(then, replied=on), CALENDAR).is_late
    elif then.replied is not None:
        assert overdue is False
    else:
        assert overdue is not True


def workdays(after: dt.date, until: dt.date) -> int:
    days = (after + dt.timedelta(n) for n in range(1, (until - after).days + 1))
    return sum(map(notices.is_workday, days))


YEAR_END = dt.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("one", "overdue"),
    [
        (Application(dt.date(2024, 12, 2)), True),
        (Application(dt.date(2024, 12, 3)), False),  # its 20th working day is 31 December
        (Application(dt.date(2024, 11, 4), replied=dt.date(2024, 12, 31)), False),
        (Application(dt.date(2024, 11, 4), replied=dt.date(2025, 1, 6)), True),
        (Application(dt.date(2024, 11, 4), clarify_asked=dt.date(2024, 11, 8)), False),
        (Application(dt.date(2024, 11, 4), clarify_asked=dt.date(2025, 1, 6)), True),
        (Application(dt.date(2024, 11, 4), counted_from=dt.date(2025, 1, 3)), False),
        (Application(dt.date(2025, 1, 6)), False),
        (Application(None), None),
    ],
)
def test_overdue_at_the_end_of_the_year_by_what_was_known_then(one, overdue):
    assert is_overdue(one, CALENDAR, YEAR_END) is overdue
    found = deadlines(ledger([one]), CALENDAR, on=YEAR_END)["is_overdue"]
    assert plain(found.iloc[0]) == overdue


def test_a_ledger_may_lack_what_is_optional_and_be_empty():
    frame = pd.DataFrame({"received": [], "replied": []}, dtype="datetime64[ns]")
    found = deadlines(frame, CALENDAR, on=YEAR_END)
    assert dict(found.dtypes.astype(str)) == {
        "start": "datetime64[ns]",
        "deadline": "datetime64[ns]",
        "workdays": "Int64",
        "is_late": "boolean",
        "reason": "str",
        "is_overdue": "boolean",
    }


def test_blank_flags_and_times_of_day_do_not_count():
    frame = pd.DataFrame(
        {
            "received": pd.to_datetime(["2024-02-02 23:59", "2024-02-02 00:00"]),
            "replied": pd.to_datetime(["2024-03-06 08:30", None]),
            "extended": pd.array([None, True], dtype="boolean"),
        }
    )
    found = rows(deadlines(frame, CALENDAR))
    assert found[0][1:4] == (dt.date(2024, 3, 6), 20, False)
    assert found[1][1] == dt.date(2024, 4, 3)


def test_a_ledger_without_dates_of_receipt_is_refused():
    with pytest.raises(KeyError, match="received"):
        deadlines(pd.DataFrame({"replied": []}), CALENDAR)


def long_ledger(number):
    """So many lines of a ledger, at random."""
    random = np.random.default_rng(20190515)
    received = np.datetime64("2019-01-01") + random.integers(0, 2900, number)
    frame = pd.DataFrame({"received": received.astype("datetime64[ns]")})
    for name, most in {"clarified": 20, "consulted_from": 20, "replied": 60}.items():
        later = frame["received"] + pd.to_timedelta(random.integers(0, most, number), unit="D")
        frame[name] = later.where(random.random(number) < 0.5)
    frame["consulted_to"] = frame["consulted_from"] + pd.Timedelta(days=15)
    return frame


def test_a_long_ledger_takes_no_more_steps_than_a_short_one():
    # the first call fills caches
    _, short, long = (calls_of(deadlines, long_ledger(n), CALENDAR) for n in (9, 1_000, 50_000))
    assert long < 2 * short


def calls_of(function, *arguments):
    """How many functions a call calls, Python's and C's."""
    profile = cProfile.Profile()
    profile.runcall(function, *arguments)
    return sum(entry.callcount for entry in profile.getstats())


EXPLAINED = [
    (
        Application(dt.date(2024, 2, 2), replied=dt.date(2024, 3, 7)),
        """\
2024-02-02（周五）收到申请。
次日起算，期限 20 个工作日（《条例》第三十三条）。
其间：春节 2024-02-10—2024-02-17 放假；2024-02-04、2024-02-18 调休上班。
第 20 个工作日是 2024-03-06（周三），答复期限到这一天。
2024-03-07（周四）答复，用了 21 个工作日，逾期。""",
    ),
    (
        Application(
            dt.date(2024, 2, 2),
            counted_from=dt.date(2024, 2, 5),
            clarify_asked=dt.date(2024, 2, 21),
            clarified=dt.date(2024, 3, 1),
            consultations=(Consultation(dt.date(2024, 3, 5), dt.date(2024, 3, 20)),),
            extended=True,
        ),
        """\
2024-02-02（周五）收到申请。
2024-02-05（周一）起算：签收或者双方确认之日为收到申请之日（《条例》第三十一条）。
2024-02-21（周三）要求补正，用了 8 个工作日，超过 7 个工作日（第三十条：应在 7 个工作日内）。
2024-03-01（周五）收到补正，期限重新起算（第三十条）。
次日起算，期限 20 个工作日（《条例》第三十三条），延期 20 个工作日，共 40 个。
征求意见 2024-03-05—2024-03-20，其间 11 个工作日，自次日起不计入期限（第三十三条第三款）。
其间：清明 2024-04-04—2024-04-06 放假；劳动节 2024-05-01—2024-05-05 放假；\
2024-04-07、2024-04-28、2024-05-11 调休上班。
第 40 个工作日是 2024-05-15（周三），答复期限到这一天。
尚未答复。""",
    ),
    (
        Application(dt.date(2026, 12, 20), consultations=(Consultation(dt.date(2026, 12, 28)),)),
        """\
2026-12-20（周日）收到申请。
次日起算，期限 20 个工作日（《条例》第三十三条）。
2026-12-28 起征求意见，尚未结束，其后不计入期限（第三十三条第三款）。
征求意见尚未结束，期限待定。
尚未答复。""",
    ),
    (
        Application(dt.date(2026, 12, 20), replied=dt.date(2027, 1, 5)),
        """\
2026-12-20（周日）收到申请。
次日起算，期限 20 个工作日（《条例》第三十三条）。
不知道 2027 年的放假安排，可写入 params/holidays.yaml。
2027-01-05（周二）答复。""",
    ),
    (
        Application(dt.date(2019, 4, 28), replied=dt.date(2019, 5, 25)),
        """\
2019-04-28（周日）收到申请。
次日起算，期限 15 个工作日（原《条例》（国务院令第492号）第二十四条）。
2019-05-15 起施行的《条例》第三十三条规定 20 个工作日；施行前起算的仍按原期限，请核对。
其间：劳动节 2019-05-01—2019-05-04 放假；2019-05-05 调休上班。
第 15 个工作日是 2019-05-21（周二），答复期限到这一天。
2019-05-25（周六）答复，用了 18 个工作日，逾期。""",
    ),
    (
        Application(dt.date(2024, 11, 4), clarify_asked=dt.date(2024, 11, 8)),
        """\
2024-11-04（周一）收到申请。
2024-11-08（周五）要求补正，用了 4 个工作日（第三十条：应在 7 个工作日内）。
申请人尚未补正，期限没有起算。
尚未答复。""",
    ),
]


@pytest.mark.parametrize(("one", "text"), EXPLAINED)
def test_the_reasoning_in_words(one, text):
    assert explain(one, CALENDAR) == text


@given(applications())
def test_every_application_is_explained_and_every_reason_has_words(one):
    found = reckon(one, CALENDAR)
    text = explain(one, CALENDAR)
    assert bool(found.reason) == bool(reason_text(found.reason))
    assert reason_text(found.reason) in text
    assert found.deadline is None or str(found.deadline) in text
