"""E4: whether a report is dated later than the law allows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from nianbao.checks.case import Case
from nianbao.checks.finding import Finding, Severity
from nianbao.checks.registry import check
from nianbao.filing.figure import Address
from nianbao.filing.filing import Filing
from nianbao.filing.labels import normalise
from nianbao.filing.ledgers.cells import parse_date
from nianbao.filing.lists import DATE_LABELS
from nianbao.filing.register import GOVERNMENT, Agency
from nianbao.filing.workdays import load_calendar
from nianbao.forms import Form
from nianbao.forms.sections import Deadline

LAST_PASSAGES = 2
"""Of a printed report: where it is signed."""

_EPOCH = dt.date(1970, 1, 1)
_SIGNED = re.compile(r"(?P<who>[^，。；：]{0,40}?)(?P<date>20\d\d年\d{1,2}月\d{1,2}日)")
# Offices of systems that report by themselves; a 政府 whose level its name does not tell.
_VERTICAL = re.compile(
    "税务|海关|气象|海事|边检|边防|调查队|监管局|监管分局|监管总局|银行|邮政|通信管理|烟草|国家安全|地震|移民"
)
_DISTRICT = re.compile("(?:县|区|旗|市)(?:人民政府)?$")
_NO_DISTRICT = re.compile("开发|实验|示范|园区|新区|景区|合作区|自贸|保税|^(?:北京|天津|上海|重庆)")


@check(
    "E4",
    name="late",
    severity=Severity.ERROR,
    title="迟于法定期限",
    source="《条例》第四十九条；国办公开办函〔2021〕30号：各类机关报送和公布的期限",
)
def late(case: Case) -> Iterator[Finding]:
    """A report dated after the last day for its kind of agency; only where both are certain."""
    filing = case.filing
    deadline = deadline_of(filing.agency, filing.form)
    dates = [(day, where) for day, where in _dates(filing) if day.year == filing.year + 1]
    if deadline is None or not dates:
        return
    last, (day, where) = deadline.day(filing.year), max(dates)
    # A day off at the end is made up for: nobody is late by a holiday.
    if day > last and day > (load_calendar().workday_after(last - dt.timedelta(1), 1) or last):
        found = late.finding(
            f"年报的日期是 {_printed(day)}，{deadline.who}的期限是 {_printed(last)}",
            expected={"期限": f"{_printed(last)}前"},
            found={"期限": _printed(day)},
            source=deadline.article,
        )
        # Of a report still to be published, a true date is no mistake that could be mended.
        severity = Severity.ERROR if filing.printed else Severity.WARNING
        yield replace(found, where=(where,), severity=severity)


def deadline_of(agency: Agency, form: Form) -> Deadline | None:
    """Give the legal deadline of an agency: the latest that may hold where that is not certain."""
    if _is_certain(agency):
        return form.deadline(agency.kind, agency.level)
    return max(form.deadlines, key=lambda item: item.day(form.first_year), default=None)


def _is_certain(agency: Agency) -> bool:
    if agency.kind == GOVERNMENT:
        name = agency.name
        return _DISTRICT.search(name) is not None and not _NO_DISTRICT.search(name)
    return not _VERTICAL.search(agency.name)


def _dates(filing: Filing) -> Iterator[tuple[dt.date, Address]]:
    """Yield the dates of a report: as filled in, or below a printed one."""
    for label, text in filing.basics.items():
        day = parse_date(text.text).value if normalise(label) in DATE_LABELS else None
        if isinstance(day, int):
            yield _EPOCH + dt.timedelta(day), text.address
    for passage in filing.prose[-LAST_PASSAGES:] if filing.printed else ():
        lines = passage.template.strip().splitlines()[-1:]
        signed = _SIGNED.fullmatch("".join(lines[0].split())) if lines else None
        day = parse_date(signed["date"]).value if signed else None
        if signed and isinstance(day, int) and _is_signer(signed["who"], filing.agency):
            yield _EPOCH + dt.timedelta(day), passage.address


def _is_signer(who: str, agency: Agency) -> bool:
    """Tell whether a line above or before a date names the agency, or nobody."""
    name, own = normalise(who), normalise(agency.name)
    return not name or name in own or own in name


def _printed(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
