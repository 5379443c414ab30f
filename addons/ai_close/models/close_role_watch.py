"""The watch of settings knows which roles two people gave or took; any other change it tells."""

from odoo import api, models

from .res_users import GROUPS


class CloseWatch(models.AbstractModel):
    _inherit = "ai.close.watch"

    @api.model
    def _excuse_res_users(self, change, since, company):
        """Leave out the roles that an approved request gave or took."""
        change = super()._excuse_res_users(change, since, company)
        if not change or not change["before"] or not change["after"] or "groups" not in change["after"]:
            return change
        before, after = set(change["before"]["groups"] or ()), set(change["after"]["groups"] or ())
        if before ^ after != self._approved_roles(change["id"], since):
            return change
        rest = change["after"].keys() - {"groups"}
        return self._only(change, rest) if rest else None

    def _approved_roles(self, user_id, since):
        """Return the groups of a user that approved requests changed after event ``since``, on balance."""
        self.env.cr.execute(
            "SELECT grants.role FROM ai_close_audit event"
            " JOIN ai_close_role_grant grants ON grants.id = event.res_id"
            " WHERE event.model = 'ai.close.role.grant' AND event.action = 'grant.approve'"
            " AND event.refusal_code IS NULL AND event.id > %s AND grants.user_id = %s",
            [since, user_id],
        )
        changed = set()
        for (role,) in self.env.cr.fetchall():
            # given and taken again is no change
            changed ^= {GROUPS[role]}
        return changed
