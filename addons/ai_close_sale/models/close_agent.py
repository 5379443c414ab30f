"""Dataset of sales order lines for the agent's port."""

from decimal import Decimal

from odoo import api, models
from odoo.addons.ai_close.agent.columns import keyed
from odoo.addons.ai_close.kernel import money

_COLUMNS = (
    "id",
    "order_id",
    "order_name",
    "order_state",
    "partner_id",
    "product_id",
    "name",
    "product_qty",
    "price_subtotal",
    "currency",
    "display_type",
    "is_downpayment",
    "invoice_policy",
)


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "sale_lines"]

    @api.private
    def _dataset_sale_lines(self, run, after, limit):
        """Lines of confirmed sales orders; ``price_subtotal`` net of tax and discount, order's currency."""
        lines = self.env["sale.order.line"].search(
            [("order_id.state", "=", "sale"), ("company_id", "=", run.company_id.id), *keyed(after)],
            order="id",
            limit=limit,
        )
        columns = {name: [] for name in _COLUMNS}
        for line in lines:
            order = line.order_id
            row = (
                line.id,
                order.id,
                order.name,
                order.state,
                order.partner_id.commercial_partner_id.id,
                line.product_id.id or None,
                line.name,
                str(Decimal(repr(line.product_uom_qty))),
                money.fmt(line.price_subtotal, order.currency_id.decimal_places),
                order.currency_id.id,
                line.display_type or None,
                bool(line.is_downpayment),
                line.product_id.invoice_policy or None,
            )
            for name, value in zip(_COLUMNS, row, strict=True):
                columns[name].append(value)
        return columns, lines[-1].id if len(lines) == limit else None
