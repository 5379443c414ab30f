"""Users, roles and conflicts as of a moment: who could take which step when the period was locked.

Roles change by applied requests only, so what was is what is now, with the later requests taken back.
"""

from ..kernel.sod import AGENT, AUDITOR, PEOPLE
from ..models.res_users import GROUPS

SETTINGS = ("base.group_system", "base.group_erp_manager")


def people(source, moment):
    """Return ``{"as_of", "users", "conflicts"}`` of the company at ``moment`` (UTC, naive; None: now)."""
    env, company = source.env, source.company
    held = {}
    for role, group in GROUPS.items():
        for user in env.ref(group).with_context(active_test=False).all_user_ids:
            held.setdefault(user, set()).add(role)
    if moment:
        later = env["ai.close.role.grant"].search(
            [("state", "=", "applied"), ("approved_at", ">", moment)], order="approved_at desc, id desc"
        )
        for request in later:
            roles = held.setdefault(request.user_id, set())
            (roles.discard if request.kind == "grant" else roles.add)(request.role)
    users = [
        {
            "id": user.id,
            "login": user.login,
            "name": user.name or "",
            "active_now": user.active,
            "roles": sorted(held[user]),
            "settings_now": any(user._has_group(group) for group in SETTINGS),
        }
        for user in sorted(held, key=lambda each: each.id)
        if held[user] and company in user.company_ids
    ]
    return {
        "as_of": source.moment(moment) if moment else None,
        "users": users,
        "conflicts": [conflict for user in users for conflict in _conflicts(source, user)],
    }


def _conflicts(source, user):
    """Yield what one user could do that should be two people's, in words."""
    env, roles = source.env, set(user["roles"])
    found = []
    if len(roles & PEOPLE) > 1:
        found.append(env._("holds the roles %s", ", ".join(sorted(roles & PEOPLE))))
    if AUDITOR in roles and roles & PEOPLE:
        found.append(env._("audits what the same person takes part in"))
    if AGENT in roles and len(roles) > 1:
        found.append(env._("is the agent and holds a person's role"))
    if user["settings_now"] and roles & PEOPLE:
        found.append(env._("may change Odoo's settings and rights"))
    if user["settings_now"] and AGENT in roles:
        found.append(env._("is the agent and may change Odoo's settings"))
    for sentence in found:
        yield {"login": user["login"], "name": user["name"], "conflict": sentence}
