"""Run in `odoo shell`: set the administrator's password, make the agent's user and print its key."""

from datetime import timedelta
from pathlib import Path

from odoo import fields

KEY_DAYS = 90
LOGIN = "ai-close-agent"

env = globals()["env"]  # given by odoo shell
users = env["res.users"].with_context(no_reset_password=True)
admin = env.ref("base.user_admin")
admin.password = Path("/run/ai-close/admin_password").read_text()
admin.group_ids += env.ref("ai_close.group_controller")

agent = users.search([("login", "=", LOGIN)])
if not agent:
    companies = env["res.company"].search([])
    agent = users.create({
        "name": "AI Close agent",
        "login": LOGIN,
        "company_id": companies[:1].id,
        "company_ids": [(6, 0, companies.ids)],
        "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref("ai_close.group_agent").id])],
    })
expiry = fields.Datetime.now() + timedelta(days=KEY_DAYS)
key = env["res.users.apikeys"].with_user(agent)._generate("rpc", "compose", expiry)
env.cr.commit()
print(f"AGENT-KEY {key}")
