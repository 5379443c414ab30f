"""ai.close.task.await: by which day the bank's statement is due, and why it is not there yet."""

from datetime import timedelta

from odoo import api, fields, models


class AiCloseTaskAwait(models.TransientModel):
    _name = "ai.close.task.await"
    _description = "Statement awaited"

    task_id = fields.Many2one(
        "ai.close.task", required=True, default=lambda self: self._default_task_id(), ondelete="cascade"
    )
    date_due = fields.Date(
        "Due by", required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=7)
    )
    # Never filled in beforehand: a reason is what somebody wrote.
    reason = fields.Text()

    @api.model
    def _default_task_id(self):
        if self.env.context.get("active_model") != "ai.close.task":
            return False
        return self.env["ai.close.task"].browse(self.env.context.get("active_id")).exists()

    def action_confirm(self):
        """Prepare the task with the statement awaited; another person signs it."""
        self.ensure_one()
        self.task_id.check_access("read")
        self.task_id.action_await(self.date_due, self.reason)
        return {"type": "ir.actions.act_window_close"}
