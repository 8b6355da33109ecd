"""Which days are working days."""

from nianbao.filing.workdays.calendar import Calendar, Difference, YearDays, load_calendar

__all__ = ["Calendar", "Difference", "YearDays", "load_calendar"]
