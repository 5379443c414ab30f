"""Defines `submit` for scripts in `odoo shell`: the agent hands staged entries in, as its port takes them."""

import uuid


def submit(env, word, numbers, source):
    """Let the agent propose one entry a number, each resting on `source`; return the entries."""
    company = env["res.company"].search([("name", "=", "Northwind Trading")])
    agent = env["res.users"].search([("login", "=", "ai-close-agent")])
    roles = env["ai.close.policy"]._in_force(company).params["roles"]
    account = env["account.account"].search(
        [("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=1
    )
    partner = env["res.partner"].search([("name", "=", "Acorn Paper Mills")], limit=1)
    port = env["ai.close.agent"].with_user(agent).with_context({})

    def answer(envelope):
        assert envelope["ok"], envelope
        return envelope["result"]

    def proposal(number):
        amount = f"{100 + number}.00"
        lines = [(account.id, amount), (roles["grni"], f"-{amount}")]
        return {
            "key": f"GR:{company.id}:2026-10:{word}{number:04d}",
            "proposer": "GR",
            "date": "2026-10-31",
            "reversal_date": "2026-11-01",
            "ref": f"GR {word} {number}",
            "narration": "Goods received, not invoiced",
            "lines": [
                {
                    "account_id": each,
                    "partner_id": partner.id,
                    "name": f"P{number}",
                    "balance": value,
                    "amount_currency": value,
                    "currency": company.currency_id.name,
                }
                for each, value in lines
            ],
            "calculation": {
                "columns": ["order", "amount"],
                "rows": [[f"P{number}", amount]],
                "total": amount,
            },
            "sources": [{"model": "account.move", "id": source.id, "label": "P"}],
            "confidence": "1",
            "amount_min": amount,
            "amount_max": amount,
            "is_estimate": False,
        }

    begun = answer(port.begin(company.id, "2026-10", f"{word}-{uuid.uuid4().hex}", "1.0.0", word))
    held = {"run_id": begun["run_id"], "lease": begun["lease"]}
    rows = answer(port.submit(**held, kind="entry", rows=[proposal(number) for number in numbers]))["rows"]
    assert {row["status"] for row in rows} == {"created"}, rows
    answer(port.finish(**held, counters={}, scopes={"rules": [], "matchers": [], "proposers": []}))
    return env["ai.close.entry"].search([("key", "like", f":{word}")], order="key")
