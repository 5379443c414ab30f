"""ai.close.tie.out.item: one amount between the two sides of a tie-out, or beside them, with its age."""

from odoo import api, fields, models

from ..kernel.money import fmt


class CloseTieOutItem(models.Model):
    _name = "ai.close.tie.out.item"
    _inherit = ["ai.close.state.mixin"]
    _description = "Item of a tie-out"
    _order = "tie_out_id, sequence, id"
    _rec_name = "label"
    _log_access = False

    tie_out_id = fields.Many2one(
        "ai.close.tie.out", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tie_out_id.company_id", store=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="tie_out_id.currency_id")
    sequence = fields.Integer(readonly=True)
    effect = fields.Selection(
        [("open", "Open"), ("explains", "Explains"), ("beside", "Beside")],
        required=True,
        readonly=True,
        help="Beside: it stands on both sides or on neither, for the reader.",
    )
    what = fields.Char("What it is", readonly=True)
    label = fields.Char("Item", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator=None)
    date = fields.Date("Since", readonly=True)
    age_days = fields.Integer(
        "Age (days)", readonly=True, aggregator="max", help="On the day of the tie-out."
    )
    count = fields.Integer("Records", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return frozenset(self._fields) - {"id", "display_name"}

    @api.private
    def _payload(self):
        """Return what it says as plain values."""
        self.ensure_one()
        return {
            "effect": self.effect,
            "what": self.what,
            "label": self.label,
            "amount": fmt(self.amount, self.currency_id.decimal_places),
            "date": str(self.date),
            "count": self.count,
            "record": [self.res_model, self.res_id] if self.res_model else None,
        }

    def action_open_record(self):
        """Open the document behind the item, with the reader's own rights; one without has none to open."""
        self.ensure_one()
        self.check_access("read")
        if self.res_model not in self.env or not self.env[self.res_model].browse(self.res_id).exists():
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
