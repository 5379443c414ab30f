"""Received quantities typed by hand: what a reading proves, and the range when none was taken in time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from agent_service.core.analysis.order_quantities import exact
from agent_service.core.model import Books


@dataclass(frozen=True)
class Typed:
    """What was received by a day, and between which quantities it lies when the day isn't proved."""

    expected: Fraction
    low: Fraction
    high: Fraction
    proved: bool


def readings_by_line(books: Books) -> dict[int, list[tuple[date, Fraction]]]:
    """Return the readings of each order line, oldest first; empty where the server keeps none."""
    found: dict[int, list[tuple[date, Fraction]]] = defaultdict(list)
    if books.has("readings"):
        rows = books.frame("readings").sort("taken_on", "id")
        for line, day, quantity in rows.select("purchase_line_id", "taken_on", "quantity").iter_rows():
            found[line].append((day, exact(quantity)))
    return dict(found)


def typed_by(readings: Sequence[tuple[date, Fraction]], now: Fraction | None, day: date) -> Typed | None:
    """Return what was received by the end of a day, None when nobody knows.

    `now` is the quantity in the order as it is read today. A reading of the day itself proves it, and so do
    equal ones before and after. Otherwise the next one is expected, and the truth lies between both.

    >>> # 20 hours read on 15 October, 64 on 5 November: 64 by 31 October, at least 20
    """
    before = [quantity for taken, quantity in readings if taken <= day]
    if any(taken == day for taken, _quantity in readings):
        return Typed(before[-1], before[-1], before[-1], proved=True)
    later = next((quantity for taken, quantity in readings if taken > day), now)
    if later is None:
        return None
    earlier = before[-1] if before else Fraction(0)
    proved = bool(before) and earlier == later
    return Typed(later, min(earlier, later), max(earlier, later), proved)
