"""The watch at a running Odoo: what an administrator and the database's owner do is told by runs and
locks."""

import subprocess

import pytest

from tests.support.demo import CLUSTER
from tests.support.people import People
from tools import odoo_cli, postgres, sample
from tools.paths import ADDONS

FOUND = """
    SELECT coalesce(json_object_agg(rule || ' ' || facet, message), '{}') FROM ai_close_finding
     WHERE by_server AND state NOT IN ('closed', 'waived')"""
SEPARATE = ADDONS / "ai_close" / "sql" / "separate_owner.sql"


def found(books):
    """Return what the server tells in a copy: rule and facet -> message."""
    return books.sql(FOUND)


@pytest.fixture
def people_of(sample_files):
    """Return a function that gives the people of a copy, the administrator among them."""
    passwords = {**sample.logins(sample_files[1]), "admin": "admin"}
    return lambda books: People(books.url, books.database, passwords)


def _close_id(books):
    company = f"(SELECT id FROM res_company WHERE name = '{books.company}')"
    return books.sql(
        f"SELECT to_json(id) FROM ai_close WHERE company_id = {company} ORDER BY id DESC LIMIT 1"
    )


def _refresh(books, people):
    people.result("carla", "ai.close", "action_refresh", [_close_id(books)])
    return found(books)


@pytest.fixture(scope="module")
def run_books(demos, finished):
    """A copy whose October was run once."""
    return finished.copied(demos.make)


def test_a_run_of_the_sample_company_tells_nothing(run_books, people_of):
    assert found(run_books) == {}
    assert _refresh(run_books, people_of(run_books)) == {}


@pytest.mark.parametrize(
    ("tampering", "repair", "told"),
    [
        (
            "ALTER TABLE account_move DISABLE TRIGGER ai_close_gate_update",
            "ALTER TABLE account_move ENABLE TRIGGER ai_close_gate_update",
            "trigger account_move.ai_close_gate_update: switched off",
        ),
        (
            "ALTER FUNCTION ai_close_gate_check() RENAME TO ai_close_gate_check_off",
            "ALTER FUNCTION ai_close_gate_check_off() RENAME TO ai_close_gate_check",
            "function ai_close_gate_check(): missing",
        ),
        (
            "ALTER TABLE ai_close_lock RENAME CONSTRAINT ai_close_lock_two_people TO gone",
            "ALTER TABLE ai_close_lock RENAME CONSTRAINT gone TO ai_close_lock_two_people",
            "constraint ai_close_lock.ai_close_lock_two_people: missing",
        ),
    ],
)
def test_a_guard_that_the_owner_of_the_database_changed(run_books, people_of, tampering, repair, told):
    people = people_of(run_books)
    run_books.execute(tampering)
    try:
        assert told in _refresh(run_books, people)["SYS002 database"]
    finally:
        run_books.execute(repair)
    assert _refresh(run_books, people) == {}


def test_a_dropped_trigger_is_told_by_the_next_run_and_by_the_refused_lock(odoo_demo, people_of):
    books, people = odoo_demo, people_of(odoo_demo)
    books.execute("DROP TRIGGER ai_close_gate_update ON account_move")
    books.run()
    assert "account_move.ai_close_gate_update: missing" in found(books)["SYS002 database"]
    lock = people.result("ben", "ai.close", "action_request_lock", [_close_id(books)])["res_id"]
    # found by the refused lock alone, and kept though the lock was rolled back
    books.execute("DROP TRIGGER ai_close_gate_insert ON account_move")
    answer = people.call("ben", "ai.close.lock", "action_request", [lock])
    assert "[SYS002]" in answer["error"]["data"]["message"]
    assert "account_move.ai_close_gate_insert: missing" in found(books)["SYS002 database"]
    mails = books.sql("""
        SELECT json_agg(DISTINCT partner.name) FROM mail_message mail
          JOIN mail_notification told ON told.mail_message_id = mail.id
          JOIN res_partner partner ON partner.id = told.res_partner_id
         WHERE mail.model = 'ai.close.finding' AND mail.message_type = 'user_notification'""")
    assert mails == ["Carla Conti", "Dirk Control"]

    before = books.sql("SELECT to_json(count(*)) FROM ai_close_audit WHERE action = 'watch.baseline'")
    odoo_cli.install(CLUSTER, books.database, ["ai_close"], update=True)
    assert (
        books.sql("SELECT to_json(count(*)) FROM ai_close_audit WHERE action = 'watch.baseline'")
        == before + 1
    )
    assert "SYS002 database" not in _refresh(books, people)


def test_what_changed_below_the_lock_behind_odoo(odoo_demo, people_of):
    books, people = odoo_demo, people_of(odoo_demo)
    odoo_cli.shell(
        CLUSTER,
        books.database,
        f"company = env['res.company'].search([('name', '=', {books.company!r})])\n"
        "env['ai.close.snapshot']._take(company, 'lock', date_to='2026-09-30')\n"
        "env.cr.commit()\n",
    )
    line = books.sql(f"""
        SELECT json_build_object('id', line.id, 'move', move.name,
                                 'balance', line.balance::numeric(16, 2)::text,
                                 'changed', (line.balance + 100)::numeric(16, 2)::text)
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN res_company company ON company.id = line.company_id AND company.name = '{books.company}'
         WHERE line.parent_state = 'posted' AND line.date <= '2026-09-30' AND line.balance > 0
         ORDER BY line.id LIMIT 1""")
    books.execute(
        "SET lock_timeout = '20s'; ALTER TABLE account_move_line DISABLE TRIGGER USER;"
        f" UPDATE account_move_line SET balance = {line['changed']} WHERE id = {line['id']};"
        " ALTER TABLE account_move_line ENABLE TRIGGER USER"
    )
    books.run()
    told = found(books)
    assert list(told) == ["SYS004 drift"]
    assert f"{line['move']}, " in told["SYS004 drift"]
    assert f"balance {line['balance']} → {line['changed']} by the database" in told["SYS004 drift"]
    assert people.call("ben", "ai.close", "action_request_lock", [_close_id(books)])["result"]


def test_what_an_administrator_did(finished_demo, people_of):
    books, people = finished_demo, people_of(finished_demo)
    model = people.result("admin", "ir.model", "search", [("model", "=", "account.move")])[0]
    action = people.result(
        "admin", "ir.actions.server", "create",
        {"name": "Quick fix", "model_id": model, "state": "code", "code": "records.button_draft()"},
    )  # fmt: skip
    system = people.result("admin", "ir.model.data", "check_object_reference", "base", "group_system")[1]
    anna = people.result("admin", "res.users", "search", [("login", "=", "anna")])
    people.result("admin", "res.users", "write", anna, {"group_ids": [[4, system]]})
    people.result("admin", "res.users", "write", anna, {"password": "known to the administrator"})
    told = _refresh(books, people)
    assert "Quick fix: added by admin" in told["SYS003 code"]
    assert "anna: changed by admin" in told["SYS003 people"]
    assert "base.group_system" in told["SYS003 people"]
    assert "password" in told["SYS003 people"]

    people.result("admin", "ir.actions.server", "unlink", [action])
    people.result("admin", "res.users", "write", anna, {"group_ids": [[3, system]]})
    told = _refresh(books, people)
    assert list(told) == ["SYS003 people"]  # the password stays another one
    assert "base.group_system" not in told["SYS003 people"]


def test_a_module_that_somebody_installed(finished_demo, people_of):
    books, people = finished_demo, people_of(finished_demo)
    module = people.result("admin", "ir.module.module", "search", [("name", "=", "account_debit_note")])
    people.result("admin", "ir.module.module", "button_immediate_install", module)
    told = _refresh(books, people)
    assert "account_debit_note: added by" in told["SYS003 modules"]
    assert "SYS002 database" not in told


def _psql(books, user, *arguments):
    return subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", books.database, *arguments],
        env={**CLUSTER.env(user), "LC_ALL": "C"}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def _separate(books, step):
    done = _psql(
        books, postgres.OWNER, "-v", f"odoo_role={postgres.ROLE}", "-v", f"step={step}", "-f", str(SEPARATE)
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_role_of_its_own_keeps_what_odoos_role_may_not_touch(odoo_demo, people_of):
    books, people = odoo_demo, people_of(odoo_demo)
    _separate(books, "shut")
    for statement, why in (
        ("ALTER TABLE ai_close_audit DISABLE TRIGGER USER", "must be owner"),
        ("ALTER TABLE account_move DISABLE TRIGGER ai_close_gate_update", "not switched off"),
        ("DROP TRIGGER ai_close_gate_update ON account_move", "not dropped"),
        (
            "CREATE OR REPLACE FUNCTION ai_close_gate_check() RETURNS trigger LANGUAGE sql AS ''",
            "owner",
        ),
        ("DELETE FROM ai_close_audit", "permission denied"),
        ("DROP EVENT TRIGGER ai_close_keeps_altered", "must be owner"),
    ):
        done = _psql(books, postgres.ROLE, "-c", statement)
        assert done.returncode != 0, statement
        assert why in done.stderr, done.stderr
    # the work of every day goes on: a run, a module of somebody else, columns of other tables
    report = books.run()
    assert report
    assert "owner ai_close_keeper" in _detail(books) or "SYS002 database" in found(books)
    module = people.result("admin", "ir.module.module", "search", [("name", "=", "account_debit_note")])
    people.result("admin", "ir.module.module", "button_immediate_install", module)
    # an update of ours says what is missing, and works between open and shut
    _separate(books, "open")
    odoo_cli.install(CLUSTER, books.database, ["ai_close"], update=True)
    assert "SYS002 database" not in _refresh(books, people)


def _detail(books):
    return str(books.sql("SELECT json_agg(evidence) FROM ai_close_finding WHERE by_server"))
