"""Payroll by days: the worked numbers PY1, runs that are booked or over, holidays and refusals."""

import random
from datetime import date, timedelta

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.payroll import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.posting import account, by_account, post
from tests.agent.core.builders import NOVEMBER, OCTOBER, Ledger

HOLIDAY = {"settings": {"holidays": ["2026-11-26"]}}


def company():
    ledger = Ledger()
    account(ledger, "7010", "Social security", "expense", "social")
    account(ledger, "2210", "Accrued payroll", "liability_current", "accrued_payroll")
    ledger.roles["wages"] = ledger.accounts["7000"]
    return ledger


def py1(start="2026-10-26", end="2026-11-06", **more):
    """A pay run of two weeks over the month's end: 48,000.00 and 21.5 %."""
    ledger = company()
    run(ledger, start, end, **more)
    return ledger


def run(ledger, start, end, **more):
    values = {"name": f"Run {start}", "amount": "48000.00", "social_pct": "21.5", **more}
    return ledger.add("pay_runs", start=start, end=end, **values)


def entry(ledger, period=OCTOBER, **policy):
    found = propose(ledger.books(), ledger.policy(**policy), period, {})
    return found[0] if found else None


def accrued(wages, social, both):
    return {"7000": wages, "7010": social, "2210": f"-{both}"}


def test_py1_working_days():
    ledger = py1()
    made = entry(ledger)
    assert by_account(ledger, made) == accrued("24000.00", "5160.00", "29160.00")
    assert (made.day, made.reversal_day) == (date(2026, 10, 31), date(2026, 11, 1))
    assert made.row()["calculation"]["rows"][0][3:6] == ["10", "5", "wages"]
    assert made.calculation.total == made.debits == 2916000


def test_py1_calendar_days():
    ledger = py1(end="2026-11-08", basis="calendar")
    assert by_account(ledger, entry(ledger)) == accrued("20571.43", "4422.86", "24994.29")


def test_py1_november_with_a_paid_holiday():
    ledger = py1()
    post(ledger, entry(ledger))
    assert entry(ledger) is None, "a second run gives nothing"
    ledger.rows["pay_runs"][0]["booked"] = "2026-11-06"
    run(ledger, "2026-11-23", "2026-12-04")
    assert by_account(ledger, entry(ledger, NOVEMBER, **HOLIDAY)) == accrued(
        "28800.00", "6192.00", "34992.00"
    )


def test_an_unpaid_holiday_is_no_working_day():
    ledger = py1("2026-11-23", "2026-12-04")
    made = entry(ledger, NOVEMBER, **HOLIDAY, rules={"PY": {"holidays": "unpaid"}})
    assert by_account(ledger, made)["7000"] == "26666.67"  # 5 of 9


def test_a_run_that_is_over_and_not_booked_is_accrued_whole():
    assert by_account(over := py1("2026-10-12", "2026-10-23"), entry(over))["7000"] == "48000.00"
    booked_later = py1("2026-10-12", "2026-10-23", booked="2026-11-02")
    assert by_account(booked_later, entry(booked_later))["7000"] == "48000.00"
    booked = py1("2026-10-12", "2026-10-23", booked="2026-10-30")
    assert entry(booked) is None


def test_a_run_that_begins_after_the_closing_date_is_none():
    assert entry(py1("2026-11-01", "2026-11-13")) is None


def test_a_run_booked_before_its_end_is_told_and_not_booked():
    ledger = py1(booked="2026-10-30")
    found = propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert [(one.rule, one.facet, one.amount) for one in found] == [("PYF001", "booked-early", 2916000)]
    assert propose(ledger.books(), ledger.policy(), NOVEMBER, {}) == []


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"social_pct": None}, "has no social_pct"),
        ({"amount": None}, "has no amount"),
        ({"end": "2026-10-20"}, "end after its start"),
        ({"basis": "hours"}, "'hours' is not known"),
        ({"start": "2026-10-31", "end": "2026-11-01"}, "no day that counts"),
    ],
)
def test_what_isnt_known_is_refused(values, missing):
    with pytest.raises(EvidenceMissing, match=missing):
        entry(py1(**values))


def test_an_accrual_by_hand_stops_the_proposal_until_a_person_decides():
    ledger = py1()
    ledger.entry("2026-10-31", ("7000", "24000.00"), ("2210", "-24000.00"))
    found = propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert [(one.rule, one.facet, one.amount) for one in found] == [("PYF001", "by-hand", 2400000)]
    assert entry(ledger, rules={"PY": {"by_hand": "apart"}}).debits == 2916000


def test_without_pay_runs_or_role_nothing_is_asked():
    ledger = Ledger()
    assert propose(ledger.books(), ledger.policy(), OCTOBER, {}) == []
    assert propose(ledger.books("pay_runs"), ledger.policy(), OCTOBER, {}) == []
    ledger = py1()
    del ledger.roles["accrued_payroll"]
    made = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {})
    assert (made.entries, made.failures) == ((), ())


def test_debits_are_credits_and_a_second_run_gives_nothing():
    rng = random.Random(3)
    for _ in range(4):
        ledger = company()
        for _run in range(rng.randrange(1, 4)):
            start = date(2026, 10, 10) + timedelta(days=rng.randrange(20))
            run(
                ledger,
                start.isoformat(),
                (start + timedelta(days=rng.randrange(6, 20))).isoformat(),
                amount=f"{rng.randrange(1, 10**7) / 100:.2f}",
                social_pct=f"{rng.randrange(4000) / 100:.2f}",
                basis=rng.choice(["working", "calendar"]),
            )
        made = entry(ledger)
        assert sum(line.balance for line in made.lines) == 0
        assert made.calculation.total == made.debits
        post(ledger, made)
        assert entry(ledger) is None
