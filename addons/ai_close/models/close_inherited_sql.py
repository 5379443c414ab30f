"""The queries behind the inherited list: what was open on a day, and what is left of it today.

An open item's own ``amount_residual`` is of today.  As of a day, reconciliations whose later side is dated
after it (``max_date``) have not happened yet.
"""

from odoo.tools import SQL

COLUMNS = (
    "company_id",
    "kind",
    "res_model",
    "res_id",
    "source_id",
    "label",
    "partner_id",
    "account_id",
    "date",
    "date_due",
    "amount",
    "item_currency_id",
    "amount_currency",
    "bucket",
)


def rows(companies, start, outstanding, clearing, balances):
    """Return the query of everything that is open before ``start`` in ``companies``.

    :param outstanding: ids of the accounts where payments wait for their bank line
    :param clearing: ids of clearing accounts that are reconciled, listed by item
    :param balances: ids of clearing accounts that are not, listed by balance
    """
    parts = [
        _items(companies, start, outstanding, clearing),
        _balances(companies, start, balances),
        _bank(companies, start),
        _drafts(companies, start),
    ]
    return SQL(
        """
        SELECT found.company_id, found.kind, found.res_model, found.res_id, found.source_id,
               found.label, found.partner_id, found.account_id, found.date, found.date_due, found.amount,
               found.item_currency_id, found.amount_currency,
               CASE WHEN found.date_due >= %(last)s THEN 'current'
                    WHEN found.date_due >= %(last)s - 30 THEN 'd30'
                    WHEN found.date_due >= %(last)s - 60 THEN 'd60'
                    WHEN found.date_due >= %(last)s - 90 THEN 'd90' ELSE 'older' END AS bucket
          FROM (%(parts)s) found""",
        last=SQL("(%s::date - 1)", start),
        parts=SQL(" UNION ALL ").join(parts),
    )


def _items(companies, start, outstanding, clearing):
    """Items of receivables, payables, outstanding payments and reconciled clearing accounts.

    Looked at are those that are open today, and those that were settled by something dated later.
    """
    return SQL(
        """
        SELECT line.company_id,
               CASE WHEN account.id = ANY(%(outstanding)s) THEN 'outstanding'
                    WHEN account.account_type = 'asset_receivable' THEN 'receivable'
                    WHEN account.account_type = 'liability_payable' THEN 'payable'
                    ELSE 'clearing' END AS kind,
               'account.move' AS res_model, line.move_id AS res_id, line.id AS source_id,
               concat_ws(' ', move.name, nullif(move.ref, '')) AS label,
               line.partner_id, line.account_id, line.date,
               coalesce(line.date_maturity, line.date) AS date_due,
               line.balance - coalesce(debit.amount, 0) + coalesce(credit.amount, 0) AS amount,
               line.currency_id AS item_currency_id,
               line.amount_currency - coalesce(debit.foreign_amount, 0) + coalesce(credit.foreign_amount, 0)
                   AS amount_currency
          FROM (
              SELECT id FROM account_move_line
               WHERE company_id IN %(companies)s AND date < %(start)s AND reconciled IS NOT TRUE
              UNION SELECT debit_move_id FROM account_partial_reconcile
               WHERE company_id IN %(companies)s AND max_date >= %(start)s
              UNION SELECT credit_move_id FROM account_partial_reconcile
               WHERE company_id IN %(companies)s AND max_date >= %(start)s
          ) candidate
          JOIN account_move_line line ON line.id = candidate.id
          JOIN account_move move ON move.id = line.move_id
          JOIN account_account account ON account.id = line.account_id
          LEFT JOIN LATERAL (
              SELECT sum(amount) AS amount, sum(debit_amount_currency) AS foreign_amount
                FROM account_partial_reconcile WHERE debit_move_id = line.id AND max_date < %(start)s
          ) debit ON true
          LEFT JOIN LATERAL (
              SELECT sum(amount) AS amount, sum(credit_amount_currency) AS foreign_amount
                FROM account_partial_reconcile WHERE credit_move_id = line.id AND max_date < %(start)s
          ) credit ON true
         WHERE line.company_id IN %(companies)s AND line.date < %(start)s AND move.state = 'posted'
           AND (account.account_type IN ('asset_receivable', 'liability_payable')
                OR account.id = ANY(%(outstanding)s) OR account.id = ANY(%(clearing)s))
           AND (line.balance - coalesce(debit.amount, 0) + coalesce(credit.amount, 0) <> 0
                OR line.amount_currency - coalesce(debit.foreign_amount, 0)
                   + coalesce(credit.foreign_amount, 0) <> 0)""",
        companies=companies,
        start=start,
        outstanding=outstanding,
        clearing=clearing,
    )


def _balances(companies, start, accounts):
    return SQL(
        """
        SELECT line.company_id, 'balance', 'account.account', line.account_id, line.account_id, 'Balance',
               NULL::int,
               line.account_id, max(line.date), max(line.date), sum(line.balance), company.currency_id,
               sum(line.balance)
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN res_company company ON company.id = line.company_id
         WHERE line.company_id IN %(companies)s AND line.date < %(start)s AND move.state = 'posted'
           AND line.account_id = ANY(%(accounts)s)
         GROUP BY line.company_id, line.account_id, company.currency_id HAVING sum(line.balance) <> 0""",
        companies=companies,
        start=start,
        accounts=accounts,
    )


def _bank(companies, start):
    """Bank lines that wait on suspense. Odoo keeps no history of it: these are the ones open today."""
    return SQL(
        """
        SELECT bank.company_id, 'bank', 'account.bank.statement.line', bank.id, bank.id,
               concat_ws(' ', move.name, bank.payment_ref), bank.partner_id, journal.default_account_id,
               move.date, move.date,
               coalesce((SELECT sum(line.balance) FROM account_move_line line WHERE line.move_id = move.id
                          AND line.account_id = journal.default_account_id), bank.amount),
               bank.currency_id, bank.amount
          FROM account_bank_statement_line bank
          JOIN account_move move ON move.id = bank.move_id
          JOIN account_journal journal ON journal.id = bank.journal_id
         WHERE bank.company_id IN %(companies)s AND move.date < %(start)s
           AND move.state IN ('draft', 'posted') AND bank.is_reconciled IS NOT TRUE""",
        companies=companies,
        start=start,
    )


def _drafts(companies, start):
    return SQL(
        """
        SELECT move.company_id, 'draft', 'account.move', move.id, move.id,
               concat_ws(' ', coalesce(nullif(move.name, '/'), 'Draft'), nullif(move.ref, '')),
               move.commercial_partner_id, NULL::int, move.date, coalesce(move.invoice_date_due, move.date),
               coalesce(move.amount_total_signed, 0), move.currency_id,
               coalesce(move.amount_total_in_currency_signed, 0)
          FROM account_move move
         WHERE move.company_id IN %(companies)s AND move.date < %(start)s AND move.state = 'draft'
           AND NOT EXISTS (SELECT 1 FROM account_bank_statement_line bank WHERE bank.move_id = move.id)""",
        companies=companies,
        start=start,
    )


def open_now():
    """Return the query of what is left of ``item`` (a row of the items' table) as the books stand now.

    A balance counts as left as far as the account still stands on the same side; what was added since is
    not inherited.
    """
    return SQL(
        """
        SELECT CASE
            WHEN item.kind IN ('receivable', 'payable', 'outstanding', 'clearing') THEN coalesce((
                SELECT line.amount_residual FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.id = item.source_id AND move.state = 'posted'), 0)
            WHEN item.kind = 'bank' THEN coalesce((
                SELECT item.amount FROM account_bank_statement_line bank
                 WHERE bank.id = item.res_id AND bank.is_reconciled IS NOT TRUE), 0)
            WHEN item.kind = 'draft' THEN coalesce((
                SELECT item.amount FROM account_move move
                 WHERE move.id = item.res_id AND move.state = 'draft'), 0)
            ELSE coalesce((
                SELECT CASE WHEN item.amount > 0 THEN greatest(least(sum(line.balance), item.amount), 0)
                            ELSE least(greatest(sum(line.balance), item.amount), 0) END
                  FROM account_move_line line
                 WHERE line.account_id = item.account_id AND line.company_id = item.company_id
                   AND line.parent_state = 'posted'), 0)
        END AS amount"""
    )


def digest(table):
    """Return the query of the one digest over a table of items, whatever their order."""
    return SQL(
        """
        SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', company_id, kind, res_model,
               res_id, source_id, label, coalesce(partner_id, 0), coalesce(account_id, 0), date, date_due,
               trim_scale(amount), item_currency_id, trim_scale(amount_currency)), E'\\n'
               ORDER BY kind, source_id, company_id), ''), 'UTF8')), 'hex')
          FROM %s listed""",
        table,
    )
