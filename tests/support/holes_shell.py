"""Run in `odoo shell`: two companies with the same entries, one guarded and one not, and their accountant."""

import json

PASSWORD = "clerk-clerk-clerk"
DAY, LATER = "2026-10-12", "2026-11-12"


def plain_company(env):
    """Return a company that AI Close was never set up for."""
    company = env["res.company"].create({"name": "Southwind Plain"})
    env.user.company_ids |= company
    env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
    return company


def records(env, company):
    """Make, for each hole, entries of its own, so that no attempt meets what another left."""
    env = env(context={"allowed_company_ids": company.ids})
    accounts = env["account.account"]
    journal = env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", company.id)], order="id", limit=1
    )
    expense = accounts.search([("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=2)
    receivable = accounts.search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", company.ids)], limit=1
    )

    def entry(day=DAY, post=True, amount=10.0, accounts=None):
        first, second = accounts or expense
        move = env["account.move"].create(
            {
                "date": day,
                "journal_id": journal.id,
                "ref": "live hole",
                "line_ids": [
                    (0, 0, {"account_id": first.id, "balance": amount, "name": "a"}),
                    (0, 0, {"account_id": second.id, "balance": -amount, "name": "b"}),
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def item(amount):
        move = entry(amount=amount, accounts=(receivable, expense[0]))
        return move.line_ids.filtered(lambda line: line.account_id == receivable)

    def settled():
        debit, credit = item(10.0), item(-10.0)
        (debit | credit).reconcile()
        return debit

    made = {"company": company.id, "journal": journal.id, "accounts": expense.ids}
    for name in ("h1", "h1_before"):
        made[name] = entry(LATER, post=False).id
    for name in ("h3", "h4", "h5_date", "h5_state", "h5_move", "h6_move", "h9_move", "h9_line"):
        move = entry()
        made[name], made[f"{name}_line"] = move.id, move.line_ids[0].id
    made["open"] = entry(LATER).id
    for name in ("h6_item", "h6_number"):
        made[name] = item(10.0).id
    made["h7_item"] = settled().id
    made["h7_partial"] = settled().matched_credit_ids.id
    made["late"] = entry(post=False).id
    return made


def main(env):
    """Print what was made as one line of JSON."""
    guarded, plain = env["res.company"].search([("name", "=", "Northwind Trading")]), plain_company(env)
    both = guarded | plain
    env["res.users"].create(
        {
            "name": "Clerk",
            "login": "clerk",
            "password": PASSWORD,
            "company_id": guarded.id,
            "company_ids": [(6, 0, both.ids)],
            "group_ids": [
                (6, 0, (env.ref("base.group_user") | env.ref("account.group_account_invoice")).ids)
            ],
        }
    )
    made = {"guarded": records(env, guarded), "plain": records(env, plain)}
    env.cr.commit()
    print("RESULT " + json.dumps(made))
