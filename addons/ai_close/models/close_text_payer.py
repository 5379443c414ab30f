"""Suggested payers as the match review shows them."""

from odoo import api, models


class CloseText(models.Model):
    _inherit = "ai.close.text"

    @api.model
    @api.private
    def _payers_of(self, line_ids):
        """Return ``{bank line id: suggestion}`` of payers that the reader may read and that still hold."""
        own, found = self.sudo(False), {}
        if not line_ids or not own.has_access("read"):
            return found
        about = [("about_model", "=", "account.bank.statement.line"), ("about_id", "in", list(line_ids))]
        texts = own.search([*about, ("task", "=", "payer"), ("active", "=", True)], order="id")
        texts = texts.filtered("is_current")
        ids = [one.choice["id"] for one in texts if one.choice]
        # of a partner that was archived or merged away since there is nothing to search
        partners = self.env["res.partner"].sudo(False).browse(ids).exists()._filtered_access("read")
        names = {one.id: one.name for one in partners if one.active}
        for one in texts:
            found[one.about_id] = {
                "id": one.id,
                "model": one.model,
                "badge": self.env._("Suggested by %(model)s, not by a person", model=one.model),
                "partner": one.choice_label or one.text,
                "search": names.get((one.choice or {}).get("id"), "") or "",
            }
        return found
