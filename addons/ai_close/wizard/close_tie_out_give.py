"""ai.close.tie.out.give: the dialog in which a person gives the other side of a tie-out without data."""

from odoo import fields, models

from ..kernel.money import fmt


class CloseTieOutGive(models.TransientModel):
    _name = "ai.close.tie.out.give"
    _description = "Other side of a tie-out"

    tie_out_id = fields.Many2one(
        "ai.close.tie.out",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    currency_id = fields.Many2one(related="tie_out_id.currency_id")
    balance = fields.Monetary("Ledger", related="tie_out_id.balance")
    why = fields.Char(related="tie_out_id.why")
    amount = fields.Monetary("Other side", help="Debit positive: what is owed is negative.")
    source = fields.Text("Where it was read", required=True)

    def action_give(self):
        """Give it, in the caller's own name; the method checks who may."""
        self.ensure_one()
        self.tie_out_id.action_give(fmt(self.amount, self.currency_id.decimal_places), self.source)
        return {"type": "ir.actions.act_window_close"}
