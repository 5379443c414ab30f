"""Propose entries: the adjusting entries of the period."""

from collections.abc import Sequence

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.rejections import Rejection, held_back
from agent_service.core.findings import Finding, concern_code
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.outcome import Outcome
from agent_service.usecases.ports import Decision


def propose_entries(
    books: Books,
    policy: Policy,
    period: Period,
    decisions: Sequence[Decision],
    found: Sequence[Finding] = (),
) -> Outcome:
    """Return the entries as rows, and the findings: what lacks its evidence, what a person has to look at.

    `found` is what the run's checks found, for what is to be reclassified. What people rejected in this
    period is not proposed again; the outcome names it.
    """
    decided = {one.key: one.state for one in decisions if one.kind == "entry"}
    run = run_proposers(books, policy, period, decided, found=found)
    rejected = [
        Rejection(one.key, one.amounts, one.reason)
        for one in decisions
        if one.kind == "entry" and one.state == "rejected"
    ]
    entries, held = held_back(run.entries, decided, rejected)
    return Outcome(
        rows={
            "finding": tuple(one.row(books.company) for one in run.findings),
            "entry": tuple(one.row() for one in entries),
            "accuracy": tuple(one.row(books.company) for one in run.measures),
            "variance": tuple(one.row(books.company) for one in run.variances),
        },
        scopes={"proposers": run.completed, "rules": tuple(map(concern_code, run.completed))},
        failures=tuple(one.row() for one in run.failures),
        held_back={one.entry.ref: one.text for one in held},
    )
