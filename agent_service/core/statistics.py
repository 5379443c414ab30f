"""Robust statistics on logarithms of amounts; the only floats of the core, and none of them is money."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FLOOR = math.log(1.05)
"""The least spread: amounts that always agree to the cent still vary by 5 %."""

LAST = 12
SHIFT = 3


@dataclass(frozen=True)
class Baseline:
    """Median and spread of logarithms, and how many values they rest on.

    Where the level moved, the median is that of the `count` values since; the spread rests on all that were
    looked at, `looked`: the level moved, not the noise around it.
    """

    median: float
    spread: float
    count: int
    shifted: bool = False
    looked: int = 0

    def z(self, x: float) -> float:
        """Return how many spreads a value lies from the median."""
        return (x - self.median) / self.spread

    def stands_out(self, x: float, cut: float) -> bool:
        """Tell whether a value lies `cut` spreads from the median, more with fewer than twelve values.

        A spread of few values is often far too small by chance. Raised by twelve over their number the cut
        follows the quantile that leaves one in ten thousand of Student's t (6.3 of twelve values, 9.1 of
        eight), so that a short history gives no more false alarms than a long one.
        """
        few = max(LAST / (self.looked or self.count), 1.0)
        return abs(self.z(x)) >= cut * few

    def near(self, x: float, spreads: float = 2.0) -> bool:
        """Tell whether a value lies within so many spreads."""
        return abs(x - self.median) <= spreads * self.spread


def log_amount(minor: int, decimals: int) -> float:
    """Return ln(1 + |amount|) of an amount in minor units."""
    return math.log1p(abs(minor) / 10**decimals)


def amount_of(x: float) -> float:
    """Return the amount whose logarithm is x; for comparisons and texts, never for books."""
    return math.expm1(x)


def median(values: Sequence[float]) -> float:
    """Return the middle of the values, the mean of both middles for an even count."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def scaled(values: Sequence[float]) -> Baseline:
    """Return median and spread: 1.4826 · MAD, or the mean deviation · 1.2533 if 0; at least ln 1.05."""
    middle = median(values)
    away = [abs(value - middle) for value in values]
    spread = 1.4826 * median(away)
    if spread == 0.0:
        spread = 1.2533 * math.fsum(away) / len(away)
    return Baseline(middle, max(spread, FLOOR), len(values))


def wide(values: Sequence[float]) -> Baseline:
    """Return median and spread, the spread being the larger of both estimates of `scaled`.

    The median deviation of a dozen values is often far too small by chance: with amounts that merely vary,
    6 of its spreads are passed by two to fifteen in a thousand, of the larger of both by less than one. It
    also sees what is seldom: small sales beside large ones don't move the middle of the deviations at all.
    """
    base = scaled(values)
    away = math.fsum(abs(value - base.median) for value in values) / len(values)
    return Baseline(base.median, max(base.spread, 1.2533 * away), base.count, looked=base.count)


def baseline(values: Sequence[float]) -> Baseline:
    """Return the baseline of values in order of time: the last twelve, or three where the level moved."""
    recent = list(values[-LAST:])
    former, last = recent[:-SHIFT], recent[-SHIFT:]
    if len(former) >= SHIFT:
        before = scaled(former)
        bound = 2 * before.spread
        above = all(value > before.median + bound for value in last)
        below = all(value < before.median - bound for value in last)
        if above or below:
            now = wide(last)
            spread = max(now.spread, wide(former).spread)
            return Baseline(now.median, spread, now.count, shifted=True, looked=len(recent))
    return wide(recent)
