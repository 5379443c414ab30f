"""Books of a million lines by SQL, read as trial balance and open items and as plain sums."""

import statistics
import time
from datetime import date
from decimal import Decimal

from odoo.addons.ai_close.tests.close_common import CloseCase

DAY = date(2026, 10, 31)
# Two years of entries of four lines: a customer, two accounts, a bank; a third of the customers' items paid.
_GROW = """
    ALTER TABLE account_move DISABLE TRIGGER USER;
    ALTER TABLE account_move_line DISABLE TRIGGER USER;
    ALTER TABLE account_partial_reconcile DISABLE TRIGGER USER;
    CREATE TEMP TABLE grown AS
        SELECT nextval('account_move_id_seq') AS id, date '2025-01-01' + (number %% 700)::int AS day, number,
               round((10 + (number * 7919) %% 100000)::numeric / 100, 2) AS amount,
               CASE WHEN number %% 50 = 0 THEN 'draft' ELSE 'posted' END AS state
          FROM generate_series(1, %(entries)s) number;
    INSERT INTO account_move (id, name, date, state, journal_id, company_id, currency_id, move_type,
                              auto_post, payment_state, create_uid, write_uid)
        SELECT id, 'GROWN/' || number, day, state, %(journal)s, %(company)s, %(currency)s, 'entry', 'no',
               'not_paid', 1, 1 FROM grown;
    INSERT INTO account_move_line (move_id, date, parent_state, journal_id, company_id, company_currency_id,
                                   currency_id, display_type, account_id, partner_id, date_maturity, balance,
                                   amount_currency, debit, credit, create_uid, write_uid)
        SELECT grown.id, day, state, %(journal)s, %(company)s, %(currency)s, %(currency)s, 'product',
               account, CASE WHEN part <= 2 THEN %(partner)s END, day + 30, sign * amount, sign * amount,
               greatest(sign * amount, 0), greatest(-sign * amount, 0), 1, 1
          FROM grown, LATERAL (VALUES (1, %(owed)s, 1),
                (2, (%(accounts)s::int[])[1 + number %% %(count)s], -1),
                (3, (%(accounts)s::int[])[1 + (number * 31) %% %(count)s], 1), (4, %(bank)s, -1))
               AS line(part, account, sign);
    INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, debit_amount_currency,
                                           credit_amount_currency, max_date, company_id, create_uid,
                                           write_uid)
        SELECT debit.id, credit.id, debit.balance, debit.balance, debit.balance, debit.date + 40,
               %(company)s, 1, 1
          FROM account_move_line debit JOIN account_move_line credit
            ON credit.move_id = debit.move_id AND credit.account_id = %(bank)s
         WHERE debit.account_id = %(owed)s AND debit.company_id = %(company)s AND debit.id %% 3 = 0;
    ALTER TABLE account_move ENABLE TRIGGER USER;
    ALTER TABLE account_move_line ENABLE TRIGGER USER;
    ALTER TABLE account_partial_reconcile ENABLE TRIGGER USER;
"""
# The sums that a trial balance can't do without, as somebody would type them into psql.
_PLAIN = """
    SELECT account_id, sum(balance) FILTER (WHERE date < '2026-10-01'),
           sum(debit) FILTER (WHERE date >= '2026-10-01'), sum(credit) FILTER (WHERE date >= '2026-10-01'),
           sum(balance) FROM account_move_line
     WHERE company_id = %s AND parent_state = 'posted' AND date <= %s GROUP BY account_id
"""
_OPEN = """
    SELECT line.partner_id, line.balance - coalesce(sum(part.amount), 0)
      FROM account_move_line line LEFT JOIN account_partial_reconcile part
        ON part.debit_move_id = line.id AND part.max_date <= %s
     WHERE line.company_id = %s AND line.parent_state = 'posted' AND line.date <= %s AND line.account_id = %s
     GROUP BY line.id HAVING line.balance <> coalesce(sum(part.amount), 0)
"""


class Books:
    """A company whose ledger has so many lines."""

    def __init__(self, env, lines):
        company = env["res.company"].search([("name", "=", CloseCase.COMPANY)], limit=1)
        self.env, self.company = env(user=1), company
        accounts = env["account.account"].with_company(company).search([("company_ids", "in", company.ids)])

        def of(*types):
            return accounts.filtered(lambda account: account.account_type in types)

        others = of("income", "expense", "asset_current", "liability_current")
        self.owed = of("asset_receivable")[:1]
        journal = env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        env.cr.execute(
            _GROW,
            {
                "entries": lines // 4, "journal": journal.id, "company": company.id, "owed": self.owed.id,
                "currency": company.currency_id.id, "accounts": others.ids, "count": len(others),
                "partner": company.partner_id.id, "bank": of("asset_cash")[:1].id,
            },
        )  # fmt: skip
        env.cr.commit()
        env.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
        env.cr.execute("SELECT count(*) FROM account_move_line WHERE company_id = %s", [company.id])
        (self.lines,) = env.cr.fetchone()

    def balance(self):
        return self.env["ai.close.ledger"]._trial_balance(self.company, DAY)

    def plain(self):
        self.env.cr.execute(_PLAIN, [self.company.id, DAY])
        return self.env.cr.fetchall()

    def items(self):
        return self.env["ai.close.ledger"]._open_items(self.company, DAY, ("asset_receivable",))

    def plain_items(self):
        self.env.cr.execute(_OPEN, [DAY, self.company.id, DAY, self.owed.id])
        return self.env.cr.fetchall()

    def measured(self, pairs):
        """Return the times of ours and of the plain sums, in turn, having seen that they agree."""
        found = {row.account_id: row.closing for row in self.balance().rows}
        plain = self.plain()
        carried = self.env["ai.close.ledger"]._carried(self.company, [account for account, *_sums in plain])
        for account, *_parts, closing in plain:
            if carried[account]:
                assert found.get(account, 0) == int(Decimal(str(closing)) * 100), account
        assert len(self.items()) == len(self.plain_items())
        times = {}
        for name, ours, theirs in (
            ("balance", self.balance, self.plain),
            ("items", self.items, self.plain_items),
        ):
            own, other = [], []
            for number in range(pairs + 1):
                order = [(ours, own), (theirs, other)]
                for work, spent in order if number % 2 else reversed(order):
                    start = time.perf_counter()
                    work()
                    if number:
                        spent.append(time.perf_counter() - start)
            times[name] = (own, other)
            print(name, [round(statistics.median(each), 2) for each in (own, other)])
        return {"lines": self.lines, "times": times}
