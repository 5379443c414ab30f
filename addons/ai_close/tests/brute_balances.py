"""Balances and open items of any day recomputed line by line, for tests to hold the ledger's queries against.

Deliberately simple: all rows are fetched, and everything is added up here in Python.
"""

from collections import defaultdict
from decimal import Decimal

LINES = """
    SELECT line.id, line.account_id, line.partner_id, line.date,
           coalesce(line.date_maturity, line.date) AS due,
           line.balance::text, line.debit::text, line.credit::text, line.amount_currency::text,
           line.currency_id
      FROM account_move_line line JOIN account_move move ON move.id = line.move_id
     WHERE line.company_id = %s AND move.state = 'posted' AND line.account_id IS NOT NULL
"""
PARTIALS = """
    SELECT debit_move_id, credit_move_id, amount::text, debit_amount_currency::text,
           credit_amount_currency::text
      FROM account_partial_reconcile
"""
MONEY = ("balance", "debit", "credit", "amount_currency")


class Books:
    """All posted lines and all reconciliations of a company, as they stand now."""

    def __init__(self, env, company):
        env.flush_all()
        env.cr.execute(LINES, [company.id])
        self.lines = env.cr.dictfetchall()
        for line in self.lines:
            line.update({name: Decimal(line[name]) for name in MONEY})
        env.cr.execute(PARTIALS)
        self.partials = [(*row[:2], *map(Decimal, row[2:])) for row in env.cr.fetchall()]
        accounts = env["account.account"].sudo().browse({line["account_id"] for line in self.lines})
        self.carried = {each.id: each.include_initial_balance for each in accounts}
        self.owed = {
            each.id for each in accounts if each.account_type in ("asset_receivable", "liability_payable")
        }
        self.company = company
        self.by_id = {line["id"]: line for line in self.lines}
        self.partner = {
            each.id: each.commercial_partner_id.id
            for each in env["res.partner"].sudo().browse({row["partner_id"] for row in self.lines} - {None})
        }

    def year_start(self, day):
        return self.company.sudo().compute_fiscalyear_dates(day)["date_from"]

    def balances(self, day):
        """Return the closing balance of each account, and of account 0: what earlier years earned."""
        found, start = defaultdict(Decimal), self.year_start(day)
        for line in self.lines:
            if line["date"] <= day:
                before = not self.carried[line["account_id"]] and line["date"] < start
                found[0 if before else line["account_id"]] += line["balance"]
        return {account: amount for account, amount in found.items() if amount}

    def turnover(self, first, day):
        """Return debit and credit of each account from ``first`` to ``day``."""
        found = defaultdict(lambda: (Decimal(0), Decimal(0)))
        for line in self.lines:
            if first <= line["date"] <= day:
                debit, credit = found[line["account_id"]]
                found[line["account_id"]] = (debit + line["debit"], credit + line["credit"])
        return {account: each for account, each in found.items() if any(each)}

    def residuals(self, day):
        """Return ``{line id: (residual, residual in currency)}`` of what was owed and open on ``day``.

        A reconciliation has happened when both of its items have.
        """
        found = {
            line["id"]: [line["balance"], line["amount_currency"]]
            for line in self.lines
            if line["date"] <= day and line["account_id"] in self.owed
        }
        for debit, credit, amount, of_debit, of_credit in self.partials:
            dates = [self.by_id[each]["date"] for each in (debit, credit) if each in self.by_id]
            if len(dates) < 2 or max(dates) > day:
                continue
            for line, sign, currency in ((debit, -1, of_debit), (credit, 1, of_credit)):
                if line in found:
                    found[line][0] += sign * amount
                    found[line][1] += sign * currency
        return {line: tuple(each) for line, each in found.items() if any(each)}

    def ageing(self, day):
        """Return ``{(partner, bucket): amount}`` of what was open on ``day``."""
        found = defaultdict(Decimal)
        for line, (residual, _currency) in self.residuals(day).items():
            late = (day - self.by_id[line]["due"]).days
            bucket = (
                "current" if late <= 0 else "d30" if late <= 30 else "d60" if late <= 60 else
                "d90" if late <= 90 else "older"
            )  # fmt: skip
            found[self.partner.get(self.by_id[line]["partner_id"]), bucket] += residual
        return {key: amount for key, amount in found.items() if amount}


def differences(env, company, day):
    """Return what the ledger says of ``day`` otherwise than these books do: nothing when all agree."""
    ledger, books = env["ai.close.ledger"], Books(env, company)
    places = company.sudo().currency_id.decimal_places

    def amount(minor):
        return Decimal(minor).scaleb(-places)

    def turned(row):
        return amount(row.debit), amount(row.credit)

    found = ledger._trial_balance(company, day)
    apart = []

    def hold(what, ours, theirs):
        if ours != theirs:
            apart.append((what, ours, theirs))

    hold("total", found.total, 0)
    for name, at in {"closing": day, **found.days}.items():
        ours = {
            row.account_id: amount(row.closing if name == "closing" else row.compared[name])
            for row in found.rows
        }
        hold(name, {account: each for account, each in ours.items() if each}, books.balances(at))
    ours = {row.account_id: turned(row) for row in found.rows if any(turned(row))}
    hold("turnover", ours, books.turnover(found.first, day))
    for row in found.rows:
        hold(f"movement of {row.account_id}", row.opening + row.debit - row.credit, row.closing)
    items = ledger._open_items(company, day)
    hold(
        "residuals",
        {item.line_id: amount(item.residual) for item in items},
        {line: own for line, (own, _currency) in books.residuals(day).items()},
    )
    ageing = {
        (partner, bucket): amount(each)
        for partner, own in ledger._ageing(company, day).items()
        for bucket, each in own.items()
        if bucket != "total" and each
    }
    hold("ageing", ageing, books.ageing(day))
    owed = sum(row.closing for row in found.rows if row.account_id in books.owed)
    hold("items against the ledger", sum(item.residual for item in items), owed)
    return apart
