"""Posting entries in a company that AI Close guards against one that it does not guard."""

import json

from benchmarks.books import sample_database
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres

ENTRIES = 150
PAIRS = 7
_SCRIPT = """
import json, time
company = env["res.company"].search([("name", "=", "Northwind Trading")])
env = env(context=dict(env.context, allowed_company_ids=company.ids))
journal = env["account.journal"].search([("type", "=", "general"), ("company_id", "=", company.id)], limit=1)
accounts = env["account.account"].search([("account_type", "=", "expense")], limit=2)

def post():
    start = time.perf_counter()
    moves = env["account.move"].create([{
        "journal_id": journal.id, "date": "2026-11-05", "ref": "bench",
        "line_ids": [(0, 0, {"account_id": accounts[0].id, "balance": 10.0, "name": "a"}),
                     (0, 0, {"account_id": accounts[1].id, "balance": -10.0, "name": "b"})],
    } for _number in range(%(entries)s)])
    moves.action_post()
    env.cr.flush()
    spent = time.perf_counter() - start
    env.cr.rollback()
    env.invalidate_all()
    return spent

def switch(on):
    # straight in the table: only what the triggers and guards cost is measured, not what enabling does
    env.cr.execute("UPDATE res_company SET ai_close_enabled = %%s WHERE id = %%s", [on, company.id])
    env.cr.commit()
    env.invalidate_all()

times = {True: [], False: []}
for number in range(%(pairs)s + 1):
    for on in (True, False) if number %% 2 else (False, True):
        switch(on)
        spent = post()
        if number:
            times[on].append(spent)
switch(True)
print("RESULT " + json.dumps([times[True], times[False]]))
"""


def run() -> list[Comparison]:
    """Create and post entries of two lines, in turn with the guard on and off."""
    with sample_database("bench_guards") as (database, _folder):
        printed = odoo_cli.shell(postgres.TEST, database, _SCRIPT % {"entries": ENTRIES, "pairs": PAIRS})
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    guarded, plain = json.loads(row.removeprefix("RESULT "))
    note = f"create and post {ENTRIES} entries of two lines in one transaction"
    return [Comparison("company guarded", "company not guarded", guarded, plain, note=note)]
