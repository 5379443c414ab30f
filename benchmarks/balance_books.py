"""Books of a million lines by SQL, read as trial balance, tie-outs and open items and as plain sums."""

import statistics
import time
from datetime import date
from decimal import Decimal

from odoo.addons.ai_close.tests.close_common import CloseCase

DAY = date(2026, 10, 31)
# Two years of entries of four lines: a customer, two accounts, a bank; a third of the customers' items paid.
# As the database's owner and without triggers: nobody wrote them, and only reading them is measured.  Every
# id follows from the entry's number: nothing has to be looked up in tables that have no statistics yet.
GROW = """
    SET session_replication_role = replica;
    SET maintenance_work_mem = '256MB';
    CREATE TEMP TABLE at AS SELECT (SELECT coalesce(max(id), 0) FROM account_move) AS entry,
                                   (SELECT coalesce(max(id), 0) FROM account_move_line) AS item;
    CREATE TEMP TABLE grown AS
        SELECT at.entry + number AS id, at.item + number * 4 AS item, number,
               date '2025-01-01' + (number % 700)::int AS day,
               round((10 + (number * 7919) % 100000)::numeric / 100, 2) AS amount,
               CASE WHEN number % 50 = 0 THEN 'draft' ELSE 'posted' END AS state
          FROM at, generate_series(1, {entries}) number;
    INSERT INTO account_move (id, name, date, state, journal_id, company_id, currency_id, move_type,
                              auto_post, payment_state, create_uid, write_uid)
        SELECT id, 'GROWN/' || number, day, state, {journal}, {company}, {currency}, 'entry', 'no',
               'not_paid', 1, 1 FROM grown;
    INSERT INTO account_move_line (id, move_id, date, parent_state, journal_id, company_id,
                                   company_currency_id, currency_id, display_type, account_id, partner_id,
                                   date_maturity, balance, amount_currency, debit, credit, create_uid,
                                   write_uid)
        SELECT grown.item + part, grown.id, day, state, {journal}, {company}, {currency}, {currency},
               'product', account, CASE WHEN part <= 2 THEN {partner} END, day + 30, sign * amount,
               sign * amount, greatest(sign * amount, 0), greatest(-sign * amount, 0), 1, 1
          FROM grown, LATERAL (VALUES (1, {owed}, 1),
                (2, (ARRAY{accounts})[1 + number % {count}], -1),
                (3, (ARRAY{accounts})[1 + (number * 31) % {count}], 1), (4, {bank}, -1))
               AS line(part, account, sign);
    INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, debit_amount_currency,
                                           credit_amount_currency, max_date, company_id, create_uid,
                                           write_uid)
        SELECT item + 1, item + 4, amount, amount, amount, day + 40, {company}, 1, 1
          FROM grown WHERE number % 3 = 0;
    SELECT setval('account_move_id_seq', (SELECT max(id) FROM account_move)),
           setval('account_move_line_id_seq', (SELECT max(id) FROM account_move_line));
    ANALYZE account_move, account_move_line, account_partial_reconcile;
"""
# The sums that a trial balance can't do without, as somebody would type them into psql.
_PLAIN = """
    SELECT account_id, sum(balance) FILTER (WHERE date < '2026-10-01'),
           sum(debit) FILTER (WHERE date >= '2026-10-01'), sum(credit) FILTER (WHERE date >= '2026-10-01'),
           sum(balance) FROM account_move_line
     WHERE company_id = %s AND parent_state = 'posted' AND date <= %s GROUP BY account_id
"""
# And those that tie-outs can't do without.
_TIED = """
    SELECT account_id, sum(balance) FROM account_move_line
     WHERE company_id = %s AND parent_state = 'posted' AND date <= %s AND account_id = ANY(%s)
     GROUP BY account_id
"""
_OPEN = """
    SELECT line.id, line.balance - coalesce(sum(part.amount), 0)
      FROM account_move_line line LEFT JOIN account_partial_reconcile part
        ON part.debit_move_id = line.id AND part.max_date <= %s
     WHERE line.company_id = %s AND line.parent_state = 'posted' AND line.date <= %s AND line.account_id = %s
     GROUP BY line.id HAVING line.balance <> coalesce(sum(part.amount), 0)
"""


class Books:
    """A company whose ledger has so many lines."""

    def __init__(self, env):
        company = env["res.company"].search([("name", "=", CloseCase.COMPANY)], limit=1)
        self.env, self.company = env(user=1), company
        accounts = env["account.account"].with_company(company).search([("company_ids", "in", company.ids)])

        def of(*types):
            return accounts.filtered(lambda account: account.account_type in types)

        self.others = of("income", "expense", "asset_current", "liability_current")
        self.owed, self.bank = of("asset_receivable")[:1], of("asset_cash")[:1]
        self.tied = self.owed + self.bank + of("asset_current", "liability_current")

    def script(self, lines):
        """Return what grows the ledger by about so many lines, for the database's owner."""
        company = self.company
        general = [("company_id", "=", company.id), ("type", "=", "general")]
        return GROW.format(
            entries=lines // 4,
            journal=self.env["account.journal"].search(general, limit=1).id,
            company=company.id,
            currency=company.currency_id.id,
            partner=company.partner_id.id,
            owed=self.owed.id,
            bank=self.bank.id,
            accounts=self.others.ids,
            count=len(self.others),
        )

    def balance(self):
        return self.env["ai.close.ledger"]._trial_balance(self.company, DAY)

    def plain(self):
        self.env.cr.execute(_PLAIN, [self.company.id, DAY])
        return self.env.cr.fetchall()

    def tie_outs(self):
        spec = {"company_id": self.company.id, "date": DAY, "partner_id": None, "currency_id": None}
        return self.env["ai.close.tie.out"]._sums([spec | {"account_ids": each.ids} for each in self.tied])

    def plain_tie_outs(self):
        self.env.cr.execute(_TIED, [self.company.id, DAY, self.tied.ids])
        return self.env.cr.fetchall()

    def items(self):
        return self.env["ai.close.ledger"]._open_items(self.company, DAY, ("asset_receivable",))

    def plain_items(self):
        self.env.cr.execute(_OPEN, [DAY, self.company.id, DAY, self.owed.id])
        return self.env.cr.fetchall()

    def agree(self):
        """Hold ours against the plain sums before anything is timed."""
        found = {row.account_id: row.closing for row in self.balance().rows}
        plain = self.plain()
        carried = self.env["ai.close.ledger"]._carried(self.company, [account for account, *_sums in plain])
        for account, *_parts, closing in plain:
            if carried[account]:
                assert found.get(account, 0) == _cents(closing), account
        sums = dict(self.plain_tie_outs())
        for account, (_amount, own) in zip(self.tied, self.tie_outs(), strict=True):
            assert _cents(own) == _cents(sums.get(account.id, 0)), account
        ours = {item.line_id: item.residual for item in self.items()}
        assert ours == {line: _cents(residual) for line, residual in self.plain_items()}

    def measured(self, pairs):
        """Return the times of ours and of the plain sums, in turn, having seen that they agree."""
        self.agree()
        times = {}
        for name, ours, theirs in (
            ("balance", self.balance, self.plain),
            ("tie_outs", self.tie_outs, self.plain_tie_outs),
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
        self.env.cr.execute("SELECT count(*) FROM account_move_line WHERE company_id = %s", [self.company.id])
        return {"lines": self.env.cr.fetchone()[0], "times": times}


def _cents(amount):
    return int((Decimal(str(amount)) * 100).to_integral_value())
