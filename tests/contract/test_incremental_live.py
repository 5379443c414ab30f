"""The second run on a real Odoo reads what changed, and comes to what a full run comes to."""

import json

import psycopg2
import pytest

from tests.support.demo import Demo, proposals
from tools import postgres

CHANGED = """
    UPDATE account_move_line SET name = 'misc' WHERE id IN (
        SELECT line.id FROM account_move_line line JOIN account_move move ON move.id = line.move_id
         WHERE move.state = 'draft' ORDER BY line.id LIMIT 2);
    UPDATE account_move SET ref = NULL WHERE id IN (
        SELECT id FROM account_move WHERE state = 'posted' AND move_type = 'in_invoice' AND ref IS NOT NULL
           AND to_char(date, 'YYYY-MM') = '{period}' ORDER BY id LIMIT 2);
    DELETE FROM account_partial_reconcile WHERE id = (SELECT max(id) FROM account_partial_reconcile);
"""


@pytest.fixture(scope="module")
def books(demos, finished) -> Demo:
    """A copy after one run, with the agent's copy of the books."""
    return finished.copied(demos.make)


def reading(books: Demo, *more: str) -> dict:
    done = books.ai_close(*books.run_arguments(), *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["reading"]


def test_what_changed_alone_leaves_what_a_full_run_leaves(books, finished):
    first = finished.report["reading"]
    assert first["mode"] == "full"
    assert first["reason"] == "there is no copy of the books"
    with psycopg2.connect(
        dbname="postgres", host=str(postgres.TEST.socket), port=postgres.PORT, user=postgres.OWNER
    ) as elsewhere:
        # a long transaction in another database of the cluster keeps no change from the run
        elsewhere.cursor().execute("SELECT pg_current_xact_id()")
        books.execute(CHANGED.format(period=books.period))
        second = reading(books)
    assert second["mode"] == "incremental", second
    assert second["rows_read"] < first["rows_read"]
    assert 0 < second["entries_changed"] < 20
    after = proposals(books)
    whole = reading(books, "--full")
    assert (whole["mode"], whole["reason"]) == ("full", "asked for")
    assert proposals(books) == after
    [copy] = list((books.state_dir / "mirror").iterdir())
    assert {oct(file.stat().st_mode & 0o777) for file in copy.iterdir()} == {"0o600"}
    assert copy.stat().st_mode & 0o077 == 0
