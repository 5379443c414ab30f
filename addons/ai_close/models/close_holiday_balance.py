"""ai.close.holiday.balance: days of holiday that are owed, by a key that is no name.

What a day is worth is pay: controllers write and sign it, auditors read it, nobody else does.
"""

import re

from odoo import api, fields, models

from ..kernel.money import exact, fmt
from ..kernel.sod import CONTROLLER
from .close_given import COUNTS
from .close_pay_run import MAX_SOCIAL_PERCENT, PERCENT_DIGITS

# A personnel number, never a name: no blanks, and a digit somewhere.
KEY = re.compile(r"(?=.*\d)[A-Za-z0-9._/-]{1,32}")


class CloseHolidayBalance(models.Model):
    _name = "ai.close.holiday.balance"
    _inherit = ["ai.close.given.mixin"]
    _description = "Holiday owed"
    _order = "as_of desc, key, id"
    _rec_name = "key"
    _ai_close_makers = (CONTROLLER,)
    _ai_close_signers = (CONTROLLER,)
    _ai_close_unique = ("key", "as_of")

    key = fields.Char(required=True, help="A number that payroll knows, such as P-0147. Never a name.")
    as_of = fields.Date("On", required=True, help="The last day of the month whose balance it is.")
    days = fields.Float(
        "Days left", digits=PERCENT_DIGITS, help="Negative: taken in advance. Who left has 0."
    )
    day_rate = fields.Monetary("A day's pay", currency_field="company_currency_id")
    social_pct = fields.Float(
        "Contributions, %", digits=PERCENT_DIGITS, help="The employer's own, percent of a day's pay."
    )
    worth = fields.Monetary(
        compute="_compute_worth",
        currency_field="company_currency_id",
        help="Days times a day's pay, with contributions. Days taken in advance count as none, unless the"
        " policy recovers them. Together it is what the entry brings the account to.",
    )
    replaces_id = fields.Many2one(
        "ai.close.holiday.balance", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )

    _once = models.UniqueIndex(
        "(company_id, key, as_of) WHERE state = 'reviewed'", "This balance counts already."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "holiday_balance"

    @api.depends("days", "day_rate", "social_pct", "company_id")
    def _compute_worth(self):
        for company, balances in self.grouped("company_id").items():
            params = self.env["ai.close.policy"].sudo()._in_force_above(company).params or {}
            recovered = (params.get("rules") or {}).get("HO", {}).get("advance_days") == "recovered"
            places = company.currency_id.decimal_places
            for one in balances:
                days = one.days if recovered else max(one.days, 0.0)
                pay = exact(one.day_rate) * (1 + exact(one.social_pct) / 100)
                one.worth = float(fmt(exact(days) * pay, places))

    def _problem(self):
        """Say what is missing or wrong, or None."""
        if not KEY.fullmatch(self.key):
            return self.env._(
                "The key tells people apart and is no name: letters, digits and . _ / -, with a digit in it."
            )
        if self.day_rate < 0 or (self.days and not self.day_rate):
            return self.env._("Say what a day is worth.")
        if not 0 <= self.social_pct <= MAX_SOCIAL_PERCENT:
            return self.env._("Contributions are percent of pay, from 0 to %s.", MAX_SOCIAL_PERCENT)
        return self._twin_problem()

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        return {
            "company": self.company_id.id,
            "key": self.key,
            "as_of": self.as_of,
            "days": fmt(self.days, 6),
            "day_rate": fmt(self.day_rate, self.company_currency_id.decimal_places),
            "social_pct": fmt(self.social_pct, 6),
            "corrects": self.replaces_id.id or None,
        }

    @api.model
    @api.private
    def _counting_on(self, companies, date):
        """Return the balances of these companies that count on ``date`` (sudo): one more is another sum."""
        return self.sudo().search(
            [("company_id", "in", companies.ids), ("as_of", "=", date), ("state", "=", COUNTS)]
        )
