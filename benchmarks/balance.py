"""Trial balance, tie-outs and open items of a million lines, against the plain SQL sums of the same lines.

Ours adds the comparison with the month and the year before, the fiscal year's restart and the entries' own
states; open items come as records with partner, due day and bucket.
"""

import json
import os
import statistics
from typing import Any

from benchmarks.figures import Figure, at_most
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres, template
from tools.paths import ROOT

LINES = int(os.environ.get("AI_CLOSE_BENCH_LINES", "1000000"))
PAIRS = int(os.environ.get("AI_CLOSE_BENCH_PAIRS", "5"))
DATABASE = "bench_balance"
WANTED = 1.5
_HEAD = """
import json, sys
sys.path.insert(0, "{root}")
from odoo.addons.ai_close.tests.prepared import prepare
from odoo.addons.ai_close.tests.close_common import CloseCase
if not env["res.company"].search([("name", "=", CloseCase.COMPANY)]):
    prepare(env)
    env.cr.commit()
from benchmarks.balance_books import Books
"""
_GROW = _HEAD + 'print("RESULT " + json.dumps(Books(env).script({lines})))'
_MEASURE = _HEAD + 'print("RESULT " + json.dumps(Books(env).measured({pairs})))'


def run() -> list[Comparison | Figure]:
    """Grow a company's books by SQL and read them both ways in turn."""
    template.reclone(template.with_addons(), DATABASE)
    try:
        return measured(DATABASE)
    finally:
        odoo_cli.drop(postgres.TEST, DATABASE)


def measured(database: str) -> list[Comparison | Figure]:
    """Return the ratios on a database with our add-on that may be spoiled."""
    postgres.TEST.sql(_told(database, _GROW.format(root=ROOT, lines=LINES)), database, user=postgres.OWNER)
    found = _told(database, _MEASURE.format(root=ROOT, pairs=PAIRS))
    times, note = found["times"], f"{found['lines']} journal items"

    def apart(*names: str) -> float:
        own, other = (sum(statistics.median(times[name][side]) for name in names) for side in (0, 1))
        return own / other

    return [
        Comparison("trial balance", "SQL: sums by account", *times["balance"], note=note),
        Comparison("ledger side of tie-outs", "SQL: sums by account", *times["tie_outs"], note=note),
        Comparison("open receivables", "SQL: balance less settled", *times["items"], note=note),
        at_most("trial balance, of the plain sums", apart("balance"), WANTED, places=2),
        at_most("tie-outs, of the plain sums", apart("tie_outs"), WANTED, places=2),
        at_most("both together, of the plain sums", apart("balance", "tie_outs"), WANTED, places=2),
    ]


def _told(database: str, script: str) -> Any:
    printed = odoo_cli.shell(postgres.TEST, database, script)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    return json.loads(row.removeprefix("RESULT "))
