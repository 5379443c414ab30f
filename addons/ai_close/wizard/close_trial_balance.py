"""ai.close.trial.balance: the trial balance of a company as of a day, to look at; nobody writes in it.

A reader names company and day; the rows are computed then and there, and belong to that reader alone.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..kernel.trial_balance import PRIOR_EARNINGS, PRIOR_MONTH, PRIOR_YEAR, decimal
from ..models.refusal import refuse


class CloseAsOf(models.AbstractModel):
    _name = "ai.close.as.of"
    _inherit = ["ai.close.access.mixin"]
    _description = "What a reader asks of the books as of a day"

    _asked = frozenset({"company_id", "date"})

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("As of", required=True, default=lambda self: self._last_period_end())

    @api.model_create_multi
    def create(self, vals_list):
        """Take the question; the answer is the server's."""
        sent = {name for vals in vals_list for name in vals} - self._asked
        if sent:
            sentence = self.env._("%s is computed by the server.", ", ".join(sorted(sent)))
            raise refuse(self.browse(), "AUD002", sentence, action=f"{self._name}.create")
        return super().create(vals_list)

    @api.model
    def _last_period_end(self):
        """Return the end of the last period that is over, else of the month before."""
        today = fields.Date.context_today(self)
        over = [("company_id", "=", self.env.company.id), ("period_end", "<=", today)]
        last = self.env["ai.close"].search(over, order="period_end desc", limit=1)
        return last.period_end or today.replace(day=1) - timedelta(days=1)

    @api.depends("company_id", "date")
    def _compute_display_name(self):
        for asked in self:
            asked.display_name = self.env._(
                "%(what)s of %(company)s, %(day)s",
                what=self._title(),
                company=asked.company_id.name or "",
                day=format_date(self.env, asked.date) if asked.date else "",
            )

    def _answer(self, lines, **vals):
        """Keep the answer and return the action that shows it."""
        self.sudo().write({"line_ids": [fields.Command.clear(), *map(fields.Command.create, lines)], **vals})
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref(self._answer_view).id, "form")],
            "target": "current",
        }

    def action_list(self):
        """Open the rows as a list of their own, to search, group and export."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.line_ids._name,
            "domain": [("asked_id", "=", self.id)],
            "view_mode": "list",
            "views": [(False, "list")],
        }

    @api.model
    def _items_action(self, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move.line",
            "domain": [("parent_state", "=", "posted"), *domain],
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }


class CloseTrialBalance(models.TransientModel):
    _name = "ai.close.trial.balance"
    _inherit = ["ai.close.as.of"]
    _description = "Trial balance"

    _asked = frozenset({"company_id", "date", "date_from", "compare_month", "compare_year"})
    _answer_view = "ai_close.view_ai_close_trial_balance_form"

    date_from = fields.Date(
        "Movement from", help="Not before the fiscal year of the day. Empty: the first of its month."
    )
    compare_month = fields.Boolean("Compare with the month before", default=True)
    compare_year = fields.Boolean("Compare with the year before", default=True)
    line_ids = fields.One2many("ai.close.trial.balance.line", "asked_id", string="Accounts", readonly=True)
    date_month = fields.Date("Month before", readonly=True)
    date_year = fields.Date("Year before", readonly=True)
    year_start = fields.Date("Fiscal year from", readonly=True)
    result = fields.Monetary(
        "Result of the year so far", readonly=True, help="Income less expenses: positive is a profit."
    )
    total = fields.Monetary("All accounts together", readonly=True, help="0.00 in sound books.")
    budget_text = fields.Char("Budget", readonly=True)

    @api.model
    def _title(self):
        return self.env._("Trial balance")

    def action_show(self):
        """Compute the rows under the reader's own rights and show them."""
        self.ensure_one()
        self.check_access("read")
        ledger, company = self.env["ai.close.ledger"], self.company_id
        if self.date_from and not ledger._year_start(company, self.date) <= self.date_from <= self.date:
            raise UserError(
                self.env._("The movement begins in the fiscal year of %s.", format_date(self.env, self.date))
            )
        compare = [PRIOR_MONTH] * self.compare_month + [PRIOR_YEAR] * self.compare_year
        found = ledger._trial_balance(company, self.date, self.date_from or None, compare)
        places = self.currency_id.decimal_places
        return self._answer(
            [self._line_vals(row, found, places) for row in found.rows],
            date_from=found.first,
            date_month=found.days.get(PRIOR_MONTH),
            date_year=found.days.get(PRIOR_YEAR),
            year_start=found.year_start,
            result=float(decimal(-found.result, places)),
            total=float(decimal(found.total, places)),
            budget_text=self.env._("None: no module of budgets is installed."),
        )

    def _line_vals(self, row, found, places):
        """Return the values of a row; rounded nowhere, for a minor unit is the currency's smallest."""
        vals = {
            "is_prior": row.account_id == PRIOR_EARNINGS,
            "prior_month": float(decimal(row.compared.get(PRIOR_MONTH, 0), places)),
            "prior_year": float(decimal(row.compared.get(PRIOR_YEAR, 0), places)),
            **{
                name: float(decimal(getattr(row, name), places))
                for name in ("opening", "debit", "credit", "closing")
            },
        }
        if row.account_id == PRIOR_EARNINGS:
            since = format_date(self.env, found.year_start)
            return vals | {"name": self.env._("Earned before %s, not allocated", since)}
        account = self.env["account.account"].with_company(self.company_id).browse(row.account_id)
        vals |= {"account_id": account.id, "code": account.code, "name": account.name}
        if row.foreign is not None:
            own = account.currency_id
            vals |= {
                "foreign_currency_id": own.id,
                "foreign": float(decimal(row.foreign, own.decimal_places)),
            }
        return vals


class CloseTrialBalanceLine(models.TransientModel):
    _name = "ai.close.trial.balance.line"
    _inherit = ["ai.close.access.mixin"]
    _description = "Account of a trial balance"
    _order = "is_prior, code, id"

    asked_id = fields.Many2one(
        "ai.close.trial.balance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="asked_id.company_id", store=True)
    currency_id = fields.Many2one(related="asked_id.currency_id")
    account_id = fields.Many2one("account.account", readonly=True)
    account_type = fields.Selection(related="account_id.account_type", store=True)
    is_prior = fields.Boolean("Earlier years' earnings", readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char("Account name", readonly=True)
    opening = fields.Monetary(readonly=True)
    debit = fields.Monetary(readonly=True)
    credit = fields.Monetary(readonly=True)
    closing = fields.Monetary(readonly=True)
    prior_month = fields.Monetary("Month before", readonly=True)
    prior_year = fields.Monetary("Year before", readonly=True)
    foreign_currency_id = fields.Many2one("res.currency", readonly=True)
    foreign = fields.Monetary(
        "Own currency", currency_field="foreign_currency_id", readonly=True, aggregator=None
    )

    def action_items(self):
        """Open the journal items that the closing balance is the sum of."""
        self.ensure_one()
        self.check_access("read")
        asked = self.asked_id
        domain = [("company_id", "=", asked.company_id.id)]
        if self.is_prior:
            before = ("date", "<", asked.year_start)
            domain += [("account_id.include_initial_balance", "=", False), before]
        else:
            domain += [("account_id", "=", self.account_id.id), ("date", "<=", asked.date)]
            if not self.account_id.include_initial_balance:
                domain.append(("date", ">=", asked.year_start))
        return asked._items_action(" ".join(filter(None, (self.code, self.name))), domain)
