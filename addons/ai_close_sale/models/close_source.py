"""What a sales order line says as a source of an adjusting entry."""

from odoo import api, fields, models
from odoo.addons.ai_close.kernel import money
from odoo.addons.ai_close.kernel.money import quantity


class CloseSource(models.AbstractModel):
    _inherit = "ai.close.source"

    @api.model
    def _facts_sale_order_line(self, ids, date):
        """Facts that decide what of an order line is delivered and not invoiced on ``date``: its terms,
        posted invoice lines by accounting date, deliveries done by then (company time zone), their cost."""
        facts = {}
        for line in self.env["sale.order.line"].browse(ids):
            places = line.currency_id.decimal_places
            invoiced = line.invoice_lines.filtered(
                lambda item: (
                    item.parent_state == "posted" and item.move_id.state == "posted" and item.date <= date
                )
            ).sorted("id")
            facts[line.id] = {
                "order": line.order_id.name,
                "state": line.order_id.state,
                "product_qty": quantity(line.product_uom_qty),
                "price_unit": quantity(line.price_unit),
                "discount": quantity(line.discount),
                "price_subtotal": money.fmt(line.price_subtotal, places),
                "currency": line.currency_id.name,
                "invoiced": [
                    [item.id, item.move_id.move_type, quantity(item.quantity), item.date.isoformat()]
                    for item in invoiced
                ],
                "delivered": self._sale_deliveries(line, date),
            }
        return facts

    @api.model
    def _sale_deliveries(self, line, date):
        """Done stock moves of an order line up to ``date``; without stock, the quantity typed by hand."""
        if "move_ids" not in line._fields or line.qty_delivered_method != "stock_move":
            return [["manual", quantity(line.qty_delivered)]]
        day = self.with_context(tz=line.company_id.ai_close_tz or "UTC")
        places = line.company_id.currency_id.decimal_places
        done = line.move_ids.filtered(lambda move: move.state == "done").sorted("id")
        return [
            [
                move.id,
                quantity(move.quantity),
                moved.isoformat(),
                bool(move.to_refund) if "to_refund" in move._fields else None,
                money.fmt(move.value, places) if "value" in move._fields else None,
            ]
            for move in done
            if (moved := fields.Datetime.context_timestamp(day, move.date).date()) <= date
        ]
