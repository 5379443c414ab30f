"""Allowance for doubtful receivables: the worked numbers BD1, both months."""

from decimal import Decimal
from random import Random

import pytest

from agent_service.core.adjustments.allowance import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.closing_case import account, lines, post, proposed
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, Ledger

ALLOWANCE, BAD_DEBT = "1190", "6900"
TABLE = [[0, "0.5"], [30, "2"], [60, "10"], [90, "25"], [None, "50"]]
RULES = {"BD": {"ageing": TABLE}}


@pytest.fixture
def ledger():
    made = Ledger()
    account(made, ALLOWANCE, "Allowance", "asset_current", role="allowance")
    account(made, BAD_DEBT, "Bad debt", "expense", role="bad_debt")
    return made


def due(ledger, amount, day, partner=None, **more):
    """Add an invoice of June that is due on a day."""
    customer = partner or ledger.partner("Customer")
    made = ledger.invoice("2026-06-01", customer, amount, **more)
    ledger.row("lines", made.open_line)["date_maturity"] = day
    return made


def bd1(ledger):
    for amount, day in (
        ("120000.00", "2026-10-31"),
        ("40000.00", "2026-10-01"),
        ("15000.00", "2026-09-30"),
        ("6000.00", "2026-08-02"),
        ("8000.00", "2026-08-01"),
    ):
        due(ledger, amount, day)
    ledger.entry("2025-12-31", (BAD_DEBT, "7150.00"), (ALLOWANCE, "-7150.00"))


def only(ledger, period=OCTOBER, table=TABLE, individual=(), **more):
    return proposed(
        propose, ledger, period, rules={"BD": {"ageing": table, "individual": list(individual)}}, **more
    )[0]


def test_bd1_the_movement_of_both_months(ledger):
    bd1(ledger)
    october = only(ledger)
    assert [(cells[0], amount) for cells, amount in october.calculation.rows] == [
        ("not due", 60000), ("1-30 days", 80000), ("31-60 days", 150000), ("61-90 days", 150000),
        ("older", 400000), ("allowance in the books", -715000),
    ]  # fmt: skip
    assert lines(ledger, october) == {BAD_DEBT: "1250.00", ALLOWANCE: "-1250.00"}
    assert october.reversal_day is None
    post(ledger, october)
    assert only(ledger, decided={october.key: "posted"}) is None
    # November: 2,000.00 written off against it leave 6,400.00; 7,900.00 are required, or 6,000.00.
    ledger.entry("2026-11-10", (ALLOWANCE, "2000.00"), ("3000", "-2000.00"))
    open_now = sum(Decimal(row["balance"]) for row in ledger.rows["lines"] if row["date_maturity"])
    for required, booked in (("7900.00", "1500.00"), ("6000.00", "-400.00")):
        share = Decimal(required) * 100 / open_now
        entry = only(ledger, NOVEMBER, [[None, str(share)]])
        assert lines(ledger, entry) == {BAD_DEBT: booked, ALLOWANCE: str(-Decimal(booked))}


def test_bd1_credits_go_against_the_customers_oldest_items(ledger):
    customer, other = ledger.partner("One"), ledger.partner("Other")
    due(ledger, "1000.00", "2026-07-01", customer)
    due(ledger, "1000.00", "2026-10-15", customer)
    due(ledger, "1000.00", "2026-10-15", other)
    payment = ledger.entry("2026-10-20", ("1010", "1200.00"), ("1100", "-1200.00", {"partner_id": customer}))
    assert ledger.row("lines", payment.open_line)["date_maturity"] is None
    entry = only(ledger)
    # 1,200.00 take the oldest and 200.00 of the next: 1-30 days 800.00 + 1,000.00
    assert lines(ledger, entry) == {BAD_DEBT: "36.00", ALLOWANCE: "-36.00"}


def test_bd1_more_credit_than_claims_is_no_claim(ledger):
    customer = ledger.partner("One")
    due(ledger, "100.00", "2026-07-01", customer)
    ledger.entry("2026-10-20", ("1010", "900.00"), ("1100", "-900.00", {"partner_id": customer}))
    due(ledger, "1000.00", "2026-10-15")
    assert lines(ledger, only(ledger)) == {BAD_DEBT: "20.00", ALLOWANCE: "-20.00"}


def test_bd1_what_is_judged_individually_is_left_out(ledger):
    one, other = ledger.partner("One"), ledger.partner("Other")
    due(ledger, "1000.00", "2026-07-01", one)
    single = due(ledger, "1000.00", "2026-07-01", other)
    due(ledger, "1000.00", "2026-10-15", other)
    entry = only(ledger, individual=[{"partner": one}, {"move": single.move}])
    assert lines(ledger, entry) == {BAD_DEBT: "20.00", ALLOWANCE: "-20.00"}
    assert "2 items are judged individually" in entry.narration


def test_bd1_foreign_items_at_the_closing_rate(ledger):
    ledger.rate(EUR, "2026-10-30", repr(1 / 1.0842))
    due(ledger, "11000.00", "2026-07-01", currency=EUR, foreign="10000.00")
    assert lines(ledger, only(ledger)) == {BAD_DEBT: "5421.00", ALLOWANCE: "-5421.00"}
    assert "res.currency.rate" in {one.model for one in only(ledger).sources}


def test_bd1_open_as_of_the_day(ledger):
    item = due(ledger, "1000.00", "2026-07-01").open_line
    paid = ledger.entry("2026-11-04", ("1010", "1000.00"), ("1100", "-1000.00")).open_line
    ledger.reconcile(item, paid, "1000.00", "2026-11-04")
    assert lines(ledger, only(ledger)) == {BAD_DEBT: "500.00", ALLOWANCE: "-500.00"}
    assert only(ledger, NOVEMBER) is None


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (None, "no ageing table"),
        ([], "no ageing table"),
        ([[0, "0.5"], [30, "2"]], "an open last row"),
        ([[30, "0.5"], [0, "2"], [None, "50"]], "rising days"),
        ([[None, "150"]], "from 0 to 100"),
        ([[0, "much"], [None, "50"]], "row 1 of the ageing table"),
    ],
)
def test_rf7_without_a_sound_table_nothing_is_taken_as_good(ledger, table, why):
    bd1(ledger)
    with pytest.raises(EvidenceMissing, match=why):
        only(ledger, table=table)


def test_rf7_a_missing_due_date_or_rate_is_refused_by_name(ledger):
    name = ledger.row("moves", due(ledger, "1000.00", None).move)["name"]
    due(ledger, "1100.00", "2026-07-01", currency=EUR, foreign="1000.00")
    with pytest.raises(EvidenceMissing) as caught:
        only(ledger)
    assert sorted(caught.value.reasons) == sorted(
        [f"{name} has no due date", "no rate of EUR is dated 2026-10-31 or before"]
    )


@pytest.mark.parametrize("seed", range(3))
def test_any_ageing_leaves_the_allowance_at_what_is_required(ledger, seed):
    random = Random(seed)
    customers = [ledger.partner(f"C{n}") for n in range(4)]
    for _each in range(25):
        amount = f"{random.randrange(1, 500000) / 100:.2f}"
        due(
            ledger,
            amount,
            f"2026-{random.randrange(6, 12):02}-{random.randrange(1, 29)}",
            random.choice(customers),
        )
    for customer in customers[:2]:
        ledger.entry("2026-10-20", ("1010", "700.00"), ("1100", "-700.00", {"partner_id": customer}))
    entry = only(ledger)
    required = sum(amount for _cells, amount in entry.calculation.rows[:-1])
    post(ledger, entry)
    standing = sum(
        Decimal(row["balance"]) for row in ledger.rows["lines"]
        if row["account_id"] == ledger.accounts[ALLOWANCE]
    )  # fmt: skip
    assert -standing * 100 == required
    assert only(ledger, decided={entry.key: "posted"}) is None
