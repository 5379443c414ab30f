"""ai.close.ledger: balances and open items of one company as of any day, under the reader's own rights.

For other files of the add-on (all of it `@api.private`, nothing of it over RPC):

    ledger = env["ai.close.ledger"]
    ledger._trial_balance(company, day, first=None, compare=("prior_month", "prior_year"))
        -> kernel.trial_balance.TrialBalance
    ledger._sums(company, edges, day, turnover_from=None, accounts=None) -> kernel.trial_balance.Sums
    ledger._open_items(company, day, types=("asset_receivable", "liability_payable"), accounts=None)
        -> [kernel.ageing.OpenItem]
    ledger._ageing(company, day, types) -> {partner id or None: {bucket: minor units, "total": ...}}

Amounts are integers of the company currency's minor unit, debit positive, exact.
`kernel.trial_balance.decimal(minor, places)` gives the amount.

What counts is posted by the item's own state and its entry's; drafts and cancelled entries never do.  The
books are read as they stand now: an entry that was posted late counts on its accounting date.  One company is
one set of books: a branch has its own.  Raises AccessError where the reader has no right to the books or the
company; `sudo()` reads them all the same.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..kernel.trial_balance import (
    COMPARISONS,
    Sums,
    assemble,
    compared_day,
    minor,
    needed_edges,
)

READ = ("account_id", "balance", "debit", "credit", "date", "parent_state", "company_id", "amount_currency")


class CloseLedger(models.AbstractModel):
    _name = "ai.close.ledger"
    _description = "Balances as of a day"

    @api.model
    @api.private
    def _trial_balance(self, company, day, first=None, compare=COMPARISONS):
        """Return the trial balance of ``company`` as of ``day``.

        :param first: first day of the movement, not before the fiscal year of ``day``; the month's by default
        :param compare: other days whose closing balances stand beside it, each by its own fiscal year
        """
        days = {name: compared_day(day, name) for name in compare}
        years = {each: self._year_start(company, each) for each in (day, *days.values())}
        first = first or max(day.replace(day=1), years[day])
        sums = self._sums(company, needed_edges(day, first, years, days.values()), day, first)
        carried = self._carried(company, sums.balances)
        foreign = self._foreign(company, day, [each for each, own in carried.items() if own])
        return assemble(sums, day, first, years, days, carried, foreign)

    @api.model
    @api.private
    def _sums(self, company, edges, day, turnover_from=None, accounts=None):
        """Return the sums of posted items up to ``day`` by account and stretch, in one query.

        :param edges: first days of the stretches, in order
        :param turnover_from: gather debit and credit from this day on too
        :param accounts: ids of the only accounts to look at
        """
        line = SQL.identifier("account_move_line")
        query = self._posted(company, day, accounts)
        turned = (
            SQL("(sum(%(l)s.debit) FILTER (WHERE %(l)s.date >= %(day)s))::text", l=line, day=turnover_from),
            SQL("(sum(%(l)s.credit) FILTER (WHERE %(l)s.date >= %(day)s))::text", l=line, day=turnover_from),
        )
        rows = self.env.execute_query(
            SQL(
                "%s GROUP BY 1, 2",
                query.select(
                    SQL("%s.account_id", line),
                    SQL("width_bucket(%s.date, %s::date[])", line, list(edges)),
                    SQL("sum(%s.balance)::text", line),
                    *(turned if turnover_from else ()),
                ),
            )
        )
        places = company.sudo().currency_id.decimal_places
        balances, turnovers = {}, {}
        for account, stretch, balance, *turnover in rows:
            balances.setdefault(account, [0] * (len(edges) + 1))[stretch] += minor(balance, places)
            if any(turnover):
                before = turnovers.get(account, (0, 0))
                own = (minor(each, places) for each in turnover)
                turnovers[account] = tuple(map(sum, zip(before, own, strict=True)))
        return Sums(tuple(edges), balances, turnovers)

    @api.model
    @api.private
    def _posted(self, company, day, accounts=None):
        """Return the query of the posted items of ``company`` up to ``day`` that the reader may see."""
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(self.env._("You don't work for %s.", company.sudo().name))
        items = self.env["account.move.line"].with_context(allowed_company_ids=company.ids)
        items.flush_model(READ)
        self.env["account.move"].flush_model(["state"])
        domain = [("company_id", "=", company.id), ("parent_state", "=", "posted"), ("date", "<=", day)]
        only = ("account_id", "!=", False) if accounts is None else ("account_id", "in", list(accounts))
        query = items._search([*domain, only])
        # what an entry says of itself counts too, and few are not posted
        query.add_where(
            SQL(
                "NOT EXISTS (SELECT FROM account_move entry WHERE entry.id = %s.move_id"
                " AND entry.state <> 'posted')",
                SQL.identifier("account_move_line"),
            )
        )
        return query

    @api.model
    @api.private
    def _year_start(self, company, day):
        """Return the first day of the fiscal year of ``day``."""
        return company.sudo().compute_fiscalyear_dates(day)["date_from"]

    @api.model
    @api.private
    def _carried(self, company, accounts):
        """Return by account whether its balance is carried into the next fiscal year."""
        found = self.env["account.account"].sudo().with_company(company).browse(sorted(accounts))
        return {account.id: account.include_initial_balance for account in found}

    def _foreign(self, company, day, accounts):
        """Return the balance in its own currency of each account that has a foreign one, minor units."""
        own = company.sudo().currency_id
        found = self.env["account.account"].sudo().browse(accounts)
        found = found.filtered(lambda account: account.currency_id and account.currency_id != own)
        if not found:
            return {}
        line = SQL.identifier("account_move_line")
        query = self._posted(company, day, found.ids)
        query.add_join("JOIN", "account", "account_account", SQL("account.id = %s.account_id", line))
        query.add_where(SQL("account.currency_id = %s.currency_id", line))
        sums = SQL("sum(%s.amount_currency)::text", line)
        rows = self.env.execute_query(SQL("%s GROUP BY 1", query.select(SQL("%s.account_id", line), sums)))
        places = {account.id: account.currency_id.decimal_places for account in found}
        return dict.fromkeys(found.ids, 0) | {each: minor(sum_, places[each]) for each, sum_ in rows}
