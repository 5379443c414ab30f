"""The trial balance and the open items of a million lines, against the plain SQL sums of the same lines.

Ours adds the comparison with the month and the year before, the fiscal year's restart and the entries' own
states; open items come as records with partner, due day and bucket.
"""

import json
import os
import statistics

from benchmarks.figures import Figure, at_most
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres, template
from tools.paths import ROOT

LINES = int(os.environ.get("AI_CLOSE_BENCH_LINES", "1000000"))
PAIRS = int(os.environ.get("AI_CLOSE_BENCH_PAIRS", "5"))
DATABASE = "bench_balance"
WANTED = 1.5
_SCRIPT = """
import json, sys
sys.path.insert(0, "{root}")
from odoo.addons.ai_close.tests.prepared import prepare
from odoo.addons.ai_close.tests.close_common import CloseCase
if not env["res.company"].search([("name", "=", CloseCase.COMPANY)]):
    prepare(env)
from benchmarks.balance_books import Books
print("RESULT " + json.dumps(Books(env, {lines}).measured({pairs})))
"""


def run() -> list[Comparison | Figure]:
    """Grow a company's books by SQL and read them both ways in turn."""
    template.reclone(template.with_addons(), DATABASE)
    try:
        return measured(DATABASE)
    finally:
        odoo_cli.drop(postgres.TEST, DATABASE)


def measured(database: str) -> list[Comparison | Figure]:
    """Return the ratios on a database with our add-on that may be spoiled."""
    script = _SCRIPT.format(root=ROOT, lines=LINES, pairs=PAIRS)
    printed = odoo_cli.shell(postgres.TEST, database, script)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    found = json.loads(row.removeprefix("RESULT "))
    own, other = (statistics.median(each) for each in found["times"]["balance"])
    note = f"{found['lines']} journal items"
    return [
        Comparison("trial balance", "SQL: sums by account", *found["times"]["balance"], note=note),
        Comparison("open receivables", "SQL: balance less settled", *found["times"]["items"], note=note),
        at_most("trial balance, of the plain sums", own / other, WANTED, places=2),
    ]
