"""Receivables, payables and outstanding payments: as of the day, whatever was settled or undone later."""

import pytest

from tests.agent.core.analysis.tie_out_case import adds_up, items, one, sums, tie_outs
from tests.agent.core.builders import EUR, NOVEMBER, Ledger


def test_an_entry_of_nobody_is_open():
    ledger = Ledger()
    acme, beta = ledger.partner("Acme"), ledger.partner("Beta")
    ledger.invoice("2026-10-05", acme, "1000.00")
    ledger.invoice("2026-10-20", beta, "450.00")
    ledger.entry("2026-10-25", ("1100", "50.00"), ("4000", "-50.00"))
    found = one(ledger, "receivable")
    assert sums(found) == ("1500.00", "1450.00", "50.00", "0.00", "50.00")
    assert items(found, "open", "explains") == [("open", "no partner", "50.00", 6)]
    assert items(found, "beside") == [
        ("beside", "open items of a partner", "1000.00", 26),
        ("beside", "open items of a partner", "450.00", 11),
    ]


def test_what_is_paid_later_was_owed_on_the_day():
    ledger = Ledger()
    vendor = ledger.partner("Harbour Paper")
    bill = ledger.bill("2026-10-08", vendor, "2000.00")
    before = one(ledger, "payable")
    paid = ledger.entry("2026-11-04", ("2000", "500.00"), ("1010", "-500.00"), commercial_partner_id=vendor)
    partial = ledger.reconcile(paid.lines[0], bill.open_line, "500.00", "2026-11-04")
    after = one(ledger, "payable")
    assert sums(after) == ("-2000.00", "-2000.00", "0.00", "0.00", "0.00")
    assert after.row(1) == before.row(1), "nothing of November is known on 31 October"
    assert sums(one(ledger, "payable", NOVEMBER)) == ("-1500.00", "-1500.00", "0.00", "0.00", "0.00")
    # undone: the payment stands beside the bill as two items of the partner, and October is as it was
    ledger.rows["partials"].remove(ledger.row("partials", partial))
    assert one(ledger, "payable").row(1) == before.row(1)
    undone = one(ledger, "payable", NOVEMBER)
    assert sums(undone) == ("-1500.00", "-1500.00", "0.00", "0.00", "0.00")
    assert undone.source.startswith("2 open items of 1 partners")


def test_an_exchange_difference_that_nobody_booked_is_open():
    ledger = Ledger()
    acme = ledger.partner("Acme")
    invoice = ledger.invoice("2026-09-10", acme, "1100.00", currency=EUR, foreign="1000.00")
    euros = {"currency": EUR, "amount_currency": "-1000.00"}
    paid = ledger.entry(
        "2026-10-12", ("1010", "1080.00"), ("1100", "-1080.00", euros), commercial_partner_id=acme
    )
    ledger.reconcile(
        invoice.open_line,
        paid.lines[1],
        "1080.00",
        "2026-10-12",
        debit_currency="1000.00",
        credit_currency="1000.00",
    )
    found = one(ledger, "receivable")
    assert sums(found) == ("20.00", "0.00", "20.00", "0.00", "20.00")
    assert items(found) == [("open", "exchange difference not booked", "20.00", 51)]


def test_a_settlement_across_two_accounts_is_left_without_a_name():
    """The account of a settled item was changed: both accounts differ from their items."""
    ledger = Ledger()
    acme = ledger.partner("Acme")
    invoice = ledger.invoice("2026-10-05", acme, "300.00")
    paid = ledger.entry("2026-10-06", ("1010", "300.00"), ("1100", "-300.00"), commercial_partner_id=acme)
    ledger.reconcile(invoice.open_line, paid.lines[1], "300.00", "2026-10-06")
    assert sums(one(ledger, "receivable")) == ("0.00", "0.00", "0.00", "0.00", "0.00")
    ledger.row("lines", paid.lines[1])["account_id"] = ledger.accounts["2000"]
    assert sums(one(ledger, "receivable")) == ("300.00", "0.00", "300.00", "0.00", "300.00")
    assert not adds_up(one(ledger, "receivable")), "no item explains it: somebody has to look"


def test_drafts_and_later_entries_are_in_no_balance():
    ledger = Ledger()
    acme = ledger.partner("Acme")
    ledger.invoice("2026-10-05", acme, "100.00")
    ledger.invoice("2026-10-06", acme, "70.00", state="draft")
    ledger.invoice("2026-11-01", acme, "30.00")
    assert sums(one(ledger, "receivable")) == ("100.00", "100.00", "0.00", "0.00", "0.00")


def test_an_account_that_was_never_used_is_none():
    assert tie_outs(Ledger(), "receivable") == []


@pytest.mark.parametrize("settled", ["2026-10-30", "2026-11-02"])
def test_outstanding_payments(settled):
    ledger = Ledger()
    vendor = ledger.partner("Harbour Paper")
    outstanding = ledger.accounts["1030"]
    for amount in ("400.00", "250.00"):
        payment = ledger.add("payments", outstanding_account_id=outstanding, amount=amount)
        made = ledger.entry(
            "2026-10-14", ("2000", amount), ("1030", f"-{amount}"), origin_payment_id=payment,
            commercial_partner_id=vendor,
        )  # fmt: skip
    bank = ledger.entry(settled, ("1030", "250.00"), ("1010", "-250.00"), journal="BANK", statement_line_id=1)
    ledger.reconcile(bank.lines[0], made.lines[1], "250.00", settled)
    ledger.entry("2026-10-20", ("1030", "-100.00"), ("6000", "100.00"))
    found = one(ledger, "outstanding")
    if settled < "2026-11":
        assert sums(found) == ("-500.00", "-400.00", "-100.00", "0.00", "-100.00")
    else:
        assert sums(found) == ("-750.00", "-650.00", "-100.00", "0.00", "-100.00")
    assert items(found, "open") == [("open", "no payment", "-100.00", 11)]
    assert next(each[2:] for each in items(found, "beside")) == ("-400.00", 17)
