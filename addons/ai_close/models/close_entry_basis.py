"""What an entry that a person wrote rests on: a document, or what is posted already and named in its words.

An entry whose only reason is to make a balance fit rests on nothing but itself.  It is no staged entry, for
people as for the agent: without a document and without a posted entry that it follows from it is refused.
"""

import re

from odoo import api, models

from .refusal import refuse

# A number as people copy it from a document; punctuation around it is none of it.
NUMBERS = re.compile(r"[^\s,;:()\[\]{}<>'\"]{4,}")
MOST = 20


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.private
    def _need_basis(self, move, action):
        """Return what the draft ``move`` cites beside itself; refuse one that rests on nothing.

        :return: posted entries of its company (sudo), which become sources and are read again before each
            signature; empty where attached documents are what it rests on
        """
        cited = self._basis_of(move)
        if cited or any(document.file_size for document in self._documents_of(move)):
            return cited
        raise refuse(
            move,
            "ENT008",
            self.env._(
                "Not sent: %(name)s rests on nothing but itself. Attach what it follows from (a contract, a"
                " statement, a calculation), or name the posted entry or bill that it corrects by its number,"
                " in the reference, the note or a line. An entry that only makes a balance fit is not"
                " approved.",
                name=move.ref or move.display_name,
            ),
            action,
        )

    @api.private
    def _basis_of(self, move):
        """Return the posted entries that a draft names by their numbers, or takes back."""
        words = [move.ref, move.narration, *move.line_ids.mapped("name")]
        numbers = {
            found.rstrip(".!?")
            for text in words
            for found in NUMBERS.findall(str(text or ""))
            if any(each.isdigit() for each in found)
        }
        found = move.browse()
        if numbers:
            domain = [("company_id", "=", move.company_id.id), ("state", "=", "posted")]
            found = move.search([*domain, ("name", "in", sorted(numbers)), ("id", "!=", move.id)], limit=MOST)
        return found | move.reversed_entry_id.filtered(
            lambda each: each.state == "posted" and each.company_id == move.company_id
        )
