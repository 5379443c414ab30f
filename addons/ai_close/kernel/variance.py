"""Flux as the server judges it: the windows of a month, the threshold, and that drivers add up.

The same definitions as the agent's (core/analysis/variance.py); a contract test holds both together.
Integers of the currency's minor unit, debit positive.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from .periods import month_end

BASES = ("month", "year")
DIMENSIONS = ("partner", "product", "journal")


def windows(day: date) -> tuple[tuple[date, date], tuple[date, date], tuple[date, date]]:
    """Return first and last day of the month up to ``day``, of the month before, and of last year's month."""
    first = day.replace(day=1)
    before = first - timedelta(days=1)
    last_year = first.replace(year=first.year - 1)
    return (first, day), (before.replace(day=1), before), (last_year, month_end(last_year))


def is_over(actual: int, base: int, amount: int, percent: int) -> bool:
    """Tell whether ``actual`` lies at least ``amount`` and ``percent`` of the base off it.

    From nothing it is any percentage; what did not move is never over.
    """
    change = abs(actual - base)
    return change > 0 and change >= amount and (not base or change * 100 >= percent * abs(base))


def apart(drivers: Iterable[Mapping], changes: Mapping[str, int], minor) -> tuple[str, str] | None:
    """Return the first base and dimension whose parts don't add up to the change, or None when all do.

    :param drivers: rows as the port takes them
    :param changes: by base, what the account moved
    :param minor: a function from a decimal string to minor units
    """
    sums = {(base, name): 0 for base in BASES for name in DIMENSIONS}
    for row in drivers:
        sums[row["base"], row["dimension"]] += minor(row["amount"])
    return next((key for key, total in sums.items() if total != changes[key[0]]), None)
