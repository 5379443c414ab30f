"""ai.close.ageing: what customers owed, or what was owed to vendors, on a day, by partner and age."""

from odoo import api, fields, models

from ..kernel.ageing import BUCKETS
from ..kernel.trial_balance import decimal


class CloseAgeing(models.TransientModel):
    _name = "ai.close.ageing"
    _inherit = ["ai.close.as.of"]
    _description = "Ageing"

    _asked = frozenset({"company_id", "date", "kind"})
    _answer_view = "ai_close.view_ai_close_ageing_form"

    kind = fields.Selection(
        [("asset_receivable", "Receivables"), ("liability_payable", "Payables")],
        default="asset_receivable",
        required=True,
    )
    line_ids = fields.One2many("ai.close.ageing.line", "asked_id", string="Partners", readonly=True)
    total = fields.Monetary("Open on the day", readonly=True)
    overdue = fields.Monetary(readonly=True)

    @api.model
    def _title(self):
        return self.env._("Ageing")

    def action_show(self):
        """Compute the rows under the reader's own rights and show them."""
        self.ensure_one()
        self.check_access("read")
        found = self.env["ai.close.ledger"]._ageing(self.company_id, self.date, (self.kind,))
        places = self.currency_id.decimal_places

        def shown(minor):
            return float(decimal(minor, places))

        total = sum(own["total"] for own in found.values())
        return self._answer(
            [
                {"partner_id": partner or False, **{name: shown(own[name]) for name in (*BUCKETS, "total")}}
                for partner, own in found.items()
            ],
            total=shown(total),
            overdue=shown(total - sum(own["current"] for own in found.values())),
        )


class CloseAgeingLine(models.TransientModel):
    _name = "ai.close.ageing.line"
    _inherit = ["ai.close.access.mixin"]
    _description = "Partner of an ageing"
    _order = "total desc, id"

    asked_id = fields.Many2one(
        "ai.close.ageing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="asked_id.company_id", store=True)
    currency_id = fields.Many2one(related="asked_id.currency_id")
    partner_id = fields.Many2one("res.partner", readonly=True)
    current = fields.Monetary("Not due", readonly=True)
    d30 = fields.Monetary("1-30 days", readonly=True)
    d60 = fields.Monetary("31-60 days", readonly=True)
    d90 = fields.Monetary("61-90 days", readonly=True)
    older = fields.Monetary("Over 90 days", readonly=True)
    total = fields.Monetary("Open", readonly=True)

    def action_items(self):
        """Open the journal items that were open on the day; what is left of them today stands beside it."""
        self.ensure_one()
        self.check_access("read")
        asked = self.asked_id
        items = self.env["ai.close.ledger"]._open_items(asked.company_id, asked.date, (asked.kind,))
        own = [item.line_id for item in items if (item.partner_id or False) == self.partner_id.id]
        name = self.partner_id.display_name or self.env._("No partner")
        return asked._items_action(name, [("id", "in", own)])
