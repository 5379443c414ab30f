"""Revaluations that people booked: told by what they do to the book of open items, not by an account.

The same question as the agent asks (core/adjustments/revalued_by_hand.py): lines that move the book of an
account of open items and no foreign amount, or that stand in company currency on such an account in an entry
that takes the difference to gains or losses; as far as something of them is open on the last day of an open
period.  What is listed here is what stops the revaluation there, and nothing else.
"""

from odoo import api, models
from odoo.tools import SQL

from ..kernel.proposers import (
    APART,
    NON_MONETARY_ROLES,
    NON_MONETARY_TYPES,
    REVALUED,
    REVALUED_ITEM_ROLES,
    REVALUED_ROLES,
    accounts_of,
)

TRADE_TYPES = ("asset_receivable", "liability_payable")
CASH_TYPES = ("asset_cash", "liability_credit_card")
# `ours`: what a proposal made or a person adopted, and what takes that back; not what people wrote and had
# approved.  `hand`: the lines, with what of each is open on the day, debit positive.
REVALUATIONS = """
WITH RECURSIVE ours AS (
    SELECT move.id FROM account_move move LEFT JOIN ai_close_entry entry ON entry.id = move.ai_close_entry_id
     WHERE move.company_id = %(company)s
       AND (move.ai_close_adoption_id IS NOT NULL OR entry.proposer NOT IN ('MAN', 'REV'))
    UNION
    SELECT back.id FROM account_move back JOIN ours ON back.reversed_entry_id = ours.id
), hand AS (
    SELECT line.move_id, line.account_id, line.currency_id,
           line.balance
           - COALESCE((SELECT sum(settled.amount) FROM account_partial_reconcile settled
                        WHERE settled.debit_move_id = line.id AND settled.max_date <= %(day)s), 0)
           + COALESCE((SELECT sum(settled.amount) FROM account_partial_reconcile settled
                        WHERE settled.credit_move_id = line.id AND settled.max_date <= %(day)s), 0)
           AS left_over
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
     WHERE line.company_id = %(company)s AND line.parent_state = 'posted' AND line.date <= %(day)s
       AND line.account_id = ANY(%(items)s) AND line.balance <> 0
       AND move.state = 'posted' AND move.move_type = 'entry'
       AND move.statement_line_id IS NULL AND move.origin_payment_id IS NULL
       AND CASE WHEN line.currency_id = line.company_currency_id
                THEN EXISTS (SELECT FROM account_move_line result WHERE result.move_id = line.move_id
                                AND result.account_id = ANY(%(results)s))
                ELSE line.amount_currency = 0 END
       AND move.journal_id IS DISTINCT FROM %(exchange)s
       AND NOT EXISTS (SELECT FROM account_partial_reconcile made WHERE made.exchange_move_id = move.id)
       AND NOT EXISTS (SELECT FROM ours WHERE ours.id = line.move_id)
), standing AS (
    SELECT account_id, currency_id FROM hand GROUP BY account_id, currency_id HAVING sum(left_over) <> 0
)
SELECT DISTINCT hand.move_id
  FROM hand JOIN standing USING (account_id, currency_id)
 WHERE hand.left_over <> 0
"""


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    @api.private
    def _ai_close_revalued_waiting(self, company, day):
        """Return the ids of the company's revaluations by hand that wait as of ``day``."""
        policy = self.env["ai.close.policy"].sudo()._in_force_above(company)
        params = (policy.params or {}) if policy else {}
        results = accounts_of(params.get("roles") or {}, {REVALUED: REVALUED_ROLES})
        own = (params.get("rules") or {}).get(REVALUED) or {}
        if not results or own.get("by_hand") == APART:
            return set()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                REVALUATIONS,
                company=company.id,
                day=day,
                items=sorted(self._ai_close_item_accounts(company).ids),
                results=sorted(results),
                exchange=company.currency_exchange_journal_id.id or None,
            )
        )
        return {move_id for (move_id,) in rows}

    @api.model
    @api.private
    def _ai_close_item_accounts(self, company):
        """Return the accounts whose open items are revalued one by one (sudo).

        Receivables and payables; others that are reconciled where a role, the policy's ``monetary_accounts``
        or a bank calls them monetary.  Bank accounts are revalued by their balance, which has the postings by
        hand in it.
        """
        policy = self.env["ai.close.policy"].sudo()._in_force_above(company)
        params = (policy.params or {}) if policy else {}
        roles = params.get("roles") or {}
        named = ((params.get("rules") or {}).get(REVALUED) or {}).get("monetary_accounts") or []
        monetary = set(accounts_of(roles, {REVALUED: REVALUED_ITEM_ROLES})) | {int(one) for one in named}
        never = set(accounts_of(roles, {REVALUED: NON_MONETARY_ROLES}))
        journals = self.env["account.journal"].sudo().search([("company_id", "=", company.id)])
        ways = journals.inbound_payment_method_line_ids | journals.outbound_payment_method_line_ids
        monetary |= set((journals.suspense_account_id | ways.payment_account_id).ids)
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        return accounts.search(
            [
                ("company_ids", "in", company.parent_ids.ids),
                ("id", "not in", sorted(never)),
                "|",
                ("account_type", "in", TRADE_TYPES),
                "&",
                ("account_type", "not in", (*CASH_TYPES, *NON_MONETARY_TYPES)),
                "&",
                ("reconcile", "=", True),
                ("id", "in", sorted(monetary)),
            ]
        )

    @api.private
    def _ai_close_revalued_lines(self):
        """Return the lines of this entry that move the book of open items (sudo).

        Of entries alone: what documents, payments, bank lines and reconciliations book is none.
        """
        self.ensure_one()
        move = self.sudo()
        if not move._ai_close_is_written():
            return move.line_ids.browse()
        company = move.company_id
        roles = self._ai_close_roles_above(company)
        touches = set(move.line_ids.account_id.ids) & set(accounts_of(roles, {REVALUED: REVALUED_ROLES}))
        found = move.line_ids.filtered(
            lambda line: (
                line.balance
                and (touches if line.currency_id == company.currency_id else not line.amount_currency)
            )
        )
        if not found:
            return found
        items = self._ai_close_item_accounts(company)
        return found.filtered(lambda line: line.account_id in items)
