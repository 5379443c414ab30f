"""ai.close.loan.movement: a repayment, another rate, interest that was paid: signed like the loan."""

from odoo import api, fields, models

from ..kernel.money import fmt
from .close_given import COUNTS
from .close_loan import INTEREST, MAX_PERCENT, PRINCIPAL, RATE, RATE_DIGITS


class CloseLoanMovement(models.Model):
    _name = "ai.close.loan.movement"
    _inherit = ["ai.close.given.mixin"]
    _description = "Movement of a loan"
    _order = "date desc, id desc"
    _rec_name = "label"
    _ai_close_links = ("replaces_id", "loan_id")
    _ai_close_unique = ("loan_id", "kind", "date", "amount")

    loan_id = fields.Many2one(
        "ai.close.loan", required=True, index=True, ondelete="restrict", check_company=True
    )
    currency_id = fields.Many2one(related="loan_id.currency_id")
    kind = fields.Selection(
        [
            (PRINCIPAL, "Repaid, or drawn"),
            (RATE, "Another rate"),
            (INTEREST, "Interest paid"),
        ],
        required=True,
        default=PRINCIPAL,
    )
    date = fields.Date(
        required=True,
        help="The day from which it holds. Of interest: the first day that is not paid yet.",
    )
    amount = fields.Monetary(
        help="A repayment is negative, what is drawn is positive. Of interest: what was paid."
    )
    rate = fields.Float("Interest, % a year", digits=RATE_DIGITS)
    label = fields.Char("What for", required=True)
    replaces_id = fields.Many2one(
        "ai.close.loan.movement", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "loan_movement"

    def _problem(self):
        """Say what is missing or wrong, or None."""
        loan = self.loan_id
        if loan.state != COUNTS:
            return self.env._("%s does not count yet: let somebody review it first.", loan.display_name)
        if self.date <= loan.start_date:
            return self.env._("It lies before the loan's first day; the principal says what was owed then.")
        if self.kind == RATE and not 0 <= self.rate < MAX_PERCENT:
            return self.env._("The rate is percent a year: from 0 to less than %s.", MAX_PERCENT)
        if self.kind == PRINCIPAL:
            if not self.amount:
                return self.env._("Say how much was repaid (negative) or drawn (positive).")
            if self._lowest() < 0:
                return self.env._("More would be repaid than was owed.")
        return self._twin_problem()

    def _lowest(self):
        """Return the least that the loan ever owes with this movement."""
        others = self.loan_id.movement_ids.filtered(
            lambda one: one.state == COUNTS and one.kind == PRINCIPAL and one not in (self, self.replaces_id)
        )
        owed = lowest = self.loan_id.principal
        for one in (others | self).sorted("date"):
            owed = self.currency_id.round(owed + one.amount)
            lowest = min(lowest, owed)
        return lowest

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        return {
            "company": self.company_id.id,
            "loan": self.loan_id.id,
            "kind": self.kind,
            "date": self.date,
            "amount": fmt(self.amount, self.currency_id.decimal_places),
            "rate": fmt(self.rate, 6) if self.kind == RATE else None,
            "label": self.label,
            "corrects": self.replaces_id.id or None,
        }
