"""CMP004 Bank line open."""

from datetime import date

import pytest

from agent_service.core.checks.cmp004_bank_line_open import check
from agent_service.core.period import Period
from tests.agent.core.builders import EUR, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def found(ledger, period=OCTOBER):
    return check(ledger.books(), ledger.policy(), period)


def test_one_finding_a_journal_lists_its_lines(ledger):
    ledger.bank("2026-10-30", "-18.50", "quarterly fee")
    ledger.bank("2026-10-03", "1190.00", "customer")
    one = found(ledger)[0]
    assert (one.anchor.model, one.facet, one.amount) == ("account.journal", "open", 120850)
    assert (one.evidence["net"], one.evidence["on_suspense"]) == ("1171.50", "-1171.50")
    assert [(each["label"], each["age_days"]) for each in one.evidence["lines"]] == [
        ("customer", 28),
        ("quarterly fee", 1),
    ]
    assert "the oldest is of 2026-10-03" in one.message


def test_two_banks_are_two_findings(ledger):
    ledger.journals["CARD"] = ledger.journal("CARD", "Card", "bank", default="1040", suspense="1020")
    ledger.bank("2026-10-03", "10.00")
    ledger.bank("2026-10-03", "10.00", journal="CARD")
    assert len(found(ledger)) == 2


def test_old_lines_count_and_later_ones_dont(ledger):
    ledger.bank("2026-06-30", "10.00", "forgotten")
    ledger.bank("2026-11-01", "11.00", "next month")
    assert [each["label"] for each in found(ledger)[0].evidence["lines"]] == ["forgotten"]


def test_before_the_months_end_only_what_was_there(ledger):
    ledger.bank("2026-10-21", "10.00")
    assert found(ledger, Period.of("2026-10", date(2026, 10, 20))) == []


def test_booked_straight_to_cost_is_done(ledger):
    ledger.bank("2026-10-30", "-18.50", "fee", on="6000")
    assert found(ledger) == []


def test_matched_and_settled_is_done(ledger):
    invoice = ledger.invoice("2026-09-01", ledger.partner("Acme"), "100.00")
    line = ledger.row("statement_lines", ledger.bank("2026-10-02", "100.00", on="1100"))
    paid = [row["id"] for row in ledger.rows["lines"] if row["move_id"] == line["move_id"]][1]
    ledger.reconcile(invoice.open_line, paid, "100.00", "2026-10-02")
    assert found(ledger) == []


def test_odoo_says_reconciled_but_nothing_was_settled(ledger):
    ledger.bank("2026-10-02", "100.00", "torn apart", on="1100")
    one = found(ledger)[0]
    assert one.evidence["lines"][0]["state"] == "unsettled"
    assert one.amount == 10000


def test_a_foreign_line_is_worth_what_the_bank_account_says(ledger):
    line = ledger.bank("2026-10-02", "108.00", "EUR line")
    ledger.row("statement_lines", line).update(currency=EUR, amount="100.00")
    one = found(ledger)[0]
    assert (one.amount, one.evidence["lines"][0]["amount"]) == (10800, "100.00")


def test_a_group_of_crumbs_is_a_step_less_severe_and_a_single_line_isnt(ledger):
    ledger.bank("2026-10-02", "1.00")
    assert found(ledger)[0].severity == "high"
    ledger.bank("2026-10-03", "2.00")
    assert found(ledger)[0].severity == "medium"
    ledger.bank("2026-10-03", "9000.00")
    assert found(ledger)[0].severity == "high", "an amount never makes it critical"
