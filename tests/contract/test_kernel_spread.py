"""The add-on and the agent compute a schedule's months by themselves: over random schedules they agree."""

import random
from dataclasses import astuple
from datetime import date, timedelta

import pytest

from agent_service.core.adjustments import schedules, spread
from agent_service.core.money import Currency
from agent_service.core.period import Period
from tests.contract import kernel

ours = kernel.load("spread")
CENT = Currency(1, "USD", 2)
FIRST = date(2024, 1, 1)


def _day(rng, low=FIRST, days=1500):
    return low + timedelta(days=rng.randrange(days))


def _random_schedule(rng):
    """Return one schedule as the agent and as the add-on take it, with a few changes of any kind."""
    kind, method = rng.choice(ours.KINDS), rng.choice(ours.METHODS)
    start = _day(rng)
    end = start + timedelta(days=rng.choice((0, rng.randrange(40), rng.randrange(900))))
    total = rng.randrange(1, 10 ** rng.randrange(2, 9)) * rng.choice((1, 1, 1, -1))
    residual = rng.randrange(total) if kind == "depreciation" and total > 0 else 0
    booked = start + timedelta(days=rng.randrange(-60, 120))
    changes = []
    for number in range(rng.randrange(4)):
        what = rng.choice(("amount", "end", "opening", "disposal" if kind == "depreciation" else "adopted"))
        changes.append(
            {
                "id": number + 1,
                "kind": what,
                "day": _day(rng, start - timedelta(days=30), 900),
                "from_day": rng.choice((None, _day(rng, start, 700))),
                "new_end": rng.choice((None, _day(rng, start, 900))) if what in ("amount", "end") else None,
                "amount": rng.randrange(-abs(total) // 2, abs(total)),
            }
        )
    same = {"kind": kind, "method": method, "start": start, "end": end, "total": total, "booked_on": booked}
    theirs = schedules.Schedule(
        id=1,
        name="x",
        total_currency=total,
        own=CENT,
        currency=CENT,
        booked_account_id=1,
        balance_account_id=1,
        result_account_id=2,
        residual=residual,
        changes=tuple(schedules.Change(**one, amount_currency=one["amount"]) for one in changes),
        **same,
    )
    mine = ours.Schedule(**same, residual=residual, changes=tuple(ours.Change(**one) for one in changes))
    return theirs, mine


@pytest.mark.parametrize("seed", range(20))
def test_both_compute_the_same_months_and_movements(seed):
    rng = random.Random(seed)
    for _number in range(12):
        theirs, mine = _random_schedule(rng)
        for day in (mine.start, mine.end, _day(rng, days=2600)):
            period = Period.of(f"{day:%Y-%m}")
            assert ours.table(mine, day) == schedules.table(theirs, day), mine
            moved = ours.movement(mine, period.start, period.end)
            assert tuple(moved) == astuple(schedules.movement(theirs, period)), mine
            assert moved.opening + moved.additions - moved.release == moved.closing


@pytest.mark.parametrize("seed", range(30))
def test_both_spread_alike_and_lose_nothing(seed):
    rng = random.Random(seed)
    start = _day(rng)
    end = start + timedelta(days=rng.randrange(1200))
    total, method, step = rng.randrange(-(10**8), 10**8), rng.choice(ours.METHODS), rng.choice((1, 5))
    total -= total % step
    found = ours.spread(total, start, end, method, step)
    assert found == spread.spread(total, start, end, method, step)
    assert sum(found.values()) == total
    cut = start + timedelta(days=rng.randrange(1300))
    assert ours.spread_before(total, start, end, method, cut, step) == spread.spread_before(
        total, start, end, method, cut, step
    )


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 4, 16), 36, date(2029, 4, 15)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_the_end_of_a_useful_life(start, count, end):
    assert ours.end_of(start, count) == end


def test_an_end_before_the_start_is_no_schedule():
    with pytest.raises(ValueError, match="before it starts"):
        ours.spread(100, date(2026, 2, 1), date(2026, 1, 31), "days")
