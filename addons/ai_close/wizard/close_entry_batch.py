"""ai.close.entry.batch: the dialog that decides several staged entries with one reason."""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..models.close_entry_batch import STEPS


class AiCloseEntryBatch(models.TransientModel):
    _name = "ai.close.entry.batch"
    _description = "Decide several entries"

    entry_ids = fields.Many2many(
        "ai.close.entry", required=True, default=lambda self: self._default_entry_ids(), string="Entries"
    )
    count = fields.Integer("To decide", compute="_compute_sums")
    sums = fields.Char("Sum of the debits", compute="_compute_sums")
    # Never filled in beforehand: a reason is what somebody wrote.
    reason = fields.Text()
    done_count = fields.Integer("Decided", readonly=True)
    failures = fields.Json("Not decided", readonly=True)
    is_done = fields.Boolean(readonly=True)

    @api.model
    def _default_entry_ids(self):
        if self.env.context.get("active_model") != "ai.close.entry":
            return False
        ids = [each for each in self.env.context.get("active_ids") or () if isinstance(each, int)]
        return [(6, 0, self.env["ai.close.entry"].browse(ids).exists().ids)]

    @api.depends("entry_ids")
    def _compute_sums(self):
        for wizard in self:
            waiting = wizard.entry_ids.filtered(lambda entry: entry.state in STEPS)
            wizard.count = len(waiting)
            wizard.sums = ", ".join(
                format_amount(
                    self.env,
                    sum(waiting.filtered(lambda e, c=currency: e.currency_id == c).mapped("amount_total")),
                    currency,
                )
                for currency in waiting.currency_id
            )

    def action_decide(self):
        """Take the next step of each entry with the reason given, and show what was refused."""
        self.ensure_one()
        answer = self.entry_ids.action_decide_batch(self.reason)
        rows = [{"entry": each["name"], "why": each["message"]} for each in answer["failures"]]
        self.write({"done_count": len(answer["done"]), "failures": rows or False, "is_done": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decided"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
