"""The kind of a close follows the company's fiscal year, which may change while the close is open."""

from odoo import api, models

from ..kernel import periods
from ..kernel.sod import SERVER

YEAR_FIELDS = frozenset({"fiscalyear_last_day", "fiscalyear_last_month"})
UNLOCKED = ("open", "working", "ready")


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.model
    @api.private
    def _follow_fiscal_year(self, companies):
        """Judge the kinds of the open closes of ``companies`` again; a locked one stays what it was."""
        closes = self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("state", "in", UNLOCKED),
                ("kind", "!=", periods.ADJUSTMENT),
            ]
        )
        for close in closes:
            year = close.company_id.compute_fiscalyear_dates(close.period_end)
            kind = periods.kind_of(close.period_end, year["date_from"], year["date_to"])
            if kind != close.kind:
                before = {"kind": close.kind}
                close._guarded().write({"kind": kind})
                self.env["ai.close.audit"]._append(
                    "close.kind", close, before=before, after={"kind": kind}, role=SERVER
                )
                close._create_tasks()


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if YEAR_FIELDS & vals.keys():
            self.env["ai.close"]._follow_fiscal_year(self)
        return result
