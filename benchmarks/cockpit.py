"""The cockpit's answer, and the page of all companies, with two years of closes and 10,000 findings."""

import json
import os

from benchmarks.figures import Figure, at_most
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres, template
from tools.paths import ROOT

FINDINGS = int(os.environ.get("AI_CLOSE_BENCH_FINDINGS", "10000"))
LINES = int(os.environ.get("AI_CLOSE_BENCH_LINES", "500"))
ROUNDS = int(os.environ.get("AI_CLOSE_BENCH_ROUNDS", "20"))
DATABASE = "bench_cockpit"
WANTED_MS = 300
_SCRIPT = """
import json, sys
sys.path.insert(0, "{root}")
from odoo.addons.ai_close.tests.prepared import prepare
from odoo.addons.ai_close.tests.close_common import CloseCase
if not env["res.company"].search([("name", "=", CloseCase.COMPANY)]):
    prepare(env)
company = env["res.company"].search([("name", "=", CloseCase.COMPANY)], limit=1)
if not company.ai_close_enabled:
    carla = env["res.users"].search([("login", "=", "close_carla")], limit=1)
    own = [("company_id", "=", company.id), ("type", "=", "general")]
    journal = env["account.journal"].search(own, limit=1)
    env["ai.close.policy"].with_user(carla)._create_first(
        company, {{"materiality": "5000.00", "tolerance_units": 1, "adjustment_journal_id": journal.id,
                   "bands": {{"auto": "0.95", "review": "0.70"}}, "roles": {{}},
                   "limits": {{"match": "10000.00", "entry_controller": "10000.00"}}, "rules": {{}}}},
        tz="UTC")
from benchmarks.cockpit_books import Books
print("RESULT " + json.dumps(Books(env, {findings}, {lines}).measured({rounds})))
"""


def run() -> list[Comparison | Figure]:
    """Grow two years of closes by SQL and ask for the cockpit again and again."""
    template.reclone(template.with_addons(), DATABASE)
    try:
        return measured(DATABASE)
    finally:
        odoo_cli.drop(postgres.TEST, DATABASE)


def measured(database: str) -> list[Comparison | Figure]:
    """Return the times on a database with our add-on that may be spoiled."""
    script = _SCRIPT.format(root=ROOT, findings=FINDINGS, lines=LINES, rounds=ROUNDS)
    printed = odoo_cli.shell(postgres.TEST, database, script)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    found = json.loads(row.removeprefix("RESULT "))
    figures: list[Comparison | Figure] = []
    for name, label in (("cockpit", "cockpit"), ("group", "all companies")):
        times = found[name]
        what = f"{label}: 24 closes, {FINDINGS} findings, {LINES * 24} bank lines; {times['queries']} queries"
        figures.append(at_most(f"{what}, ms", 1000 * times["median_s"], WANTED_MS, places=0))
        processor = 1000 * times["processor_s"]
        said = f"{label}, processor time of Odoo and of its database, ms"
        figures.append(at_most(said, processor, WANTED_MS, places=0))
        figures.append(Figure(f"{label}, the quickest call, ms", f"{1000 * times['least_s']:.0f}"))
        figures.append(Figure(f"{label}, the first call, ms", f"{1000 * times['first_s']:.0f}"))
    figures.append(Figure("key figures of 24 closes taken anew, s", f"{found['taken_s']:.2f}"))
    return figures
