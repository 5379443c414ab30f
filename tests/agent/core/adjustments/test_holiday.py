"""Holidays owed: the worked numbers HO1, both months, days in advance, what was booked by hand, refusals."""

import random

import pytest

from agent_service.core.adjustments.holiday import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.posting import account, by_account, post
from tests.agent.core.builders import NOVEMBER, OCTOBER, Ledger


def balance(ledger, key, days, rate, as_of="2026-10-31", **more):
    values = {"social_pct": "21.5", **more}
    return ledger.add("holiday_balances", key=key, days=days, day_rate=rate, as_of=as_of, **values)


def company():
    ledger = Ledger()
    account(ledger, "7020", "Holiday pay", "expense", "holiday_expense")
    account(ledger, "2220", "Accrued holiday", "liability_current", "accrued_holiday")
    return ledger


def ho1():
    ledger = company()
    balance(ledger, "A", "12.5", "240.00")
    balance(ledger, "B", "4", "310.00")
    balance(ledger, "C", "-2", "200.00")
    ledger.entry("2026-09-30", ("7020", "4650.00"), ("2220", "-4650.00"))
    return ledger


def entry(ledger, period=OCTOBER, decided=None, **policy):
    found = propose(ledger.books(), ledger.policy(**policy), period, decided or {})
    return found[0] if found else None


def test_ho1_the_movement_to_what_the_days_are_worth():
    ledger = ho1()
    made = entry(ledger)
    assert by_account(ledger, made) == {"7020": "501.60", "2220": "-501.60"}
    assert (str(made.day), made.reversal_day) == ("2026-10-31", None)
    rows = made.row()["calculation"]["rows"]
    assert [row[-1] for row in rows] == ["5151.60", "-4650.00"]
    assert made.calculation.total == 50160
    assert [(one.model, one.label) for one in made.sources] == [
        ("ai.close.holiday.balance", "Holidays owed"),
        ("account.account", "balance"),
    ]


def test_what_one_person_earns_stands_nowhere_in_the_entry():
    """Whoever may read a staged entry may read its calculation; the keys stay with the sources."""
    words = str(entry(ho1()).row())
    for secret in ("'A'", "'B'", "12.5", "240.00", "3645.00", "310.00", "1506.60", "200.00"):
        assert secret not in words, secret


def test_the_sum_of_one_person_looks_like_the_sum_of_many():
    """Whoever reads the entry can't tell of how many people it is: the sum of one would be his."""
    alone = company()
    balance(alone, "A", "12.5", "240.00")
    many, one = entry(ho1()).row(), entry(alone).row()
    rows = one["calculation"]["rows"]
    assert rows[0][:-1] == many["calculation"]["rows"][0][:-1]
    assert len(one["sources"]) == len(many["sources"])


def test_ho1_november_takes_back_what_was_taken():
    ledger = ho1()
    post(ledger, entry(ledger))
    assert entry(ledger) is None, "a second run gives nothing"
    for key, days, rate in (("A", "10.5", "240.00"), ("B", "5", "310.00"), ("C", "-2", "200.00")):
        balance(ledger, key, days, rate, "2026-11-30")
    made = entry(ledger, NOVEMBER)
    assert by_account(ledger, made) == {"2220": "206.55", "7020": "-206.55"}
    assert made.calculation.total == -20655
    post(ledger, made)
    assert entry(ledger, NOVEMBER) is None


def test_ho1_days_in_advance_count_where_the_policy_recovers_them():
    ledger = ho1()
    made = entry(ledger, rules={"HO": {"advance_days": "recovered"}})
    assert by_account(ledger, made)["7020"] == "15.60"  # 501.60 - 2 × 200.00 × 1.215


def test_what_was_booked_by_hand_counts_and_a_later_booking_doesnt():
    ledger = ho1()
    ledger.entry("2026-10-31", ("7020", "501.60"), ("2220", "-501.60"))
    ledger.entry("2026-11-02", ("7020", "99.00"), ("2220", "-99.00"))
    assert entry(ledger) is None


def test_a_difference_after_posting_gets_the_next_key():
    ledger = ho1()
    made = entry(ledger)
    post(ledger, made)
    ledger.rows["holiday_balances"][1]["days"] = "5"
    more = entry(ledger, decided={made.key: "posted"})
    assert more.key == f"{made.key}:2"
    assert by_account(ledger, more) == {"7020": "376.65", "2220": "-376.65"}


@pytest.mark.parametrize(
    ("values", "missing"),
    [({"days": None}, "has no days"), ({"rate": None}, "has no day_rate"), ({"key": "A"}, "given twice")],
)
def test_what_isnt_known_is_refused_and_never_taken_as_0(values, missing):
    ledger = ho1()
    balance(ledger, **{"key": "D", "days": "1", "rate": "100.00", **values})
    with pytest.raises(EvidenceMissing, match=missing):
        entry(ledger)


def test_balances_of_another_month_are_no_evidence():
    ledger = ho1()
    with pytest.raises(EvidenceMissing, match="holiday balance A is missing on 2026-11-30"):
        entry(ledger, NOVEMBER)
    balance(ledger, "A", "10.5", "240.00", "2026-11-30")
    balance(ledger, "C", "0", "200.00", "2026-11-30")
    with pytest.raises(EvidenceMissing, match=r"^the holiday balance B is missing on 2026-11-30$"):
        entry(ledger, NOVEMBER)
    balance(ledger, "B", "0", "310.00", "2026-11-30")
    assert entry(ledger, NOVEMBER).debits == 158820  # 4,650.00 to 10.5 x 240.00 x 1.215
    del ledger.roles["accrued_holiday"]
    with pytest.raises(EvidenceMissing, match="no account for accrued_holiday"):
        entry(ledger)


def test_without_balances_nothing_is_asked():
    assert entry(Ledger()) is None
    ledger = Ledger()
    assert propose(ledger.books("holiday_balances"), ledger.policy(), OCTOBER, {}) == []


def test_whatever_the_days_the_account_shows_their_worth_afterwards():
    rng = random.Random(5)
    for _ in range(4):
        ledger, worth = company(), 0
        for at in range(rng.randrange(1, 6)):
            days, rate = rng.randrange(-50, 300), rng.randrange(10000, 60000)
            balance(ledger, f"K{at}", f"{days / 10}", f"{rate / 100:.2f}")
            worth += (max(days, 0) * rate * 1215 * 2 + 10000) // 20000  # half up of cents
        if rng.random() < 0.5:
            ledger.entry("2026-10-01", ("7020", "777.77"), ("2220", "-777.77"))
        made = entry(ledger)
        if made:
            post(ledger, made)
        booked = {"2220": 0}
        for row in ledger.rows["lines"]:
            if row["account_id"] == ledger.accounts["2220"]:
                booked["2220"] -= round(float(row["balance"]) * 100)
        assert booked["2220"] == worth
        assert entry(ledger) is None
