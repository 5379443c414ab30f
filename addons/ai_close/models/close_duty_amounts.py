"""The amounts that the limits of the policy's duties are compared with."""

from decimal import Decimal

from odoo import api, models


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.private
    def _duty_amount(self):
        """The sum of the debits."""
        return Decimal(repr(self.amount_total))


class CloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.private
    def _duty_amount(self):
        """The bank line, or the items where they are larger: a small line must not carry large ones."""
        return Decimal(repr(self._amount_to_judge()))


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.private
    def _duty_amount(self):
        """What the finding is about."""
        return Decimal(repr(self.amount))
