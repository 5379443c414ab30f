"""ai.close.reading: how much of a service was received by the end of a day.

Odoo keeps no date for a received quantity that people type.  A reading of the day proves it, whatever is
typed later; two people sign it like everything that the agent computes from.
"""

from odoo import api, fields, models
from odoo.addons.ai_close.kernel.money import quantity
from odoo.addons.ai_close.models.close_given import COUNTS


class CloseReading(models.Model):
    _name = "ai.close.reading"
    _inherit = ["ai.close.given.mixin"]
    _description = "Service received"
    _order = "taken_on desc, id desc"
    _rec_name = "label"
    _ai_close_links = ("replaces_id", "purchase_line_id")
    _ai_close_unique = ("purchase_line_id", "taken_on")

    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        "Order line",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(related="purchase_line_id.order_id")
    partner_id = fields.Many2one(related="purchase_line_id.partner_id", string="Vendor")
    taken_on = fields.Date("On", required=True, help="By the end of this day so much was received.")
    quantity = fields.Float(
        "Received in all", digits="Product Unit", help="Since the order began, in the order line's unit."
    )
    label = fields.Char("How it is known", required=True)
    replaces_id = fields.Many2one(
        "ai.close.reading", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )

    _once = models.UniqueIndex(
        "(purchase_line_id, taken_on) WHERE state = 'reviewed'", "This day was read already."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "reading"

    def _problem(self):
        """Say what is missing or wrong, or None."""
        line = self.purchase_line_id
        if line.state != "purchase":
            return self.env._("%s is not confirmed.", line.order_id.display_name)
        if line.qty_received_method != "manual":
            return self.env._("What is received of %s is counted by receipts.", line.display_name)
        if self.quantity < 0:
            return self.env._("What was received is not negative.")
        if self.taken_on > fields.Date.context_today(self):
            return self.env._("Nobody knows yet what will be received by %s.", self.taken_on)
        return self._twin_problem()

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        return {
            "company": self.company_id.id,
            "line": self.purchase_line_id.id,
            "on": self.taken_on,
            "quantity": quantity(self.quantity),
            "label": self.label,
            "corrects": self.replaces_id.id or None,
        }

    @api.model
    @api.private
    def _proof(self, line, date):
        """Return what tells how much of ``line`` was received by ``date``: the readings around that day.

        A reading of the day itself stands alone.  Else the one before it and the next one count, or what is
        typed in the order now where there is no later one.
        """
        readings = self.sudo().search(
            [("purchase_line_id", "=", line.id), ("state", "=", COUNTS)], order="taken_on, id"
        )
        before = readings.filtered(lambda one: one.taken_on <= date)[-1:]
        after = readings.filtered(lambda one: one.taken_on > date)[:1]
        facts = [["read", one.id, quantity(one.quantity), one.taken_on.isoformat()] for one in before]
        if before and before.taken_on == date:
            return facts
        if after:
            return [*facts, ["read", after.id, quantity(after.quantity), after.taken_on.isoformat()]]
        return [*facts, ["manual", quantity(line.qty_received)]]
