"""ai.close.policy.propose: why a draft is proposed, and from which day on it holds."""

from odoo import api, fields, models


class AiClosePolicyPropose(models.TransientModel):
    _name = "ai.close.policy.propose"
    _description = "Propose a version of the policy"

    policy_id = fields.Many2one("ai.close.policy", required=True, ondelete="cascade")
    changes = fields.Json(related="policy_id.changes")
    valid_from = fields.Date("Valid from", required=True)
    # Never filled in beforehand: a reason is what somebody wrote.
    reason = fields.Text("Why", required=True)

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        policy = self.env["ai.close.policy"]._of_context()
        if policy:
            policy.check_access("read")
            found.update(policy_id=policy.id, valid_from=policy._today(policy.company_id))
        return found

    def action_propose(self):
        """Propose the draft."""
        self.ensure_one()
        self.policy_id.action_propose(self.reason, self.valid_from)
        return {"type": "ir.actions.act_window_close"}
