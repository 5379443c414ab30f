"""AI Close itself: people with their roles, the agent's user with its key, the first policy."""

import json
import os
import secrets
from datetime import timedelta

from agent_service.sample.load.context import Context, LoadError

PEOPLE = (
    ("anna", "Anna Prell", "preparer"),
    ("ben", "Ben Reid", "reviewer"),
    ("carla", "Carla Conti", "controller"),
    ("dirk", "Dirk Control", "controller"),
    ("audrey", "Audrey Audit", "auditor"),
)
AGENT_LOGIN = "ai-close-agent"
KEY_NAME = "ai-close sample"
# Below the 90 days that Odoo allows an internal user's key.
KEY_DAYS = 80


def check(env, *, books_only: bool = False) -> None:
    """Stop before anything is loaded where an add-on is missing that the plan needs."""
    if "ai.close.policy" not in env and not books_only:
        raise LoadError("the add-on ai_close is not installed in this database")
    for name in ("sale.order", "purchase.order", "stock.picking"):
        if name not in env:
            raise LoadError(f"{name} is missing: install sale_stock and purchase_stock")


def load(ctx: Context) -> None:
    """Make the users, then enable AI Close for both companies."""
    people(ctx)
    for company in ctx.plan.companies:
        _enable(ctx, company)
    ctx.step(0, "people and policy")


def people(ctx: Context) -> None:
    """Make the people with their roles and the agent's user with its key; nobody is enabled by that."""
    _people(ctx)
    _agent(ctx)


def _companies(ctx: Context) -> dict:
    ids = [record.id for record in ctx.companies.values()]
    return {"company_id": ids[0], "company_ids": [(6, 0, ids)]}


def _people(ctx: Context) -> None:
    env = ctx.env()
    given = json.loads(os.environ.get("AI_CLOSE_SAMPLE_PASSWORDS") or "{}")
    logins = {}
    for login, name, role in PEOPLE:
        logins[login] = given.get(login) or secrets.token_urlsafe(12)
        user = env["res.users"].create(
            {
                "name": name,
                "login": login,
                "email": f"{login}@northwind.example",
                "password": logins[login],
                "tz": ctx.plan.companies[0].tz,
                **_companies(ctx),
                "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref(f"ai_close.group_{role}").id])],
            }
        )
        ctx.remember(f"user:{login}", user)
    ctx.write_json("logins.json", logins, secret=True)


def _agent(ctx: Context) -> None:
    """The agent has a key and no password."""
    env = ctx.env()
    agent = env["res.users"].create(
        {
            "name": "AI Close Agent",
            "login": AGENT_LOGIN,
            "tz": ctx.plan.companies[0].tz,
            **_companies(ctx),
            "group_ids": [(6, 0, [env.ref("ai_close.group_agent").id])],
        }
    )
    ctx.remember(f"user:{AGENT_LOGIN}", agent)
    expires = env.cr.now() + timedelta(days=KEY_DAYS)
    key = env["res.users.apikeys"].with_user(agent).sudo()._generate("rpc", KEY_NAME, expires)
    ctx.write_text("agent.key", key + "\n", secret=True)


def _enable(ctx: Context, company) -> None:
    env = ctx.env(company.key)
    record = ctx.companies[company.key].with_env(env)
    params = json.loads(json.dumps(ctx.plan.policy))
    params["roles"] = {
        role: [ctx.account(company.key, code) for code in value]
        if isinstance(value, list)
        else ctx.account(company.key, value)
        for role, value in params["roles"].items()
    }
    wanted = params.pop("adjustment_journal")
    journal = env["account.journal"].search([("code", "=", wanted), ("company_id", "=", record.id)], limit=1)
    params["adjustment_journal_id"] = journal.id
    # The history above was posted before anybody guarded it; from here on these journals need approvals.
    general = env["account.journal"].search([("type", "=", "general"), ("company_id", "=", record.id)])
    params["manual"] = {"journals": sorted(general.ids), "amount": params["materiality"]}
    env["ai.close.policy"]._create_first(record, params, tz=company.tz)
