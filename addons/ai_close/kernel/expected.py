"""What a month should have brought, going by the months before it: as the server judges it.

The same definition as the agent's (core/analysis/expected.py); a contract test holds both together.
Integers of the currency's minor unit; rounded half-up, away from zero, once, at the end.
"""

from collections.abc import Sequence
from fractions import Fraction

YEAR = 12
SHARED_MONTHS = 3
LEAST_MONTHS = 3
MOST_GROWTH = 4
HISTORY_MONTHS = 15
"""So many months before the month are looked at."""


def expected(history: Sequence[int | None]) -> tuple[int, str] | None:
    """Return the amount and ``seasonal`` or ``median``; None where there is too little history.

    :param history: what the months before brought, the latest last; None before the first entry

    >>> expected([100] * 11 + [400] + [110] * 11)
    (440, 'seasonal')
    """
    if len(history) >= YEAR and history[-YEAR] is not None:
        return _rounded(history[-YEAR] * _growth(history)), "seasonal"
    known = [each for each in history if each is not None]
    if len(known) < LEAST_MONTHS:
        return None
    recent = sorted(known[-YEAR:])
    half = len(recent) // 2
    middle = recent[half] if len(recent) % 2 else Fraction(recent[half - 1] + recent[half], 2)
    return _rounded(Fraction(middle)), "median"


def _growth(history: Sequence[int | None]) -> Fraction:
    now, then = history[-SHARED_MONTHS:], history[-YEAR - SHARED_MONTHS : -YEAR]
    if len(then) < SHARED_MONTHS or None in now or None in then or not sum(now) or not sum(then):
        return Fraction(1)
    growth = Fraction(sum(now), sum(then))
    return growth if Fraction(1, MOST_GROWTH) <= growth <= MOST_GROWTH else Fraction(1)


def _rounded(amount: Fraction) -> int:
    size = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return size if amount >= 0 else -size
