"""ai.close.pay.run: wages of some days, owed until the payroll entry is booked.  Sums only, no employees."""

from odoo import api, fields, models

from ..kernel.money import fmt

PERCENT_DIGITS = (16, 6)
MAX_SOCIAL_PERCENT = 200


class ClosePayRun(models.Model):
    _name = "ai.close.pay.run"
    _inherit = ["ai.close.given.mixin", "analytic.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Pay run"
    _order = "company_id, start_date desc, id desc"
    _mail_post_access = "read"
    _ai_close_links = ("replaces_id", "move_id")
    _ai_close_unique = ("name", "start_date", "end_date")

    name = fields.Char("Pay run", required=True, tracking=True, help="As payroll knows it: 2026-22 workers")
    start_date = fields.Date("From")
    end_date = fields.Date("To (inclusive)")
    amount = fields.Monetary(
        "Gross wages", currency_field="company_currency_id", help="Of the whole run, without contributions."
    )
    social_pct = fields.Float(
        "Contributions, %", digits=PERCENT_DIGITS, help="The employer's own, percent of gross wages."
    )
    basis = fields.Selection(
        [("working", "Working days, paid holidays included"), ("calendar", "Calendar days")],
        "Shared by",
        required=True,
        default="working",
    )
    move_id = fields.Many2one(
        "account.move",
        "Payroll entry",
        check_company=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The posted entry that booked the run; from its accounting date on nothing is accrued any more.",
    )
    note = fields.Text()
    replaces_id = fields.Many2one(
        "ai.close.pay.run", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )

    _dates = models.Constraint("CHECK(end_date >= start_date)", "A pay run ends after it starts.")
    _once = models.UniqueIndex(
        "(company_id, name, start_date, end_date) WHERE state = 'reviewed'", "This pay run counts already."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "pay_run"

    def _problem(self):
        """Say what is missing or wrong, or None."""
        if not self.start_date or not self.end_date:
            return self.env._("Say the first and the last day that are paid.")
        if self.amount <= 0:
            return self.env._("Gross wages are positive.")
        if not 0 <= self.social_pct <= MAX_SOCIAL_PERCENT:
            return self.env._("Contributions are percent of wages, from 0 to %s.", MAX_SOCIAL_PERCENT)
        return self._move_problem() or self._twin_problem()

    def _move_problem(self):
        """One entry may book several runs, but no more wages than it bears."""
        move = self.move_id
        if not move:
            return None
        if move.state != "posted" or move.date < self.start_date:
            return self.env._("%s is not posted, or dated before the run.", move.display_name)
        cost = sum(line.balance for line in move.line_ids if line.account_id.internal_group == "expense")
        others = self.search(
            [
                ("move_id", "=", move.id),
                ("state", "in", ("prepared", "reviewed")),
                ("id", "not in", (self | self.replaces_id).ids),
            ]
        )
        wages = self.amount + sum(others.mapped("amount"))
        if self.company_currency_id.compare_amounts(wages, cost) > 0:
            return self.env._(
                "%(entry)s bears cost of %(cost)s, less than the wages of its pay runs.",
                entry=move.display_name,
                cost=fmt(cost, self.company_currency_id.decimal_places),
            )
        return None

    @api.private
    def _booked(self, date):
        """Return the day on which the run is booked as of ``date``, None when it isn't, or was taken back."""
        move = self.move_id
        if not move or move.state != "posted" or move.date > date:
            return None
        reversed_by = move.reversal_move_ids.filtered(lambda one: one.state == "posted" and one.date <= date)
        return None if reversed_by else move.date

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        return {
            "company": self.company_id.id,
            "name": self.name,
            "start": self.start_date,
            "end": self.end_date,
            "amount": fmt(self.amount, self.company_currency_id.decimal_places),
            "social_pct": fmt(self.social_pct, 6),
            "basis": self.basis,
            "move": self.move_id.id or None,
            "analytic": self._shares_said(),
            "corrects": self.replaces_id.id or None,
        }

    def _said(self, date):
        return {**self._payload(), "booked": self._booked(date)}
