"""Eight clients at once against one server: nothing is lost, nothing happens twice, nobody sees a clash."""

from collections import Counter

import pytest

from tests.controls import clients, world
from tests.controls.clients import Client, Rush
from tests.controls.database import Database
from tests.controls.people import Person
from tests.controls.world import PASSWORD
from tools import odoo_cli, postgres, template
from tools.odoo_server import OdooServer

SECONDS_SAMPLE, SECONDS_FULL = 10, 60
# Entries to approve in that time; four approvers want all of them.
ENTRIES_SAMPLE, ENTRIES_FULL = 60, 300
# As many have to be approved, however slow the machine; a rush that takes longer than this gets nowhere.
APPROVALS_SAMPLE, APPROVALS_FULL = 6, 24
LONGEST = 300
POOL = 3
_READY = """
import os
count = int(os.environ["AI_CLOSE_ENTRIES"])
company = env["res.company"].search([("name", "=", "Northwind Trading")])
source = env["account.move"].search([("ref", "like", "world"), ("company_id", "=", company.id),
                                     ("state", "=", "posted"), ("date", "=", "2026-10-14")], limit=1)
entries = submit(env, "rush", range(count + 2 * 3), source)
def be(records, login):
    user = env["res.users"].search([("login", "=", login)])
    return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
be(entries[:count], "anna").action_prepare()
be(entries[:count], "ben").action_review()
env.cr.commit()
wanted = [("account_type", "=", "expense"), ("company_ids", "in", company.ids)]
accounts = env["account.account"].search(wanted, limit=2)
print("READY", entries.ids, accounts.ids)
"""


@pytest.fixture(scope="module")
def rush(full):
    """Eight clients after their rush, and the database that they left behind."""
    source, known = world.ensure()
    name, count = "controls_rush", ENTRIES_FULL if full else ENTRIES_SAMPLE
    template.reclone(source, name)
    printed = odoo_cli.shell(
        postgres.TEST,
        name,
        world.script("entries_shell.py") + _READY,
        env={"AI_CLOSE_ENTRIES": str(count)},
    )
    row = next(each for each in printed.splitlines() if each.startswith("READY"))
    entries, accounts = (
        [int(each) for each in part.strip(" []").split(",")]
        for part in row.removeprefix("READY").split("] [")
    )
    companies = (known["facts"]["companies"]["own"],)
    jobs = [
        *(("carla", entries[:count], clients.approve), ("carla", entries[:count], clients.approve)),
        *(("dirk", entries[:count], clients.approve), ("dirk", entries[:count], clients.approve)),
        *(
            ("anna", entries[count : count + POOL], clients.edit),
            ("paul", entries[count + POOL :], clients.edit),
        ),
        *(("audrey", entries[:1], clients.refuse), ("ivy", accounts, clients.post)),
    ]
    database = Database(name)
    try:
        with OdooServer(name, port=world.first_port()) as server:
            before = {
                (action, user): number
                for action, user, number in database.rows(
                    "SELECT action, user_id, count(*) FROM ai_close_audit GROUP BY 1, 2"
                )
            }
            rush = Rush(
                SECONDS_FULL if full else SECONDS_SAMPLE,
                APPROVALS_FULL if full else APPROVALS_SAMPLE,
                LONGEST,
            )
            for login, about, work in jobs:
                uid = known["facts"]["users"][login]
                person = Person(server.url, name, login, PASSWORD, uid, companies).log_in()
                rush.clients.append(Client(person, about, work, rush))
            rush.run(timeout=2 * LONGEST)
            yield rush.clients, database, before
    finally:
        database.close()
        odoo_cli.drop(postgres.TEST, name)


def _events(database, before, action, user):
    return database.one(
        "SELECT count(*) FROM ai_close_audit WHERE action = %s AND user_id = %s AND refusal_code IS NULL",
        action,
        user,
    ) - before.get((action, user), 0)


def test_everybody_got_work_done(rush, full):
    working, _database, _before = rush
    for client in working:
        told = client.told
        assert told.approved or told.edited or told.notes or told.drafts or client.name in ("carla", "dirk")
    assert sum(len(client.told.approved) for client in working) >= (
        APPROVALS_FULL if full else APPROVALS_SAMPLE
    )
    # The approvers met at the same entries, or this proves nothing.
    assert (
        sum(client.told.refused["CloseRefusal"] for client in working if client.name in ("carla", "dirk")) > 5
    )


def test_nobody_saw_a_clash(rush):
    working, _database, _before = rush
    assert [each for client in working for each in client.told.clashes] == []


def test_each_entry_was_approved_once_and_posted_once(rush):
    working, database, _before = rush
    told = Counter(entry for client in working for entry in client.told.approved)
    assert set(told.values()) == {1}
    rows = database.rows(
        "SELECT e.id, e.state, count(m.id) FROM ai_close_entry e"
        " LEFT JOIN account_move m ON m.ai_close_entry_id = e.id WHERE e.id = ANY(%s) GROUP BY e.id, e.state",
        list(told),
    )
    # An entry and its reversal, each once.
    assert {(state, count) for _id, state, count in rows} == {("posted", 2)}
    stray = database.rows(
        "SELECT e.id FROM ai_close_entry e JOIN account_move m ON m.ai_close_entry_id = e.id"
        " WHERE e.key LIKE %s AND e.id <> ALL(%s)",
        "%:rush%",
        list(told),
    )
    assert stray == [], "posted, and nobody was told"


def test_no_event_is_lost(rush):
    working, database, before = rush
    approved, edited = Counter(), Counter()
    for client in working:
        approved[client.person.uid] += len(client.told.approved)
        edited[client.person.uid] += len(client.told.edited)
    for uid, count in approved.items():
        assert _events(database, before, "entry.approve", uid) == count
        assert _events(database, before, "entry.post", uid) == count
    for uid, count in edited.items():
        assert _events(database, before, "entry.edit", uid) == count


def test_no_refusal_is_lost(rush):
    working, database, _before = rush
    (audrey,) = (client for client in working if client.name == "audrey")
    counted = database.one(
        "SELECT sum(count) FROM ai_close_refusal_tally WHERE user_id = %s", audrey.person.uid
    )
    assert counted == audrey.told.notes


def test_no_journal_entry_was_made_twice(rush):
    working, database, _before = rush
    made = [move for client in working for move in client.told.drafts]
    assert len(made) == len(set(made))
    assert database.one(
        "SELECT count(*) FROM account_move WHERE id = ANY(%s) AND state = 'posted'", made
    ) == len(made)
    twice = database.rows(
        "SELECT journal_id, name FROM account_move WHERE state = 'posted' GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert twice == []
