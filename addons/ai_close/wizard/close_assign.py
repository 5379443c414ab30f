"""ai.close.assign: choose who looks after findings."""

from odoo import api, fields, models

from ..models.close_finding import OPEN_STATES


class AiCloseAssign(models.TransientModel):
    _name = "ai.close.assign"
    _description = "Assign findings"

    finding_ids = fields.Many2many("ai.close.finding", default=lambda self: self._default_findings())
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")
    user_id = fields.Many2one("res.users", string="Owner", required=True)

    @api.model
    def _default_findings(self):
        ids = self.env.context.get("active_ids") or [self.env.context.get("active_id")]
        ids = [each for each in ids if isinstance(each, int)]
        match self.env.context.get("active_model"):
            case "ai.close.finding":
                return self.env["ai.close.finding"].browse(ids)
            case "ai.close.finding.cause":
                # the caller's own rights: what he can't read is not his to assign
                domain = [("cause_id", "in", ids), ("state", "in", OPEN_STATES)]
                return self.env["ai.close.finding"].search(domain)
        return self.env["ai.close.finding"]

    @api.depends("finding_ids")
    def _compute_company_ids(self):
        for wizard in self:
            wizard.company_ids = wizard.finding_ids.company_id

    def action_confirm(self):
        """Make the chosen person the owner; who may own a finding is decided there."""
        self.ensure_one()
        self.finding_ids.check_access("read")
        self.finding_ids.action_assign(self.user_id.id)
        return {"type": "ir.actions.act_window_close"}
