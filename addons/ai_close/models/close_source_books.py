"""Facts of what an adjusting entry rests on beside entries: accounts, rates, bank lines."""

from odoo import api, models

from ..kernel.money import fmt


class CloseSource(models.AbstractModel):
    _inherit = "ai.close.source"

    @api.model
    def _facts_account_account(self, ids, date):
        """An account with its posted balance on ``date``, in the company's currency and in each foreign one.

        Only beside a list of what the balance should be: a balance alone proves nothing.
        """
        company = self.env.company
        currency = company.currency_id
        sums = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", ids),
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", date),
            ],
            ["account_id", "currency_id"],
            ["balance:sum", "amount_currency:sum"],
        )
        facts = {
            account.id: {
                "code": account.code,
                "type": account.account_type,
                "active": account.active,
                "balance": {},
            }
            for account in self.env["account.account"].with_company(company).browse(ids)
        }
        for account, foreign, balance, amount in sums:
            facts[account.id]["balance"][foreign.name] = [
                fmt(balance, currency.decimal_places),
                fmt(amount, foreign.decimal_places),
            ]
        return facts

    @api.model
    def _facts_res_partner(self, ids, date):
        """A partner of documents: what is posted by ``date``, and which drafts say that they are of before.

        A proposal that rests on a document being missing is another one as soon as it is there.
        """
        Move = self.env["account.move"]
        facts = {}
        for partner in self.env["res.partner"].browse(ids):
            documents = [
                ("company_id", "=", self.env.company.id),
                ("commercial_partner_id", "=", partner.commercial_partner_id.id),
                ("move_type", "!=", "entry"),
            ]
            posted = [*documents, ("state", "=", "posted"), ("date", "<=", date)]
            drafts = Move.search(
                [*documents, ("state", "=", "draft"), ("invoice_date", "<=", date)], order="id"
            )
            facts[partner.id] = {
                "active": partner.active,
                "commercial": partner.commercial_partner_id.id,
                "posted": Move.search_count(posted),
                "last": Move.search(posted, order="id desc", limit=1).id or None,
                "drafts": [
                    [each.id, fmt(each.amount_untaxed, each.currency_id.decimal_places)] for each in drafts
                ],
            }
        return facts

    @api.model
    def _facts_res_currency_rate(self, ids, date):
        """A stored rate, and whether it is still the newest one for ``date``."""
        Rate = self.env["res.currency.rate"]
        facts = {}
        for rate in Rate.browse(ids):
            newest = Rate.search(
                [
                    ("currency_id", "=", rate.currency_id.id),
                    ("company_id", "in", [False, self.env.company.root_id.id]),
                    ("name", "<=", date),
                ],
                order="name desc, company_id, id desc",
                limit=1,
            )
            facts[rate.id] = {
                "currency": rate.currency_id.name,
                "date": rate.name,
                "rate": repr(rate.rate),
                "company": rate.company_id.id or None,
                "newest": newest.id,
            }
        return facts

    @api.model
    def _facts_account_bank_statement_line(self, ids, date):
        """A bank line with what stands on its entry: on the suspense account, or settled meanwhile."""
        facts = {}
        for line in self.env["account.bank.statement.line"].browse(ids):
            foreign = line.foreign_currency_id
            amount = fmt(line.amount_currency, foreign.decimal_places) if foreign else None
            facts[line.id] = {
                "state": line.state,
                "date": line.date,
                "journal": line.journal_id.id,
                "text": line.payment_ref or "",
                "partner": line.partner_id.id or None,
                "currency": line.currency_id.name,
                "amount": fmt(line.amount, line.currency_id.decimal_places),
                "foreign": [foreign.name, amount] if foreign else None,
                "is_reconciled": line.is_reconciled,
                "lines": [
                    [item.account_id.id, fmt(item.balance, item.company_currency_id.decimal_places)]
                    for item in line.move_id.line_ids.sorted("id")
                ],
            }
        return facts
