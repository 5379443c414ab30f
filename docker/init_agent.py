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
if not env["res.company"].search_count([("ai_close_enabled", "=", True)]):
    # From the set-up on, roles are given by a request of two people; what they decided stays.
    admin.group_ids += env.ref("ai_close.group_controller")

agent = users.search([("login", "=", LOGIN)])
if not agent:
    companies = env["res.company"].search([])
    agent = users.create({
        "name": "AI Close agent",
        "login": LOGIN,
        "company_id": companies[:1].id,
        "company_ids": [(6, 0, companies.ids)],
        "group_ids": [(6, 0, [env.ref("base.group_user").id])],
    })
    env["ai.close.role.grant"]._set_up(agent, "agent")
expiry = fields.Datetime.now() + timedelta(days=KEY_DAYS)
key = env["res.users.apikeys"].with_user(agent)._generate("rpc", "compose", expiry)
env.cr.commit()
print(f"AGENT-KEY {key}")
