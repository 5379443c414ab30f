"""Days of interest: how many lie between two days, and what part of a year they are.

The first day counts, the last doesn't.
"""

from datetime import date
from fractions import Fraction

CONVENTIONS = ("actual/365", "actual/360", "actual/actual", "30E/360")


def days_between(convention: str, start: date, end: date) -> int:
    """Return the days of interest from `start` (included) to `end` (excluded).

    >>> days_between("30E/360", date(2026, 9, 15), date(2026, 11, 1))
    46
    """
    return _day30(end) - _day30(start) if convention == "30E/360" else (end - start).days


def year_fraction(convention: str, start: date, end: date) -> Fraction:
    """Return the part of a year; raises KeyError for a convention that isn't known."""
    if convention == "actual/actual":
        return _by_year(start, end)
    year = {"actual/365": 365, "actual/360": 360, "30E/360": 360}[convention]
    return Fraction(days_between(convention, start, end), year)


def _day30(day: date) -> int:
    """Return a running number of months of thirty days; the 31st counts as the 30th."""
    return day.year * 360 + day.month * 30 + min(day.day, 30)


def _by_year(start: date, end: date) -> Fraction:
    total = Fraction(0)
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
        if last > first:
            length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
            total += Fraction((last - first).days, length)
    return total
