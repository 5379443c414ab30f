"""Dataset of done stock moves for the agent's port."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.addons.ai_close.agent.columns import keyed

_COLUMNS = (
    "id",
    "purchase_line_id",
    "sale_line_id",
    "product_id",
    "state",
    "date",
    "local_date",
    "quantity",
    "direction",
    "to_refund",
    "origin_returned_move_id",
)


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "stock_moves"]

    @api.private
    def _dataset_stock_moves(self, run, after, limit):
        """Done moves across the company's border, quantity in the order line's unit (the product's without
        an order), ``local_date`` in the company's time zone.

        Returns name the move that they return, since Odoo counts them only when they are refunded.
        """
        moves = self.env["stock.move"].search(
            [("state", "=", "done"), ("company_id", "=", run.company_id.id), *keyed(after)],
            order="id",
            limit=limit,
        )
        zone = moves.with_context(tz=run.company_id.ai_close_tz or "UTC")
        columns = {name: [] for name in _COLUMNS}
        for move in moves:
            purchase_line = move.purchase_line_id if "purchase_line_id" in move._fields else None
            sale_line = move.sale_line_id if "sale_line_id" in move._fields else None
            direction = self._stock_direction(move, purchase_line)
            if not direction:
                continue
            order_line = purchase_line or sale_line
            unit = order_line.product_uom_id if order_line else move.product_id.uom_id
            qty = move.product_uom._compute_quantity(move.quantity, unit, rounding_method="HALF-UP")
            row = (
                move.id,
                (purchase_line and purchase_line.id) or None,
                (sale_line and sale_line.id) or None,
                move.product_id.id,
                move.state,
                fields.Datetime.to_string(move.date).replace(" ", "T") + ".000000Z",
                fields.Datetime.context_timestamp(zone, move.date).date().isoformat(),
                _quantity(qty),
                direction,
                bool(move.to_refund),
                move.origin_returned_move_id.id or None,
            )
            for name, value in zip(_COLUMNS, row, strict=True):
                columns[name].append(value)
        return columns, moves[-1].id if len(moves) == limit else None

    @api.private
    def _stock_direction(self, move, purchase_line):
        """'in' or 'out' seen from the company, None for a move inside it."""
        inside_from = move.location_id.usage in ("internal", "transit")
        inside_to = move.location_dest_id.usage in ("internal", "transit")
        if inside_from == inside_to:
            # a dropshipped receipt never enters the stock and still is a receipt of its order line
            return "in" if purchase_line and move.location_id.usage == "supplier" else None
        return "in" if inside_to else "out"


def _quantity(value):
    number = Decimal(repr(float(value))).quantize(Decimal("0.000001")).normalize()
    return format(number + 0, "f")
