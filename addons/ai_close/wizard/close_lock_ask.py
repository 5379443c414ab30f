"""ai.close.lock.ask: ask for a lock date beside the close's own, or for an exception with an end."""

from odoo import api, fields, models

from ..kernel.lock_ends import MONTH, QUARTER, last_end
from ..models.close_lock import FIELDS


class AiCloseLockAsk(models.TransientModel):
    _name = "ai.close.lock.ask"
    _description = "Ask for a lock or an exception"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    kind = fields.Selection([("lock", "Lock"), ("exception", "Exception")], required=True, default="lock")
    field = fields.Selection(FIELDS, string="Which date", required=True, default="hard_lock_date")
    date_old = fields.Date("Now", compute="_compute_date_old")
    span = fields.Selection(
        [(MONTH, "The last month"), (QUARTER, "The last quarter"), ("date", "Another date")],
        string="Up to the end of",
        default="date",
        required=True,
    )
    date_new = fields.Date("Asked", required=True)
    exception_user_id = fields.Many2one("res.users", string="For", domain="[('share', '=', False)]")
    exception_until = fields.Datetime("Until")
    reason = fields.Text(required=True)

    @api.depends("company_id", "field")
    def _compute_date_old(self):
        for wizard in self:
            wizard.date_old = wizard.company_id.sudo()[wizard.field] if wizard.field else False

    @api.onchange("span", "company_id")
    def _onchange_span(self):
        """Take the end of the last month or quarter that is over where the company is."""
        if self.kind == "lock" and self.span in (MONTH, QUARTER):
            zone = self.company_id.sudo().ai_close_tz or "UTC"
            self.date_new = last_end(self.span, fields.Date.context_today(self.with_context(tz=zone)))

    def action_draft(self):
        """Make the request without sending it: what is open is shown there, and may be named."""
        self.ensure_one()
        return self._show(
            self.env["ai.close.lock"]._draft(self.company_id, "lock", self.field, self.date_new, self.reason)
        )

    def action_ask(self):
        """Make the request and show it; a controller who takes no part in it approves it."""
        self.ensure_one()
        request = self.env["ai.close.lock"]._ask(
            self.company_id,
            self.kind,
            self.field,
            self.date_new,
            self.reason,
            user=self.exception_user_id,
            until=self.exception_until,
        )
        return self._show(request)

    def _show(self, request):
        return {
            "type": "ir.actions.act_window",
            "res_model": request._name,
            "res_id": request.id,
            "views": [[False, "form"]],
        }
