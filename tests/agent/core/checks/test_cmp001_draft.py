"""CMP001 Draft in the period."""

import pytest

from agent_service.core.checks.cmp001_draft import check
from tests.agent.core.builders import OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def found(ledger):
    return check(ledger.books(), ledger.policy(), OCTOBER)


def test_a_draft_bill_of_the_period(ledger):
    acme = ledger.partner("Acme")
    bill = ledger.bill("2026-10-28", acme, "420.00", ref="A-17", state="draft", name="/")
    one = found(ledger)[0]
    assert (one.anchor.id, one.amount, one.facet) == (bill.move, 42000, "draft")
    assert "draft A-17" in one.title
    assert "nothing blocks posting" in one.message


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-31"])
def test_bounds_of_the_period_count(ledger, day):
    ledger.entry(day, ("6000", "5.00"), ("1010", "-5.00"), state="draft")
    assert len(found(ledger)) == 1


@pytest.mark.parametrize("day", ["2026-09-30", "2026-11-01"])
def test_a_draft_of_another_month_doesnt(ledger, day):
    ledger.entry(day, ("6000", "5.00"), ("1010", "-5.00"), state="draft")
    assert found(ledger) == []


def test_a_documents_own_date_counts_too(ledger):
    ledger.bill("2026-11-03", ledger.partner("Acme"), "9.00", dated="2026-10-30", state="draft")
    assert len(found(ledger)) == 1


def test_a_plain_entrys_document_date_doesnt_exist(ledger):
    ledger.entry("2026-11-03", ("6000", "5.00"), ("1010", "-5.00"), state="draft", invoice_date="2026-10-30")
    assert found(ledger) == []


def test_what_posts_itself_later_is_no_leftover(ledger):
    acme = ledger.partner("Acme")
    ledger.bill("2026-11-30", acme, "9.00", dated="2026-10-30", state="draft", auto_post="monthly")
    assert found(ledger) == []
    ledger.bill("2026-10-30", acme, "9.00", state="draft", auto_post="monthly")
    assert len(found(ledger)) == 1, "its day has come and gone"


def test_a_staged_entry_has_its_own_queue(ledger):
    ledger.entry("2026-10-31", ("6000", "5.00"), ("2100", "-5.00"), state="draft", ai_close_entry_id=4)
    assert found(ledger) == []


def test_posted_and_cancelled_are_no_drafts(ledger):
    ledger.entry("2026-10-31", ("6000", "5.00"), ("1010", "-5.00"))
    ledger.entry("2026-10-31", ("6000", "5.00"), ("1010", "-5.00"), state="cancel")
    assert found(ledger) == []


def test_what_blocks_posting_is_named(ledger):
    ledger.bill("2026-10-05", None, "9.00", state="draft", invoice_date=None)
    ledger.entry("2026-10-06", state="draft")
    ledger.entry("2026-10-07", ("6000", "5.00"), ("1010", "-4.00"), state="draft")
    assert [one.evidence["blocks_posting"] for one in found(ledger)] == [
        ["it has no partner", "it has no bill date"],
        ["it has no lines"],
        ["its lines don't sum to zero"],
    ]
