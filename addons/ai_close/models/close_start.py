"""Nothing before the start: a company's first close, and what is older than it."""

from odoo import api, fields, models
from odoo.tools import format_date

from .refusal import refuse


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.model
    @api.private
    def _may_start(self, company, start):
        """Refuse a close of ``company`` for a period that begins before the company's first one."""
        first = company.sudo().ai_close_start
        if first and fields.Date.to_date(start) < first:
            raise refuse(
                company,
                "POL011",
                self.env._(
                    "%(company)s is closed here from %(month)s on. What is older stays as it was booked;"
                    " what was still open then is in the inherited list.",
                    company=company.sudo().name,
                    month=self._month_label(first),
                ),
                action="close.create",
            )

    @api.model
    @api.private
    def _for_date(self, company, date):
        """Return the close that people's work on something of ``date`` belongs to.

        That is the month's own, and the first close for what is older than the start: an inherited bank line
        or a late entry is settled there, since its own month has no close.
        """
        date = fields.Date.to_date(date)
        first = company.sudo().ai_close_start
        return self._for_period(company, max(date, first) if first else date)

    @api.model
    @api.private
    def _month_label(self, date):
        return format_date(self.env(context={"lang": "en_US"}), date, date_format="MMMM yyyy")

    @api.private
    def _is_first(self):
        """Is this the company's first close, the one that inherits what was open before?"""
        self.ensure_one()
        first = self.sudo().company_id.ai_close_start
        return bool(first) and self.period_start <= first <= self.period_end
