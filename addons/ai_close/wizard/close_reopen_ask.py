"""ai.close.reopen.ask: ask to open a locked period again, for named people and a while."""

from datetime import timedelta

from odoo import api, fields, models

from ..models.close_readiness import ENTRY_UNDECIDED


class AiCloseReopenAsk(models.TransientModel):
    _name = "ai.close.reopen.ask"
    _description = "Ask to reopen a period"

    close_id = fields.Many2one("ai.close", string="Period", required=True)
    close_kind = fields.Selection(related="close_id.kind")
    company_id = fields.Many2one(related="close_id.company_id")
    user_ids = fields.Many2many(
        "res.users",
        string="For these people",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    until = fields.Datetime(required=True, default=lambda self: fields.Datetime.now() + timedelta(days=1))
    limited = fields.Boolean("Named entries only", compute="_compute_limited", store=True, readonly=False)
    entry_ids = fields.Many2many(
        "ai.close.entry", string="Entries", domain=[("state", "in", list(ENTRY_UNDECIDED))]
    )
    reason = fields.Text(required=True)

    @api.depends("close_id")
    def _compute_limited(self):
        for wizard in self:
            wizard.limited = wizard.close_id.kind == "adjustment"

    def action_ask(self):
        """Make the request and show it; a controller who takes no part in it approves it."""
        self.ensure_one()
        request = self.env["ai.close.lock"]._ask_reopen(
            self.close_id,
            self.user_ids,
            self.until,
            self.reason,
            entries=self.entry_ids if self.limited else None,
            limited=self.limited,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": request._name,
            "res_id": request.id,
            "views": [[False, "form"]],
        }
