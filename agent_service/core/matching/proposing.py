"""From the books of a company to the rows that a run hands in: open lines and items in, proposals out."""

from collections.abc import Collection
from datetime import date
from typing import Any

from agent_service.core.matching.booked_before import history_of, knowing
from agent_service.core.matching.engine import match
from agent_service.core.matching.from_books import open_of
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.rows import MATCHER, propose_rows
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

__all__ = ["MATCHER", "propose"]


def propose(
    books: Books,
    policy: Policy,
    period: Period,
    decided: Collection[str] = frozenset(),
    since: date | None = None,
    model: Learned | None = None,
) -> list[dict[str, Any]]:
    """Return the proposals for the open bank lines up to the period's end as rows, each line in exactly one.

    `decided` holds keys that people rejected or undid: what they turned down is not proposed again, and takes
    no item from another line. Lines before `since` are left to people and take no item either. `model` is the
    company's version of the matcher, where one is in force.
    """
    found = open_of(books, policy, period.as_of, since)
    matcher = knowing(match, history_of(books, policy)) if found.lines else match
    return propose_rows(books, found, matcher, decided, model)
