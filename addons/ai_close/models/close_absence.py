"""ai.close.absence: the days on which somebody with a part in the close is away."""

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, PEOPLE
from .refusal import refuse


class CloseAbsence(models.Model):
    _name = "ai.close.absence"
    _inherit = ["ai.close.access.mixin"]
    _description = "Absence"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Who",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To (inclusive)", required=True)
    note = fields.Char()

    _ordered = models.Constraint("CHECK(date_from <= date_to)", "An absence ends after it starts.")

    @api.model_create_multi
    def create(self, vals_list):
        made = super().create(vals_list)
        made._ai_close_need_own("absence.create")
        made._ai_close_tell("absence.create")
        return made

    def write(self, vals):
        self._ai_close_need_own("absence.write")
        result = super().write(vals)
        self._ai_close_need_own("absence.write")
        self._ai_close_tell("absence.write")
        return result

    @api.ondelete(at_uninstall=True)
    def _unlink_except_others(self):
        self._ai_close_need_own("absence.unlink")
        self._ai_close_tell("absence.unlink")

    def _ai_close_need_own(self, action):
        """Everybody says when he is away himself; for somebody else a controller does."""
        roles = self.env.user._ai_close_roles()
        for record in self:
            if CONTROLLER in roles or (record.user_id == self.env.user and roles & PEOPLE):
                continue
            raise refuse(
                record,
                "SOD003",
                self.env._("A controller notes the absence of somebody else."),
                action=action,
            )

    def _ai_close_tell(self, action):
        for record in self:
            self.env["ai.close.audit"]._append(
                action,
                record,
                after={
                    "user_id": record.user_id.id,
                    "date_from": str(record.date_from),
                    "date_to": str(record.date_to),
                },
            )
