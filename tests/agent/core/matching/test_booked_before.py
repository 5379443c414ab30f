"""Bank fees and interest from statement lines: the worked numbers BK1, by words and by history."""

from decimal import Decimal

import pytest

from agent_service.core.matching.from_books import open_of
from agent_service.core.matching.proposing import propose
from tests.agent.core.builders import EUR, OCTOBER, Ledger

FEES, INCOME, SUSPENSE = "6300", "4200", "1020"


@pytest.fixture
def ledger():
    made = Ledger()
    for code, name, kind, role in (
        (FEES, "Bank fees", "expense", "bank_fees"),
        (INCOME, "Interest income", "income_other", "interest_income"),
    ):
        made.accounts[code] = made.roles[role] = made.add(
            "accounts", code=code, name=name, account_type=kind, active=True, reconcile=False
        )
    return made


def before(ledger, amount, text, account=FEES, months=("07", "08", "09"), **more):
    for month in months:
        ledger.bank(f"2026-{month}-30", amount, f"{text} {month}", on=account, **more)


def row_of(ledger, line, **more):
    rows = propose(ledger.books(), ledger.policy(), OCTOBER, **more)
    return next(row for row in rows if line in row["line_ids"])


def booked(ledger, line):
    """Return {account code: balance} of what accepting the proposal moves off suspense, to the cent."""
    row = row_of(ledger, line)
    found = open_of(ledger.books(), ledger.policy(), OCTOBER.end)
    moved = next(one.moved for one in found.lines if one.line.id == line)
    role = "bank_fees" if row["kind"] == "bank_fee" else "interest_income"
    account = row["account_id"] or ledger.roles[role]
    codes = {one: code for code, one in ledger.accounts.items()}
    return {codes[account]: f"{Decimal(-moved) / 100:.2f}", SUSPENSE: f"{Decimal(moved) / 100:.2f}"}


def test_bk1_account_fee(ledger):
    before(ledger, "-18.50", "account fee", partner_name="Harbour Bank")
    line = ledger.bank("2026-10-30", "-18.50", "account fee", partner_name="Harbour Bank")
    assert booked(ledger, line) == {FEES: "18.50", SUSPENSE: "-18.50"}


def test_bk1_interest(ledger):
    line = ledger.bank("2026-10-30", "12.35", "interest")
    assert booked(ledger, line) == {INCOME: "-12.35", SUSPENSE: "12.35"}


def test_bk1_a_foreign_line_at_its_own_rate(ledger):
    ledger.accounts["1015"] = ledger.add(
        "accounts", code="1015", name="Bank EUR", account_type="asset_cash", active=True, currency=EUR
    )
    ledger.journals["EURO"] = ledger.journal("EURO", "Bank EUR", "bank", default="1015", suspense=SUSPENSE)
    line = ledger.bank("2026-10-30", "-6.51", "account fee", journal="EURO")
    ledger.row("statement_lines", line).update(amount="-6.00", currency=EUR)
    for row in ledger.rows["lines"][-2:]:
        sign = "-" if row["balance"].startswith("-") else ""
        row.update(currency=EUR, amount_currency=f"{sign}6.00")
    assert booked(ledger, line) == {FEES: "6.51", SUSPENSE: "-6.51"}


def test_bk1_three_times_before_where_no_word_tells(ledger):
    before(ledger, "-21.50", "XL 33", partner_name="Harbour Bank")
    line = ledger.bank("2026-10-30", "-22.00", "XL 33 10", partner_name="Harbour Bank")
    row = row_of(ledger, line)
    assert (row["kind"], row["account_id"], row["band"]) == ("bank_fee", ledger.accounts[FEES], "review")
    assert row["key"] == f"M:1:{line}::bank_fee"
    assert row["reasons"][0]["text"] == (
        "Lines of this counterpart went to 6300 Bank fees 3 times, last on 2026-09-30"
    )
    assert booked(ledger, line) == {FEES: "22.00", SUSPENSE: "-22.00"}


def test_bk1_turned_down_is_not_proposed_again(ledger):
    before(ledger, "-21.50", "XL 33", partner_name="Harbour Bank")
    line = ledger.bank("2026-10-30", "-22.00", "XL 33 10", partner_name="Harbour Bank")
    assert row_of(ledger, line, decided={f"M:1:{line}::bank_fee"})["kind"] == "none"


def test_bk1_off_suspense_nothing_is_proposed(ledger):
    before(ledger, "-21.50", "XL 33", partner_name="Harbour Bank")
    line = ledger.bank("2026-10-30", "-22.00", "XL 33 10", on=FEES, partner_name="Harbour Bank")
    assert all(line not in row["line_ids"] for row in propose(ledger.books(), ledger.policy(), OCTOBER))


@pytest.mark.parametrize(
    "story",
    [
        lambda ledger: before(ledger, "-21.50", "XL 33", months=("08", "09"), partner_name="Harbour Bank"),
        lambda ledger: (
            before(ledger, "-21.50", "XL 33", partner_name="Harbour Bank"),
            before(ledger, "-21.50", "XL 33", "6000", months=("06",), partner_name="Harbour Bank"),
        ),
        lambda ledger: before(ledger, "21.50", "XL 33", partner_name="Harbour Bank"),
        lambda ledger: before(ledger, "-2.15", "XL 33", partner_name="Harbour Bank"),
        lambda ledger: before(ledger, "-21.50", "QR 77", partner_name="Other Bank"),
        lambda ledger: before(ledger, "-21.50", "XL 33", "6000", partner_name="Harbour Bank"),
    ],
    ids=["twice only", "not always", "the other sign", "ten times larger", "somebody else", "no such role"],
)
def test_bk1_what_the_history_does_not_prove_stays_open(ledger, story):
    story(ledger)
    line = ledger.bank("2026-10-30", "-22.00", "XL 33 10", partner_name="Harbour Bank")
    assert row_of(ledger, line)["kind"] == "none"
