"""What a month should have brought, going by the months before it: seasonal where a year is known.

Amounts are integers of the currency's minor unit; what is computed is rounded half-up, once, at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from agent_service.core.money import round_half_up

SEASONAL, MEDIAN = "seasonal", "median"
YEAR = 12
SHARED_MONTHS = 3
"""So many months before both years' month are compared for the growth of the year."""
LEAST_MONTHS = 3
"""A median of fewer months is no expectation."""
MOST_GROWTH = 4
"""Beyond so many times (or the inverse) last year's level says nothing about this year's."""


@dataclass(frozen=True)
class Expected:
    """An expectation and how it was made: `seasonal` or `median`, of so many months."""

    amount: int
    method: str
    months: int


def expected(history: Sequence[int | None]) -> Expected | None:
    """Return what the next month should bring; `history` has the months before it, the latest last.

    None stands for a month before the account's first entry. With last year's month in it, and three months
    before both, last year's month is scaled by how those three grew; where they don't compare (another sign,
    nothing, or more than four times as much), it is taken as it was. With less history the median of at least
    three months counts; with fewer nothing is expected.

    >>> expected([100] * 11 + [400] + [110] * 11).amount
    440
    """
    known = [one for one in history if one is not None]
    if len(history) >= YEAR and (last_year := history[-YEAR]) is not None:
        growth = _growth(history)
        return Expected(round_half_up(last_year * growth), SEASONAL, len(known))
    if len(known) < LEAST_MONTHS:
        return None
    recent = sorted(known[-YEAR:])
    half = len(recent) // 2
    middle = recent[half] if len(recent) % 2 else Fraction(recent[half - 1] + recent[half], 2)
    return Expected(round_half_up(Fraction(middle)), MEDIAN, len(recent))


def _growth(history: Sequence[int | None]) -> Fraction:
    """Return how the three months before grew against last year's, 1 where they don't compare."""
    if len(history) < YEAR + SHARED_MONTHS:
        return Fraction(1)
    now, then = history[-SHARED_MONTHS:], history[-YEAR - SHARED_MONTHS : -YEAR]
    if None in now or None in then:
        return Fraction(1)
    total, before = sum(one or 0 for one in now), sum(one or 0 for one in then)
    if not total or not before:
        return Fraction(1)
    growth = Fraction(total, before)
    return growth if Fraction(1, MOST_GROWTH) <= growth <= MOST_GROWTH else Fraction(1)
