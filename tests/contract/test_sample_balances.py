"""Trial balance and ageing of the sample company's twelve months, against a recomputation line by line.

The recomputation (`brute_balances.py` of the add-on's tests) fetches every row and adds up in Python.
"""

import json
from pathlib import Path

import pytest

from tests.support.demo import CLUSTER
from tools import odoo_cli, template

SCRIPT = Path(__file__).with_name("sample_balances_shell.py")
MONTHS = 12
STEPS = ("as they are", "later payments", "undone reconciliations", "late entries")


@pytest.fixture(scope="module")
def compared(sample_files):
    """Return what the shell's script found in a copy of the sample company."""
    database = "sample_balances"
    template.reclone(sample_files[0], database)
    try:
        printed = odoo_cli.shell(CLUSTER, database, SCRIPT.read_text())
    finally:
        odoo_cli.drop(CLUSTER, database)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    return json.loads(row.removeprefix("RESULT "))


@pytest.mark.slow
def test_every_month_end_agrees_whatever_came_later(compared):
    assert compared["apart"] == {step: {} for step in STEPS}
    assert len(compared["days"]) == MONTHS


@pytest.mark.slow
def test_there_was_something_to_compare(compared):
    """Each month has entries and open items, and each step changed what was open at earlier month ends."""
    counts, seen = compared["counts"], compared["seen"]
    assert counts["months with entries"] == MONTHS
    assert counts["later payments"] >= 30
    assert counts["undone"] >= 20
    opened = {step: seen[step]["open"] for step in STEPS}
    assert all(opened["as they are"])
    assert opened["later payments"] == opened["as they are"], "what was paid later was open then"
    assert sum(opened["undone reconciliations"]) > sum(opened["later payments"])
