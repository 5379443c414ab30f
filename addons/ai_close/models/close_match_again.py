"""What was turned down may be proposed again: when its reason is gone, or when a person asks for it."""

from odoo import api, models

from ..kernel.canonical import digest
from .close_match_line import OPEN_STATES
from .refusal import refuse

AGAIN = {"accepted_by_id": False, "accepted_at": False, "reject_reason": False, "undone_proof": False}


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def action_propose_again(self):
        """Take back a rejection or an undo: the match waits for a decision once more, as it was proposed.

        It is accepted by whoever may accept it, with all demands of a first time. Refuses (ENT007) where the
        line or an item was settled otherwise, or another match of the line was accepted meanwhile.
        """
        return self._each("match.again", lambda match: match._propose_again())

    def _propose_again(self):
        self._lock_rows()
        if self.state not in ("rejected", "undone"):
            raise refuse(
                self,
                "ENT001",
                self.env._(
                    "%(name)s is %(state)s; only what was rejected or undone is proposed again.",
                    name=self.line_label,
                    state=self._state_label(),
                ),
                action="match.again",
            )
        self._need_lines()
        self._lock_books()
        self._need_open_date("match.again")
        others = self.env["ai.close.match.line"]._matches_of(self._bank_lines(), OPEN_STATES)
        if self._is_superseded() or "accepted" in others.mapped("state"):
            raise refuse(
                self,
                "ENT007",
                self.env._("%s was settled otherwise meanwhile.", self.line_label),
                action="match.again",
            )
        others._supersede(self.env._("A person asked for another proposal again."))
        self._transition("proposed", vals=AGAIN)

    @api.private
    def _stays_decided(self):
        """Tell whether the agent may not propose this match: a person decided, and nothing changed since."""
        self.ensure_one()
        if self.state != "undone" or not self.undone_proof:
            return self.state in ("accepted", "undone", "rejected")
        return self.undone_proof == self._facts_proofs()[self.id]

    @api.private
    def _facts_proofs(self):
        """Return what the lines and items of these matches say, as proof codes: match id -> digest."""
        return {
            match.id: digest(
                {
                    "lines": [
                        [
                            line.id,
                            line.move_id.state,
                            str(line.date),
                            f"{line.amount:.6f}",
                            line.payment_ref or "",
                            line.account_number or "",
                            line.partner_name or "",
                            line.partner_id.id or 0,
                        ]
                        for line in match._bank_lines()
                    ],
                    "items": [
                        [
                            item.id,
                            item.parent_state,
                            str(item.date),
                            str(item.date_maturity or ""),
                            item.account_id.id,
                            item.partner_id.id or 0,
                            item.move_id.ref or "",
                            # of the document: what is open of it is another thing while it is matched
                            f"{item.balance:.6f}",
                            f"{item.amount_currency:.6f}",
                        ]
                        for item in match.item_ids.move_line_id
                    ],
                }
            )
            for match in self.sudo()
        }
