"""Schedules month by month: an amount spread over a span of time, and what people changed about it since.

Pure; amounts are whole minor units in the schedule's own direction.  The agent computes the same tables by
itself (``core/adjustments/spread.py``, ``schedules.py``); a contract test holds them together.
"""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

DAYS, MONTHS = "days", "months"
METHODS = (DAYS, MONTHS)
PREPAID, DEFERRED, DEPRECIATION = KINDS = ("prepaid", "deferred", "depreciation")
AMOUNT, END, DISPOSAL, OPENING, ADOPTED, REJECTED = CHANGES = (
    "amount",
    "end",
    "disposal",
    "opening",
    "adopted",
    "rejected",
)
ONE_DAY = timedelta(days=1)


class Change(NamedTuple):
    """What somebody changed: more or less to spread, another end, an asset sold."""

    id: int
    kind: str
    day: date
    from_day: date | None = None
    new_end: date | None = None
    amount: int = 0


class Schedule(NamedTuple):
    """An amount to spread; ``residual`` is what of an asset is never depreciated."""

    kind: str
    method: str
    start: date
    end: date
    total: int
    booked_on: date
    residual: int = 0
    changes: tuple[Change, ...] = ()


class Movement(NamedTuple):
    """A month of the balance account: opening + additions - release = closing."""

    opening: int
    additions: int
    release: int
    closing: int


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_between(start: date, end: date) -> int:
    """Return how many months have a day in the span."""
    return (end.year - start.year) * 12 + end.month - start.month + 1


def end_of(start: date, count: int) -> date:
    """Return the last of ``count`` months that begin on ``start``: 36 from 16 April end on 15 April.

    A month that is too short for the day ends the span with itself: one month from 31 January ends on the
    last day of February.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    last = (month_after(first) - ONE_DAY).day
    return first + timedelta(days=min(start.day - 1, last) - 1)


def weights(start: date, end: date, method: str) -> dict[date, int]:
    """Return what each month of a span weighs, both days included; empty when it ends before it starts.

    By days the days covered; by months 2 for a month that is wholly covered, 1 for a part of one.
    """
    if method not in METHODS:
        raise ValueError(f"{method!r} is no method")
    found = {}
    month = start.replace(day=1)
    while month <= end:
        after = month_after(month)
        covered = (min(end, after - ONE_DAY) - max(start, month)).days + 1
        found[month] = covered if method == DAYS else 2 if covered == (after - month).days else 1
        month = after
    return found


def spread(total: int, start: date, end: date, method: str, step: int = 1) -> dict[date, int]:
    """Return each month's amount, half-up to ``step``; the last month takes the remainder."""
    if end < start:
        raise ValueError(f"a schedule can't end ({end}) before it starts ({start})")
    weight = weights(start, end, method)
    whole = sum(weight.values())
    found = {month: _share(total, each, whole, step) for month, each in weight.items()}
    last = max(found)
    found[last] += total - sum(found.values())
    return found


def spread_before(total: int, start: date, end: date, method: str, cut: date, step: int = 1):
    """Return what the months of a span had released on the day before ``cut``."""
    found = spread(total, start, end, method, step)
    if cut > end:
        return found
    weight = weights(start, end, method)
    kept = {month: amount for month, amount in found.items() if month_after(month) <= cut}
    for month, part in weights(max(start, cut.replace(day=1)), cut - ONE_DAY, method).items():
        whole_month = part == weight[month]
        kept[month] = found[month] if whole_month else _share(total, part, sum(weight.values()), step)
    return kept


def table(one: Schedule, day: date, step: int = 1) -> dict[date, int]:
    """Return what each month releases, with the changes dated by ``day``.

    A change cuts the plan: what lies before its first day stays, the rest is spread anew.  When no time is
    left, the rest falls in the month in which that became known.
    """
    whole = segment = one.total - one.residual
    start, end, done = one.start, one.end, Counter()
    for change in known(one, day, AMOUNT, END, DISPOSAL):
        past = change.day.replace(day=1)
        cut = change.day + ONE_DAY if change.kind == DISPOSAL else max(change.from_day or change.day, past)
        cut = max(cut, start)
        if start <= end and cut > start:
            done.update(spread_before(segment, start, end, one.method, cut, step))
        if change.kind == DISPOSAL:
            return dict(sorted(done.items()))
        whole += change.amount
        segment = whole - sum(done.values())
        start, end = cut, change.new_end or end
        if start > end:
            done[max(change.day, cut - ONE_DAY).replace(day=1)] += segment
            segment = 0
    if start <= end:
        done.update(spread(segment, start, end, one.method, step))
    return dict(sorted(done.items()))


def known(one: Schedule, day: date, *kinds: str) -> list[Change]:
    """Return the changes of some kinds that count on a day, in their order."""
    found = [change for change in one.changes if change.kind in kinds and change.day <= day]
    return sorted(found, key=lambda change: (change.day, change.id))


def released(one: Schedule, day: date, step: int = 1) -> int:
    """Return what is released by the end of the month of ``day``; nothing before it was booked."""
    if day < one.booked_on:
        return 0
    return sum(amount for month, amount in table(one, day, step).items() if month <= day)


def closing(one: Schedule, day: date, step: int = 1) -> int:
    """Return what the balance account has to carry at the month end ``day``.

    Of a prepayment or deferred revenue it is what isn't released, of an asset what is accumulated.
    """
    if day < one.booked_on:
        return 0
    if one.kind == DEPRECIATION:
        return 0 if known(one, day, DISPOSAL) else released(one, day, step)
    changed = sum(change.amount for change in known(one, day, AMOUNT, END))
    return one.total - one.residual + changed - released(one, day, step)


def movement(one: Schedule, first: date, last: date, step: int = 1) -> Movement:
    """Return a month: what was booked in it and changed in it are additions.

    Of an asset the additions are its depreciation, and the release is what a disposal takes out.
    """
    before, after = closing(one, first - ONE_DAY, step), closing(one, last, step)
    if one.kind == DEPRECIATION:
        additions = released(one, last, step) - released(one, first - ONE_DAY, step)
    else:
        booked = first <= one.booked_on <= last
        additions = one.total - one.residual if booked else 0
        # with the document come the changes dated before it
        additions += sum(
            change.amount
            for change in known(one, last, AMOUNT, END)
            if booked or (change.day >= first and one.booked_on <= last)
        )
    return Movement(before, additions, before + additions - after, after)


def _share(total: int, weight: int, whole: int, step: int) -> int:
    """Return ``total * weight / whole``, half away from zero, in steps."""
    size, per = abs(total * weight), whole * step
    rounded = (2 * size + per) // (2 * per) * step
    return rounded if total * weight >= 0 else -rounded
