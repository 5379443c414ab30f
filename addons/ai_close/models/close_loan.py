"""ai.close.loan: a loan that bears interest, from which the agent accrues what was not paid yet."""

from odoo import api, fields, models

from ..kernel.money import fmt
from .close_given import COUNTS
from .close_signed_by_two import SIGNATURES

DAY_COUNTS = [
    ("actual/365", "Actual/365"),
    ("actual/360", "Actual/360"),
    ("actual/actual", "Actual/actual"),
    ("30E/360", "30E/360"),
]
PRINCIPAL, RATE, INTEREST = "principal", "rate", "interest"
RATE_DIGITS = (16, 6)
MAX_PERCENT = 100


class CloseLoan(models.Model):
    _name = "ai.close.loan"
    _inherit = ["ai.close.given.mixin", "analytic.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Loan"
    _order = "company_id, start_date desc, id desc"
    _mail_post_access = "read"
    _ai_close_protected = SIGNATURES | {"replaces_id", "movement_ids"}
    _ai_close_unique = ("partner_id", "name", "start_date")

    name = fields.Char(
        "Loan", required=True, tracking=True, help="As people know it: KBC investment loan 2024"
    )
    partner_id = fields.Many2one("res.partner", "Lender", required=True, index=True, check_company=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    principal = fields.Monetary(help="What was owed on the first day; repayments before it are off already.")
    rate = fields.Float("Interest, % a year", digits=RATE_DIGITS)
    day_count = fields.Selection(DAY_COUNTS, required=True, default="actual/365")
    start_date = fields.Date(
        "Interest from", help="The first day whose interest is not paid yet when the loan is written down."
    )
    end_date = fields.Date("Ends on", help="The day of the last repayment; it bears no interest itself.")
    note = fields.Text()
    movement_ids = fields.One2many("ai.close.loan.movement", "loan_id", "Movements", copy=False)
    outstanding = fields.Monetary("Owed by today", compute="_compute_outstanding")
    replaces_id = fields.Many2one(
        "ai.close.loan", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )

    _dates = models.Constraint("CHECK(end_date > start_date)", "A loan ends after it starts.")
    _once = models.UniqueIndex(
        "(company_id, partner_id, name, start_date) WHERE state = 'reviewed'", "This loan counts already."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "loan"

    @api.depends("principal", "movement_ids.state", "movement_ids.amount", "movement_ids.date")
    @api.depends_context("tz")
    def _compute_outstanding(self):
        today = fields.Date.context_today(self)
        for loan in self:
            repaid = loan.movement_ids.filtered(
                lambda one: one.state == COUNTS and one.kind == PRINCIPAL and one.date <= today
            )
            loan.outstanding = loan.principal + sum(repaid.mapped("amount"))

    def _problem(self):
        """Say what is missing or wrong, or None."""
        if not self.start_date:
            return self.env._("Say from which day on interest is owed.")
        if self.principal <= 0:
            return self.env._("Say what is owed on the first day; what we owe is positive.")
        if not 0 < self.rate < MAX_PERCENT:
            return self.env._("The rate is percent a year: more than 0, less than %s.", MAX_PERCENT)
        return self._twin_problem()

    def _replaced_by(self, other):
        """Hand the movements over: that something was repaid stays true when the terms are corrected."""
        movements = self.movement_ids
        movements._guarded().write({"loan_id": other.id})
        for movement in movements:
            movement._guarded().write({"payload_digest": movement._digest_now()})
            self.env["ai.close.audit"]._append(
                "loan_movement.move",
                movement,
                before={"loan": self.id},
                after={"loan": other.id},
                role="server",
            )

    @api.private
    def _payload(self):
        """Return everything that a signature covers; movements are signed by themselves."""
        return {
            "company": self.company_id.id,
            "name": self.name,
            "partner": self.partner_id.id,
            "currency": self.currency_id.name,
            "principal": fmt(self.principal, self.currency_id.decimal_places),
            "rate": fmt(self.rate, 6),
            "day_count": self.day_count,
            "start": self.start_date,
            "end": self.end_date or None,
            "analytic": self._shares_said(),
            "corrects": self.replaces_id.id or None,
        }

    def _said(self, date):
        # A repayment that is reviewed after the proposal makes it another amount.
        counting = self.movement_ids.filtered(lambda one: one.state == COUNTS and one.date <= date)
        return {
            **self._payload(),
            "movements": [{"id": one.id, **one._payload()} for one in counting.sorted("id")],
        }
