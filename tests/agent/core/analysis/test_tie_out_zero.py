"""Suspense, clearing, payroll and tax: what should stand at zero, and what the authority is owed."""

from tests.agent.core.analysis.tie_out_case import account, adds_up, items, one, sums, tie_outs
from tests.agent.core.builders import Ledger


def test_open_bank_lines_explain_suspense():
    """The example of the file: −1,171.50 on suspense."""
    ledger = Ledger()
    ledger.bank("2026-10-03", "1190.00", "ACME INV 0231")
    ledger.bank("2026-10-30", "18.50", "interest")
    ledger.entry("2026-10-20", ("1020", "37.00"), ("6000", "-37.00"))
    found = one(ledger, "suspense")
    assert sums(found) == ("-1171.50", "0.00", "-1171.50", "-1208.50", "37.00")
    assert items(found, "open") == [("open", "should not stand here", "37.00", 11)]
    assert adds_up(found)


def test_what_stood_at_zero_before_is_no_item():
    ledger = Ledger()
    ledger.entry("2026-08-20", ("1020", "37.00"), ("6000", "-37.00"))
    ledger.entry("2026-09-02", ("1020", "-37.00"), ("6000", "37.00"))
    ledger.entry("2026-10-02", ("1020", "5.00"), ("6000", "-5.00"))
    assert items(one(ledger, "suspense")) == [("open", "should not stand here", "5.00", 29)]


def test_a_transfer_is_on_its_way_for_three_bank_days():
    ledger = Ledger()
    ledger.roles["transfer"] = ledger.accounts["1040"]
    ledger.entry("2026-10-30", ("1040", "2000.00"), ("1010", "-2000.00"))
    ledger.entry("2026-08-14", ("1040", "150.00"), ("1010", "-150.00"))
    found = one(ledger, "clearing")
    assert sums(found) == ("2150.00", "0.00", "2150.00", "2000.00", "150.00")
    assert items(found, "open") == [("open", "should not stand here", "150.00", 78)]
    assert sums(one(ledger, "clearing", tie_outs={"transfer_days": 90}))[4] == "0.00"


def test_pay_that_is_paid_in_the_first_days_explains():
    ledger = Ledger()
    account(ledger, "2300", "Wages payable", "liability_current", "payroll_clearing", reconcile=True)
    ledger.entry("2026-10-31", ("7000", "4000.00"), ("2300", "-4000.00"))
    ledger.entry("2026-07-10", ("2300", "250.00"), ("1010", "-250.00"))
    found = one(ledger, "payroll")
    assert sums(found) == ("-3750.00", "0.00", "-3750.00", "-4000.00", "250.00")
    assert items(found, "open") == [("open", "should not stand here", "250.00", 113)]


def test_no_account_of_the_role_is_no_tie_out():
    assert tie_outs(Ledger(), "payroll") == []
    assert tie_outs(Ledger(), "clearing") == []


def taxed():
    ledger = Ledger()
    account(ledger, "2500", "VAT", "liability_current")
    account(ledger, "2510", "VAT to pay", "liability_current", "tax_payable")
    vat = {"tax_line_of": "20"}
    for day, tax in (("2026-08-10", "-3000.00"), ("2026-10-10", "-2000.00")):
        ledger.entry(day, ("1100", "20.00"), ("4000", "-20.00"))
        ledger.entry(day, ("1100", tax.lstrip("-")), ("2500", tax, vat))
    return ledger


def test_tax_lines_less_what_was_settled():
    ledger = taxed()
    ledger.bank("2026-09-20", "-3000.00", "VAT August", on="2500")
    ledger.entry("2026-10-15", ("6000", "100.00"), ("2500", "-100.00"))
    found = one(ledger, "tax")
    assert sums(found) == ("-2100.00", "-2000.00", "-100.00", "0.00", "-100.00")
    assert items(found, "open") == [("open", "no tax line", "-100.00", 16)]
    assert items(found, "beside") == [
        ("beside", "tax lines", "-3000.00", 82),
        ("beside", "settlement", "3000.00", 41),
        ("beside", "tax lines", "-2000.00", 21),
    ]


def test_a_closing_among_tax_accounts_settles_and_a_manual_one_with_cost_does_not():
    ledger = taxed()
    ledger.entry("2026-09-30", ("2500", "3000.00"), ("2510", "-3000.00"))
    assert sums(one(ledger, "tax"))[2] == "0.00"
    ledger.entry("2026-09-30", ("2500", "40.00"), ("2510", "-30.00"), ("6000", "-10.00"))
    found = one(ledger, "tax")
    assert sums(found)[2] == "40.00"
    assert items(found, "open") == [("open", "no tax line", "40.00", 31)]


def test_tax_on_cost_is_no_tax_account():
    ledger = taxed()
    ledger.entry("2026-10-15", ("6000", "9.00", {"tax_line_of": "21"}), ("1010", "-9.00"))
    assert [each.name for each in tie_outs(ledger, "tax")] == ["2500 VAT"]
