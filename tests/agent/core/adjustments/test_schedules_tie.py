"""Random schedules of both sides, posted month after month: the balance account ties to the schedules."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent_service.core.adjustments.schedule_rows import Accounts, schedules_of
from agent_service.core.adjustments.schedules import closing
from agent_service.core.period import Period
from tests.agent.core.adjustments.schedule_case import Scheduled

SIDES = {"PP": ("prepaid", "1300", "6300", 1), "DR": ("deferred", "2400", "4100", -1)}


def filled(seed):
    """Return a ledger with random schedules and changes, each with its document."""
    chance = random.Random(seed)
    ledger = Scheduled()
    ledger.code = chance.choice(tuple(SIDES))
    kind, balance, result, sign = SIDES[ledger.code]
    partners = [ledger.partner(name) for name in ("Ada", "Bo", "Cy")]

    def document(day, amount, on, partner):
        signed = sign * amount
        entry = ledger.entry(day, (on, str(signed)), ("1010", str(-signed)), commercial_partner_id=partner)
        return entry.lines[0]

    for _one in range(12):
        booked = date(2026, 1, 1) + timedelta(days=chance.randrange(150))
        start = booked + timedelta(days=chance.randrange(-60, 60))
        total = Decimal(chance.randrange(100, 10**6)) / 100
        partner, on = chance.choice(partners), chance.choice((balance, result))
        schedule = ledger.schedule(
            str(total), str(booked), on=on, result=result, kind=kind,
            method=chance.choice(("days", "months")), partner_id=partner, start_date=str(start),
            end_date=str(start + timedelta(days=chance.randrange(400))),
            source_line_id=document(str(booked), total, on, partner),
        )  # fmt: skip
        if chance.random() < 0.5:
            day = booked + timedelta(days=chance.randrange(90))
            less = (total * chance.randrange(-90, 30) / 100).quantize(Decimal("0.01"))
            on = chance.choice((balance, result))
            ends = str(day + timedelta(days=chance.randrange(-30, 90))) if chance.random() < 0.5 else None
            ledger.change(schedule, "end" if ends else "amount", str(day), str(less), on=on, new_end=ends,
                          move_line_id=document(str(day), less, on, partner))  # fmt: skip
    return ledger, balance, kind, sign


@pytest.mark.parametrize("seed", range(4))
def test_after_each_posted_month_the_account_is_the_sum_of_the_schedules_and_a_second_run_is_empty(seed):
    ledger, account, kind, sign = filled(seed)
    for month in ("2026-02", "2026-03", "2026-05", "2026-12", "2027-12"):
        ledger.post(month)
        day = Period.of(month).end
        books = ledger.books()
        roles = Accounts("", ledger.accounts[account])
        schedules, lacking = schedules_of(books, kind, day, roles)
        assert not lacking
        required = sum(closing(one, day)[0] for one in schedules)
        assert ledger.balance(account, str(day)) == sign * Decimal(required) / 100
        assert ledger.lines(month) == []
    assert ledger.balance(account) == 0
