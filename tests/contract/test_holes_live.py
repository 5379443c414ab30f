"""H1 to H9 over RPC as a plain accountant: open without AI Close, refused and audited with it."""

import json
import time

import pytest

from tests.support import holes_shell
from tests.support.demo import CLUSTER
from tests.support.people import People
from tools import odoo_cli, postgres
from tools.paths import ROOT

LOCK = "2026-10-31"
ROUGH = {"skip_readonly_check": True, "skip_invoice_sync": True, "check_move_validity": False}
MOVE, LINE = "account.move", "account.move.line"


def _pair(made, move=None):
    values = [
        {"account_id": account, "balance": amount, "name": "hole"}
        for account, amount in zip(made["accounts"], (3.0, -3.0), strict=True)
    ]
    return [{**each, "move_id": move} for each in values] if move else [[0, 0, each] for each in values]


def _written(name, values, model=MOVE, **context):
    return lambda made: (model, "write", [[made[name]], values], context)


# hole: (refusal, action, call), the call made of the ids of one company
HOLES = {
    "H1 state": ("ENT011", "move.post", _written("h1", {"state": "posted"})),
    "H1 posted before": (
        "ENT011", "move.post", _written("h1_before", {"state": "posted", "posted_before": True}),
    ),
    "H2": (
        "ENT011",
        "move.create",
        lambda made: (
            MOVE,
            "create",
            [{"date": "2026-11-12", "journal_id": made["journal"], "line_ids": _pair(made)}],
            {"default_state": "posted"},
        ),
    ),
    "H3": ("LCK010", "move_line.create", lambda made: (LINE, "create", [_pair(made, made["h3"])], {})),
    "H4": (
        "LCK010",
        "move_line.create",
        lambda made: (MOVE, "write", [[made["h4"]], {"line_ids": _pair(made)}], ROUGH),
    ),
    "H5 date": ("ENT012", "move_line.write", _written("h5_date_line", {"date": "2026-11-12"}, LINE, **ROUGH)),
    "H5 state": (
        "ENT012", "move_line.write", _written("h5_state_line", {"parent_state": "draft"}, LINE, **ROUGH),
    ),
    "H5 move": (
        "LCK011",
        "move_line.write",
        lambda made: (LINE, "write", [[made["h5_move_line"]], {"move_id": made["open"]}], ROUGH),
    ),
    "H6 payment state": ("ENT012", "move.write", _written("h6_move", {"payment_state": "paid"})),
    "H6 residual": ("ENT012", "move_line.write", _written("h6_item", {"amount_residual": 1.0}, LINE)),
    "H6 reconciled": ("ENT012", "move_line.write", _written("h6_number", {"reconciled": True}, LINE)),
    "H7 item": (
        "LCK010",
        "partial.unlink",
        lambda made: (LINE, "remove_move_reconcile", [[made["h7_item"]]], {}),
    ),
    "H7 partial": (
        "LCK010",
        "partial.unlink",
        lambda made: ("account.partial.reconcile", "unlink", [[made["h7_partial"]]], {}),
    ),
    "H9 reference": ("LCK010", "move.write", _written("h9_move", {"ref": "other"})),
    "H9 label": ("LCK010", "move_line.write", _written("h9_line_line", {"name": "other"}, LINE)),
}  # fmt: skip


@pytest.fixture(scope="module")
def books(demos):
    """One copy for all tests here, with the same entries in both companies and the same lock."""
    books = demos.make()
    script = (ROOT / "tests" / "support" / "holes_shell.py").read_text() + "\nmain(env)\n"
    printed = odoo_cli.shell(CLUSTER, books.database, script)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    books.made = json.loads(row.removeprefix("RESULT "))
    # As years of locked books look like: nobody asked AI Close for these.
    ids = ", ".join(str(made["company"]) for made in books.made.values())
    CLUSTER.sql(
        "SET session_replication_role = replica;"
        f" UPDATE res_company SET fiscalyear_lock_date = '{LOCK}' WHERE id IN ({ids})",
        db=books.database,
        user=postgres.OWNER,
    )
    return books


@pytest.fixture(scope="module")
def call(books):
    """Return a function that calls a method as the accountant, in one company, with any context."""

    people = People(books.url, books.database, {"clerk": holes_shell.PASSWORD})

    def as_clerk(company, model, method, args, context):
        context = {"allowed_company_ids": [company], **context}
        return people.call("clerk", model, method, *args, context=context)

    return as_clerk


def _rows(books, code, action):
    return (
        books.sql(
            "SELECT json_agg(row_to_json(event) ORDER BY event.id) FROM ai_close_audit event"
            f" WHERE refusal_code = '{code}' AND action = '{action}' AND user_login = 'clerk'"
        )
        or []
    )


def _new_rows(books, code, action, known):
    # the row is written after the answer, in a transaction of its own
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        rows = _rows(books, code, action)
        if len(rows) > known:
            return rows[known:]
        time.sleep(0.1)
    return []


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_is_open_in_plain_odoo_and_closed_in_ours(books, call, hole):
    code, action, attempt = HOLES[hole]
    plain, guarded = books.made["plain"], books.made["guarded"]
    answer = call(plain["company"], *attempt(plain))
    assert "error" not in answer, f"{hole} does not work in plain Odoo: {answer['error']['data']['message']}"
    known = len(_rows(books, code, action))
    answer = call(guarded["company"], *attempt(guarded))
    assert f"[{code}]" in answer.get("error", {}).get("data", {}).get("message", "not refused"), answer
    rows = _new_rows(books, code, action, known)
    assert [(row["company_id"], row["role"]) for row in rows] == [(guarded["company"], None)], rows
    assert rows[0]["reason"], "the row tells why"


def test_posting_goes_on_as_ever(books, call):
    """What was refused above is refused for its way alone: the accountant still posts in an open month."""
    guarded = books.made["guarded"]
    vals = {"date": "2026-11-12", "journal_id": guarded["journal"], "line_ids": _pair(guarded)}
    company = guarded["company"]
    move = call(company, MOVE, "create", [vals], {})["result"]
    assert "error" not in call(company, MOVE, "action_post", [[move]], {})
    (row,) = call(company, MOVE, "read", [[move], ["state", "date"]], {})["result"]
    assert (row["state"], row["date"]) == ("posted", "2026-11-12")


def test_a_late_draft_is_posted_after_the_lock(books, call):
    guarded = books.made["guarded"]
    company, late = guarded["company"], guarded["late"]
    refused = call(company, MOVE, "action_post", [[late]], {})
    assert "[LCK002]" in refused["error"]["data"]["message"]
    assert "error" not in call(company, MOVE, "action_ai_close_post_dated", [[late]], {})
    (row,) = call(company, MOVE, "read", [[late], ["state", "date"]], {})["result"]
    assert (row["state"], row["date"]) == ("posted", "2026-11-01")
