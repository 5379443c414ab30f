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
    review_count = fields.Integer("To review", compute="_compute_sums")
    approve_count = fields.Integer("To approve", compute="_compute_sums")
    sums = fields.Char("Sum of the debits", compute="_compute_sums")
    # Never filled in beforehand: a reason is what somebody wrote.
    reason = fields.Text()
    done_count = fields.Integer("Decided", readonly=True)
    failures = fields.Json("Not decided", readonly=True)
    refused_ids = fields.Many2many("ai.close.entry", "ai_close_entry_batch_refused", readonly=True)
    posting_id = fields.Many2one("ai.close.entry.posting", string="Posted together", readonly=True)
    is_done = fields.Boolean(readonly=True)
    can_leave_out = fields.Boolean(compute="_compute_can_leave_out")

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
            wizard.approve_count = len(waiting.filtered(lambda entry: entry.state == "reviewed"))
            wizard.review_count = wizard.count - wizard.approve_count
            wizard.sums = ", ".join(
                format_amount(
                    self.env,
                    sum(waiting.filtered(lambda e, c=currency: e.currency_id == c).mapped("amount_total")),
                    currency,
                )
                for currency in waiting.currency_id
            )

    @api.depends("is_done", "refused_ids", "entry_ids.state")
    def _compute_can_leave_out(self):
        for wizard in self:
            left = wizard.entry_ids - wizard.refused_ids
            wizard.can_leave_out = (
                wizard.is_done
                and bool(wizard.refused_ids)
                and any(entry.state == "reviewed" for entry in left)
            )

    def action_decide(self):
        """Take the next step of each entry with the reason given, and show what was refused."""
        self.ensure_one()
        answer = self.entry_ids.action_decide_batch(self.reason)
        # PostgreSQL keeps the shorter key first: the entry is the first column
        rows = [{"entry": each["name"], "refused because": each["message"]} for each in answer["failures"]]
        self.write(
            {
                "done_count": len(answer["done"]),
                "failures": rows or False,
                "refused_ids": [(6, 0, [each["id"] for each in answer["failures"] if each["id"]])],
                "posting_id": answer["posting"],
                "is_done": True,
            }
        )
        return self._shown(self.env._("Decided") if answer["done"] else self.env._("Not decided"))

    def action_leave_out(self):
        """Take out what was refused, to decide the others with the same reason."""
        self.ensure_one()
        self.write(
            {
                "entry_ids": [(6, 0, (self.entry_ids - self.refused_ids).ids)],
                "refused_ids": [(5, 0, 0)],
                "failures": False,
                "is_done": False,
            }
        )
        return self._shown(self.env._("Review or approve"))

    def _shown(self, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
