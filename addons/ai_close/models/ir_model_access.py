"""The agent's user may write no model at all."""

from odoo import models


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _get_allowed_models(self, mode="read"):
        """Take every right but reading from the agent's user.

        Odoo gives any internal user some write rights (attachments, stock move lines, filters). The agent
        needs none of them: what it submits is written by its port. So a right that another module, or an
        administrator by mistake, gives to one of its groups stays without effect.
        """
        allowed = super()._get_allowed_models(mode)
        if mode != "read" and allowed and self.env.user.has_group("ai_close.group_agent"):
            return frozenset()
        return allowed
