"""What customers owed and what was owed to vendors on a day, item by item and by partner and age.

An item's own ``amount_residual`` is of today and is never read here, nor whether it is said to be settled: of
the item's balance that is taken off which was reconciled by ``day`` (the later side's date, ``max_date``).
What was undone since is open again, as of every day.  A payment that went back to draft stays reconciled in
Odoo, but is not in the ledger, and so settles nothing here either.
"""

from odoo import api, models
from odoo.tools import SQL

from ..kernel.ageing import OpenItem, bucket_of, by_partner
from ..kernel.trial_balance import minor

OWED_TYPES = ("asset_receivable", "liability_payable")


class CloseLedger(models.AbstractModel):
    _inherit = "ai.close.ledger"

    @api.model
    @api.private
    def _ageing(self, company, day, types=OWED_TYPES):
        """Return the open amounts of each partner by bucket and in total, see ``by_partner``."""
        return by_partner(self._open_items(company, day, types))

    @api.model
    @api.private
    def _open_items(self, company, day, types=OWED_TYPES, accounts=None):
        """Return what was open on ``day``, oldest first, of accounts of ``types`` (or only ``accounts``).

        ``partner_id`` is the commercial partner; an item without a due date is due on its own date.
        """
        if accounts is None:
            of_types = [("account_type", "in", list(types))]
            accounts = self.env["account.account"].sudo().with_context(active_test=False)._search(of_types)
            accounts = list(accounts)
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(self._open_items_query(company, day, accounts))
        places = company.sudo().currency_id.decimal_places
        return [
            OpenItem(
                line_id,
                move_id,
                partner_id,
                account_id,
                dated,
                due,
                minor(residual, places),
                currency_id,
                minor(residual_currency, currency_places),
                bucket_of(due, day),
                name,
            )
            for line_id, move_id, partner_id, account_id, dated, due, residual, currency_id,
            residual_currency, currency_places, name in rows
        ]  # fmt: skip

    def _open_items_query(self, company, day, accounts):
        self.env["account.move.line"].flush_model(["partner_id", "date_maturity", "currency_id", "move_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s),
            settled AS (
                SELECT id, sum(amount) AS amount, sum(amount_currency) AS amount_currency
                  FROM (
                    SELECT part.debit_move_id AS id, part.amount,
                           part.debit_amount_currency AS amount_currency
                      FROM account_partial_reconcile part JOIN item ON item.id = part.debit_move_id
                      JOIN account_move_line other ON other.id = part.credit_move_id
                      JOIN account_move entry ON entry.id = other.move_id
                     WHERE part.max_date <= %(day)s AND %(counts)s
                     UNION ALL
                    SELECT part.credit_move_id, -part.amount, -part.credit_amount_currency
                      FROM account_partial_reconcile part JOIN item ON item.id = part.credit_move_id
                      JOIN account_move_line other ON other.id = part.debit_move_id
                      JOIN account_move entry ON entry.id = other.move_id
                     WHERE part.max_date <= %(day)s AND %(counts)s
                  ) taken GROUP BY id
            )
            SELECT item.id, item.move_id, coalesce(partner.commercial_partner_id, item.partner_id),
                   item.account_id, item.date, coalesce(item.date_maturity, item.date) AS due,
                   (item.balance - coalesce(settled.amount, 0))::text, item.currency_id,
                   (item.amount_currency - coalesce(settled.amount_currency, 0))::text,
                   currency.decimal_places, entry.name
              FROM item
              JOIN account_move entry ON entry.id = item.move_id
              JOIN res_currency currency ON currency.id = item.currency_id
              LEFT JOIN settled ON settled.id = item.id
              LEFT JOIN res_partner partner ON partner.id = item.partner_id
             WHERE item.balance <> coalesce(settled.amount, 0)
                OR item.amount_currency <> coalesce(settled.amount_currency, 0)
             ORDER BY due, item.id""",
            items=self._posted(company, day, accounts).select(
                *(
                    SQL("%s", SQL.identifier("account_move_line", name))
                    for name in (
                        "id",
                        "move_id",
                        "partner_id",
                        "account_id",
                        "date",
                        "date_maturity",
                        "balance",
                        "currency_id",
                        "amount_currency",
                    )
                )
            ),
            day=day,
            counts=SQL("other.parent_state = 'posted' AND entry.state = 'posted' AND other.date <= %s", day),
        )
