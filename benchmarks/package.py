"""The close package of the sample company after a run of the agent: read, written as PDF and workbook, twice.

With what a real month has: what the agent found, tied out and compared, and so many findings more.
"""

import json
import os
import tempfile
from pathlib import Path

from benchmarks.books import sample_database
from benchmarks.figures import Figure, at_most
from tools import agent, odoo_cli, postgres, sample
from tools.odoo_server import OdooServer
from tools.paths import ROOT

FINDINGS = int(os.environ.get("AI_CLOSE_BENCH_FINDINGS", "1000"))
WANTED_S = 10.0
_SCRIPT = """
import json, sys
sys.path.insert(0, "{root}")
from benchmarks.package_books import measured
print("RESULT " + json.dumps(measured(env, {findings})))
"""


def run() -> list[Figure]:
    """Make the package of October, with so many findings more that people decided."""
    with sample_database("bench_package") as (database, folder):
        with OdooServer(database) as server, tempfile.TemporaryDirectory() as state:
            sample.import_statement(server.url, database, folder)
            settings = agent.settings(server.url, database, folder / "agent.key", Path(state))
            agent.run_once(settings, sample.COMPANY, sample.TEST_PERIOD)
        printed = odoo_cli.shell(postgres.TEST, database, _SCRIPT.format(root=ROOT, findings=FINDINGS))
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    found = json.loads(row.removeprefix("RESULT "))
    what = f"package of the sample company, {found['lines']:,} journal items, {found['findings']:,} findings"
    return [
        at_most(f"{what}, by the clock", found["wall_s"], WANTED_S, " s", places=1),
        Figure("the same, processor time", f"{found['cpu_s']:.1f} s"),
        *(Figure(f"  of it {part}", f"{found[part]:.1f} s") for part in ("read", "PDF", "workbook")),
        Figure("tie-outs and compared balances in it", f"{found['tie_outs']} and {found['variances']}"),
        Figure("pages", str(found["pages"])),
        Figure("twice the same", "yes" if found["same"] else "NO", "yes", found["same"]),
    ]
