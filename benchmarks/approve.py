"""Approving many staged entries together, against Odoo posting as many: same user, books and lines.

Compared are processor seconds of Odoo and of its database backend, so that a busy machine does not decide.
"""

import json
import os

from benchmarks.books import sample_database
from benchmarks.figures import Figure, at_most
from benchmarks.measure import Comparison
from tools import odoo_cli, postgres
from tools.paths import ROOT

ENTRIES = int(os.environ.get("AI_CLOSE_BENCH_ENTRIES", "200"))
PAIRS = int(os.environ.get("AI_CLOSE_BENCH_PAIRS", "3"))
WANTED = 1.0
_SCRIPT = """
import json, sys
sys.path.insert(0, "{root}")
from benchmarks.approve_books import Books
print("RESULT " + json.dumps(Books(env, {count}).measured({pairs})))
"""
_NOTES = {
    "written": "checked, created, posted and kept with a snapshot; Odoo creates and posts the same entries",
    "drafts": "the same; Odoo posts drafts that somebody had made before",
    "reversed": "each with its reversal of the next day; Odoo creates and posts both",
}


def run() -> list[Comparison | Figure]:
    """Approve, and let Odoo post, in turn; everything is rolled back in between."""
    with sample_database("bench_approve") as (database, _folder):
        script = _SCRIPT.format(root=ROOT, count=ENTRIES, pairs=PAIRS)
        printed = odoo_cli.shell(postgres.TEST, database, script)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    times = json.loads(row.removeprefix("RESULT "))
    rows: list[Comparison | Figure] = [
        Comparison(f"approve {ENTRIES} entries", f"Odoo: {ENTRIES}, {name}", *times[name], note=note)
        for name, note in _NOTES.items()
    ]
    written = rows[0]
    assert isinstance(written, Comparison)
    ratio = written.ours_median / written.theirs_median
    return [*rows, at_most("approving, of Odoo creating and posting", ratio, WANTED, places=2)]
