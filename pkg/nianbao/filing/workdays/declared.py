"""The project's own list of holidays: ``params/holidays.yaml``, for years that no package knows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from nianbao.errors import ConfigError
from nianbao.filing.config import Config, all_at_once, load_config

LONGEST_HOLIDAY = 15  # days; the longest so far was ten, in 2020
# 《全国年节及纪念日放假办法》: of fixed date, so that a list without them is not complete
FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
DECEMBER, SATURDAY = 12, 5

_DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_DAYS = re.compile(rf"{_DAY}(?:\.\.{_DAY})?")


class Days(NamedTuple):
    """Days in a row, the last one included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"

    def each(self) -> list[dt.date]:
        """Give every day."""
        length = (self.last - self.first).days + 1
        return [self.first + dt.timedelta(n) for n in range(length)]


def _days(value: object) -> Days:
    match = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("days", "日期，如 2027-01-01；几天连写 2027-01-01..2027-01-03")
    days = Days(_date(match[1]), _date(match[2] or match[1]))
    if not 0 <= (days.last - days.first).days < LONGEST_HOLIDAY:
        raise PydanticCustomError(
            "days", "先写第一天，再写最后一天，不超过 {most} 天", {"most": LONGEST_HOLIDAY}
        )
    return days


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("days", "历书上有的日期") from None


def _single(value: object) -> Days:
    days = _days(value)
    if days.first != days.last:
        raise PydanticCustomError("days", "上班日一天一天地写")
    return days


def _noted(notice: str) -> str:
    if not notice.strip():
        raise PydanticCustomError("notice", "国务院办公厅通知的文号，如 国办发明电〔2025〕7号")
    return notice.strip()


class _Year(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=2000, le=2100)]
    notice: Annotated[str, AfterValidator(_noted)]
    holidays: Annotated[tuple[Annotated[Days, PlainValidator(_days)], ...], Field(min_length=1)]
    workdays: tuple[Annotated[Days, PlainValidator(_single)], ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    years: tuple[_Year, ...]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What one notice says.

    Attributes
    ----------
    notice
        Its number, such as 国办发明电〔2025〕7号.
    holidays, workdays
        Days off, and make-up working days (调休). Of `year`, and of the December before, from
        which a notice may borrow for 元旦.
    """

    year: int
    notice: str
    holidays: frozenset[dt.date]
    workdays: frozenset[dt.date]


@dataclass(frozen=True, slots=True)
class HolidayFile:
    """The whole file, as messages name it, with the SHA-256 of its bytes."""

    plans: tuple[YearPlan, ...]
    name: str
    digest: str


def load_holidays(path: Path, *, shown: str = "") -> HolidayFile:
    """Read ``holidays.yaml``.

    Parameters
    ----------
    path
        The YAML file.
    shown
        How messages name it.

    Raises
    ------
    ConfigError
        It is missing, no YAML, does not fit its declaration, names a year or a day twice, a day of
        another year, a make-up working day that is none, or lacks a holiday of fixed date: all
        that is wrong at once, each with its line.
    """
    config = load_config(path, _File, shown=shown)
    mistakes = [*_repeated(config), *_wrong_days(config), *_incomplete(config)]
    if mistakes:
        raise all_at_once(mistakes)
    return HolidayFile(tuple(map(_plan, config.declared.years)), config.name, config.digest)


def _plan(year: _Year) -> YearPlan:
    return YearPlan(year.year, year.notice, _flat(year.holidays), _flat(year.workdays))


def _flat(spans: tuple[Days, ...]) -> frozenset[dt.date]:
    return frozenset(day for span in spans for day in span.each())


class _Place(NamedTuple):
    """One entry of a list, and where it stands."""

    year: int
    kind: str
    days: Days
    location: tuple[int | str, ...]


def _places(config: Config[_File]) -> Iterator[_Place]:
    for number, year in enumerate(config.declared.years):
        for kind, entries in (("holidays", year.holidays), ("workdays", year.workdays)):
            for position, days in enumerate(entries):
                yield _Place(year.year, kind, days, ("years", number, kind, position))


def _repeated(config: Config[_File]) -> Iterator[ConfigError]:
    years: set[int] = set()
    for number, year in enumerate(config.declared.years):
        if year.year in years:
            where = config.where("years", number, "year")
            yield ConfigError("同一年份出现两次", where=where, found=year.year)
        years.add(year.year)
    seen: dict[dt.date, str] = {}
    for place in _places(config):
        twice = [day for day in place.days.each() if day in seen]
        if twice:
            both = any(seen[day] != place.kind for day in twice)
            what = "同一天既放假又上班" if both else "同一天写了两次"
            yield ConfigError(what, where=config.where(*place.location), found=twice[0])
        seen |= dict.fromkeys(place.days.each(), place.kind)


def _wrong_days(config: Config[_File]) -> Iterator[ConfigError]:
    for place in _places(config):
        where = config.where(*place.location)
        if not all(_belongs(day, place.year) for day in place.days):
            expected = f"{place.year} 年的日期，或上年 12 月的（元旦调休）"
            yield ConfigError("不是这一年的日期", where=where, found=place.days, expected=expected)
        if place.kind == "workdays" and place.days.first.weekday() < SATURDAY:
            yield ConfigError(
                "调休上班的日子不是周末", where=where, found=place.days, expected="周六或周日"
            )


def _belongs(day: dt.date, year: int) -> bool:
    return day.year == year or (day.year, day.month) == (year - 1, DECEMBER)


def _incomplete(config: Config[_File]) -> Iterator[ConfigError]:
    for number, year in enumerate(config.declared.years):
        fixed = {dt.date(year.year, month, day) for month, day in FIXED_HOLIDAYS}
        missing = sorted(fixed - _flat(year.holidays))
        if missing:
            yield ConfigError(
                "放假日期不全",
                where=config.where("years", number, "holidays"),
                expected="、".join(map(str, missing)),
                hint="要列出全年的放假日期，元旦、劳动节、国庆节在内",
            )
