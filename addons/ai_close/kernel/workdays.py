"""Working days, counted from the first day after a period."""

from collections.abc import Iterable
from datetime import date, timedelta

# Beyond this nobody plans a close; a calendar that has no working day until then has none.
HORIZON_DAYS = 400


def nth(days: Iterable[date], number: int) -> date | None:
    """Return the ``number``-th of the distinct ``days``, counted from 1; None when there are fewer."""
    found = sorted(set(days))
    return found[number - 1] if 0 < number <= len(found) else None


def nth_weekday(first: date, number: int) -> date:
    """Return the ``number``-th day from Monday to Friday, from ``first`` on."""
    # To a Monday: what lies before it in its week counts as passed.
    monday = first - timedelta(days=first.weekday())
    passed = min(first.weekday(), 5)
    weeks, day = divmod(max(number, 1) + passed - 1, 5)
    return monday + timedelta(weeks=weeks, days=day)
