"""Dataset of sales order lines for the agent's port."""

from odoo import api, models
from odoo.addons.ai_close.agent.columns import STAMP, Table
from odoo.addons.ai_close.agent.columns_path import reach
from odoo.tools import SQL


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "sale_lines"]

    @api.private
    def _dataset_sale_lines(self, run, after, limit):
        """Lines of confirmed sales orders; ``price_subtotal`` net of tax and discount, order's currency.

        Who confirmed an order is in the chatter, which the agent may not read: only the user is told.
        """
        table = Table(
            self.env["sale.order.line"],
            [("order_id.state", "=", "sale"), ("company_id", "=", run.company_id.id)],
            after,
            limit,
        )
        table.plain("id", "order_id", "product_id", created_by="create_uid", currency="currency_id")
        table.plain("qty_delivered_method")
        table.add("order_name", reach(table, "order_id.name"))
        table.add("order_state", reach(table, "order_id.state"))
        table.add("order_date", SQL("to_char(%s, %s)", reach(table, "order_id.date_order"), STAMP))
        table.add("partner_id", reach(table, "order_id.partner_id.commercial_partner_id"))
        table.text("name", "display_type")
        table.truth("is_downpayment")
        table.number(product_qty="product_uom_qty")
        table.number("qty_delivered", "price_unit", "discount")
        table.money_in("currency_id", self._company_decimals(run), "price_subtotal")
        shares = table.field("analytic_distribution")
        table.add("analytic", SQL("NULLIF(%s::text, '{}')", shares), "words")
        table.add("invoice_policy", reach(table, "product_id.product_tmpl_id.invoice_policy"))
        table.add("approved_by", self._confirmed_by(table, "sale.order", "sale.mt_order_confirmed"))
        return table.page()

    # -- journal items ---

    @api.private
    def _line_facts(self, run, table):
        """An item that invoices several order lines at once is none of them alone."""
        table.gathered(
            "ai_close_sold",
            "invoice_line_id",
            SQL(
                "SELECT sold.invoice_line_id, min(sold.order_line_id) AS line_id"
                " FROM sale_order_line_invoice_rel sold"
                " JOIN account_move_line item ON item.id = sold.invoice_line_id"
                " AND item.display_type = 'product'"
                " WHERE %s GROUP BY sold.invoice_line_id HAVING count(*) = 1",
                table.within(SQL.identifier("sold", "invoice_line_id")),
            ),
        )
        table.add("sale_line_id", SQL.identifier("ai_close_sold", "line_id"), "int")
        return super()._line_facts(run, table)

    @api.private
    def _line_quantity(self, table):
        for alias, name, link in (
            ("ai_close_sold_line", "sale_order_line", SQL.identifier("ai_close_sold", "line_id")),
            ("ai_close_sold_unit", "uom_uom", SQL.identifier("ai_close_sold_line", "product_uom_id")),
        ):
            table.query.add_join("LEFT JOIN", alias, name, SQL("%s = %s", SQL.identifier(alias, "id"), link))
        return self._in_unit_of(
            table, super()._line_quantity(table), SQL.identifier("ai_close_sold_unit", "factor")
        )
