"""What the agent reads of the balances that other companies of the group show with this one."""

from odoo import api, models
from odoo.tools import SQL

from ..kernel.money import fmt
from .columns import as_columns

TRADE = ("asset_receivable", "liability_payable")
BETWEEN = ("ic_payable", "ic_receivable")


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "group_balances"]

    @api.private
    def _dataset_group_balances(self, run, after, limit):
        """Balances with the run's company at the period's end, by company and currency of the items.

        Only of companies that the agent's user may read, on receivables, payables and the accounts that a
        company's own policy names for amounts between companies; debit positive as in their books.
        """
        readable = self.env.user.sudo().company_ids - run.company_id
        policies = self.env["ai.close.policy"].sudo()
        between = {
            account
            for company in readable
            for role in BETWEEN
            for account in policies._in_force_above(company)._role_account(role).ids
        }
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.company_id, line.currency_id, currency.decimal_places, sum(line.amount_currency)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN res_currency currency ON currency.id = line.currency_id
                 WHERE line.company_id = ANY(%s) AND line.parent_state = 'posted' AND line.date <= %s
                   AND partner.commercial_partner_id = %s
                   AND (account.account_type IN %s OR account.id = ANY(%s))
                 GROUP BY line.company_id, line.currency_id, currency.decimal_places
                 ORDER BY line.company_id, line.currency_id""",
                readable.ids,
                run.close_id.period_end,
                run.company_id.sudo().partner_id.commercial_partner_id.id,
                TRADE,
                sorted(between),
            )
        )
        numbered = [
            (number, company, currency, fmt(balance, decimals))
            for number, (company, currency, decimals, balance) in enumerate(rows, 1)
        ]
        return as_columns(("id", "company_id", "currency", "balance"), numbered), None
