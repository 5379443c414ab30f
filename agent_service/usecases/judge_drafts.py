"""Judge drafts: which of them would pass every rule if they were posted, for automatic posting.

Most rules judge posted entries only, so that a draft without findings was simply not looked at. Where the
policy lets the server post drafts by itself, the books are judged once more as if those drafts were posted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from agent_service.core.checks import run_checks
from agent_service.core.history import History
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.outcome import Outcome
from agent_service.usecases.validate_moves import judging

SCOPE = "drafts_passed"


def judge_drafts(params: Mapping[str, Any], books: Books, policy: Policy, period: Period) -> Outcome:
    """Return the drafts that nothing speaks against, as a scope; none unless the policy posts by itself."""
    settings = params.get("auto_post") if params.get("phase") == "automatic" else None
    if not settings or "moves" not in books.frames or "lines" not in books.frames:
        return Outcome()
    drafts = _drafts(books, settings["journals"], period)
    if not drafts:
        return Outcome()
    run = run_checks(_as_posted(books, drafts), policy, period, judging())
    if any(one.kind != "no_data" for one in run.failures):
        return Outcome()
    moves = books.frame("moves").filter(pl.col("id").is_in(drafts)).select("id", "partner_id")
    partners = dict(moves.iter_rows())
    lines = books.frame("lines").filter(pl.col("move_id").is_in(drafts)).select("id", "move_id")
    entry_of = dict(lines.iter_rows())
    named: set[int] = set()
    for finding in run.findings:
        for record in (finding.anchor, *finding.records):
            if record.model == "account.move":
                named.add(record.id)
            elif record.model == "account.move.line":
                named.add(entry_of.get(record.id, 0))
            elif record.model == "res.partner":
                named |= {move for move, partner in partners.items() if partner == record.id}
    return Outcome(scopes={SCOPE: sorted(set(drafts) - named)})


def _drafts(books: Books, journals: list[int], period: Period) -> list[int]:
    """Return the drafts of these journals in the period."""
    found = books.frame("moves").filter(
        (pl.col("state") == "draft")
        & pl.col("journal_id").is_in(journals)
        & pl.col("date").is_between(period.start, period.end)
    )
    return found["id"].to_list()


def _as_posted(books: Books, drafts: list[int]) -> Books:
    """Return the books with these drafts posted."""
    moves, lines = books.frame("moves"), books.frame("lines")
    posted = pl.lit("posted")
    moves = moves.with_columns(
        pl.when(pl.col("id").is_in(drafts)).then(posted).otherwise(pl.col("state")).alias("state")
    )
    state = pl.when(pl.col("move_id").is_in(drafts)).then(posted).otherwise(pl.col("parent_state"))
    frames = {**books.frames, "moves": moves, "lines": lines.with_columns(state.alias("parent_state"))}
    return replace(books, frames=frames, memo={}, history=History())
