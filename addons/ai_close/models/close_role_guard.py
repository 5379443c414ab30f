"""The groups of the close change by an approved request only, as soon as one company is guarded.

Membership is compared before and after, with what groups imply, so that no detour (a group that implies
another, a copied user, a default in the context) gives or takes a role.
"""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from .refusal import refuse
from .res_users import GROUPS

# Compared by identity: the approved request's own write.
_APPROVED = object()
_CONTEXT_NAME = "ai_close_role"
USER_FIELDS = frozenset({"group_ids", "all_group_ids", "role"})
GROUP_FIELDS = frozenset(
    {"user_ids", "all_user_ids", "implied_ids", "all_implied_ids", "implied_by_ids", "all_implied_by_ids"}
)


def approved(records):
    """Return ``records`` with the right to change roles."""
    return records.with_context(**{_CONTEXT_NAME: _APPROVED})


def members(env):
    """Return who has which role now, as (group id, user id): explicitly and by what other groups imply."""
    env["res.users"].flush_model(["group_ids"])
    env["res.groups"].flush_model(["implied_ids", "user_ids"])
    groups = [env.ref(name).id for name in GROUPS.values()]
    rows = env.execute_query(
        SQL(
            """
        WITH RECURSIVE implying(role_id, gid) AS (
            SELECT id, id FROM res_groups WHERE id = ANY(%s)
            UNION
            SELECT implying.role_id, rel.gid
              FROM implying JOIN res_groups_implied_rel rel ON rel.hid = implying.gid)
        SELECT DISTINCT implying.role_id, member.uid
          FROM implying JOIN res_groups_users_rel member ON member.gid = implying.gid
        """,
            groups,
        )
    )
    return set(rows)


@contextmanager
def same_roles(records, action):
    """Refuse what changes anybody's role in the close inside the block, unless a request was approved."""
    env = records.env
    free = (
        env.context.get(_CONTEXT_NAME) is _APPROVED
        # modules being installed or updated: nobody calls over RPC then, and the watch tells of it
        or not env.registry.ready
        or not env["res.company"].sudo().search_count([("ai_close_enabled", "=", True)], limit=1)
    )
    before = None if free else members(env)
    yield
    if before is not None and members(env) != before:
        raise refuse(records, "SOD006", _sentence(env), action=action)


def _sentence(env):
    return env._(
        "Roles of the close are given and taken by a request that two people make: AI Close, People, Role"
        " requests."
    )


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        # always: the groups may come from a default
        with same_roles(self, "user.create"):
            return super().create(vals_list)

    def write(self, vals):
        if not USER_FIELDS & vals.keys():
            active = {user.id: user.active for user in self.sudo()} if "active" in vals else {}
            result = super().write(vals)
            self._ai_close_tell_active(active)
            return result
        with same_roles(self, "user.write"):
            return super().write(vals)

    def _ai_close_tell_active(self, before):
        """Tell the audit trail who with a part in the close came or left; that takes nobody's approval."""
        for user in self.sudo().filtered(lambda each: each.id in before and each.active != before[each.id]):
            roles = sorted(user._ai_close_roles())
            if not roles:
                continue
            facts = {"active": user.active, "roles": roles}
            if (
                not user.active
                and "controller" in roles
                and not self.env["ai.close.role.grant"]._controllers()
            ):
                facts["last_controller"] = True
            self.env["ai.close.audit"]._append(
                "user.activate" if user.active else "user.deactivate", user, after=facts
            )


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        with same_roles(self, "group.create"):
            return super().create(vals_list)

    def write(self, vals):
        if not GROUP_FIELDS & vals.keys():
            return super().write(vals)
        with same_roles(self, "group.write"):
            return super().write(vals)


class CloseRoleGrant(models.Model):
    _inherit = "ai.close.role.grant"

    @api.private
    def _write_role(self, user, role, kind):
        """Give ``user`` the role, or take it; the only place that does."""
        group = self.env.ref(GROUPS[role])
        command = (4 if kind == "grant" else 3, group.id)
        approved(user.sudo()).write({"group_ids": [command]})
        user.invalidate_recordset()

    @api.model
    @api.private
    def _set_up(self, user, role, kind="grant"):
        """Give or take a role from the server's own shell, told in the trail: there is nobody else to ask.

        For installations, samples and a company that lost its last controller; no call from outside gets
        here.
        """
        if self.env.uid != SUPERUSER_ID:
            raise refuse(user, "SOD006", _sentence(self.env), action="grant.set_up")
        self._write_role(user, role, kind)
        self.env["ai.close.audit"]._append("grant.set_up", user, after={"role": role, "kind": kind})
        return user
