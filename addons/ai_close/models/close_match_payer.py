"""Whom a language model suggests as the payer of a bank line, for the person who picks by hand.

It decides nothing: no item is picked, no partner is written; at most it becomes a word to search by.
"""

from odoo import api, models

UNDECIDED = ("proposed", "rejected", "undone")


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.private
    def _review_payers(self):
        """Return ``{match id: suggestion}`` of matches that nobody settled, in one query for all of them.

        A suggestion is ``{"id": text, "model": str, "badge": str, "partner": str, "search": str}``;
        ``search`` is what the screen may look for: the partner's own name today, "" where the reader may not
        see it.
        """
        lines = {
            match.id: match.sudo().statement_line_id.id
            for match in self
            if match.state in UNDECIDED and match.sudo().statement_line_id
        }
        found = self.env["ai.close.text"]._payers_of(lines.values())
        return {match: found[line] for match, line in lines.items() if line in found}
