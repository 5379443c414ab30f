"""Which journal entries are manual ones, and which of these the policy wants approved.

Manual is what a person drafted: a journal entry that was not created by the transaction that posts it, and
that no payment, bank line, stock move or the like stands behind.  Looked at are columns that no caller can
choose: which transaction created something, and what points to it; never a name, a text, a user or a context.
"""

from odoo import api, models
from odoo.tools import SQL

from ..kernel.money import parse

# Records of other add-ons that name the journal entry which was computed from them.
ORIGINS = (
    ("stock.move", "account_move_id"),
    ("pos.session", "move_id"),
    ("pos.payment", "account_move_id"),
    ("hr.expense", "account_move_id"),
)
LIQUIDITY = ("bank", "cash", "credit")


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _ai_close_manual_policy(self):
        """Return what the policy says of manual entries of this entry's company, or an empty dict."""
        self.ensure_one()
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        return (policy.params or {}).get("manual") or {} if policy else {}

    @api.private
    def _ai_close_manual_above(self):
        """Return the manual entries among these whose journal and amount the policy wants approved."""
        found = self.browse()
        now = self.env.cr.now()
        drafted = self.filtered(
            lambda move: (
                move.move_type == "entry"
                and not move.sudo().ai_close_entry_id
                and move.create_date
                and move.create_date < now
            )
        )
        for moves in drafted.grouped("company_id").values():
            policy = moves[0]._ai_close_manual_policy()
            if not policy:
                continue
            limit, journals = parse(policy["amount"]), set(policy["journals"])
            currency = moves.company_id.currency_id
            found |= moves.filtered(
                lambda move, journals=journals, limit=limit, currency=currency: (
                    move.journal_id.id in journals
                    and currency.compare_amounts(move._ai_close_debits(), float(limit)) >= 0
                )
            )
        return found - found.sudo()._ai_close_automatic() if found else found

    @api.private
    def _ai_close_debits(self):
        """Return the sum of the debits in company currency."""
        return sum(balance for balance in self.line_ids.mapped("balance") if balance > 0)

    # -- what is not manual

    @api.private
    def _ai_close_automatic(self):
        """Return those that Odoo computed from something else, and exact copies of what was approved."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT move.id FROM account_move move"
                " JOIN account_journal journal ON journal.id = move.journal_id"
                " WHERE move.id = ANY(%s) AND %s",
                self.ids,
                self._ai_close_automatic_sql(self.company_id),
            )
        )
        computed = self.browse(move_id for (move_id,) in rows)
        return computed | (self - computed).filtered(
            lambda move: move._ai_close_is_mirror() or move._ai_close_recurs()
        )

    @api.model
    @api.private
    def _ai_close_automatic_sql(self, companies):
        """Return the condition on ``move`` and its ``journal`` for what Odoo made from something else.

        The other side has to point here, out of the same transaction or in a journal of its kind: a column
        of the draft itself could be filled in by hand.  What was computed from goods, tills or expenses
        counts as long as nobody changed its items.
        """
        links = [
            SQL(
                "EXISTS (SELECT FROM %s origin WHERE origin.%s = move.id)",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(name),
            )
            for model, name in ORIGINS
            if model in self.env and name in self.env[model]._fields and self.env[model]._fields[name].store
        ]
        return SQL(
            """(
            (journal.type IN %(liquidity)s
             AND (EXISTS (SELECT FROM account_bank_statement_line line
                           WHERE line.move_id = move.id AND line.journal_id = move.journal_id)
                  OR EXISTS (SELECT FROM account_payment payment
                              WHERE payment.move_id = move.id AND payment.journal_id = move.journal_id)))
            OR EXISTS (SELECT FROM account_partial_reconcile partial
                        WHERE partial.create_date = move.create_date
                          AND (partial.exchange_move_id = move.id OR partial.id = move.tax_cash_basis_rec_id))
            OR ((%(links)s)
                AND NOT EXISTS (SELECT FROM account_move_line item
                                 WHERE item.move_id = move.id AND (item.create_date <> move.create_date
                                                                   OR item.write_date <> item.create_date)))
            )""",
            liquidity=LIQUIDITY,
            links=SQL(" OR ").join(
                [SQL("move.id = ANY(%s)", self._ai_close_stock_closings(companies)), *links]
            ),
        )

    @api.model
    @api.private
    def _ai_close_stock_closings(self, companies):
        """Return the ids of the stock's closing entries, where Odoo remembers them."""
        params = self.env["ir.config_parameter"].sudo()
        texts = [params.get_param(f"{company.id}.stock_valuation_closing_ids") or "" for company in companies]
        return [int(each) for text in texts for each in text.split(",") if each.strip().isdigit()]

    @api.private
    def _ai_close_is_mirror(self):
        """Is this the exact opposite of a posted entry, and the first one?"""
        original = self.reversed_entry_id
        return (
            original.state == "posted"
            and not (original.reversal_move_ids - self).filtered(lambda move: move.state == "posted")
            and self._ai_close_line_facts(-1) == original._ai_close_line_facts()
        )

    @api.private
    def _ai_close_recurs(self):
        """Is this the next one of a recurring entry that was approved: the same to the cent, one a date?"""
        origin = self.auto_post_origin_id
        if not origin or origin == self or self.auto_post in ("no", "at_date"):
            return False
        approved = origin._ai_close_requests()[origin.id]
        return (
            approved.state == "posted"
            and approved.recurrence == self.auto_post
            and self.date > approved.date
            and self._ai_close_line_facts() == approved.move_id._ai_close_line_facts()
            and not self.search_count(
                [
                    ("auto_post_origin_id", "=", origin.id),
                    ("state", "=", "posted"),
                    ("date", ">=", self.date.replace(day=1)),
                    ("id", "!=", self.id),
                ]
            )
        )

    @api.private
    def _ai_close_line_facts(self, sign=1):
        """Return what the items say, in an order that does not depend on theirs."""
        return sorted(
            (
                line.account_id.id,
                line.partner_id.id or 0,
                line.currency_id.id,
                line.currency_id.round(sign * line.amount_currency) + 0.0,
                line.company_currency_id.round(sign * line.balance) + 0.0,
                str(sorted((line.analytic_distribution or {}).items())),
                tuple(sorted(line.tax_ids.ids)),
            )
            for line in self.line_ids._ai_close_accounted()
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _ai_close_accounted(self):
        """Return the items that bear an account, in their order: sections and notes bear none."""
        return self.filtered("account_id").sorted(lambda line: (line.sequence, line.id))
