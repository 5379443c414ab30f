"""Spreading an amount over months, and a schedule's movement: properties over random schedules."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent_service.core.adjustments.schedules import Change, Schedule, closing, movement, released, table
from agent_service.core.adjustments.spread import METHODS, spread, spread_before
from agent_service.core.money import Currency
from agent_service.core.period import Period

USD = Currency(1, "USD", 2, Decimal("0.01"))
BEGIN, FAR = date(2026, 1, 1), date(2040, 1, 1)


def some(seed):
    """Return a random amount, span and method."""
    chance = random.Random(seed)
    start = BEGIN + timedelta(days=chance.randrange(800))
    end = start + timedelta(days=chance.randrange(900))
    return chance, chance.choice((-1, 1)) * chance.randrange(1, 10**7), start, end, chance.choice(METHODS)


@pytest.mark.parametrize("seed", range(40))
def test_the_months_sum_to_the_total_and_each_is_near_its_share(seed):
    chance, total, start, end, method = some(seed)
    step = chance.choice((1, 5))
    total *= step
    found = spread(total, start, end, method, step)
    assert sum(found.values()) == total
    assert all(amount % step == 0 for amount in found.values())
    assert min(found) == start.replace(day=1)
    assert max(found) == end.replace(day=1)
    cut = start + timedelta(days=chance.randrange(1000))
    before = spread_before(total, start, end, method, cut, step)
    assert all(before[month] == found[month] for month in before if month < cut.replace(day=1))
    assert spread_before(total, start, end, method, end + timedelta(days=1), step) == found


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ValueError, match="can't end"):
        spread(100, date(2026, 10, 2), date(2026, 10, 1), "days")
    with pytest.raises(ValueError, match="no method"):
        spread(100, BEGIN, BEGIN, "weeks")


def random_schedule(seed):
    chance, total, start, end, method = some(seed)
    booked = start + timedelta(days=chance.randrange(-60, 60))
    changes = []
    day = booked
    for one in range(chance.randrange(1, 4)):
        day += timedelta(days=chance.randrange(150))
        ends = chance.random() < 0.4
        changes.append(
            Change(
                id=one,
                kind="end" if ends else "amount",
                day=day,
                from_day=day + timedelta(days=chance.randrange(-120, 40)) if chance.random() < 0.8 else None,
                new_end=day + timedelta(days=chance.randrange(-90, 90)) if ends else None,
                amount=chance.randrange(-abs(total), abs(total)),
            )
        )
    return Schedule(
        id=1, name="x", kind="prepaid", method=method, start=start, end=end, total=total,
        total_currency=total, own=USD, currency=USD, booked_on=booked, booked_account_id=1,
        balance_account_id=1, result_account_id=2, changes=tuple(changes),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_opening_additions_release_and_closing_tie_in_every_month(seed):
    one = random_schedule(seed)
    name, balance, past = "2025-11", 0, 0
    last = max(*table(one, FAR), one.booked_on, *(each.day for each in one.changes))
    while name <= f"{last:%Y-%m}":
        period = Period.of(name)
        found = movement(one, period)
        assert found.opening == balance
        assert found.opening + found.additions - found.release == found.closing
        assert released(one, period.end) == past + found.release
        if one.booked_on < period.start:
            months = table(one, period.end).items()
            stays = sum(amount for month, amount in months if month < period.start)
            assert stays == past, "past months stay as they were released"
        assert found.closing == closing(one, period.end)[0]
        balance, past = found.closing, past + found.release
        name = f"{period.day_after:%Y-%m}"
    assert balance == 0, "in the end nothing is left"
    assert sum(table(one, FAR).values()) == one.total + sum(each.amount for each in one.changes)
