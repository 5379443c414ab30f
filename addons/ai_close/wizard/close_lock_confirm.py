"""ai.close.lock.confirm: the approver reads the effect once more; for the hard lock the date is typed."""

from odoo import api, fields, models


class AiCloseLockConfirm(models.TransientModel):
    _name = "ai.close.lock.confirm"
    _description = "Approve a lock"

    lock_id = fields.Many2one(
        "ai.close.lock",
        required=True,
        default=lambda self: (
            self.env.context.get("active_id")
            if self.env.context.get("active_model") == "ai.close.lock"
            else False
        ),
    )
    field = fields.Selection(related="lock_id.field")
    effect = fields.Text(compute="_compute_effect")
    left_open = fields.Text(compute="_compute_effect")
    typed = fields.Date("Type the new hard lock date")

    @api.depends("lock_id")
    def _compute_effect(self):
        for wizard in self:
            lock = wizard.lock_id
            wizard.effect = lock._effect() if lock else False
            wizard.left_open = lock._left_open_sentence() if lock else False

    def action_confirm(self):
        """Approve; the request itself checks everything again."""
        self.ensure_one()
        self.lock_id.action_approve(typed=self.typed)
        return {"type": "ir.actions.act_window_close"}
