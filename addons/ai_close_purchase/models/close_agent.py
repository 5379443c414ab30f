"""Datasets of purchase orders for the agent's port."""

import json
from decimal import Decimal

from odoo import api, models
from odoo.addons.ai_close.agent.columns import keyed
from odoo.addons.ai_close.agent.columns_path import reach
from odoo.addons.ai_close.kernel import money
from odoo.addons.ai_close.kernel.money import quantity
from odoo.tools import SQL

# Lines of orders that were confirmed; a quotation has no receipts and no bills.
_CONFIRMED = [("order_id.state", "=", "purchase")]


def tax_cost(line):
    """Tax of the whole ordered quantity that can't be recovered, Decimal in the order's currency.

    That is the part of repartition lines without an account of their own: it belongs to the cost.
    """
    if not line.tax_ids:
        return Decimal(0)
    price = line.price_unit * (1 - (line.discount or 0.0) / 100)
    taxes = line.tax_ids.compute_all(
        price, line.order_id.currency_id, line.product_qty, product=line.product_id, partner=line.partner_id
    )["taxes"]
    return sum((Decimal(repr(tax["amount"])) for tax in taxes if not tax["account_id"]), Decimal(0))


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "purchase_lines", "purchase_bill_lines"]

    @api.private
    def _dataset_purchase_lines(self, run, after, limit):
        """Order lines of confirmed orders: quantities in the line's unit, ``price_subtotal`` net of tax and
        discount in the order's currency."""
        lines = self.env["purchase.order.line"].search(
            [*_CONFIRMED, ("company_id", "=", run.company_id.id), *keyed(after)],
            order="id",
            limit=limit,
        )
        accounts = {}
        approvers = self._order_approvers(lines.order_id)
        rows = []
        for line in lines:
            order = line.order_id
            key = (line.product_id.id, order.fiscal_position_id.id)
            if line.product_id and key not in accounts:
                accounts[key] = self._purchase_cost_account(line.product_id, order)
            rows.append(
                {
                    "id": line.id,
                    "order_id": order.id,
                    "order_name": order.name,
                    "order_state": order.state,
                    "order_date": order.date_order.date().isoformat() if order.date_order else None,
                    "partner_id": order.partner_id.commercial_partner_id.id,
                    "product_id": line.product_id.id or None,
                    "product_type": line.product_id.type or None,
                    "account_id": accounts.get(key),
                    "name": line.name,
                    "product_qty": quantity(line.product_qty),
                    "price_unit": quantity(line.price_unit),
                    "price_subtotal": money.fmt(line.price_subtotal, order.currency_id.decimal_places),
                    "discount": quantity(line.discount),
                    "tax_cost": money.fmt(tax_cost(line), order.currency_id.decimal_places),
                    "currency": order.currency_id.id,
                    "display_type": line.display_type or None,
                    "is_downpayment": bool(line.is_downpayment),
                    "qty_received_method": line.qty_received_method or None,
                    "purchase_method": line.product_id.purchase_method or None,
                    "qty_received": quantity(line.qty_received),
                    "created_by": line.create_uid.id or None,
                    "approved_by": approvers.get(order.id),
                    "uom_factor": "1",
                    "analytic": json.dumps(line.analytic_distribution)
                    if line.analytic_distribution
                    else None,
                }
            )
        return self._as_columns(rows, _PURCHASE_LINE_COLUMNS), self._next_key(lines, limit)

    @api.private
    def _order_approvers(self, orders):
        """Who confirmed or approved each order last: a fact of the chatter, which the agent may not read."""
        subtypes = [
            one.id
            for name in ("purchase.mt_rfq_confirmed", "purchase.mt_rfq_approved")
            if (one := self.env.ref(name, raise_if_not_found=False))
        ]
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT DISTINCT ON (res_id) res_id, create_uid FROM mail_message"
                    " WHERE model = 'purchase.order' AND res_id IN %s AND subtype_id IN %s"
                    " ORDER BY res_id, id DESC",
                    tuple(orders.ids) or (0,),
                    tuple(subtypes) or (0,),
                )
            )
        )

    @api.private
    def _purchase_cost_account(self, product, order):
        """The account that a bill line of ``product`` would take, id or None; for products valued at each
        move it is the stock variation account where one is set."""
        company = order.company_id
        accounts = product.product_tmpl_id.with_company(company).get_product_accounts(
            order.fiscal_position_id
        )
        perpetual = "valuation" in product._fields and product.with_company(company).valuation == "real_time"
        account = (perpetual and accounts.get("stock_variation")) or accounts.get("expense")
        return account.id if account else None

    @api.private
    def _dataset_purchase_bill_lines(self, run, after, limit):
        """Bill and refund lines of order lines: quantity in the order line's unit, refunds negative."""
        lines = self.env["account.move.line"].search(
            [
                ("purchase_line_id", "!=", False),
                ("company_id", "=", run.company_id.id),
                *keyed(after),
                ("move_id.move_type", "in", ("in_invoice", "in_refund")),
            ],
            order="id",
            limit=limit,
        )
        rows = []
        for line in lines:
            sign = -1 if line.move_id.move_type == "in_refund" else 1
            order_line = line.purchase_line_id
            unit = order_line.product_uom_id
            qty = (
                line.product_uom_id._compute_quantity(line.quantity, unit)
                if line.product_uom_id
                else line.quantity
            )
            rows.append(
                {
                    "id": line.id,
                    "purchase_line_id": order_line.id,
                    "move_id": line.move_id.id,
                    "move_type": line.move_id.move_type,
                    "date": line.date.isoformat() if line.date else None,
                    # both must say posted: a line can be made to lie about its entry
                    "parent_state": line.parent_state if line.parent_state == line.move_id.state else "draft",
                    "quantity": quantity(sign * qty),
                    "price_subtotal": money.fmt(sign * line.price_subtotal, line.currency_id.decimal_places),
                    "account_id": line.account_id.id,
                }
            )
        return self._as_columns(rows, _BILL_LINE_COLUMNS), self._next_key(lines, limit)

    # -- journal items ---

    @api.private
    def _line_quantity(self, table):
        return self._in_unit_of(
            table, super()._line_quantity(table), reach(table, "purchase_line_id.product_uom_id.factor")
        )

    @api.private
    def _as_columns(self, rows, names):
        """Turn row dicts into columns in the fixed order of ``names``."""
        return {name: [row[name] for row in rows] for name in names}

    @api.private
    def _next_key(self, records, limit):
        """The key to go on after, None when the last page was read."""
        return records[-1].id if len(records) == limit else None


_PURCHASE_LINE_COLUMNS = (
    "id",
    "order_id",
    "order_name",
    "order_state",
    "order_date",
    "partner_id",
    "product_id",
    "product_type",
    "account_id",
    "name",
    "product_qty",
    "price_unit",
    "price_subtotal",
    "discount",
    "tax_cost",
    "currency",
    "display_type",
    "is_downpayment",
    "qty_received_method",
    "purchase_method",
    "qty_received",
    "created_by",
    "approved_by",
    "uom_factor",
    "analytic",
)
_BILL_LINE_COLUMNS = (
    "id",
    "purchase_line_id",
    "move_id",
    "move_type",
    "date",
    "parent_state",
    "quantity",
    "price_subtotal",
    "account_id",
)
