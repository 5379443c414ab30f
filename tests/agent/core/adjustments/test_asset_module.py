"""With an asset module installed only the check that it ran: what is due and not posted, drafts apart."""

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.asset_module import propose
from tests.agent.core.adjustments.grni_case import only
from tests.agent.core.builders import OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def due(ledger, asset, day, amount="263.89", state="open", *, posted=False):
    ledger.add(
        "asset_lines",
        asset_id=asset,
        asset=f"Machine {asset}",
        state=state,
        date=day,
        amount=amount,
        posted=posted,
    )


def found(ledger):
    return {
        one.facet: one
        for one in run_proposers(ledger.books(), ledger.policy(), OCTOBER, {}, only("AM")).findings
    }


def test_what_is_due_and_not_posted_is_told_with_its_sum(ledger):
    due(ledger, 1, "2026-09-30")
    due(ledger, 1, "2026-10-31")
    due(ledger, 2, "2026-10-31", "100.00")
    due(ledger, 3, "2026-10-31", posted=True)
    due(ledger, 4, "2026-11-30")
    one = found(ledger)["not-run"]
    assert (one.rule, one.amount, one.severity) == ("AMF001", 62778, "high")
    assert one.title == "Depreciation of 2 assets was not run"
    assert [(record.model, record.id) for record in one.records] == [
        ("account.asset", 1),
        ("account.asset", 2),
    ]
    assert "due from 2026-09-30 to 2026-10-31" in one.message
    assert set(found(ledger)) == {"not-run"}


def test_an_asset_that_is_still_a_draft_is_another_matter(ledger):
    due(ledger, 1, "2026-10-31", state="draft")
    assert list(found(ledger)) == ["draft-asset"]


def test_it_ran_or_there_is_none(ledger):
    due(ledger, 1, "2026-10-31", posted=True)
    due(ledger, 2, "2026-10-31", "0.00")
    assert found(ledger) == {}
    assert propose(ledger.books("asset_lines"), ledger.policy(), OCTOBER, {}) == []
