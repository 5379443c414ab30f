"""Journals: the company and the kind of a journal decide which locks bind its posted entries."""

from odoo import api, models

from .guarding import guarded, never_uninstalling
from .refusal import refuse

LOCKS = {"sale": "user_sale_lock_date", "purchase": "user_purchase_lock_date"}


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def write(self, vals):
        for journal in self:
            if "company_id" in vals and vals["company_id"] != journal.company_id.id:
                journal._ai_close_refuse_company()
            if "type" in vals and vals["type"] != journal.type and journal.type in LOCKS:
                journal._ai_close_refuse_type()
        return super().write(vals)

    def unlink(self):
        """Delete with Odoo's own checks, whatever context is sent."""
        return super(AccountJournal, never_uninstalling(self)).unlink()

    @api.private
    def _ai_close_posted(self):
        """Return ``(company, first date)`` of the posted entries in companies that AI Close guards."""
        self.ensure_one()
        rows = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("journal_id", "=", self.id), ("state", "=", "posted")], ["company_id"], ["date:min"]
            )
        )
        return [(company, first) for company, first in rows if guarded(company)]

    @api.private
    def _ai_close_refuse_company(self):
        if self._ai_close_posted():
            raise refuse(
                self,
                "LCK011",
                self.env._("%s has posted entries and stays in its company.", self.display_name),
                action="journal.write",
            )

    @api.private
    def _ai_close_refuse_type(self):
        """A sales lock binds sales journals: a journal of another kind would leave it."""
        if any(first <= company[LOCKS[self.type]] for company, first in self._ai_close_posted()):
            raise refuse(
                self,
                "LCK010",
                self.env._("%s has entries below a lock of its kind and keeps it.", self.display_name),
                action="journal.write",
            )
