"""What a purchase order line says as a source of an adjusting entry."""

from odoo import api, fields, models
from odoo.addons.ai_close.kernel import money
from odoo.addons.ai_close.kernel.money import quantity

from .close_agent import tax_cost


class CloseSource(models.AbstractModel):
    _inherit = "ai.close.source"

    @api.private
    def _facts_purchase_order_line(self, ids, date):
        """Facts by id that decide the accrual of an order line as of ``date``: its terms, the posted bill
        lines with an accounting date up to ``date`` and the receipts done by then (company time zone).

        A bill that is posted into the period after the proposal changes these facts, so an approval that
        rests on the old quantity is refused.
        """
        facts = {}
        for line in self.env["purchase.order.line"].sudo().browse(ids).exists():
            billed = line.invoice_lines.filtered(
                lambda item: (
                    item.parent_state == "posted" and item.move_id.state == "posted" and item.date <= date
                )
            ).sorted("id")
            facts[line.id] = {
                "order": line.order_id.name,
                "state": line.order_id.state,
                "product_qty": quantity(line.product_qty),
                "price_unit": quantity(line.price_unit),
                "discount": quantity(line.discount),
                "tax_cost": money.fmt(tax_cost(line), line.currency_id.decimal_places),
                "price_subtotal": money.fmt(line.price_subtotal, line.currency_id.decimal_places),
                "currency": line.currency_id.name,
                "billed": [
                    [item.id, item.move_id.move_type, quantity(item.quantity), item.date.isoformat()]
                    for item in billed
                ],
                "received": self._purchase_receipts(line, date),
            }
        return facts

    @api.private
    def _purchase_receipts(self, line, date):
        """Done stock moves of an order line up to ``date``; without stock, what people read or typed."""
        if "move_ids" not in line._fields or line.qty_received_method != "stock_moves":
            return self.env["ai.close.reading"]._proof(line, date)
        zone = line.company_id.ai_close_tz or "UTC"
        day = self.with_context(tz=zone)
        done = line.move_ids.filtered(lambda move: move.state == "done").sorted("id")
        return [
            [move.id, quantity(move.quantity), moved.isoformat(), bool(move.to_refund)]
            for move in done
            if (moved := fields.Datetime.context_timestamp(day, move.date).date()) <= date
        ]
