"""ai.close.reason: the one dialog that asks why, for every step that needs a reason."""

from odoo import api, fields, models

from ..models.refusal import refuse

# The steps that the dialog may take; each of them checks roles and duties itself.
STEPS = frozenset(
    {
        ("ai.close.match", "action_reject"),
        ("ai.close.auto.post", "action_resume"),
        ("ai.close.auto.post", "action_reverse"),
        ("ai.close.schedule", "action_send_back"),
        ("ai.close.schedule", "action_cancel"),
        ("ai.close.schedule.change", "action_send_back"),
        ("ai.close.schedule.change", "action_cancel"),
        ("ai.close.entry", "action_send_back"),
        ("ai.close.entry", "action_reject"),
        ("ai.close.entry", "action_propose_reversal"),
        ("ai.close.entry.posting", "action_propose_undo"),
        ("account.move", "action_ai_close_propose_reversal"),
        ("ai.close.finding", "action_explain"),
        ("ai.close.finding", "action_waive"),
        ("ai.close.finding", "action_doubt_cure"),
        ("ai.close.finding.cause", "action_explain"),
        ("ai.close.finding.cause", "action_waive"),
        ("ai.close.task", "action_send_back"),
        ("ai.close.tie.out", "action_send_back"),
        ("ai.close.task", "action_not_applicable"),
        ("ai.close.lock", "action_reject"),
        ("ai.close.lock", "action_end_early"),
        ("ai.close.below", "action_judge"),
        ("ai.close.audit.gap", "action_accept"),
        ("ai.close.policy", "action_discard"),
        ("ai.close.policy", "action_reject"),
        ("ai.close.policy", "action_take_back"),
        ("ai.close.policy", "action_withdraw"),
        ("ai.close.matcher", "action_approve"),
        ("ai.close.matcher", "action_reject"),
        ("ai.close.matcher", "action_drop"),
        ("ai.close.matcher", "action_bring_back"),
        ("ai.close.matcher", "action_as_delivered"),
        ("ai.close.language", "action_propose"),
        ("ai.close.language", "action_reject"),
        ("ai.close.language", "action_bring_back"),
        ("ai.close.language", "action_switch_off"),
        ("ai.close.uninstall", "action_reject"),
        ("ai.close.delegation", "action_decline"),
        ("ai.close.role.grant", "action_reject"),
    }
)
# Of every model of what people give the agent to compute from.
GIVEN_STEPS = frozenset({"action_send_back", "action_cancel"})


class AiCloseReason(models.TransientModel):
    _name = "ai.close.reason"
    _description = "Reason"

    method = fields.Char(required=True, default=lambda self: self.env.context.get("ai_close_method"))
    res_model = fields.Char(required=True, default=lambda self: self.env.context.get("active_model"))
    res_ids = fields.Json(default=lambda self: self._default_res_ids())
    count = fields.Integer(compute="_compute_count")
    # Never filled in beforehand: a reason is what somebody wrote.
    reason = fields.Text(required=True)

    @api.model
    def _default_res_ids(self):
        ids = self.env.context.get("active_ids") or [self.env.context.get("active_id")]
        return [each for each in ids if isinstance(each, int)]

    @api.depends("res_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.res_ids or [])

    def action_confirm(self):
        """Take the step for the chosen records with the reason given."""
        self.ensure_one()
        if not self._is_step():
            raise refuse(self, "AUD004", action="reason.confirm")
        records = self.env[self.res_model].browse(self.res_ids or []).exists()
        if not records:
            raise refuse(self, "AUD004", action="reason.confirm")
        records.check_access("read")
        result = getattr(records, self.method)(self.reason)
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}

    def _is_step(self):
        """May the dialog take this step?  A bridge may bring models of what people give the agent."""
        if (self.res_model, self.method) in STEPS:
            return True
        given = self.env.registry["ai.close.given.mixin"]
        return (
            self.method in GIVEN_STEPS
            and self.res_model in self.env
            and isinstance(self.env[self.res_model], given)
        )
