"""What the guards cost: the same work in a guarded company and on the same books without the add-on."""

import json

from benchmarks.books import sample_database
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres, template

ENTRIES = 1000
SETTLED = 60
PAIRS = 5
PLAIN = "bench_plain"
_UNINSTALL = """
# A guarded company's add-on leaves by two controllers only; here nobody is guarded any more.
env.cr.execute("UPDATE res_company SET ai_close_enabled = false")
env.cr.commit()
env.invalidate_all()
installed = [("name", "=like", "ai_close%"), ("state", "=", "installed")]
env["ir.module.module"].search([*installed, ("name", "=", "ai_close")]).button_immediate_uninstall()
print("LEFT", env["ir.module.module"].search_count(installed))
"""
# Both databases are open in one process, and the work is done in turn: the machine's mood strikes both alike.
_SCRIPT = """
import json, time
from odoo import Command, api
from odoo.modules.registry import Registry

def books(registry):
    cr = registry.cursor()
    env = api.Environment(cr, 1, {})
    company = env["res.company"].search([("name", "=", "Northwind Trading")])
    login = "bench"
    groups = env.ref("base.group_user") + env.ref("account.group_account_user")
    user = env["res.users"].create({
        "name": login, "login": login, "company_id": company.id, "company_ids": [Command.set(company.ids)],
        "group_ids": [Command.set(groups.ids)]})
    cr.commit()
    return api.Environment(cr, user.id, {"allowed_company_ids": company.ids})

def accounts(env, kind):
    domain = [("account_type", "=", kind), ("company_ids", "in", env.company.ids)]
    return env["account.account"].search(domain, limit=2)

def entries(env, count, first, second, day="2026-11-05"):
    journal = env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", env.company.id)], limit=1)
    return env["account.move"].create([{
        "journal_id": journal.id, "date": day, "ref": "bench",
        "line_ids": [Command.create({"account_id": first.id, "balance": 10.0, "name": "a"}),
                     Command.create({"account_id": second.id, "balance": -10.0, "name": "b"})],
    } for _number in range(count)])

def post(env):
    costs = accounts(env, "expense")
    start = time.perf_counter()
    entries(env, %(entries)s, costs[0], costs[1]).action_post()
    env.cr.flush()
    return time.perf_counter() - start

def reconcile(env):
    cost, owed = accounts(env, "expense")[0], accounts(env, "asset_receivable")[0]
    owing, paid = entries(env, %(settled)s, owed, cost), entries(env, %(settled)s, cost, owed)
    (owing + paid).action_post()
    env.cr.flush()
    pairs = [(one.line_ids + two.line_ids).filtered(lambda line: line.account_id == owed)
             for one, two in zip(owing, paid)]
    start = time.perf_counter()
    for pair in pairs:
        pair.reconcile()
    env.cr.flush()
    return time.perf_counter() - start

def match(env):
    cost, owed = accounts(env, "expense")[0], accounts(env, "asset_receivable")[0]
    items = entries(env, %(settled)s, owed, cost)
    items.action_post()
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1)
    line = {"journal_id": bank.id, "date": "2026-11-06", "payment_ref": "bench", "amount": 10.0}
    lines = env["account.bank.statement.line"].create([dict(line) for _item in items])
    env.cr.flush()
    open_items = [item.line_ids.filtered(lambda line: line.account_id == owed) for item in items]
    start = time.perf_counter()
    for line, item in zip(lines, open_items):
        _liquidity, suspense, _other = line._seek_for_lines()
        line.move_id.with_context(force_delete=True, skip_readonly_check=True).write({"line_ids": [
            Command.delete(suspense.id),
            Command.create({"account_id": owed.id, "balance": suspense.balance, "name": "bench",
                            "amount_currency": suspense.amount_currency,
                            "currency_id": suspense.currency_id.id})]})
        (item + line.move_id.line_ids.filtered(lambda each: each.account_id == owed)).reconcile()
    env.cr.flush()
    return time.perf_counter() - start

guarded, plain = books(env.registry), books(Registry("%(plain)s"))
assert guarded["res.company"].browse(guarded.company.id).ai_close_enabled
assert "ai_close_enabled" not in plain["res.company"]._fields
times = {}
for work in (post, reconcile, match):
    found = times[work.__name__] = ([], [])
    for number in range(%(pairs)s + 1):
        order = [(0, guarded), (1, plain)]
        for at, there in order if number %% 2 else reversed(order):
            spent = work(there)
            there.cr.rollback()
            there.invalidate_all()
            if number:
                found[at].append(spent)
print("RESULT " + json.dumps(times))
"""
_NOTES = {
    "post": f"create and post {ENTRIES} entries of two lines in one transaction",
    "reconcile": f"reconcile {SETTLED} pairs of open items",
    "match": f"settle {SETTLED} bank lines with an open item each",
}


def run() -> list[Comparison]:
    """Do the work of a bookkeeper in both databases in turn."""
    with sample_database("bench_guards") as (database, _folder):
        try:
            template.reclone(database, PLAIN)
            left = odoo_cli.shell(postgres.TEST, PLAIN, _UNINSTALL)
            assert "LEFT 0" in left, left
            values = {"entries": ENTRIES, "settled": SETTLED, "pairs": PAIRS, "plain": PLAIN}
            printed = odoo_cli.shell(postgres.TEST, database, _SCRIPT % values)
        finally:
            odoo_cli.drop(postgres.TEST, PLAIN)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    times = json.loads(row.removeprefix("RESULT "))
    return [
        Comparison("guarded by AI Close", "Odoo without AI Close", *times[name], note=note)
        for name, note in _NOTES.items()
    ]
