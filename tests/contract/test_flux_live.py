"""Flux of the sample company: agent and server expect the same of every account, and none is left out."""

from tests.support.demo import CLUSTER
from tools import odoo_cli

UNTOLD = """
company = env["res.company"].search([("name", "=", "Northwind Trading")])
close = env["ai.close"].search([("period_start", "=", "2026-10-01"), ("company_id", "=", company.id)])
rows = env["ai.close.variance"].search([("close_id", "=", close.id)])
print("TOLD", len(rows), len(rows.filtered("is_over")), len(rows.filtered("method")),
      env["ai.close.variance"]._untold(close))
"""


def test_every_account_is_compared_and_no_row_refused(finished_demo):
    printed = odoo_cli.shell(CLUSTER, finished_demo.database, UNTOLD)
    told = next(row for row in printed.splitlines() if row.startswith("TOLD"))
    _word, rows, over, usual, untold = told.split(maxsplit=4)
    assert untold == "[]"
    assert int(rows) > int(over) > 0
    assert int(usual) > 0
