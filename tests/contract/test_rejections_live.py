"""A rejection on a real Odoo: the next run is told, proposes the same no more, and says so."""

import json

import pytest

from tests.support.people import People
from tools import sample

pytestmark = pytest.mark.slow
REASON = "The vendor bills this with the freight"


def run(books) -> dict:
    done = books.ai_close(*books.run_arguments())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_was_rejected_is_not_proposed_again_and_the_run_says_so(demos, sample_files):
    books = demos.make()
    first = run(books)
    assert "not_proposed_again" not in first
    people = People(books.url, books.database, sample.logins(sample_files[1]))
    domain = [("state", "=", "proposed"), ("proposer", "=", "GR")]
    (entry,) = people.result("ben", "ai.close.entry", "search_read", domain, ["key", "ref", "amount_total"])
    people.result("ben", "ai.close.entry", "action_reject", [entry["id"]], REASON)
    second = run(books)
    assert list(second["not_proposed_again"]) == [entry["ref"]]
    (told,) = second["not_proposed_again"].values()
    assert told == f"{entry['amount_total']:.2f} USD rejected: {REASON}"
    same = [("key", "=like", f"{entry['key']}%"), ("state", "!=", "rejected")]
    assert people.result("ben", "ai.close.entry", "search_count", same) == 0
    (shown,) = people.result(
        "ben", "ai.close.run", "search_read", [("id", "=", second["run_id"])], ["counters"]
    )
    assert shown["counters"]["not_proposed_again"] == second["not_proposed_again"]
