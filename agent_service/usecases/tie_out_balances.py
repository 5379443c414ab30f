"""Tie out balances: what each balance of the ledger is compared with, and what lies between."""

from agent_service.core.analysis.tie_out import run_tie_outs
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.outcome import Outcome


def tie_out_balances(books: Books, policy: Policy, period: Period) -> Outcome:
    """Return the tie-outs as rows, the kinds that completed and those that did not."""
    run = run_tie_outs(books, policy, period)
    return Outcome(
        rows={"tie_out": tuple(one.row(books.company.id) for one in run.tie_outs)},
        scopes={"tie_outs": run.completed},
        failures=tuple(one.row() for one in run.failures),
    )
