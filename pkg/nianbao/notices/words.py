"""Words that notices and reminders share."""

from __future__ import annotations

import datetime as dt


def date_words(day: dt.date) -> str:
    """Give a date as official documents write it: 2023年1月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def day_words(day: dt.date) -> str:
    """Give a date without its year: 1月5日."""
    return f"{day.month}月{day.day}日"
