"""Interest on loans: the worked numbers IN1 under two day counts, both months, repayments and refusals."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.day_count import CONVENTIONS, days_between, year_fraction
from agent_service.core.adjustments.interest import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.posting import account, by_account, post, result_of
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, USD, Ledger

ACTUAL, THIRTY = "actual/365", "30E/360"


def in1(day_count=ACTUAL, **more):
    """250,000.00 at 4.8 %, interest paid through 14 September."""
    ledger = Ledger()
    account(ledger, "2200", "Accrued interest", "liability_current", "accrued_interest")
    account(ledger, "7100", "Interest", "expense", "interest_expense")
    ledger.add(
        "loans",
        id=1,
        **{
            "name": "Bank loan",
            "partner_id": ledger.partner("Harbour Bank"),
            "currency": USD,
            "principal": "250000.00",
            "rate": "4.8",
            "day_count": day_count,
            "start": "2026-06-15",
            **more,
        },
    )
    paid(ledger, "2026-09-15")
    return ledger


def paid(ledger, day):
    ledger.add("loan_movements", loan_id=1, date=day, kind="interest", currency=USD)


def repaid(ledger, day, amount):
    ledger.add("loan_movements", loan_id=1, date=day, kind="principal", currency=USD, amount=f"-{amount}")


def entry(ledger, period=OCTOBER, **policy):
    found = propose(ledger.books(), ledger.policy(**policy), period, {})
    return found[0] if found else None


def amount(ledger, period=OCTOBER):
    made = by_account(ledger, entry(ledger, period))
    assert set(made) == {"7100", "2200"}
    assert made["2200"] == f"-{made['7100']}"
    return made["7100"]


@pytest.mark.parametrize(("day_count", "october"), [(ACTUAL, "1545.21"), (THIRTY, "1533.33")])
def test_in1_interest_since_it_was_last_paid(day_count, october):
    ledger = in1(day_count)
    assert amount(ledger) == october
    made = entry(ledger)
    assert (made.day, made.reversal_day) == (date(2026, 10, 31), date(2026, 11, 1))
    assert (made.amount_min, made.amount_max, made.is_estimate) == (made.debits, made.debits, False)
    assert made.calculation.total == made.debits


@pytest.mark.parametrize(
    ("day_count", "payment", "since", "result"),
    [(ACTUAL, "2005.48", "526.03", 98630), (THIRTY, "2000.00", "533.33", 100000)],
)
def test_in1_paid_in_november_the_month_bears_its_own_interest(day_count, payment, since, result):
    ledger = in1(day_count)
    post(ledger, entry(ledger))
    assert entry(ledger) is None, "a second run gives nothing"
    ledger.entry("2026-11-15", ("7100", payment), ("1010", f"-{payment}"))
    paid(ledger, "2026-11-15")
    assert amount(ledger, NOVEMBER) == since
    post(ledger, entry(ledger, NOVEMBER))
    number = ledger.accounts["7100"]
    assert result_of(ledger.books(), number, "2026-11-01", "2026-11-30") == result


@pytest.mark.parametrize(("day_count", "november"), [(ACTUAL, "2531.51"), (THIRTY, "2533.33")])
def test_in1_unpaid_in_november_the_whole_time_is_accrued(day_count, november):
    ledger = in1(day_count)
    post(ledger, entry(ledger))
    assert amount(ledger, NOVEMBER) == november


def test_in1_a_missing_reversal_leaves_only_the_difference():
    ledger = in1()
    post(ledger, entry(ledger), reverse=False)
    assert amount(ledger, NOVEMBER) == "986.30"


@pytest.mark.parametrize(("day_count", "october"), [(ACTUAL, "1522.85"), (THIRTY, "1512.00")])
def test_in1_a_repayment_parts_the_days(day_count, october):
    ledger = in1(day_count)
    repaid(ledger, "2026-10-15", "10000.00")
    assert amount(ledger) == october
    row = entry(ledger).row()["calculation"]["rows"][0]
    assert row[3:5] == [
        "30 + 17" if day_count == ACTUAL else "30 + 16",
        "250,000.00 USD + 240,000.00 USD",
    ]


def test_in1_thirty_days_a_month_in_february():
    assert days_between(THIRTY, date(2026, 1, 15), date(2026, 3, 1)) == 46
    assert days_between(THIRTY, date(2026, 8, 31), date(2026, 11, 1)) == 61, "the 31st is the 30th"
    assert days_between(THIRTY, date(2026, 8, 30), date(2026, 10, 31)) == 60


def test_a_new_rate_parts_the_days_too():
    ledger = in1()
    ledger.add("loan_movements", loan_id=1, date="2026-10-15", kind="rate", currency=USD, rate="5.475")
    # 30 days at 4.8 % = 986.3014, 17 days at 5.475 % = 637.50
    assert amount(ledger) == "1623.80"


def test_what_comes_after_the_closing_date_doesnt_count():
    ledger = in1()
    repaid(ledger, "2026-11-01", "250000.00")
    paid(ledger, "2026-11-01")
    assert amount(ledger) == "1545.21"


def test_a_loan_that_ended_or_was_repaid_bears_no_interest():
    assert amount(in1(end="2026-10-15")) == "986.30"
    ledger = in1()
    repaid(ledger, "2026-09-15", "250000.00")
    assert entry(ledger) is None


def test_a_foreign_loan_takes_the_closing_rate():
    ledger = in1(currency=EUR)
    with pytest.raises(EvidenceMissing, match="no rate of EUR"):
        entry(ledger)
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    assert amount(ledger) == "1675.32"  # EUR 1,545.21 at 1.0842
    assert {line.amount_currency for line in entry(ledger).lines} == {154521, -154521}


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"rate": None}, "has no rate"),
        ({"principal": None}, "has no principal"),
        ({"day_count": "actual/364"}, "'actual/364' is not known"),
    ],
)
def test_what_isnt_known_is_refused_and_never_taken_as_0(values, missing):
    with pytest.raises(EvidenceMissing, match=missing):
        entry(in1(**values))


def test_more_repaid_than_owed_is_refused():
    ledger = in1()
    repaid(ledger, "2026-10-15", "250000.01")
    with pytest.raises(EvidenceMissing, match="more was repaid"):
        entry(ledger)


def test_an_accrual_by_hand_stops_the_proposal_until_a_person_decides():
    ledger = in1()
    bank = ledger.rows["loans"][0]["partner_id"]
    own = {"partner_id": bank}
    hand = ledger.entry("2026-10-31", ("7100", "1545.21", own), ("2200", "-1545.21", own))
    found = propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert [(one.rule, one.facet, one.amount) for one in found] == [("INF001", "by-hand", 154521)]
    assert amount_with(ledger, {"IN": {"by_hand": "apart"}}) == "1545.21", (
        "the policy says it is something else"
    )
    ledger.row("moves", hand.move)["ai_close_entry_id"] = 5
    ledger.row("moves", hand.move)["ai_close_proposer"] = "MAN"
    (found,) = propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert found.facet == "by-hand", "written by a person and approved: it counts all the same"
    ledger.row("moves", hand.move)["ai_close_entry_id"] = None
    ledger.row("moves", hand.move)["ai_close_proposer"] = "IN"
    assert propose(ledger.books(), ledger.policy(), OCTOBER, {}) == [], "adopted: it is the accrual"
    ledger.row("moves", hand.move)["ai_close_proposer"] = None
    back = ("2200", "1545.21", own), ("7100", "-1545.21", own)
    ledger.entry("2026-10-31", *back, reversed_entry_id=hand.move)
    assert amount(ledger) == "1545.21", "reversed: nothing stands there any more"


def test_an_accrual_by_hand_that_was_rejected_is_gone_with_its_reversal():
    ledger = in1()
    own = {"partner_id": ledger.rows["loans"][0]["partner_id"]}
    hand = ledger.entry("2026-10-31", ("7100", "1545.21", own), ("2200", "-1545.21", own))
    assert [one.facet for one in propose(ledger.books(), ledger.policy(), OCTOBER, {})] == ["by-hand"]
    ledger.entry(
        "2026-10-31", ("2200", "1545.21", own), ("7100", "-1545.21", own),
        reversed_entry_id=hand.move, ai_close_entry_id=6, ai_close_proposer="REV",
    )  # fmt: skip
    assert amount(ledger) == "1545.21", "the reversal that people asked for is no accrual of ours"


def test_go_live_with_september_booked_by_hand():
    ledger = in1()
    own = {"partner_id": ledger.rows["loans"][0]["partner_id"]}
    ledger.entry("2026-09-30", ("7100", "526.03", own), ("2200", "-526.03", own))
    found = propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert [(one.facet, one.amount) for one in found] == [("by-hand", 52603)], "not taken back: it waits"
    hand = ledger.rows["moves"][-1]
    hand["ai_close_proposer"] = "IN"
    assert amount(ledger) == "1019.18", "adopted without its reversal: only the rest is proposed"
    hand["ai_close_proposer"] = None
    ledger.entry("2026-10-01", ("2200", "526.03", own), ("7100", "-526.03", own))
    assert amount(ledger) == "1545.21"


def amount_with(ledger, rules):
    return by_account(ledger, entry(ledger, rules=rules))["7100"]


def test_without_loans_or_role_nothing_is_asked():
    ledger = Ledger()
    assert propose(ledger.books(), ledger.policy(), OCTOBER, {}) == []
    assert propose(ledger.books("loans"), ledger.policy(), OCTOBER, {}) == []
    ledger = in1()
    del ledger.roles["accrued_interest"]
    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {})
    assert (run.entries, run.failures) == ((), ())
    assert "IN" in run.completed
    ledger = in1()
    del ledger.roles["interest_expense"]
    with pytest.raises(EvidenceMissing, match="no account for interest_expense"):
        entry(ledger)


def test_days_of_any_part_add_up_to_the_days_of_the_whole():
    rng = random.Random(7)
    for _ in range(300):
        start = date(2025, 1, 1) + timedelta(days=rng.randrange(900))
        middle, end = start + timedelta(days=rng.randrange(400)), None
        end = middle + timedelta(days=rng.randrange(400))
        for convention in CONVENTIONS:
            parts = [year_fraction(convention, *one) for one in ((start, middle), (middle, end))]
            assert sum(parts, Fraction(0)) == year_fraction(convention, start, end)


def test_debits_are_credits_and_a_second_run_gives_nothing():
    rng = random.Random(11)
    for _ in range(4):
        ledger = in1(rng.choice(CONVENTIONS), rate=f"{rng.randrange(1, 1500) / 100:.2f}")
        for _more in range(rng.randrange(4)):
            repaid(ledger, f"2026-10-{rng.randrange(1, 29):02}", f"{rng.randrange(1, 9000000) / 100:.2f}")
        made = entry(ledger)
        assert sum(line.balance for line in made.lines) == 0
        post(ledger, made)
        assert entry(ledger) is None
