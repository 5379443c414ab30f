"""Makes a small company for a year of closes: runs in `odoo shell` (gives `env`), and prints what it made.

No documents and no chart: twelve months are worked by people, one call after the other.
"""
# ruff: noqa: F821 - `odoo shell` gives env

import json
import os
from datetime import timedelta

from odoo import Command

PASSWORD = os.environ["AI_CLOSE_YEAR_PASSWORD"]
START = os.environ["AI_CLOSE_YEAR_START"]
ROLES = json.loads(os.environ["AI_CLOSE_YEAR_ROLES"])

company = env.ref("base.main_company")
accounts = {
    name: env["account.account"].create({"name": name, "code": code, "account_type": kind})
    for name, code, kind in (
        ("receivable", "Y12", "asset_receivable"),
        ("income", "Y40", "income"),
        ("expense", "Y60", "expense"),
        ("grni", "Y21", "liability_current"),
        ("billed", "Y14", "asset_current"),
        ("suspense", "Y10", "asset_current"),
    )
}
journals = {
    code: env["account.journal"].create({"name": code, "code": code, "type": "general"})
    for code in ("YGEN", "YADJ")
}
partner = env["res.partner"].create({"name": "Partner of the year"})
groups = {
    role: env.ref(f"ai_close.group_{role}").id for role in ("preparer", "reviewer", "controller", "auditor")
}
users = {}
for login, roles in ROLES.items():
    users[login] = env["res.users"].create(
        {
            "name": login.capitalize(),
            "login": login,
            "password": PASSWORD,
            "tz": "UTC",
            "group_ids": [Command.set([env.ref("base.group_user").id, *(groups[role] for role in roles)])],
        }
    )
robot = env["res.users"].create(
    {
        "name": "Robot",
        "login": "robot",
        "tz": "UTC",
        "group_ids": [Command.set([env.ref("base.group_user").id, env.ref("ai_close.group_agent").id])],
    }
)
env["ai.close.policy"]._create_first(
    company,
    {
        "materiality": "5000.00",
        "tolerance_units": 1,
        "roles": {
            "grni": accounts["grni"].id,
            "billed_not_received": accounts["billed"].id,
            "suspense": [accounts["suspense"].id],
        },
        "adjustment_journal_id": journals["YADJ"].id,
        "bands": {"auto": "0.95", "review": "0.70"},
        "limits": {"match": "10000.00", "entry_controller": "10000.00"},
        "rules": {"CMP001": {"enabled": True}},
    },
    tz="UTC",
    start=START,
)
env.cr.commit()
key = (
    env["res.users.apikeys"]
    .with_user(robot)
    .sudo()
    ._generate("rpc", "year", env.cr.now() + timedelta(days=60))
)
env.cr.commit()
facts = {
    "company": company.id,
    "accounts": {name: account.id for name, account in accounts.items()},
    "journals": {name: journal.id for name, journal in journals.items()},
    "partner": partner.id,
    "groups": groups,
    "users": {**{login: user.id for login, user in users.items()}, "robot": robot.id, "admin": 2},
    "currency": company.currency_id.name,
    "key": key,
    "relock": env.ref("ai_close.cron_relock").id,
}
print("YEAR " + json.dumps(facts))
