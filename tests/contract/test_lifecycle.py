"""The add-on comes to books that are years old, is updated, copied, restored, and leaves without a trace."""

import json
import os
import subprocess

import pytest

from tests.support.demo import CLUSTER
from tools import odoo_cli, postgres, say, template

OLD, LEFT, COPY = (f"life{os.getpid()}_{name}" for name in ("old", "left", "copy"))

# Books before us: entries of four years, lock dates, and exceptions that lift one of them for everybody.
BOOKS = """
from odoo import Command
company = env.ref("base.main_company")
env = env(context=dict(env.context, allowed_company_ids=company.ids))
accounts = {
    name: env["account.account"].create({"name": name, "code": code, "account_type": kind})
    for name, code, kind in (
        ("receivable", "L12", "asset_receivable"), ("income", "L40", "income"), ("expense", "L60", "expense"),
        ("grni", "L21", "liability_current"), ("billed", "L14", "asset_current"),
        ("suspense", "L10", "asset_current"),
    )
}
journal = env["account.journal"].create({"name": "Old", "code": "OLD", "type": "general"})
for year in (2023, 2024, 2025, 2026):
    for month in range(1, 11):
        env["account.move"].create({
            "date": f"{year}-{month:02}-15", "journal_id": journal.id,
            "line_ids": [
                Command.create({"name": "x", "account_id": accounts["expense"].id, "balance": 10.0 + month}),
                Command.create({"name": "x", "account_id": accounts["grni"].id, "balance": -10.0 - month}),
            ],
        }).action_post()
company.write({
    "fiscalyear_lock_date": "2025-12-31", "hard_lock_date": "2024-12-31", "tax_lock_date": "2025-12-31",
})
for vals in ({"user_id": False, "fiscalyear_lock_date": False}, {"tax_lock_date": "2025-06-30"}):
    env["account.lock_exception"].create({"company_id": company.id, "reason": "before AI Close", **vals})
env.cr.commit()
"""
ENABLE = """
company = env.ref("base.main_company")
account = lambda code: env["account.account"].search([("code", "=", code)]).id
env["ai.close.policy"]._create_first(company, {
    "materiality": "5000.00", "tolerance_units": 1,
    "roles": {"grni": account("L21"), "billed_not_received": account("L14"), "suspense": [account("L10")]},
    "adjustment_journal_id": env["account.journal"].search([("code", "=", "OLD")]).id,
    "bands": {"auto": "0.95", "review": "0.70"},
    "limits": {"match": "10000.00", "entry_controller": "10000.00"},
    "rules": {"CMP001": {"enabled": True}},
}, tz="UTC")
env.cr.commit()
"""
POST = """
move = env["account.move"].search([("state", "=", "posted")], limit=1, order="date desc")
copied = move.copy({"date": "2026-09-20"})
copied.action_post()
assert (copied.state, str(copied.date)) == ("posted", "2026-09-20"), (copied.state, copied.date)
env.cr.commit()
"""
ITEMS = "SELECT json_agg(row_to_json(l) ORDER BY id) FROM (SELECT id, balance, date FROM account_move_line) l"
GUARDS = r"""
SELECT json_agg(item ORDER BY item) FROM (
    SELECT 'trigger ' || rel.relname || ' ' || tg.tgname || ' ' || tg.tgenabled::text AS item
      FROM pg_trigger tg JOIN pg_class rel ON rel.oid = tg.tgrelid
     WHERE tg.tgname LIKE 'ai\_close\_%' AND NOT tg.tgisinternal
    UNION ALL
    SELECT 'function ' || oid::regprocedure::text || ' ' || md5(prosrc) FROM pg_proc
     WHERE proname LIKE 'ai\_close\_%'
) AS guards
"""
LEFTOVERS = r"""
SELECT json_agg(item) FROM (
    SELECT 'relation ' || relname AS item FROM pg_class WHERE relname LIKE 'ai\_close\_%'
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE 'ai\_close\_%'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE 'ai\_close\_%'
    UNION ALL SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns
               WHERE column_name LIKE 'ai\_close\_%'
    UNION ALL SELECT 'model ' || model FROM ir_model WHERE model LIKE 'ai.close%'
    UNION ALL SELECT 'data ' || name FROM ir_model_data WHERE module = 'ai_close'
    UNION ALL SELECT 'cron ' || cron_name FROM ir_cron WHERE cron_name ILIKE '%AI Close%'
) AS leftovers
"""


UNINSTALL = """
env["ir.module.module"].search([("name", "=", "ai_close")]).button_immediate_uninstall()
"""
GRANT = """
from odoo.fields import Command
companies = env["res.company"].search([])
first, second = env["res.users"].create([
    {"name": name, "login": name, "company_id": 1, "company_ids": [Command.set(companies.ids)],
     "group_ids": [Command.link(env.ref("base.group_user").id)]}
    for name in ("leaving1", "leaving2")
])
for user in first + second:
    env["ai.close.role.grant"]._set_up(user, "controller")
request = env["ai.close.uninstall"].with_user(first).create({"reason": "another product"})
request.action_request()
request.with_user(second).action_approve()
assert request.state == "exported", request.state
env.cr.commit()
"""
FILES = """
SELECT json_agg(name ORDER BY name) FROM ir_attachment
 WHERE name LIKE 'ai-close-audit-%' AND res_model IS NULL AND file_size > 0
"""


def query(db, text):
    """Run a query that gives one JSON value and return it."""
    return json.loads(CLUSTER.sql(text, db=db) or "null")


def refusal(db, statement):
    """Run a statement that the database has to refuse; return what it said."""
    with pytest.raises(say.CommandFailed) as refused:
        CLUSTER.sql(statement, db=db)
    return str(refused.value)


def assert_guarded(db):
    """Assert that lock dates, exceptions, posted rows and the trail are what nobody changes by SQL."""
    for column in ("fiscalyear_lock_date", "tax_lock_date", "sale_lock_date", "purchase_lock_date"):
        assert "[LCK006]" in refusal(db, f"UPDATE res_company SET {column} = '2026-10-31' WHERE id = 1")
    assert "[LCK004]" in refusal(db, "UPDATE res_company SET hard_lock_date = NULL WHERE id = 1")
    assert "[LCK009]" in refusal(db, "UPDATE account_move_line SET balance = 0 WHERE date < '2024-12-31'")
    assert "[LCK009]" in refusal(db, "DELETE FROM account_move WHERE date = '2023-01-15'")
    assert "[LCK006]" in refusal(
        db,
        "INSERT INTO account_lock_exception (company_id, lock_date_field, active)"
        " VALUES (1, 'fiscalyear_lock_date', true)",
    )
    assert "[AUD001]" in refusal(db, "DELETE FROM ai_close_audit")


@pytest.fixture(scope="module")
def old():
    """Books of years without AI Close, then AI Close installed and switched on."""
    template.reclone(template.base(CLUSTER), OLD)
    try:
        odoo_cli.shell(CLUSTER, OLD, BOOKS)
        before = query(OLD, ITEMS)
        odoo_cli.install(CLUSTER, OLD, ["ai_close"])
        odoo_cli.shell(CLUSTER, OLD, ENABLE)
        yield OLD, before
    finally:
        odoo_cli.drop(CLUSTER, OLD)


@pytest.fixture
def copied(old):
    """Return a fresh copy, as `createdb -T` makes it."""
    template.reclone(old[0], COPY)
    yield COPY
    odoo_cli.drop(CLUSTER, COPY)


def test_old_books_are_the_starting_state(old):
    db, before = old
    assert query(db, ITEMS) == before
    dates = query(
        db,
        "SELECT json_build_array(fiscalyear_lock_date, hard_lock_date, tax_lock_date, ai_close_enabled)"
        " FROM res_company WHERE id = 1",
    )
    assert dates == ["2025-12-31", "2024-12-31", "2025-12-31", True]
    assert query(db, "SELECT count(*) FROM account_lock_exception WHERE active") == 2
    assert_guarded(db)


def test_an_old_exception_can_be_ended_but_not_changed(copied):
    assert "[LCK006]" in refusal(
        copied, "UPDATE account_lock_exception SET lock_date = '2020-01-01', user_id = NULL WHERE id = 2"
    )
    odoo_cli.shell(
        CLUSTER, copied,
        "env['account.lock_exception'].search([]).action_revoke()\nenv.cr.commit()\n",
    )  # fmt: skip
    assert query(copied, "SELECT count(*) FROM account_lock_exception WHERE active") == 0
    assert query(
        copied, "SELECT json_agg(user_login) FROM ai_close_audit WHERE action = 'lock_exception.revoke'"
    ) == ["__system__", "__system__"]


def test_open_months_are_posted_to(copied):
    odoo_cli.shell(CLUSTER, copied, POST)


@pytest.mark.slow
def test_updating_twice_changes_nothing_and_repairs(copied):
    guards = query(copied, GUARDS)
    assert len([item for item in guards if item.startswith("trigger")]) > 20
    CLUSTER.sql("DROP TRIGGER ai_close_company_lock_date ON res_company", db=copied)
    CLUSTER.sql("ALTER TABLE account_move_line DISABLE TRIGGER ai_close_hard_update", db=copied)
    assert query(copied, GUARDS) != guards
    for _time in range(2):
        odoo_cli.install(CLUSTER, copied, ["ai_close"], update=True)
        assert query(copied, GUARDS) == guards
    assert_guarded(copied)
    odoo_cli.shell(CLUSTER, copied, POST)


def test_a_duplicate_is_guarded(copied):
    assert_guarded(copied)


@pytest.mark.slow
def test_a_restored_dump_is_guarded(old, tmp_path):
    """Restored by an owner that is no superuser, as hosting companies do it."""
    db, _before = old
    dump, env = tmp_path / "dump", {**os.environ, **CLUSTER.env()}
    programs = postgres.binaries()
    assert CLUSTER.sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "f"
    odoo_cli.drop(CLUSTER, COPY)
    CLUSTER.sql(f'CREATE DATABASE "{COPY}"')
    try:
        subprocess.run([programs / "pg_dump", "-Fc", "-f", dump, db], env=env, check=True)
        subprocess.run(
            [programs / "pg_restore", "--no-owner", "--exit-on-error", "-d", COPY, dump], env=env, check=True
        )
        assert query(COPY, GUARDS) == query(db, GUARDS)
        assert_guarded(COPY)
        odoo_cli.shell(CLUSTER, COPY, POST)
    finally:
        odoo_cli.drop(CLUSTER, COPY)


def test_companies_come_and_go(copied):
    odoo_cli.shell(
        CLUSTER, copied,
        """
new = env["res.company"].create({"name": "Comes and goes", "fiscalyear_lock_date": "2026-01-31"})
branch = env["res.company"].create({"name": "Branch", "parent_id": 1})
env.flush_all()
env.cr.execute("SELECT count(*) FROM ai_close_gate WHERE company_id = ANY(%s)", [[new.id, branch.id]])
assert env.cr.fetchone() == (2,)
new.fiscalyear_lock_date = False
new.unlink()
assert not new.exists()
env.cr.commit()
""",
    )  # fmt: skip
    assert "[LCK006]" in refusal(
        copied, "UPDATE res_company SET tax_lock_date = '2026-01-31' WHERE name = 'Branch'"
    )


def test_it_stays_while_nobody_approved(copied):
    """Uninstalling takes the guards of everybody: no administrator does it alone."""
    with pytest.raises(say.CommandFailed, match="AUD010"):
        odoo_cli.shell(CLUSTER, copied, UNINSTALL)
    assert query(copied, "SELECT to_json(state) FROM ir_module_module WHERE name = 'ai_close'") == "installed"
    assert_guarded(copied)
    assert query(copied, "SELECT count(*) FROM ai_close_audit WHERE refusal_code = 'AUD010'") == 1


def test_it_leaves_without_a_trace(old):
    template.reclone(old[0], LEFT)
    try:
        odoo_cli.shell(CLUSTER, LEFT, f"{GRANT}\n{UNINSTALL}")
        assert query(LEFT, LEFTOVERS) is None
        # of the trail, the exports stay: of the company, and of what belongs to none
        assert any("-audit-1-" in name for name in query(LEFT, FILES))
        CLUSTER.sql("UPDATE res_company SET fiscalyear_lock_date = NULL, hard_lock_date = NULL", db=LEFT)
        odoo_cli.shell(CLUSTER, LEFT, POST)
        odoo_cli.install(CLUSTER, LEFT, ["ai_close"])
        odoo_cli.shell(CLUSTER, LEFT, ENABLE)
    finally:
        odoo_cli.drop(CLUSTER, LEFT)
