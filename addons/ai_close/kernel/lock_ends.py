"""Ends of periods, as a lock date may be asked for.  Pure: no clock, no company."""

from datetime import date, timedelta

MONTH, QUARTER = "month", "quarter"


def is_month_end(day: date) -> bool:
    """Is this the last day of a calendar month?"""
    return (day + timedelta(days=1)).day == 1


def is_quarter_end(day: date) -> bool:
    """Is this the last day of a calendar quarter?"""
    return is_month_end(day) and day.month % 3 == 0


def last_end(kind: str, today: date) -> date:
    """Return the end of the last month or quarter that is over on ``today``."""
    day = today.replace(day=1) - timedelta(days=1)
    while kind == QUARTER and not is_quarter_end(day):
        day = day.replace(day=1) - timedelta(days=1)
    return day


def months_between(earlier: date, later: date) -> int:
    """Return how many months lie between the months of two dates; 0 in the same month, never less."""
    return max(0, (later.year - earlier.year) * 12 + later.month - earlier.month)
