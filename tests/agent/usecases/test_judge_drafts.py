"""Which drafts would pass every rule if they were posted."""

from dataclasses import replace

import polars as pl

from agent_service.core.checks import rules as every_rule
from agent_service.core.policy import Policy
from agent_service.usecases.judge_drafts import judge_drafts
from tests.agent.core.builders import OCTOBER, PARAMS, Ledger

AUTO = {"phase": "automatic", "auto_post": {"journals": [2], "limit": "1000.00"}}


def drafted(books, *moves):
    """Return the books with these entries as drafts."""
    frames = dict(books.frames)
    for name, own, state in (("moves", "id", "state"), ("lines", "move_id", "parent_state")):
        draft = pl.when(pl.col(own).is_in(moves)).then(pl.lit("draft")).otherwise(pl.col(state))
        frames[name] = frames[name].with_columns(draft.alias(state))
    return replace(books, frames=frames, memo={})


def passed(books, rules, **params):
    off = {one.code: {"enabled": False} for one in every_rule() if one.code not in rules}
    params = {**PARAMS, "rules": off, **AUTO, **params}
    policy = Policy.from_params(params, books.company.currency)
    return judge_drafts(params, books, policy, OCTOBER).scopes


def two_bills():
    ledger = Ledger()
    acme, other = ledger.partner("Acme"), ledger.partner("Other")
    good = ledger.bill("2026-10-08", acme, "250.00", ref="RE-0482/26")
    first = ledger.bill("2026-10-09", other, "310.00", ref="77-A")
    twice = ledger.bill("2026-10-10", other, "310.00", ref="77A")
    journal = ledger.books().frame("moves").filter(pl.col("id") == good.move)["journal_id"][0]
    auto = {"journals": [journal], "limit": "1000.00"}
    return drafted(ledger.books(), good.move, twice.move), good, first, twice, auto


def test_a_draft_passes_unless_a_rule_objects_to_it_as_posted():
    books, good, _first, _twice, auto = two_bills()
    assert passed(books, ("EXF001", "CMP001"), auto_post=auto) == {"drafts_passed": [good.move]}


def test_a_rule_that_judges_posted_entries_only_sees_the_draft():
    books, good, _first, _twice, auto = two_bills()
    moves = books.frame("moves")
    books = replace(
        books, frames={**books.frames, "moves": moves.with_columns(has_attachment=pl.lit(False))}, memo={}
    )
    found = passed(books, ("CMP006",), auto_post=auto, materiality="100.00")
    assert good.move not in found.get("drafts_passed", ())


def test_nothing_is_judged_where_people_post_everything():
    books, *_rest, auto = two_bills()
    assert passed(books, ("EXF001",), auto_post=auto, phase="supervised") == {}
    assert passed(books, ("EXF001",), auto_post={"journals": [999], "limit": "5"}) == {}
