"""Trial balance and ageing of the sample company's twelve months, against a recomputation line by line.

The recomputation (`brute_balances.py` of the add-on's tests) fetches every row and adds up in Python.
"""

import json
from pathlib import Path

import pytest

from tests.support.demo import CLUSTER
from tools import odoo_cli, sample, template

SCRIPT = Path(__file__).with_name("sample_balances_shell.py")
MONTHS = 12
STEPS = ("as they are", "later payments", "undone reconciliations", "late entries")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Load twelve months of books and return what the shell's script found of them."""
    folder, database = tmp_path_factory.mktemp("sample"), "sample_balances"
    sample.generate(folder, sample.TEST_PERIOD, months=MONTHS)
    template.reclone(template.with_addons(CLUSTER), database)
    try:
        sample.load(CLUSTER, database, folder)
        printed = odoo_cli.shell(CLUSTER, database, SCRIPT.read_text())
    finally:
        odoo_cli.drop(CLUSTER, database)
    row = next(row for row in printed.splitlines() if row.startswith("RESULT "))
    print(row)
    return json.loads(row.removeprefix("RESULT "))


@pytest.mark.slow
def test_every_month_end_agrees_whatever_came_later(compared):
    assert compared["apart"] == {step: {} for step in STEPS}
    assert len(compared["days"]) == MONTHS


@pytest.mark.slow
def test_there_was_something_to_compare(compared):
    """Each month has entries and open items, and each step changed what was open at earlier month ends."""
    counts, seen = compared["counts"], compared["seen"]
    assert counts["months with entries"] >= MONTHS
    assert counts["later payments"] >= 30
    assert counts["undone"] >= 30
    opened = {step: seen[step]["open"] for step in STEPS}
    assert all(opened["as they are"])
    assert opened["later payments"] == opened["as they are"], "what was paid later was open then"
    assert sum(opened["undone reconciliations"]) > sum(opened["later payments"])
