"""Flux as the server judges it: the windows of a month, the threshold, and that drivers add up.

The same definitions as the agent's (core/analysis/variance.py); a contract test holds both together.
Integers of the currency's minor unit, debit positive.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from .periods import month_end

BASES = ("month", "year")
EXPECTED = "expected"
# Areas whose accounts grow by their credit side.
CREDIT_AREAS = frozenset({"liabilities", "equity", "income"})
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


def percent(actual: int, base: int, area: str) -> Fraction | None:
    """Return the change in percent of its base, by the account's natural direction; None from nothing.

    Amounts are debit positive; the percentage is not: sales that fall read as a fall.

    >>> percent(-1200, -800, "income"), percent(1200, 800, "expenses"), percent(5, 0, "assets")
    (Fraction(50, 1), Fraction(50, 1), None)
    """
    if not base:
        return None
    side = -1 if area in CREDIT_AREAS else 1
    return Fraction(side * 100 * (actual - base), abs(base))


def via(area: str, method: str) -> str:
    """Return the base whose drivers lead from what was expected to what is there: see ``BASES``.

    A month of income or expenses that was expected by last year's month is told from that month on; every
    other expectation from the month before.  What lies between the two is a step of its own, so that the
    steps add up to the change from what was expected.
    """
    return "year" if method == "seasonal" and area in ("income", "expenses") else "month"
