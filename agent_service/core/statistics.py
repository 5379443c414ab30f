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
    """Median and spread of logarithms, and how many values they rest on."""

    median: float
    spread: float
    count: int
    shifted: bool = False

    def z(self, x: float) -> float:
        """Return how many spreads a value lies from the median."""
        return (x - self.median) / self.spread

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
            now = scaled(last)
            return Baseline(now.median, now.spread, now.count, shifted=True)
    return scaled(recent)
