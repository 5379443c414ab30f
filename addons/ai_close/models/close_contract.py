"""ai.close.contract: what a contract with a vendor says of its bills, with the contract as proof."""

from odoo import api, fields, models

from ..kernel.money import fmt

# Months from one bill to the next, as the estimator of recurring bills knows them.
RHYTHMS = [("1", "Monthly"), ("3", "Quarterly"), ("12", "Yearly")]


class CloseContract(models.Model):
    _name = "ai.close.contract"
    _inherit = ["ai.close.given.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Contract with a vendor"
    _order = "company_id, partner_id, start_date desc, id desc"
    _mail_post_access = "read"
    _ai_close_unique = ("partner_id", "account_id", "name", "start_date")

    name = fields.Char("Contract", required=True, tracking=True, help="As people know it: Lease Main St. 12")
    partner_id = fields.Many2one("res.partner", "Vendor", required=True, index=True, check_company=True)
    account_id = fields.Many2one(
        "account.account",
        "Expense account",
        check_company=True,
        help="Where its bills are booked. Empty: whichever account the vendor's bills are on.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary(
        "Net amount of a bill", help="Net of recoverable tax. Empty: as the bills before show."
    )
    rhythm = fields.Selection(RHYTHMS, "A bill comes", required=True, default="1")
    start_date = fields.Date("From", help="The first day that is paid for.")
    end_date = fields.Date("To (inclusive)", help="Nothing is expected for later months. Empty: it goes on.")
    terms = fields.Text(
        help="The passage that says amount, rhythm and end. Not needed where the contract is attached."
    )
    replaces_id = fields.Many2one(
        "ai.close.contract", "Corrects", readonly=True, copy=False, index="btree_not_null"
    )

    _dates = models.Constraint("CHECK(end_date >= start_date)", "A contract ends after it starts.")
    _once = models.UniqueIndex(
        "(company_id, partner_id, COALESCE(account_id, 0), name, start_date) WHERE state = 'reviewed'",
        "This contract counts already.",
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "contract"

    def _problem(self):
        """Say what is missing or wrong, or None."""
        if not self.start_date:
            return self.env._("Say from which day on it holds.")
        if self.amount < 0:
            return self.env._(
                "The amount of a bill is positive; leave it empty where the contract names none."
            )
        account = self.account_id.with_company(self.company_id)
        if account and (not account.active or account.internal_group != "expense"):
            return self.env._("%s is archived, or no expense account.", account.display_name)
        if not (self.terms or "").strip() and not self._ai_close_files():
            return self.env._("Attach the contract, or copy the passage that says its terms.")
        return self._twin_problem()

    @api.private
    def _payload(self):
        """Return everything that a signature covers, the attached contract included."""
        return {**self._said(None), "files": [file._ai_close_pin() for file in self._ai_close_files()]}

    def _said(self, date):
        return {
            "company": self.company_id.id,
            "name": self.name,
            "partner": self.partner_id.id,
            "account": self.account_id.id or None,
            "currency": self.currency_id.name,
            "amount": fmt(self.amount, self.currency_id.decimal_places),
            "months": self.rhythm,
            "start": self.start_date,
            "end": self.end_date or None,
            "terms": self.terms or "",
            "corrects": self.replaces_id.id or None,
        }

    def action_schedule(self):
        """Open a new schedule with what the contract says, for a bill that pays several months at once."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule"),
            "res_model": "ai.close.schedule",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_name": self.name,
                "default_kind": "prepaid",
                "default_partner_id": self.partner_id.id,
                "default_result_account_id": self.account_id.id,
                "default_start_date": self.start_date,
                "default_end_date": self.end_date,
                # a foreign amount has no rate before the bill is booked: a person fills both in
                **(
                    {"default_total": self.amount}
                    if self.currency_id == self.company_currency_id
                    else {"default_currency_id": self.currency_id.id, "default_total_currency": self.amount}
                ),
            },
        }
