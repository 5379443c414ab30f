"""Dataset of done stock moves for the agent's port, and the entries that stock makes."""

from odoo import api, models
from odoo.addons.ai_close.agent.columns import Table
from odoo.addons.ai_close.agent.columns_path import reach
from odoo.tools import SQL

INSIDE = ("internal", "transit")


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "stock_moves"]

    @api.private
    def _dataset_stock_moves(self, run, after, limit):
        """Done moves across the company's border, quantity in the order line's unit (the product's without
        an order), ``local_date`` in the company's time zone, ``value`` without a sign.

        Returns name the move that they return, since Odoo counts them only when they are refunded.  Scrap
        and count differences cross the border too: they have no order line.
        """
        decimals = self._company_decimals(run)
        table = Table(
            self.env["stock.move"],
            [("state", "=", "done"), ("company_id", "=", run.company_id.id)],
            after,
            limit,
        )
        field = table.field
        order_line = self._stock_order_line(table)
        usage, dest = reach(table, "location_id.usage"), reach(table, "location_dest_id.usage")
        inside_from, inside_to = SQL("(%s IN %s)", usage, INSIDE), SQL("(%s IN %s)", dest, INSIDE)
        # a dropshipped receipt never enters the stock and still is a receipt of its order line
        dropped = SQL(
            "(%s IS NOT NULL AND %s = 'supplier')", order_line.get("purchase_line_id", SQL("NULL")), usage
        )
        table.query.add_where(
            SQL("(%s <> %s OR (NOT %s AND %s))", inside_from, inside_to, inside_to, dropped)
        )
        table.plain("id", "product_id", "state", "origin_returned_move_id")
        table.add("purchase_line_id", order_line.get("purchase_line_id", SQL("NULL::integer")))
        table.add("sale_line_id", order_line.get("sale_line_id", SQL("NULL::integer")))
        table.moment("date", "date")
        table.add(
            "local_date",
            SQL(
                "((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date::text",
                field("date"),
                run.company_id.ai_close_tz or "UTC",
            ),
        )
        table.add("quantity", self._stock_quantity(table))
        table.add(
            "direction", SQL("CASE WHEN %s AND NOT %s THEN 'out' ELSE 'in' END", inside_from, inside_to)
        )
        table.truth("to_refund")
        table.add("value", SQL("round(abs(%s)::numeric, %s)::text", field("value"), decimals))
        table.add("location_usage", usage)
        table.add("location_dest_usage", dest)
        table.add("scrap", SQL("(%s IS NOT NULL)", field("scrap_id")))
        return table.page()

    @api.private
    def _stock_order_line(self, table):
        """SQL of the links to order lines, those that the installed applications have."""
        return {
            name: table.field(name)
            for name in ("purchase_line_id", "sale_line_id")
            if name in table.model._fields
        }

    @api.private
    def _stock_quantity(self, table):
        """SQL of a move's quantity in the unit of its order line, else of its product."""
        units = [
            reach(table, f"{name}.product_uom_id.factor")
            for name in ("purchase_line_id", "sale_line_id")
            if name in table.model._fields
        ]
        units.append(reach(table, "product_id.product_tmpl_id.uom_id.factor"))
        return SQL(
            "trim_scale(round((%s * %s / COALESCE(%s))::numeric, 6))::text",
            table.field("quantity"),
            reach(table, "product_uom.factor"),
            SQL(", ").join(units),
        )

    # -- entries that stock makes ---

    @api.private
    def _move_origins(self, run, table):
        """Valuation entries name their stock moves; a closing of the stock is remembered by the company."""
        entry = SQL("%s = 'entry'", table.field("move_type"))
        closings = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"{run.company_id.id}.stock_valuation_closing_ids", "")
        )
        made = [
            self._origin(
                "stock",
                SQL("(SELECT min(id) FROM stock_move WHERE account_move_id = %s)", table.field("id")),
                entry,
            )
        ]
        ids = tuple(int(one) for one in (closings or "").split(",") if one.isdigit())
        if ids:
            made.append(self._origin("stock", table.field("id"), SQL("%s IN %s", table.field("id"), ids)))
        # imported or inherited tells less than what made it
        return [*made, *super()._move_origins(run, table)]
