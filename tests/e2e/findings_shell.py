"""Makes five hundred findings of many causes as the port does: runs in `odoo shell` (gives `env`).

Rules, vendors and amounts vary by a seed; the entries that they are about are the sample's own.
"""
# ruff: noqa: F821 - `odoo shell` gives env

import os
import random

RULES = (
    ("EXF001", "critical", "Duplicate bill"),
    ("CUT002", "high", "Delivered in another period"),
    ("ACC001", "high", "Bill against order and receipt"),
    ("CMP006", "medium", "Document missing"),
    ("STA001", "medium", "Amount unusual for this partner and account"),
    ("EXF011", "medium", "Manual entry on a control account"),
    ("EXF013", "low", "Vendor without tax number"),
    ("EXF015", "low", "Entry without explanation"),
)
COUNT = int(os.environ["FINDINGS"])

dice = random.Random(int(os.environ["FINDINGS_SEED"]))
run = env["ai.close.run"].search([("state", "=", "done")], order="id desc", limit=1)
company = run.company_id
moves = env["account.move"].search(
    [("company_id", "=", company.id), ("date", ">=", run.close_id.period_start), ("partner_id", "!=", False)]
)
rows = []
for number in range(COUNT):
    rule, severity, title = dice.choice(RULES)
    move = dice.choice(moves)
    vendor = move.commercial_partner_id
    row = {
        "key": f"{rule}:{company.id}:account.move,{move.id}:story{number}",
        "rule": rule,
        "rule_title": title,
        "severity": severity,
        "facet": f"story{number}",
        "title": f"{move.name}: {title.lower()}",
        "message": f"{title} on {move.name} of {vendor.name}, dated {move.date}.",
        "why": "What nobody looked at is not known to be right.",
        "remedy": "Ask the vendor, then correct the entry or say why it is in order.",
        "amount": f"{dice.randint(1, 900000) / 100:.2f}",
        "anchor": {"model": "account.move", "id": move.id},
        "records": [{"model": "account.move", "id": move.id, "label": move.name}],
        "evidence": {"number": number},
    }
    if dice.random() < 0.8:
        row["cause"] = {
            "key": f"{rule}:{company.id}:story:res.partner,{vendor.id}",
            "title": f"{title}: {vendor.name}",
        }
    rows.append(row)
statuses = env["ai.close.finding"].sudo()._submit_rows(run, rows)
assert {status["status"] for status in statuses} == {"created"}, statuses[:3]
env.cr.commit()
