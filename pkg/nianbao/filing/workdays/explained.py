"""How a deadline comes about, step by step, in words for a reviewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby

from nianbao.filing.workdays.calendar import PACKAGE, Calendar, YearDays
from nianbao.filing.workdays.law import (
    CLARIFICATION_WITHIN,
    RULES,
    Application,
    Reckoning,
    allowed_days,
    reason_text,
    reckon,
    rule_for,
    uncounted,
)

WEEKDAYS = "一二三四五六日"
DAY = dt.timedelta(1)


def explain(application: Application, calendar: Calendar) -> str:
    """Give the reasoning about one application in Chinese, one step a line, for a reviewer."""
    found = reckon(application, calendar)
    steps = [*_receipt(application), *_clarification(application, calendar)]
    if found.start is not None:
        steps += _period(application, found.start)
        steps += _consultations(application, found.start, calendar)
        end = found.deadline or application.replied or found.start
        steps += _special_days(found.start, end, calendar)
    steps += _ending(application, found)
    return "\n".join(steps)


def _receipt(application: Application) -> Iterator[str]:
    received, counted = application.received, application.counted_from
    if received is not None:
        yield f"{_named(received)}收到申请。"
    if counted is not None:
        yield f"{_named(counted)}起算：签收或者双方确认之日为收到申请之日（《条例》第三十一条）。"


def _clarification(application: Application, calendar: Calendar) -> Iterator[str]:
    asked, receipt = application.clarify_asked, application.receipt
    if asked is not None:
        used = None if receipt is None else calendar.count(receipt, asked)
        within = "" if used is None else f"，用了 {used} 个工作日"
        limit = f"应在 {CLARIFICATION_WITHIN} 个工作日内"
        late = f"，超过 {CLARIFICATION_WITHIN} 个工作日"
        over = used is not None and used > CLARIFICATION_WITHIN
        yield f"{_named(asked)}要求补正{within}{late if over else ''}（第三十条：{limit}）。"
    if application.clarified is not None:
        yield f"{_named(application.clarified)}收到补正，期限重新起算（第三十条）。"


def _period(application: Application, start: dt.date) -> Iterator[str]:
    rule = rule_for(start)
    allowed = allowed_days(start, extended=application.extended)
    longer = f"，延期 {rule.extension} 个工作日，共 {allowed} 个" if application.extended else ""
    yield f"次日起算，期限 {rule.period} 个工作日（{rule.source}）{longer}。"
    if rule != RULES[-1] and (application.replied or RULES[-1].since) >= RULES[-1].since:
        newer = RULES[-1]
        yield (
            f"{newer.since} 起施行的{newer.source}规定 {newer.period} 个工作日；"
            "施行前起算的仍按原期限，请核对。"
        )


def _consultations(application: Application, start: dt.date, calendar: Calendar) -> Iterator[str]:
    for first, last in uncounted(application.consultations, start):
        if last == dt.date.max:
            yield f"{first} 起征求意见，尚未结束，其后不计入期限（第三十三条第三款）。"
            continue
        days = calendar.count(first, last)
        number = "" if days is None else f"，其间 {days} 个工作日"
        yield f"征求意见 {first}—{last}{number}，自次日起不计入期限（第三十三条第三款）。"


def _special_days(start: dt.date, end: dt.date, calendar: Calendar) -> Iterator[str]:
    """Tell the days off and the make-up working days of a period."""
    days = [start + n * DAY for n in range(1, (end - start).days + 1)]
    years = [calendar.years[y] for y in range(start.year, end.year + 1) if y in calendar.years]
    told = [*_days_off(days, years), *_makeup_days(days, years)]
    notices = [year.source for year in years if year.source != PACKAGE]
    source = f"（依{'、'.join(notices)}）" if notices else ""
    if told:
        yield f"其间：{'；'.join(told)}{source}。"


def _days_off(days: Iterable[dt.date], years: Iterable[YearDays]) -> Iterator[str]:
    festivals = {day: name for year in years for day, name in year.holidays.items()}
    for name, run in groupby(days, festivals.get):
        if name is not None:
            first, *others = run
            span = f"{first}—{others[-1]}" if others else f"{first}"
            yield f"{name} {span} 放假".lstrip()


def _makeup_days(days: Iterable[dt.date], years: Iterable[YearDays]) -> Iterator[str]:
    work = {day for year in years for day in year.workdays}
    told = [str(day) for day in days if day in work]
    if told:
        yield f"{'、'.join(told)} 调休上班"


def _ending(application: Application, found: Reckoning) -> Iterator[str]:
    if found.start is not None and found.deadline is not None:
        allowed = allowed_days(found.start, extended=application.extended)
        yield f"第 {allowed} 个工作日是 {_named(found.deadline)}，答复期限到这一天。"
    if found.reason:
        yield f"{reason_text(found.reason)}。"
    if application.replied is None:
        yield "尚未答复。"
        return
    used = "" if found.workdays is None else f"，用了 {found.workdays} 个工作日"
    late = {True: "，逾期", False: "，没有逾期", None: ""}[found.is_late]
    yield f"{_named(application.replied)}答复{used}{late}。"


def _named(day: dt.date) -> str:
    return f"{day}（周{WEEKDAYS[day.weekday()]}）"
