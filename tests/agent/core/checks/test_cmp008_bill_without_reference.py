"""CMP008 Vendor bill without reference."""

import pytest

from agent_service.core.checks.cmp008_bill_without_reference import check
from tests.agent.core.builders import OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def found(ledger):
    return check(ledger.books(), ledger.policy(), OCTOBER)


@pytest.mark.parametrize("ref", [None, "", " ", "-", "/", "./."])
def test_a_bill_that_names_no_number(ledger, ref):
    bill = ledger.bill("2026-10-09", ledger.partner("Nordic Paper"), "250.00", ref=ref)
    one = found(ledger)[0]
    assert (one.anchor.id, one.amount) == (bill.move, 25000)
    assert "Nordic Paper" in one.message


@pytest.mark.parametrize("ref", ["7", "RE-0482/26", "Ž-1", "四"])
def test_any_number_or_word_will_do(ledger, ref):
    ledger.bill("2026-10-09", ledger.partner("Acme"), "250.00", ref=ref)
    assert found(ledger) == []


def test_a_credit_note_needs_one_too_unless_we_made_it(ledger):
    acme = ledger.partner("Acme")
    bill = ledger.bill("2026-10-09", acme, "250.00", ref="1")
    ledger.refund("2026-10-10", acme, "250.00", reversed_entry_id=bill.move)
    assert found(ledger) == []
    ledger.refund("2026-10-10", acme, "25.00")
    assert [one.amount for one in found(ledger)] == [2500]


def test_neighbours_that_need_none(ledger):
    acme = ledger.partner("Acme")
    ledger.journals["SELF"] = ledger.journal("SELF", "Self-billing", "purchase", is_self_billing=True)
    ledger.bill("2026-10-09", acme, "1.00", kind="in_receipt")
    ledger.invoice("2026-10-09", acme, "2.00")
    ledger.bill("2026-10-09", acme, "3.00", state="draft")
    ledger.bill("2026-09-30", acme, "4.00")
    ledger.bill("2026-11-01", acme, "5.00")
    own = ledger.bill("2026-10-09", acme, "6.00")
    ledger.row("moves", own.move)["journal_id"] = ledger.journals["SELF"]
    assert found(ledger) == []


def test_a_server_that_doesnt_tell_of_self_billing_is_fine(ledger):
    ledger.left_out.add(("journals", "is_self_billing"))
    ledger.bill("2026-10-09", None, "6.00")
    assert "an unnamed vendor" in found(ledger)[0].message
