"""Whom and what a finding is about: its partners and accounts, as the agent tells them for exceptions."""

from odoo import api, models

PARTNER_PATHS = {
    "account.move": "commercial_partner_id",
    "account.move.line": "partner_id",
    "account.payment": "partner_id",
    "account.bank.statement.line": "partner_id",
    "res.partner": "commercial_partner_id",
}


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.private
    def _subject(self):
        """Return ``(partners, accounts)``: the anchor's partner, and the accounts that it names.

        Accounts are those of the anchor, else of the linked items and accounts, else of the base lines of
        the entry that it is about.
        """
        self.ensure_one()
        partners, accounts = self.env["res.partner"].sudo(), self.env["account.account"].sudo()
        model, anchor = self.anchor_model, self._linked(self.anchor_model, self.anchor_id)
        if anchor and model in PARTNER_PATHS:
            partner = anchor[PARTNER_PATHS[model]]
            if not partner and model == "account.move.line":
                partner = anchor.move_id.commercial_partner_id
            partners |= partner.commercial_partner_id
        accounts |= self._accounts_of(model, anchor)
        for link in () if accounts else self.records or ():
            accounts |= self._accounts_of(link["model"], self._linked(link["model"], link["id"]))
        if not accounts and anchor and model == "account.move":
            base = anchor.line_ids.filtered(lambda line: line.display_type == "product")
            accounts |= base.account_id
        return partners, accounts

    def _linked(self, model, key):
        if model not in self.env or not key:
            return None
        return self.env[model].sudo().browse(key).exists()

    def _accounts_of(self, model, record):
        none = self.env["account.account"].sudo()
        if not record:
            return none
        if model == "account.account":
            return record
        return record.account_id if model == "account.move.line" else none
