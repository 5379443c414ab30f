"""Periods of a close: a calendar month, cut where a fiscal year or the first period begins or ends.

Fiscal years may be short or long; a quarter counts three months from the year's first one.
"""

import calendar
from datetime import date

MONTH, QUARTER, YEAR, ADJUSTMENT = "month", "quarter", "year", "adjustment"


def bounds(day: date, year_from: date, year_to: date, first: date | None = None) -> tuple[date, date]:
    """Return the first and last day of the period that holds ``day``.

    :param year_from: first day of the fiscal year of ``day``, ``year_to`` its last
    :param first: the first day that is closed at all; a first period may begin within a month
    """
    start = max(day.replace(day=1), year_from)
    if first and start < first <= day:
        start = first
    return start, min(month_end(day), year_to)


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def kind_of(end: date, year_from: date, year_to: date) -> str:
    """Return what the period that ends on ``end`` closes: a month, a quarter or the fiscal year."""
    if end == year_to:
        return YEAR
    months = (end.year - year_from.year) * 12 + end.month - year_from.month + 1
    # A month that a fiscal year cuts in two counts once: with its second part.
    return QUARTER if months % 3 == 0 and end == month_end(end) else MONTH
