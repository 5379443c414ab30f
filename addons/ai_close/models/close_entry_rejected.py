"""What people said no to: told to the agent's next run, and not taken in again under another key."""

from decimal import Decimal

from odoo import api, models

from ..kernel.money import fmt, parse
from .close_entry_submit import DECIDED

# What is proposed after a rejection bears the rejected key and this.
AGAIN = ":again-"


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.model
    @api.private
    def _decisions(self, close):
        """Return what people decided of the entries of ``close``, for the agent's next run.

        Of a rejected one also what was proposed, so that the run can tell the same from something else.
        """
        found = self.sudo().search([("close_id", "=", close.id), ("state", "in", DECIDED)], order="id")
        return [
            {"kind": "entry", "key": entry.key, "state": entry.state}
            | (entry._rejection() if entry.state == "rejected" else {})
            for entry in found
        ]

    def _rejection(self):
        """Return what of this rejected entry had been proposed, before any edit, and why it was rejected."""
        lines = [
            {"account_id": account, "balance": balance}
            for account, balance in sorted(self._proposed_amounts().items())
        ]
        return {"lines": lines, "reason": (self.reject_reason or "")[:4000]}

    @api.private
    def _proposed_amounts(self):
        """Return ``{account id: balance}`` of what was proposed, decimal strings, debit positive."""
        edits = self._changes_of_people()
        payload = edits[0]["before"] if edits else self.payload
        return self._by_account((payload or {}).get("lines") or (), "account")

    @api.private
    def _by_account(self, lines, name):
        sums = {}
        for line in lines:
            sums[line[name]] = sums.get(line[name], Decimal(0)) + parse(line["balance"])
        places = self.currency_id.decimal_places
        return {account: fmt(balance, places) for account, balance in sums.items() if balance}

    @api.model
    @api.private
    def _said_no(self, run, row):
        """Return the rejected entry of this close that ``row`` repeats under another key, if any (sudo)."""
        first = row["key"].partition(AGAIN)[0]
        rejected = self.sudo().search(
            [
                ("close_id", "=", run.close_id.id),
                ("state", "=", "rejected"),
                ("proposer", "=", row["proposer"]),
                ("key", "=like", first.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%") + "%"),
            ]
        )
        return rejected.filtered(
            lambda entry: (
                entry.key.partition(AGAIN)[0] == first
                and entry._proposed_amounts() == entry._by_account(row["lines"], "account_id")
            )
        )[:1]
