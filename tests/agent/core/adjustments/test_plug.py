"""No plug can be made: an entry needs a calculation that yields its lines, and records of the books."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent_service.core.adjustments import Proposer, run_proposers
from agent_service.core.adjustments.staging import Paper, Required, staged
from agent_service.core.entries import CONCLUSIONS, Calculation
from agent_service.core.errors import Plug
from agent_service.core.findings import Record
from tests.agent.core.adjustments.grni_case import entry, gr1
from tests.agent.core.builders import OCTOBER, Ledger

OFF = 1337
BILL = (Record("account.move", 1, "BILL/1"),)


def difference(ledger, sources, rows=((("difference",), OFF),)):
    """Return what a proposer would do whose only reason is that a tie-out is off by 13.37."""
    books = ledger.books()
    usd = books.company.currency
    lines = [
        Required(ledger.accounts["6000"], None, usd, OFF, OFF, "difference"),
        Required(ledger.accounts["2000"], None, usd, -OFF, -OFF, "difference"),
    ]
    paper = Paper("ZZ", "Difference", ("What",), tuple(rows), tuple(sources), ("difference",), reverses=False)
    return staged(books, OCTOBER, {}, lines, paper)


@pytest.fixture
def ledger():
    return Ledger()


def test_rf6_a_difference_that_rests_on_a_tie_out_cant_be_made(ledger):
    for model in sorted(CONCLUSIONS):
        with pytest.raises(Plug, match="rests on no record of the books"):
            difference(ledger, [Record(model, 1, "tie-out")])
    with pytest.raises(Plug, match="rests on no record of the books"):
        difference(ledger, [])
    assert len(difference(ledger, BILL)) == 1, "with a record of the books the same lines can be made"


def test_rf6_without_a_calculation_that_yields_the_lines(ledger):
    with pytest.raises(Plug, match="no calculation"):
        difference(ledger, BILL, rows=())
    for amounts in ((OFF - 1,), (OFF + 1,), (1, 1)):
        with pytest.raises(Plug, match="doesn't yield the lines"):
            difference(ledger, BILL, rows=[(("difference",), one) for one in amounts])


def test_rf6_an_honest_entry_that_is_bent_afterwards_is_refused(ledger):
    gr1(ledger)
    made = entry(ledger)
    with pytest.raises(Plug, match="don't balance"):
        replace(made, lines=made.lines[:1])
    with pytest.raises(Plug, match="doesn't yield the lines"):
        replace(made, calculation=Calculation(("What",), ((("difference",), OFF),)))
    assert replace(made, confidence=Decimal("0.5")).debits == made.debits


def test_rf6_the_run_names_the_reason_and_proposes_nothing(ledger):
    def propose(books, policy, period, decided):
        return difference(ledger, [Record("ai.close.finding", 7, "tie-out off by 13.37")])

    run = run_proposers(
        ledger.books(), ledger.policy(), OCTOBER, {}, (Proposer("ZZ", "Difference", propose),)
    )
    assert (run.entries, run.completed) == ((), ())
    assert run.failures[0].kind == "refused"
    assert "rests on no record of the books" in run.findings[0].message
