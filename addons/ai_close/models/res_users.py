"""The roles of the close that a user really has."""

from odoo import SUPERUSER_ID, api, models

from ..kernel import sod
from .memo import known

GROUPS = {
    sod.AGENT: "ai_close.group_agent",
    sod.PREPARER: "ai_close.group_preparer",
    sod.REVIEWER: "ai_close.group_reviewer",
    sod.CONTROLLER: "ai_close.group_controller",
    sod.AUDITOR: "ai_close.group_auditor",
}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.private
    def _ai_close_roles(self):
        """Return the kernel roles; the agent's user has no other, the system user only ``server``."""
        self.ensure_one()
        return known(self.env, "roles", self.id, self._ai_close_find_roles)

    @api.private
    def _ai_close_find_roles(self):
        held = [role for role, group in GROUPS.items() if self._has_group(group)]
        return sod.effective_roles(held, is_system=self.id == SUPERUSER_ID)
