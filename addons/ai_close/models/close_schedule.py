"""ai.close.schedule: an amount that belongs to several months, as a record that two people sign.

A preparer writes it down, or takes it from a bill's or invoice's line; a second person reviews it, and from
then on the agent proposes each month's entry from it.  What changes later is a record of its own, signed the
same way: nothing that counts is edited.
"""

from odoo import api, fields, models

from ..kernel import spread
from ..kernel.money import fmt

COUNTING = ("running", "ended")
MAX_MONTHS = 600
# Which role of the policy an account comes from that a schedule does not name.
BALANCE_ROLES = {"prepaid": "prepaid", "deferred": "deferred_revenue", "depreciation": "accum_depreciation"}
# A spread amount never stands where items are reconciled or money lies.
NEVER = (
    "asset_receivable",
    "liability_payable",
    "asset_cash",
    "liability_credit_card",
    "equity",
    "equity_unaffected",
    "off_balance",
)


class CloseSchedule(models.Model):
    _name = "ai.close.schedule"
    _inherit = ["ai.close.signed.by.two", "analytic.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Schedule"
    _order = "company_id, kind, start_date desc, id desc"
    _mail_post_access = "read"
    _check_company_auto = True
    _ai_close_links = ("source_line_id",)

    name = fields.Char("What for", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("prepaid", "Prepaid expense"),
            ("deferred", "Deferred revenue"),
            ("depreciation", "Depreciation"),
        ],
        required=True,
        default="prepaid",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "To review"),
            ("running", "Running"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    method = fields.Selection(
        [("days", "By days"), ("months", "By months, half a month at either end")],
        required=True,
        default="days",
    )
    start_date = fields.Date("From", help="The first day that it is for; of an asset the day in service.")
    end_date = fields.Date(
        "To (inclusive)", compute="_compute_end_date", store=True, readonly=False, precompute=True
    )
    month_count = fields.Integer("Useful life (months)")
    total = fields.Monetary(
        currency_field="company_currency_id", help="Net of recoverable tax; of an asset its cost."
    )
    residual = fields.Monetary(
        "Residual value", currency_field="company_currency_id", help="What of an asset is never depreciated."
    )
    currency_id = fields.Many2one(
        "res.currency",
        "Document currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    total_currency = fields.Monetary("Total in document currency", currency_field="currency_id")
    booked_on = fields.Date(
        "Accounting date", help="The accounting date on which the amount was booked; it counts from then."
    )
    booked_account_id = fields.Many2one(
        "account.account", "Booked on", check_company=True, help="The account that the document used."
    )
    balance_account_id = fields.Many2one(
        "account.account",
        "Carried on",
        check_company=True,
        help="Prepaid expenses, deferred revenue, or accumulated depreciation. Empty: the policy's.",
    )
    result_account_id = fields.Many2one(
        "account.account",
        "Released to",
        check_company=True,
        help="The expense or revenue. Empty: the account of the document, or the policy's for depreciation.",
    )
    partner_id = fields.Many2one("res.partner")
    source_line_id = fields.Many2one(
        "account.move.line", "Spreads", index="btree_not_null", copy=False, ondelete="restrict"
    )
    source_move_id = fields.Many2one(related="source_line_id.move_id", string="Document")
    note = fields.Text()
    change_ids = fields.One2many("ai.close.schedule.change", "schedule_id", "Changes")
    editor_ids = fields.Many2many(relation="ai_close_schedule_editor")

    _dates = models.Constraint("CHECK(end_date >= start_date)", "A schedule ends after it starts.")
    _one_of_a_line = models.UniqueIndex(
        "(source_line_id) WHERE state <> 'cancelled'", "This line has a schedule already."
    )

    @api.model
    @api.private
    def _step_prefix(self):
        return "schedule"

    @api.model
    @api.private
    def _counts_as(self):
        return "running"

    @api.depends("kind", "start_date", "month_count")
    def _compute_end_date(self):
        for one in self:
            if one.kind == spread.DEPRECIATION and one.start_date and 0 < one.month_count <= MAX_MONTHS:
                one.end_date = spread.end_of(one.start_date, one.month_count)

    # -- completing and judging what is signed

    def _complete(self):
        """Fill in what the document and the policy say, so that what is signed is all there."""
        one = self.sudo()
        policy = self.env["ai.close.policy"]._in_force_above(one.company_id)
        roles = (policy.params or {}).get("roles", {}) if policy else {}

        def account(role):
            value = roles.get(role)
            return value if isinstance(value, int) else value[0] if value and len(value) == 1 else False

        vals = {}
        if not one.booked_on:
            vals["booked_on"] = one.source_line_id.date or one.start_date
        if not one.balance_account_id:
            vals["balance_account_id"] = account(BALANCE_ROLES[one.kind])
        if not one.booked_account_id:
            source = one.source_line_id.account_id.id
            vals["booked_account_id"] = source or (
                account("fixed_asset") if one.kind == spread.DEPRECIATION else vals.get("balance_account_id")
            )
        if not one.result_account_id:
            booked = one.booked_account_id or self.env["account.account"].sudo().browse(
                vals.get("booked_account_id") or []
            )
            is_result = booked.internal_group in ("income", "expense")
            vals["result_account_id"] = (
                account("depreciation")
                if one.kind == spread.DEPRECIATION
                else booked.id
                if is_result
                else False
            )
        if one.kind != spread.DEPRECIATION and one.residual:
            vals["residual"] = 0.0
        if one.currency_id == one.company_currency_id or one.kind == spread.DEPRECIATION:
            vals.update(currency_id=one.company_currency_id.id, total_currency=one.total)
        if vals:
            one._guarded().write(vals)

    def _problem(self):
        """Say what is missing or wrong, or None."""
        wanted = ("start_date", "end_date", "booked_on", "booked_account_id", "result_account_id")
        for name in (*wanted, "balance_account_id"):
            if not self[name]:
                label = self._fields[name]._description_string(self.env)
                return self.env._("'%s' is missing, and neither the document nor the policy says it.", label)
        if self.end_date < self.start_date:
            return self.env._("It can't end before it starts.")
        if spread.months_between(self.start_date, self.end_date) > MAX_MONTHS:
            return self.env._("A schedule of more than %s months is a mistake.", MAX_MONTHS)
        if not self.total:
            return self.env._("There is no amount to spread.")
        depreciates = self.kind == spread.DEPRECIATION
        if depreciates and not 0 <= self.residual < self.total:
            return self.env._("The residual value lies between nothing and the cost.")
        if self.currency_id != self.company_currency_id and self.total_currency * self.total <= 0:
            return self.env._("The amount in document currency is missing or of the other sign.")
        return self._account_problem() or self._source_problem()

    def _account_problem(self):
        for account in self.booked_account_id | self.balance_account_id | self.result_account_id:
            account = account.with_company(self.company_id)
            if not account.active or not account.company_ids & self.company_id.parent_ids:
                return self.env._("Account %s is archived or of another company.", account.display_name)
            if account.account_type in NEVER:
                return self.env._("Nothing is spread on %s.", account.display_name)
        if self.balance_account_id.internal_group not in ("asset", "liability"):
            return self.env._("'Carried on' is an account of the balance sheet.")
        if self.result_account_id.internal_group not in ("income", "expense"):
            return self.env._("'Released to' is an expense or a revenue.")
        if self.kind == spread.DEPRECIATION and self.booked_account_id.internal_group != "asset":
            return self.env._("An asset is booked on an account of the balance sheet.")
        if self.kind != spread.DEPRECIATION and self.booked_account_id not in (
            self.balance_account_id,
            self.result_account_id,
        ):
            return self.env._(
                "The document's account is where the amount is carried, or where it is released to."
            )
        return None

    def _source_problem(self):
        line = self.source_line_id
        if not line:
            return None
        if line.parent_state != "posted" or line.move_id.state != "posted":
            return self.env._("%s is not posted.", line.move_id.display_name)
        if line.account_id != self.booked_account_id or line.date != self.booked_on:
            return self.env._("Account or date is not the one of %s.", line.move_id.display_name)
        sign = -1 if self.kind == spread.DEFERRED else 1
        booked = sign * line.balance
        if (
            self.total * booked <= 0
            or self.company_currency_id.compare_amounts(abs(self.total), abs(booked)) > 0
        ):
            return self.env._("The document's line is %s; no more than that is spread.", fmt(booked, 2))
        return None

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        own, document = self.company_currency_id, self.currency_id
        return {
            "company": self.company_id.id,
            "name": self.name,
            "kind": self.kind,
            "method": self.method,
            "start": self.start_date,
            "end": self.end_date,
            "total": fmt(self.total, own.decimal_places),
            "residual": fmt(self.residual, own.decimal_places),
            "currency": document.name,
            "total_currency": fmt(self.total_currency, document.decimal_places),
            "booked_on": self.booked_on,
            "accounts": [
                self.booked_account_id.id,
                self.balance_account_id.id,
                self.result_account_id.id,
            ],
            "partner": self.partner_id.id or None,
            "analytic": {
                key: fmt(float(share), 6) for key, share in (self.analytic_distribution or {}).items()
            },
            "source": self.source_line_id.id or None,
        }
