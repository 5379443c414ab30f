"""Exchange differences: dated at the payment, taken back on the same day.

Odoo dates them today where its journal counts by the year, else at the end of a past month: a gain of
October then stands in November. Below a lock Odoo's own date stays: the first open day.
"""

from odoo import models

from .bookkeeping import is_bookkeeping
from .guarding import guarded


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _prepare_exchange_difference_move_vals(
        self, amounts_list, company=None, exchange_date=None, **kwargs
    ):
        values = super()._prepare_exchange_difference_move_vals(
            amounts_list, company=company, exchange_date=exchange_date, **kwargs
        )
        if not values or not exchange_date:
            return values
        move_vals = values["move_values"]
        journal = self.env["account.journal"].browse(move_vals["journal_id"] or ())
        if guarded(journal.company_id):
            day = max([exchange_date, *self.mapped("date")])
            if not journal.company_id._get_violated_lock_dates(day, False, journal):
                move_vals["date"] = day
        return values


class AccountMove(models.Model):
    _inherit = "account.move"

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if default_values_list and is_bookkeeping(self):
            for move, values in zip(self, default_values_list, strict=True):
                company = move.company_id
                if (
                    move.journal_id == company.currency_exchange_journal_id
                    and guarded(company)
                    and not move._get_violated_lock_dates(move.date, False)
                ):
                    values["date"] = move.date
        return super()._reverse_moves(default_values_list, cancel)
