"""Changes of sales orders are noted, so that a run reads them again before it ends."""

from odoo import api, models


class CloseGate(models.AbstractModel):
    _inherit = "ai.close.gate"

    @api.private
    def init(self):
        result = super().init()
        self._note_changes("sale_order", "sale.order")
        self._note_changes("sale_order_line", "sale.order.line")
        return result
