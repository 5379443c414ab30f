"""The one definition of a rhythm: monthly, quarterly or yearly, told by the distance of at least 80 % "
"of the items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

RHYTHMS = {"monthly": (25, 36), "quarterly": (80, 102), "yearly": (345, 385)}
"""Names, with the fewest and the most days between two items."""


@dataclass(frozen=True)
class Rhythm:
    """A steady distance: its name, and the median of the days between items."""

    name: str
    gap_days: int

    def next_after(self, day: date) -> date:
        """Return when the next item is due."""
        return day + timedelta(days=self.gap_days)


def rhythm(
    days: Sequence[date], least: int = 4, tolerance_days: int = 7, share: float = 0.8
) -> Rhythm | None:
    """Return the rhythm of some days, None when there is none; items of one day count once.

    A gap is steady within 5 days of the median (10 for a quarter, 15 for a year).

    >>> rhythm([date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5), date(2026, 4, 6)]).name
    'monthly'
    """
    ordered = sorted(set(days))
    if len(ordered) < least:
        return None
    gaps = sorted((after - before).days for before, after in pairwise(ordered))
    middle = gaps[len(gaps) // 2] if len(gaps) % 2 else (gaps[len(gaps) // 2 - 1] + gaps[len(gaps) // 2]) // 2
    slack = min(max(5, middle // 9), 15)
    steady = sum(abs(gap - middle) <= slack for gap in gaps)
    name = next((one for one, (low, high) in RHYTHMS.items() if low <= middle <= high), None)
    return Rhythm(name, middle) if name and steady >= share * len(gaps) else None
