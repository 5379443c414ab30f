"""Stock, loans, schedules and sister companies: against what somebody else says, or no data."""

import pytest

from tests.agent.core.adjustments.schedule_case import Scheduled
from tests.agent.core.analysis.tie_out_case import account, adds_up, items, one, sums, tie_outs
from tests.agent.core.builders import EUR, OCTOBER, USD, Ledger, Period

APRIL = Period.of("2026-04")


def stocked(**values):
    ledger = Ledger()
    account(ledger, "1200", "Stock", "asset_current", "stock_valuation")
    ledger.entry("2026-10-05", ("1200", "55000.00"), ("5000", "-55000.00"))
    if values:
        ledger.add("stock_values", account_id=ledger.accounts["1200"], as_of="2026-10-31", **values)
    return ledger


def test_stock():
    assert sums(one(stocked(stock_value="54200.00"), "stock")) == (
        "55000.00", "54200.00", "800.00", "0.00", "800.00",
    )  # fmt: skip


@pytest.mark.parametrize("without", [(), ("stock_values",)])
def test_stock_that_nobody_valued_is_no_data(without):
    found = one(stocked(), "stock", without=without)
    assert sums(found) == ("55000.00", None, None, "0.00", None)
    assert found.why.startswith("Nothing tells what lies in stock")


def test_a_value_of_another_day_proves_nothing():
    ledger = stocked(stock_value="54200.00")
    ledger.rows["stock_values"][0]["as_of"] = "2026-10-30"
    assert (one(ledger, "stock").other, one(ledger, "stock").why) == (
        None, "The stock was valued as of 2026-10-30, not at the end of 2026-10-31.",
    )  # fmt: skip


def lent(currency=USD, booked="90000.00"):
    ledger = Ledger()
    account(ledger, "2700", "Bank loan", "liability_non_current", "loan")
    bank = ledger.partner("Harbour Bank")
    ledger.entry("2026-06-15", ("1010", booked), ("2700", f"-{booked}"), commercial_partner_id=bank)
    loan = ledger.add(
        "loans", name="Loan 1", partner_id=bank, currency=currency, principal="100000.00", rate="4.8",
        day_count="actual/365", start="2026-06-15",
    )  # fmt: skip
    for day in ("2026-09-15", "2026-12-15"):
        ledger.add(
            "loan_movements", loan_id=loan, date=day, kind="principal", currency=currency, amount="-12000.00"
        )
    return ledger


def test_loans_less_repayments_by_the_day():
    found = one(lent(), "loan")
    assert sums(found) == ("-90000.00", "-88000.00", "-2000.00", "0.00", "-2000.00")
    assert items(found) == [("open", "lender differs", "-2000.00", 138)]


def test_a_foreign_loan_is_owed_at_the_closing_rate_or_unknown():
    ledger = lent(EUR, booked="96800.00")
    assert one(ledger, "loan").why == "no rate of EUR is dated 2026-10-31 or before"
    ledger.rate(EUR, "2026-10-30", "0.909090909091")
    assert sums(one(ledger, "loan"))[:3] == ("-96800.00", "-96800.00", "0.00")


def test_a_loan_account_without_loans_is_no_data():
    ledger = lent()
    ledger.rows["loans"].clear()
    assert one(ledger, "loan").why == "Nobody gave the loans that stand on these accounts."


def insured():
    """The example of the file: 12,000.00 for a year from 15 March, booked on prepaid."""
    ledger = Scheduled()
    bill = ledger.bill("2026-03-20", ledger.partner("Insurer"), "12000.00", account="1300")
    ledger.schedule("12000.00", "2026-03-20", source_line_id=bill.lines[0])
    return ledger


def test_prepaid_with_the_months_entry_not_posted():
    ledger = insured()
    ledger.post("2026-03")
    found = one(ledger, "prepaid", APRIL)
    # 17 days of March and 30 of April of 365 are used: 558.90 and 986.30
    assert sums(found) == ("11441.10", "10454.80", "986.30", "986.30", "0.00")
    assert items(found) == [("explains", "not posted yet", "986.30", 0)]
    ledger.post("2026-04")
    assert sums(one(ledger, "prepaid", APRIL)) == ("10454.80", "10454.80", "0.00", "0.00", "0.00")


def test_a_bill_on_prepaid_without_a_schedule_is_open():
    ledger = insured()
    ledger.post("2026-03")
    ledger.post("2026-04")
    ledger.bill("2026-04-10", None, "300.00", account="1300")
    found = one(ledger, "prepaid", APRIL)
    assert sums(found)[2:] == ("300.00", "0.00", "300.00")
    assert items(found) == [("open", "no schedule", "300.00", 20)]
    assert adds_up(found)


def test_prepaid_without_any_schedule_is_no_data():
    ledger = Scheduled()
    ledger.bill("2026-04-10", None, "300.00", account="1300")
    assert one(ledger, "prepaid", APRIL).why == "No schedule says what should stand here."


def test_accumulated_depreciation_and_cost():
    ledger = Scheduled()
    ledger.code = "DP"
    bill = ledger.bill("2026-04-16", ledger.partner("Machines Ltd"), "10000.00", account="1500")
    asset = ledger.schedule(
        "10000.00", "2026-04-16", on="1500", result="6400", kind="depreciation", method="months",
        residual="500.00", start_date="2026-04-16", end_date="2029-04-15", source_line_id=bill.lines[0],
    )  # fmt: skip
    for month in ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"):
        ledger.post(month)
    accumulated, cost = tie_outs(ledger, "asset", OCTOBER)
    # April 131.94, then 263.89 a month: September 1,451.39, October 1,715.28
    assert sums(accumulated) == ("-1451.39", "-1715.28", "263.89", "263.89", "0.00")
    assert sums(cost) == ("10000.00", "10000.00", "0.00", "0.00", "0.00")
    ledger.change(asset, "disposal", "2026-10-31", "0.00")
    _accumulated, cost = tie_outs(ledger, "asset", OCTOBER)
    assert sums(cost)[:3] == ("10000.00", "0.00", "10000.00"), "sold, and its cost still stands"


def group(readable=True, theirs="-4500.00"):
    ledger = Ledger()
    me, sister = ledger.partner("Harbour Tools"), ledger.partner("Harbour Services")
    ledger.add("companies", id=1, name="Harbour Tools", partner_id=me, readable=True)
    ledger.add("companies", id=2, name="Harbour Services", partner_id=sister, readable=readable)
    ledger.invoice("2026-10-06", sister, "5000.00", name="INV/7")
    if theirs:
        ledger.add("group_balances", company_id=2, currency=USD, balance=theirs)
    return ledger


def test_a_sister_that_booked_less():
    found = one(group(), "intercompany")
    assert sums(found) == ("5000.00", "4500.00", "500.00", "0.00", "500.00")
    assert (found.name, found.by_currency) == ("Harbour Services, USD", True)


def test_a_document_without_its_mirror_is_named():
    found = one(group(theirs=None), "intercompany")
    assert sums(found) == ("5000.00", "0.00", "5000.00", "0.00", "5000.00")
    assert items(found) == [("open", "only in our books", "5000.00", 25)]


def test_a_sister_whose_books_nobody_reads_is_no_data():
    found = one(group(readable=False), "intercompany")
    assert (found.other, found.why) == (None, "The books of Harbour Services can't be read here.")
