"""Banks against their last statement, in the journal's own currency, with everything that lies between."""

from tests.agent.core.analysis.tie_out_case import account, adds_up, items, one, sums
from tests.agent.core.builders import EUR, NOVEMBER, Ledger


def statement(ledger, day, start, end, journal="BANK", **more):
    return ledger.add(
        "statements", journal_id=ledger.journals[journal], name=f"{journal} {day}", date=day,
        first_line_index=day.replace("-", ""), balance_start=start, balance_end_real=end,
        **{"currency": 1, **more},
    )  # fmt: skip


def test_a_line_after_the_last_statement_explains_and_the_rest_is_open():
    """The example of the screens: 40,112.40 against 40,524.58."""
    ledger = Ledger()
    first = statement(ledger, "2026-10-30", "0.00", "40524.58")
    ledger.bank("2026-10-02", "40524.58", "opening", on="3000", statement_id=first)
    ledger.bank("2026-10-31", "-400.00", "rent", on="6100")
    ledger.entry("2026-10-15", ("6000", "12.18"), ("1010", "-12.18"), journal="BANK")
    found = one(ledger, "bank")
    assert sums(found) == ("40112.40", "40524.58", "-412.18", "-400.00", "-12.18")
    assert items(found) == [
        ("open", "entry without a bank line", "-12.18", 16),
        ("explains", "bank line after the last statement", "-400.00", 0),
    ]
    assert adds_up(found)
    assert found.source == "BANK 2026-10-30 of 2026-10-30"


def test_without_a_statement_there_is_no_data_and_no_zero():
    ledger = Ledger()
    ledger.bank("2026-10-02", "100.00", "sale", on="4000")
    found = one(ledger, "bank")
    assert sums(found) == ("100.00", None, None, "0.00", None)
    row = found.row(1)
    assert (row["source_state"], row["other"], row["why"]) == (
        "no_data", None, "BANK has no statement by 2026-10-31.",
    )  # fmt: skip
    later = statement(ledger, "2026-11-02", "0.00", "100.00")
    ledger.rows["statement_lines"][0]["statement_id"] = later
    assert one(ledger, "bank").other is None, "a statement of November says nothing of October"
    assert sums(one(ledger, "bank", NOVEMBER))[2] == "0.00"


def test_payments_on_the_bank_account_itself_explain_until_they_are_old():
    ledger = Ledger()
    first = statement(ledger, "2026-08-31", "0.00", "1000.00")
    ledger.bank("2026-08-03", "1000.00", "opening", on="3000", statement_id=first)
    last = statement(ledger, "2026-10-30", "1000.00", "900.00")
    ledger.bank("2026-10-05", "-100.00", "power", on="6200", statement_id=last)
    ledger.entry("2026-10-28", ("2000", "70.00"), ("1010", "-70.00"), origin_payment_id=5)
    ledger.entry("2026-09-11", ("2000", "30.00"), ("1010", "-30.00"), origin_payment_id=6)
    found = one(ledger, "bank")
    assert sums(found) == ("800.00", "900.00", "-100.00", "-70.00", "-30.00")
    assert items(found) == [
        ("open", "payment not on a statement", "-30.00", 50),
        ("explains", "payment not on a statement", "-70.00", 3),
    ]
    assert sums(one(ledger, "bank", tie_outs={"outstanding_days": 60}))[4] == "0.00"


def test_a_line_that_no_statement_holds_and_a_gap_before_the_first_are_open():
    ledger = Ledger()
    ledger.entry("2026-01-01", ("1010", "500.00"), ("3000", "-500.00"))
    first = statement(ledger, "2026-10-10", "480.00", "580.00")
    ledger.bank("2026-10-09", "100.00", "sale", on="4000", statement_id=first)
    ledger.bank("2026-10-10", "25.00", "sale", on="4000")
    found = one(ledger, "bank")
    assert sums(found) == ("625.00", "580.00", "45.00", "0.00", "45.00")
    assert items(found) == [
        ("open", "bank line in no statement", "25.00", 21),
        ("open", "before the first statement", "20.00", 22),
    ]
    assert adds_up(found)


def test_what_waits_on_suspense_and_outstanding_accounts_stands_beside():
    ledger = Ledger()
    first = statement(ledger, "2026-10-30", "0.00", "1190.00")
    ledger.bank("2026-10-12", "1190.00", "INV 0231", statement_id=first)
    payment = ledger.add("payments", outstanding_account_id=ledger.accounts["1030"], amount="80.00")
    ledger.entry(
        "2026-10-29", ("2000", "80.00"), ("1030", "-80.00"), journal="BANK", origin_payment_id=payment
    )
    found = one(ledger, "bank")
    assert sums(found) == ("1190.00", "1190.00", "0.00", "0.00", "0.00")
    assert items(found) == [
        ("beside", "bank line not matched", "1190.00", 19),
        ("beside", "outstanding payment", "-80.00", 2),
    ]


def test_a_foreign_bank_is_compared_in_its_own_currency():
    ledger = Ledger()
    account(ledger, "1011", "Euro bank", "asset_cash")
    ledger.journals["EURO"] = ledger.journal("EURO", "Euro bank", "bank", default="1011", suspense="1020")
    first = statement(ledger, "2026-10-30", "0.00", "950.00", journal="EURO", currency=EUR)
    euros = {"currency": EUR}
    doc = ledger.entry(
        "2026-10-02",
        ("1011", "1100.00", euros | {"amount_currency": "1000.00"}),
        ("3000", "-1100.00", euros | {"amount_currency": "-1000.00"}),
        journal="EURO",
        statement_line_id=7,
    )
    ledger.add(
        "statement_lines", id=7, move_id=doc.move, date="2026-10-02", amount="1000.00", currency=EUR,
        journal_id=ledger.journals["EURO"], is_reconciled=True, statement_id=first,
    )  # fmt: skip
    # a revaluation moves the book, not the euros
    ledger.entry("2026-10-31", ("1011", "-15.00"), ("5000", "15.00"))
    found = one(ledger, "bank")
    assert (found.currency.name, found.by_currency) == ("EUR", True)
    assert sums(found) == ("1000.00", "950.00", "50.00", "0.00", "50.00")
