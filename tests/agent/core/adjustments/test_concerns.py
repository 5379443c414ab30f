"""What a proposer says beside its entries: a finding with its own code, closed when it isn't said again."""

from agent_service.core.adjustments import Proposer, run_proposers
from agent_service.core.findings import Record, concern
from agent_service.usecases.propose_entries import propose_entries
from tests.agent.core.builders import OCTOBER, Ledger


def test_a_proposer_returns_entries_and_findings():
    ledger = Ledger()
    partner = ledger.partner("Acme")

    def propose(books, policy, period, decided):
        record = Record("res.partner", partner, "Acme")
        return [concern("XX", "Test", "thin", record, "Thin", "Two bills.", why="w", remedy="r", amount=-5)]

    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {}, (Proposer("XX", "Test", propose),))
    assert (run.entries, run.completed, run.failures) == ((), ("XX",), ())
    row = run.findings[0].row(ledger.books().company)
    assert row["key"] == f"XXF001:1:res.partner,{partner}:thin"
    assert (row["amount"], row["rule"]) == ("0.05", "XXF001")


def test_completed_proposers_findings_are_judged():
    outcome = propose_entries(Ledger().books(), Ledger().policy(), OCTOBER, ())
    assert set(outcome.scopes["rules"]) == {f"{code}F001" for code in outcome.scopes["proposers"]}
    assert "GRF001" in outcome.scopes["rules"]
