"""An amount spread over the months of a span of time: by days, or by months with the half-month convention.

The add-on computes the same table (`kernel/spread.py`); a contract test holds them together.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from agent_service.core.period import add_months

DAYS, MONTHS = "days", "months"
METHODS = (DAYS, MONTHS)
ONE_DAY = timedelta(days=1)

Table = dict[date, int]
"""Minor units by the first day of a month."""


@lru_cache(maxsize=8192)
def month_weights(start: date, end: date, method: str) -> Mapping[date, int]:
    """Return what each month of a span, both days included, weighs; empty when it ends before it starts.

    By days it is the days covered. By months a month that is wholly covered weighs 2, one that is partly
    covered 1: the first and the last month count half.
    """
    if method not in METHODS:
        raise ValueError(f"{method!r} is no method: {' or '.join(METHODS)}")
    weights: dict[date, int] = {}
    month = start.replace(day=1)
    while month <= end:
        after = add_months(month, 1)
        first, last = max(start, month), min(end, after - ONE_DAY)
        covered = (last - first).days + 1
        weights[month] = covered if method == DAYS else 2 if covered == (after - month).days else 1
        month = after
    return MappingProxyType(weights)


def spread(total: int, start: date, end: date, method: str, step: int = 1) -> Table:
    """Return the amount of each month of a span, both days included; the months sum to the total.

    Half-up to the currency's `step`, once a month; the last month takes the remainder. Raises ValueError for
    an end before the start. Example: 1,250.00 from 15 March to 14 March by months: 52.08, 11 × 104.17, 52.05.
    """
    if end < start:
        raise ValueError(f"a schedule can't end ({end}) before it starts ({start})")
    weights = month_weights(start, end, method)
    whole = sum(weights.values())
    table = {month: _share(total, weight, whole, step) for month, weight in weights.items()}
    last = max(table)
    table[last] = total - sum(amount for month, amount in table.items() if month != last)
    return table


def spread_before(total: int, start: date, end: date, method: str, cut: date, step: int = 1) -> Table:
    """Return what the months of a span had released on the day before `cut`, as the uncut span has it.

    Months wholly before the cut keep their amounts; the month of the cut keeps the share of its covered part.
    """
    table = spread(total, start, end, method, step)
    if cut > end:
        return table
    weights = month_weights(start, end, method)
    kept = {month: amount for month, amount in table.items() if add_months(month, 1) <= cut}
    part = month_weights(max(start, cut.replace(day=1)), cut - ONE_DAY, method)
    for month, weight in part.items():
        if weight == weights[month]:
            kept[month] = table[month]
        else:
            kept[month] = _share(total, weight, sum(weights.values()), step)
    return kept


def _share(total: int, weight: int, whole: int, step: int) -> int:
    """Return the weight's share, half-up away from zero to a step of the currency."""
    size, parts = abs(total) * weight, whole * step
    share = (2 * size + parts) // (2 * parts) * step
    return share if total >= 0 else -share
