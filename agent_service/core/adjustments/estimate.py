"""What a bill that didn't come will be: median and spread of those before, in minor units of its currency.

`m = median`, `s = 1.4826 · median(|x − m|)`, neither rounded; the range is `m ± max(3s, 2 % of m, 1.00)` and
never below 0. A seasonal series is read against the same month last year; where the price moved, the history
begins anew; few bills give the range of what was seen, 10 % wider at both ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from agent_service.core.money import Currency

SPREAD = Fraction(14826, 10000)
"""Makes a median deviation comparable with a standard deviation."""

SPREADS, LEAST_SHARE = 3, Fraction(1, 50)
STEP_SHARE = Fraction(5, 1000)
"""The bills after a step lie at most so far from each other."""

BELOW, ABOVE = Fraction(9, 10), Fraction(11, 10)
YEAR, LEAST_THIS_YEAR = 12, 6
FEWEST, FEWEST_AFTER_STEP = 3, 2


@dataclass(frozen=True)
class Estimate:
    """An amount to expect with its range, unrounded middle in minor units, and what it rests on."""

    middle: Fraction
    low: Fraction
    high: Fraction
    values: tuple[int, ...]
    how: str
    currency: Currency
    is_thin: bool = False
    is_enough: bool = True

    def share(self, months: int, of: int) -> tuple[int, int, int]:
        """Return what is expected of so many months of the bill's, with its range, in minor units.

        The half-width is rounded once for the whole bill and once for the share.
        """
        part = Fraction(months, of)
        expected = _rounded(self.middle * part, self.currency)
        if self.is_thin:
            low, high = (_rounded(one * part, self.currency) for one in (self.low, self.high))
            return expected, low, high
        half = _rounded(_rounded(self.high - self.middle, self.currency) * part, self.currency)
        return expected, max(0, expected - half), expected + half

    @property
    def is_wide(self) -> bool:
        """Tell whether the range is wider than half of what is expected, so that it says little."""
        return max(self.high - self.middle, self.middle - self.low) * 2 > self.middle


def median(values: Sequence[Fraction | int]) -> Fraction:
    """Return the middle of the values, the mean of both middles for an even count.

    >>> median([1, 4])
    Fraction(5, 2)
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def deviation(values: Sequence[Fraction | int]) -> Fraction:
    """Return the median of the distances from the median."""
    middle = median(values)
    return median([abs(value - middle) for value in values])


def estimate(
    months: Mapping[int, int], target: int, currency: Currency, *, last: int, fewest: int, seasons: bool
) -> Estimate | None:
    """Return what to expect for the month `target`, None without any bill.

    `months` are amounts in minor units by running number of the month; `last` so many bills count, fewer
    than `fewest` are thin; `seasons` tells whether the series may follow the year. `is_enough` is false when
    there are too few to book anything.
    """
    history = [months[one] for one in sorted(months) if one < target][-last:]
    if not history:
        return None
    if seasons:
        found = _seasonal(months, target, history, currency)
        if found:
            return found
    after = _after_step(history, currency, fewest)
    found = _plain(after or history, currency, fewest)
    least = FEWEST_AFTER_STEP if after else FEWEST
    if after or len(history) < least:
        return Estimate(
            found.middle,
            found.low,
            found.high,
            found.values,
            "the price moved" if after else found.how,
            currency,
            found.is_thin,
            len(found.values) >= least,
        )
    return found


def _plain(values: Sequence[int], currency: Currency, fewest: int) -> Estimate:
    middle = median(values)
    if len(values) < fewest:
        low, high = BELOW * min(values), ABOVE * max(values)
        return Estimate(middle, low, high, tuple(values), "few bills", currency, is_thin=True)
    half = _half(middle, SPREAD * deviation(values), currency)
    return Estimate(middle, max(Fraction(0), middle - half), middle + half, tuple(values), "median", currency)


def _half(middle: Fraction, spread: Fraction, currency: Currency) -> Fraction:
    return max(SPREADS * spread, LEAST_SHARE * middle, Fraction(10**currency.decimals))


def _seasonal(
    months: Mapping[int, int], target: int, history: Sequence[int], currency: Currency
) -> Estimate | None:
    """Return the same month of last year times the usual ratio, where the ratios vary less than the bills."""
    last_year = [months.get(one, 0) for one in range(target - 2 * YEAR + 1, target - YEAR + 1)]
    this_year = [one for one in range(target - YEAR + 1, target) if one in months]
    if min(last_year) <= 0 or len(this_year) < LEAST_THIS_YEAR:
        return None
    pairs = [one for one in sorted(months) if one < target and months.get(one - YEAR, 0) > 0][-YEAR:]
    ratios = [Fraction(months[one], months[one - YEAR]) for one in pairs]
    middle, flat = median(ratios), median(history)
    if middle <= 0 or flat <= 0 or not deviation(ratios) / middle < deviation(history) / flat / 2:
        return None
    base = months[target - YEAR]
    half = _half(middle * base, SPREAD * deviation(ratios) * base, currency)
    expected = middle * base
    return Estimate(
        expected, max(Fraction(0), expected - half), expected + half, tuple(history), "seasonal", currency
    )


def _after_step(history: Sequence[int], currency: Currency, fewest: int) -> Sequence[int]:
    """Return the last bills when they lie outside the range of those before and close to each other."""
    for count in range(len(history) - 1, 1, -1):
        before, after = history[:-count], history[-count:]
        if max(after) - min(after) > STEP_SHARE * min(after):
            continue
        _expected, low, high = _plain(before, currency, fewest).share(1, 1)
        if all(not low <= one <= high for one in after):
            return after
    return ()


def _rounded(minor: Fraction, currency: Currency) -> int:
    return currency.minor(Fraction(minor) / 10**currency.decimals)
