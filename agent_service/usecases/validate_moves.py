"""Validate moves: judge the books by every rule."""

from agent_service.core.checks import run_checks
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.outcome import Outcome


def validate_moves(books: Books, policy: Policy, period: Period) -> Outcome:
    """Return the findings as rows, the rules that completed and those that did not."""
    run = run_checks(books, policy, period)
    return Outcome(
        rows={"finding": tuple(one.row(books.company) for one in run.findings)},
        scopes={"rules": run.completed},
        failures=tuple(one.row() for one in run.failures),
    )
