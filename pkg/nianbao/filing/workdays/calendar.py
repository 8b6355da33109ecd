"""Working days in mainland China: weekends, statutory holidays, make-up working days (调休).

Two sources: the package ``chinesecalendar``, whose data end with the last year that the State
Council's notice is out for, and ``params/holidays.yaml`` of the project. For a year that both know
the file counts. A year that neither knows is said to be unknown; nothing is guessed.

A notice may still move the last days of the December before it (元旦 of 2019 moved two), so the end
of the last known year is certain only when the next notice is out.
"""

from __future__ import annotations

import datetime as dt
import os
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import Self

import chinese_calendar

from nianbao.filing.workdays.declared import HolidayFile, YearPlan, load_holidays
from nianbao.project import Project

PACKAGE = "chinesecalendar"
SATURDAY = 5
CHINA = dt.timezone(dt.timedelta(hours=8))
"""In which days are counted, wherever the machine stands."""
NATIONAL_DAY, NEW_YEARS_EVE = (10, 1), (12, 31)


@dataclass(frozen=True, slots=True)
class YearDays:
    """What sets the days of one year apart from ordinary weeks.

    Attributes
    ----------
    holidays, workdays
        Days off, and make-up working days, to the festival; ``""`` where the source names none.
    source
        The notice's number, for a year of the project's file; else ``chinesecalendar``.
    """

    holidays: Mapping[dt.date, str]
    workdays: Mapping[dt.date, str]
    source: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A day on which the project's file and the package do not agree; the file counts.

    Attributes
    ----------
    is_workday
        What the file says.
    """

    day: dt.date
    is_workday: bool
    file: str

    def __str__(self) -> str:
        file, package = ("要上班", "休息") if self.is_workday else ("休息", "要上班")
        return f"{self.day}：按 {self.file} {file}，按 {PACKAGE} {package}；以前者为准"


@dataclass(frozen=True, slots=True)
class Timeline:
    """All known years in one row of days, for counting; position 0 is the first known day.

    Attributes
    ----------
    first
        Ordinal (``date.toordinal``) of the first known day.
    counts
        Working days before each position; one more entry than there are days.
    days
        Ordinals of all working days, ascending.
    ends
        For each position the one after the last day of its unbroken run of known years; 0 for a
        day of an unknown year between known ones.
    """

    first: int
    counts: array[int]
    days: array[int]
    ends: array[int]


@cache
def package_years() -> Mapping[int, YearDays]:
    """Give the years that the package knows."""
    names = {festival.value: festival.chinese for festival in chinese_calendar.Holiday}
    return {
        year: YearDays(
            {d: names[name] for d, name in chinese_calendar.holidays.items() if d.year == year},
            {d: names[name] for d, name in chinese_calendar.workdays.items() if d.year == year},
            PACKAGE,
        )
        for year in _complete(chinese_calendar.holidays)
    }


@dataclass(frozen=True)
class Calendar:
    """Working days of the years that are known.

    Attributes
    ----------
    years
        The known years.
    differences
        Days on which the project's file and the package do not agree, for a reviewer.
    file, digest
        The project's file as messages name it, and the SHA-256 of its bytes; empty without one.
    """

    years: Mapping[int, YearDays] = field(default_factory=package_years)
    differences: tuple[Difference, ...] = ()
    file: str = ""
    digest: str = ""

    @classmethod
    def of(cls, project: Project) -> Calendar:
        """Give the calendar of a project, with its ``params/holidays.yaml`` where it has one.

        Raises
        ------
        ConfigError
            The file is there and cannot be read, or does not fit its declaration.
        """
        path = project.holidays
        if not os.path.lexists(path):  # a broken link is there, and told
            return _of_package()
        return cls.with_file(load_holidays(path, shown=project.relative(path)))

    @classmethod
    def with_file(cls, declared: HolidayFile) -> Self:
        """Give the package's years with those of a file over them."""
        package = cls()
        years = {**package.years, **{plan.year: _declared(plan) for plan in declared.plans}}
        for plan in declared.plans:
            if plan.year - 1 in years:
                years[plan.year - 1] = _with_december(years[plan.year - 1], plan)
        merged = cls(years, (), declared.name, declared.digest)
        return replace(merged, differences=tuple(_differences(merged, package, declared.plans)))

    def is_workday(self, day: dt.date) -> bool | None:
        """Tell whether people work on a day; None where its year is unknown."""
        year = self.years.get(day.year)
        if year is None:
            return None
        return day in year.workdays or (day.weekday() < SATURDAY and day not in year.holidays)

    def unknown_years(self, first: dt.date, last: dt.date) -> tuple[int, ...]:
        """Give the unknown years among those from one day to another, ascending."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.years)

    def horizon(self, after: dt.date) -> dt.date:
        """Give the last day up to which all days after `after` are known; itself for none."""
        line = self.timeline
        position = after.toordinal() + 1 - line.first
        known = 0 <= position < len(line.ends) and line.ends[position]
        return dt.date.fromordinal(line.first + line.ends[position] - 1) if known else after

    def unknown_year(self, after: dt.date) -> int:
        """Give the first unknown year that the days after `after` run into."""
        last = self.horizon(after)
        return last.year + ((last.month, last.day) == NEW_YEARS_EVE)

    def workday_after(self, after: dt.date, number: int) -> dt.date | None:
        """Give the `number`-th working day after a day; None where an unknown year comes first.

        Parameters
        ----------
        number
            From one.
        """
        line = self.timeline
        reached = bisect_right(line.days, after.toordinal()) + number
        limit = bisect_right(line.days, self.horizon(after).toordinal())
        return dt.date.fromordinal(line.days[reached - 1]) if reached <= limit else None

    def count(self, after: dt.date, until: dt.date) -> int | None:
        """Count the working days d with after < d ≤ until (工作日); None where one is unknown."""
        if until <= after:
            return 0
        if until > self.horizon(after):
            return None
        days = self.timeline.days
        return bisect_right(days, until.toordinal()) - bisect_right(days, after.toordinal())

    @cached_property
    def timeline(self) -> Timeline:
        """All known years in one row of days."""
        first = dt.date(min(self.years), 1, 1).toordinal()
        length = dt.date(max(self.years), *NEW_YEARS_EVE).toordinal() + 1 - first
        days = [dt.date.fromordinal(first + position) for position in range(length)]
        work = [bool(self.is_workday(day)) for day in days]
        return Timeline(
            first,
            array("l", accumulate(work, initial=0)),
            array("l", (first + position for position in range(length) if work[position])),
            self._ends(first, days),
        )

    def _ends(self, first: int, days: list[dt.date]) -> array[int]:
        end: dict[int, int] = {}
        for year in sorted(self.years, reverse=True):
            own = dt.date(year, *NEW_YEARS_EVE).toordinal() + 1 - first
            end[year] = end.get(year + 1, own)
        return array("l", (end.get(day.year, 0) for day in days))


def load_calendar(path: Path | None = None, *, shown: str = "") -> Calendar:
    """Give the calendar of the package, with a ``holidays.yaml`` over it.

    Parameters
    ----------
    path
        The YAML file; None for none.
    shown
        How messages name it.

    Raises
    ------
    ConfigError
        The file cannot be read, or does not fit its declaration.
    """
    if path is None:
        return _of_package()
    return Calendar.with_file(load_holidays(path, shown=shown))


@cache
def _of_package() -> Calendar:
    """Give the one calendar that has no file, and with it its timeline, which takes a while."""
    return Calendar()


def _complete(holidays: Iterable[dt.date]) -> set[int]:
    """Give the years with a National Day: of others there may be but a day moved by a notice."""
    return {day.year for day in holidays if (day.month, day.day) == NATIONAL_DAY}


def _declared(plan: YearPlan) -> YearDays:
    return YearDays(_of(plan.year, plan.holidays), _of(plan.year, plan.workdays), plan.notice)


def _of(year: int, days: Iterable[dt.date]) -> dict[dt.date, str]:
    return {day: "" for day in sorted(days) if day.year == year}


def _with_december(year: YearDays, plan: YearPlan) -> YearDays:
    """Give a year as the next year's notice leaves it: some days before 元旦 are moved."""
    off, work = _of(plan.year - 1, plan.holidays), _of(plan.year - 1, plan.workdays)
    return YearDays(
        {**{day: name for day, name in year.holidays.items() if day not in work}, **off},
        {**{day: name for day, name in year.workdays.items() if day not in off}, **work},
        year.source,
    )


def _differences(
    merged: Calendar, package: Calendar, plans: Iterable[YearPlan]
) -> Iterable[Difference]:
    years = {plan.year for plan in plans}
    borrowed = {day for plan in plans for day in plan.holidays | plan.workdays}
    days = {day for year in years for day in _every_day(year)} | borrowed
    for day in sorted(days):
        says, other = merged.is_workday(day), package.is_workday(day)
        if says is not None and other is not None and says != other:
            yield Difference(day, says, merged.file)


def _every_day(year: int) -> Iterable[dt.date]:
    first = dt.date(year, 1, 1)
    return (first + dt.timedelta(n) for n in range((dt.date(year + 1, 1, 1) - first).days))
