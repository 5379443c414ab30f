"""Runs in `odoo shell` (gives `env`): balances and ageing of the sample company against a recomputation.

At twelve month ends: as the books are, after later payments, after reconciliations that were undone, and
after late entries and entries taken back to draft.  Prints RESULT and what was compared, as JSON.
"""
# ruff: noqa: F821

import json
from datetime import date, timedelta

from odoo import Command
from odoo.addons.ai_close.kernel.periods import month_end
from odoo.addons.ai_close.tests.brute_balances import Books, differences

company = env["res.company"].search([("name", "=", "Northwind Trading")])
env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
company = env["res.company"].browse(company.id)
LAST = date(2026, 10, 31)
month_ends = [LAST]
while len(month_ends) < 12:
    month_ends.insert(0, month_ends[0].replace(day=1) - timedelta(days=1))
assert all(day == month_end(day) for day in month_ends)
journal = env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "general")], limit=1)
expense = (
    env["account.account"]
    .with_company(company)
    .search([("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=1)
)
steps, seen = {}, {}


def hold(name):
    """Compare every month end; remember what was found apart, and how many items were open."""
    env.flush_all()
    env.invalidate_all()
    steps[name] = {str(day): repr(each) for day in month_ends if (each := differences(env, company, day))}
    books = Books(env, company)
    seen[name] = {"open": [len(books.residuals(day)) for day in month_ends]}


def booked(day, lines):
    """Post an entry of ``(account, balance, more)`` on ``day``."""
    move = env["account.move"].create(
        {
            "date": day,
            "journal_id": journal.id,
            "line_ids": [
                Command.create({"account_id": account.id, "balance": amount, "name": "late", **more})
                for account, amount, more in lines
            ],
        }
    )
    move.action_post()
    return move


def pay(item, share, day):
    """Settle a share of what is open of ``item`` by an entry of ``day`` in the item's currency."""
    foreign = item.currency_id.round(-item.amount_residual_currency * share)
    amount = company.currency_id.round(-item.amount_residual * share)
    own = {"currency_id": item.currency_id.id, "amount_currency": foreign, "partner_id": item.partner_id.id}
    move = booked(day, [(item.account_id, amount, own), (expense, -amount, {})])
    (item + move.line_ids.filtered(lambda line: line.account_id == item.account_id)).reconcile()
    return move


hold("as they are")
counts = {
    "lines": env["account.move.line"].search_count([("company_id", "=", company.id)]),
    "reconciliations": env["account.partial.reconcile"].search_count([("company_id", "=", company.id)]),
    "months with entries": len(
        env["account.move"]._read_group(
            [("company_id", "=", company.id), ("state", "=", "posted"), ("date", "<=", LAST)], ["date:month"]
        )
    ),
}
owed = [
    ("company_id", "=", company.id),
    ("parent_state", "=", "posted"),
    ("account_type", "in", ("asset_receivable", "liability_payable")),
    ("date", "<=", LAST),
]
open_items = env["account.move.line"].search([*owed, ("amount_residual", "!=", 0)], order="id", limit=60)
payments = [
    pay(item, (1, 0.5, 0.25)[number % 3], LAST + timedelta(days=1 + number % 14))
    for number, item in enumerate(open_items)
]
assert payments
hold("later payments")
# reconciliations of every month, a tenth of them, undone
partials = env["account.partial.reconcile"].search([("company_id", "=", company.id)], order="id")
undone = partials.debit_move_id.filtered(
    lambda line: line.account_type in ("asset_receivable", "liability_payable")
)[::10]
undone.remove_move_reconcile()
hold("undone reconciliations")
for day in month_ends[::2]:
    booked(day - timedelta(days=3), [(expense, 77.77, {}), (open_items[0].account_id, -77.77, {})])
payments[0].button_draft()
payments[1].button_draft()
payments[1].button_cancel()
hold("late entries")
counts |= {"later payments": len(payments), "undone": len(undone)}
print(
    "RESULT "
    + json.dumps({"counts": counts, "apart": steps, "seen": seen, "days": list(map(str, month_ends))})
)
