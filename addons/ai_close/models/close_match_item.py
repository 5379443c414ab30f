"""ai.close.match.item: one open item of a proposed match, and the share of it that the line pays."""

from odoo import api, fields, models


class AiCloseMatchItem(models.Model):
    _name = "ai.close.match.item"
    _inherit = ["ai.close.state.mixin"]
    _description = "Item of a proposed match"
    _order = "match_id, sequence, id"
    _ai_close_protected = frozenset(
        {
            "match_id",
            "sequence",
            "move_line_id",
            "amount",
            "amount_currency",
            "currency_id",
        }
    )

    match_id = fields.Many2one("ai.close.match", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="match_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    sequence = fields.Integer(readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal item",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(related="move_line_id.move_id")
    partner_id = fields.Many2one(related="move_line_id.partner_id")
    date_maturity = fields.Date(related="move_line_id.date_maturity")
    # The signed share of the item's residual: a customer's invoice is positive, a vendor's bill negative.
    amount = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_currency = fields.Monetary(currency_field="currency_id", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @api.depends("move_line_id.move_id.name", "move_line_id.partner_id.name")
    def _compute_display_name(self):
        for item in self:
            line = item.move_line_id.sudo()
            item.display_name = " ".join(filter(None, (line.move_id.name or line.name, line.partner_id.name)))
