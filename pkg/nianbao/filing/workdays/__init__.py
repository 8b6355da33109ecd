"""Which days are working days, and the legal deadline of an application (条例 articles 30 to 34).

Light to import: `deadlines`, which reckons a whole ledger, brings pandas along when it is called.
"""

from nianbao.filing.workdays.calendar import CHINA, Calendar, Difference, YearDays, load_calendar
from nianbao.filing.workdays.explained import explain
from nianbao.filing.workdays.law import (
    Application,
    Consultation,
    Reckoning,
    is_overdue,
    reason_text,
    reckon,
)
from nianbao.filing.workdays.ledger import deadlines

__all__ = [
    "CHINA",
    "Application",
    "Calendar",
    "Consultation",
    "Difference",
    "Reckoning",
    "YearDays",
    "deadlines",
    "explain",
    "is_overdue",
    "load_calendar",
    "reason_text",
    "reckon",
]
