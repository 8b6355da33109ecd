"""Working days: the package and the State Council's notices agree, day by day.

So did the package `holidays` 0.109, from 2004 to 2026, but for 2005-12-31; it is no dependency,
for it holds python-dateutil back for all.
"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import notices
from nianbao.filing.workdays import Calendar, load_calendar
from nianbao.filing.workdays.calendar import _complete

CALENDAR = load_calendar()
REPORTED = (dt.date(2019, 1, 1), dt.date(2026, 12, 31))
DAYS = st.dates(dt.date(2003, 1, 1), dt.date(2028, 12, 31))
KNOWN = st.dates(dt.date(2004, 1, 1), dt.date(2026, 12, 31))


def each_day(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(n) for n in range((last - first).days + 1)]


def test_each_day_is_as_the_notices_have_it():
    wrong = [d for d in each_day(*REPORTED) if CALENDAR.is_workday(d) != notices.is_workday(d)]
    assert wrong == []


def test_the_days_that_the_notice_for_2019_moved_in_2018():
    moved = each_day(dt.date(2018, 12, 29), dt.date(2018, 12, 31))
    assert [CALENDAR.is_workday(day) for day in moved] == [True, False, False]


def test_each_notice_moves_days_that_would_be_otherwise():
    assert all(day.weekday() >= 5 for day in notices.WORK)
    assert notices.OFF.isdisjoint(notices.WORK)


@pytest.mark.parametrize("day", [dt.date(2003, 12, 31), dt.date(2027, 1, 1), dt.date(1, 1, 1)])
def test_a_day_of_an_unknown_year_is_neither(day):
    assert CALENDAR.is_workday(day) is None
    assert CALENDAR.unknown_years(day, day) == (day.year,)


def test_unknown_years_are_named():
    assert CALENDAR.unknown_years(dt.date(2002, 5, 1), dt.date(2005, 1, 1)) == (2002, 2003)
    assert CALENDAR.unknown_years(*REPORTED) == ()


def test_a_count_stops_at_an_unknown_year():
    end = dt.date(2026, 12, 31)
    assert CALENDAR.workday_after(dt.date(2026, 12, 30), 1) == end
    assert CALENDAR.workday_after(dt.date(2026, 12, 30), 2) is None
    assert CALENDAR.workday_after(end, 1) is None
    assert CALENDAR.count(dt.date(2026, 12, 30), end) == 1
    assert CALENDAR.count(dt.date(2026, 12, 30), end + dt.timedelta(1)) is None
    assert CALENDAR.unknown_year(dt.date(2026, 12, 30)) == 2027
    assert CALENDAR.unknown_year(end) == 2027


def test_a_count_may_begin_on_the_eve_of_the_first_known_day():
    eve = dt.date(2003, 12, 31)
    assert CALENDAR.workday_after(eve, 1) == dt.date(2004, 1, 2)
    assert CALENDAR.horizon(eve) == dt.date(2026, 12, 31)
    assert CALENDAR.workday_after(dt.date(2003, 12, 30), 1) is None
    assert CALENDAR.unknown_year(dt.date(2003, 12, 30)) == 2003


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_the_ends_of_time(day):
    assert CALENDAR.workday_after(day, 1) is None
    assert CALENDAR.horizon(day) == day


@given(after=KNOWN, number=st.integers(1, 300))
def test_the_nth_working_day_is_one_and_is_the_nth(after, number):
    day = CALENDAR.workday_after(after, number)
    if day is None:
        assert CALENDAR.count(after, REPORTED[1]) < number
    else:
        assert CALENDAR.is_workday(day)
        assert CALENDAR.count(after, day) == number


@given(after=DAYS, until=DAYS)
def test_a_count_is_that_of_the_days(after, until):
    days = [CALENDAR.is_workday(day) for day in each_day(after, until)[1:]]
    assert CALENDAR.count(after, until) == (None if None in days else sum(days))


def test_a_day_moved_by_the_next_notice_does_not_make_its_year_known():
    assert _complete([dt.date(2026, 10, 1), dt.date(2027, 1, 1)]) == {2026}


def test_festivals_have_their_names():
    year = Calendar().years[2024]
    assert year.holidays[dt.date(2024, 2, 10)] == "春节"
    assert year.workdays[dt.date(2024, 10, 12)] == "国庆节"
    assert year.source == "chinesecalendar"
