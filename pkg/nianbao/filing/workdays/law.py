"""When an application has to be answered, and whether it was.

The law is 《中华人民共和国政府信息公开条例》 (国务院令第711号), in force from 2019-05-15:

- Article 31: the day of receipt is that of handing in; of signing for a letter; of the confirmation
  agreed on with the applicant for ordinary mail, the internet and fax.
- Article 33, paragraph 2: an answer within 20 working days of receipt; at most 20 more when the
  head of the office's unit for open information agrees and the applicant is told.
- Article 33, paragraph 3: the time for asking third parties (article 32) and other bodies
  (article 34) is not counted.
- Article 30: what is unclear shall be clarified (补正), which the office asks for within 7 working
  days; the period runs from receipt of the clarification. Who does not clarify in time, without
  good reason, has given the application up.

Before that day article 24 of the former 《条例》 (国务院令第492号) gave 15 working days and at most
15 more. Neither text says which law an application has that was pending on the day of change; here
it keeps the period with which it began.

The first day of a period is not counted: a period that begins with a day has the next as its day 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from nianbao.filing.workdays.calendar import Calendar

NO_RECEIPT = "no date of receipt"
CONTRADICTION = "contradictory dates"
OUTSTANDING = "clarification outstanding"
CLOSED = "closed without clarification"
CONSULTING = "consultation outstanding"
REPLY_FIRST = "reply before start"
UNKNOWN_YEAR = "unknown year"

REASONS = {
    NO_RECEIPT: "没有收到日期",
    CONTRADICTION: "日期前后矛盾：补正早于要求补正或早于收到申请，或征求意见的起止日期不成对、倒置",
    OUTSTANDING: "申请人尚未补正，期限没有起算",
    CLOSED: "未补正即办结，期限没有起算",
    CONSULTING: "征求意见尚未结束，期限待定",
    REPLY_FIRST: "答复早于起算日期",
    UNKNOWN_YEAR: "不知道 {year} 年的放假安排，可写入 params/holidays.yaml",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How many working days there are for an answer.

    Attributes
    ----------
    since
        Periods that begin on this day or later have it.
    period, extension
        In working days (工作日).
    source
        Regulation and article.
    """

    since: dt.date
    period: int
    extension: int
    source: str


RULES = (
    Rule(dt.date(2008, 5, 1), 15, 15, "原《条例》（国务院令第492号）第二十四条"),
    Rule(dt.date(2019, 5, 15), 20, 20, "《条例》第三十三条"),
)
CLARIFICATION_WITHIN = 7  # working days, article 30


@dataclass(frozen=True, slots=True)
class Consultation:
    """Third parties or other bodies were asked on a day, and were heard on another.

    Working days d with begun < d ≤ ended are not counted (article 33, paragraph 3).
    """

    begun: dt.date | None
    ended: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """The dates of one application; None where the ledger is blank.

    Attributes
    ----------
    received
        收到日期.
    counted_from
        起算日期: the day of receipt in the sense of article 31, where it is another.
    clarify_asked, clarified
        要求补正日期, 收到补正日期.
    consultations
        In any order; they may overlap.
    extended
        Whether the period was extended.
    replied
        答复日期.
    """

    received: dt.date | None
    counted_from: dt.date | None = None
    clarify_asked: dt.date | None = None
    clarified: dt.date | None = None
    consultations: tuple[Consultation, ...] = ()
    extended: bool = False
    replied: dt.date | None = None

    @property
    def receipt(self) -> dt.date | None:
        """The day of receipt in the sense of article 31."""
        return self.counted_from or self.received

    def as_of(self, day: dt.date) -> Application:
        """Give the application as it stood at the end of a day: what came later is blank."""

        def so_far(date: dt.date | None) -> dt.date | None:
            return None if date is None or date > day else date

        pairs = ((so_far(c.begun), so_far(c.ended)) for c in self.consultations)
        return replace(
            self,
            clarify_asked=so_far(self.clarify_asked),
            clarified=so_far(self.clarified),
            consultations=tuple(Consultation(*pair) for pair in pairs if any(pair)),
            replied=so_far(self.replied),
        )


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the law makes of an application.

    Attributes
    ----------
    start
        The day after which the period runs: of receipt, or of clarification. None for no period.
    deadline
        The last day for an answer; None where it cannot be told.
    workdays
        Working days after `start` up to the answer, consultation left out; None without an answer,
        or where they cannot be told.
    is_late
        Whether the answer came after the deadline; None without an answer. It may be known
        although the deadline is not.
    reason
        Why something cannot be told, as a short code that `reason_text` puts into words; empty
        where all is told.
    """

    start: dt.date | None = None
    deadline: dt.date | None = None
    workdays: int | None = None
    is_late: bool | None = None
    reason: str = ""


def rule_for(start: dt.date) -> Rule:
    """Give the rule under which a period begins."""
    return next((rule for rule in reversed(RULES) if rule.since <= start), RULES[0])


def allowed_days(start: dt.date, *, extended: bool) -> int:
    """Give the working days (工作日) that there are for an answer."""
    rule = rule_for(start)
    return rule.period + rule.extension * extended


def reckon(application: Application, calendar: Calendar) -> Reckoning:
    """Reckon deadline and working days of one application, under articles 30 to 34."""
    reason = _no_period(application)
    start = application.clarified or application.receipt
    if reason or start is None:
        return Reckoning(is_late=False if reason == CLOSED else None, reason=reason)
    spans = uncounted(application.consultations, start)
    allowed = allowed_days(start, extended=application.extended)
    deadline, reason = _deadline(start, allowed, spans, calendar)
    found = Reckoning(start, deadline, reason=reason)
    replied = application.replied
    return found if replied is None else _answered(found, replied, spans, calendar)


def is_overdue(application: Application, calendar: Calendar, on: dt.date) -> bool | None:
    """Tell whether an application was open and past its deadline at the end of a day.

    What the ledger says of later days is left out of account. None where it cannot be told.
    """
    then = application.as_of(on)
    found = reckon(then, calendar)
    if then.replied is not None or found.reason in {OUTSTANDING, CONSULTING}:
        return False
    if found.deadline is not None:
        return on > found.deadline
    known = found.start is not None and on <= calendar.horizon(found.start)
    return False if known else None


def reason_text(reason: str) -> str:
    """Put a reason into Chinese words; empty for no reason."""
    if reason.startswith(UNKNOWN_YEAR):
        return REASONS[UNKNOWN_YEAR].format(year=reason.removeprefix(UNKNOWN_YEAR).strip())
    return REASONS.get(reason, "")


def uncounted(
    consultations: Iterable[Consultation], start: dt.date
) -> list[tuple[dt.date, dt.date]]:
    """Give what is left out of a period, as days d with first < d ≤ last, in order and apart.

    The last day of an open consultation is ``date.max``. What lies before the period is no part
    of it.
    """
    ends = ((c.begun, c.ended or dt.date.max) for c in consultations if c.begun is not None)
    spans: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted((max(begun, start), ended) for begun, ended in ends):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        elif first < last:
            spans.append((first, last))
    return spans


def _no_period(application: Application) -> str:
    """Tell why no period begins; empty where one does."""
    receipt, clarified = application.receipt, application.clarified
    if _contradicts(application):
        return CONTRADICTION
    if application.clarify_asked is not None and clarified is None:
        return CLOSED if application.replied is not None else OUTSTANDING
    return NO_RECEIPT if receipt is None and clarified is None else ""


def _contradicts(application: Application) -> bool:
    clarified = application.clarified
    before = (application.clarify_asked, application.receipt)
    if clarified is not None and any(day is not None and clarified < day for day in before):
        return True
    return any(
        c.ended is not None and (c.begun is None or c.ended < c.begun)
        for c in application.consultations
    )


def _deadline(
    start: dt.date, allowed: int, spans: list[tuple[dt.date, dt.date]], calendar: Calendar
) -> tuple[dt.date | None, str]:
    horizon = calendar.horizon(start)
    deadline = calendar.workday_after(start, allowed)
    for first, last in spans:
        if first > horizon or (deadline is not None and first >= deadline):
            break
        if last == dt.date.max:
            return None, CONSULTING
        allowed += calendar.count(first, min(last, horizon)) or 0
        deadline = calendar.workday_after(start, allowed)
    return deadline, "" if deadline is not None else _unknown(start, calendar)


def _answered(
    found: Reckoning, replied: dt.date, spans: list[tuple[dt.date, dt.date]], calendar: Calendar
) -> Reckoning:
    start = found.start
    if start is None or replied < start:
        return replace(found, reason=REPLY_FIRST)
    used = calendar.count(start, replied)
    if used is not None:
        used -= sum(calendar.count(first, min(last, replied)) or 0 for first, last in spans)
    reason = found.reason or ("" if used is not None else _unknown(start, calendar))
    return replace(
        found, workdays=used, is_late=_late(found, replied, known=used is not None), reason=reason
    )


def _late(found: Reckoning, replied: dt.date, *, known: bool) -> bool | None:
    """Compare answer and deadline; a deadline beyond the known days is after any answer in them."""
    if found.deadline is not None:
        return replied > found.deadline
    return False if known or found.reason == CONSULTING else None


def _unknown(start: dt.date, calendar: Calendar) -> str:
    return f"{UNKNOWN_YEAR} {calendar.unknown_year(start)}"
