"""The year opens with what the last one closed with: the ledger against the snapshot of that lock."""

from datetime import timedelta
from decimal import Decimal

from odoo.tools import SQL

from .. import shape

# Types of accounts that a fiscal year starts anew; together they are what is not allocated.
RESULT = ("income", "expense", "equity_unaffected")
_LOCKED = """
    SELECT account.account_id, account.account_type, account.balance::text
      FROM ai_close_snapshot_account account WHERE account.snapshot_id = %s
"""
_NOW = """
    SELECT line.account_id, account.account_type, sum(line.balance)::text
      FROM account_move_line line JOIN account_account account ON account.id = line.account_id
     WHERE line.company_id IN %s AND line.parent_state = 'posted' AND line.date <= %s
     GROUP BY line.account_id, account.account_type
"""


def table(source):
    """Return ``(notices, tables)``: without a snapshot it says so; where nothing was before, nothing."""
    env = source.env
    last = env["ai.close.ledger"]._year_start(source.company, source.close.period_end) - timedelta(days=1)
    env.flush_all()
    now = _sums(env.execute_query(SQL(_NOW, source.family, last)))
    snapshots = env.execute_query(
        SQL(
            "SELECT id FROM ai_close_snapshot WHERE company_id = %s AND date_to = %s"
            " ORDER BY id DESC LIMIT 1",
            source.company.id,
            last,
        )
    )
    if not snapshots:
        if not any(now.values()):
            return [
                shape.notice(env._("Nothing was posted up to %s: the year opens with nothing.", last))
            ], []
        sentence = env._(
            "No snapshot of the books as of %s was taken at a lock: no data to compare the opening with.",
            last,
        )
        return [shape.notice(sentence, shape.ALERT)], []
    locked = _sums(env.execute_query(SQL(_LOCKED, *snapshots[0])))
    accounts = env["account.account"].with_company(source.company)
    rows = []
    for account in locked.keys() | now.keys():
        closed, opened = locked.get(account, Decimal(0)), now.get(account, Decimal(0))
        if not (closed or opened):
            continue
        found = accounts.browse(account or []).exists()
        name = found.name if found else env._("Earned up to %s, not allocated", last) if not account else "?"
        code = (found.code or "") if found else ""
        rows.append([code, name, *map(source.money, (closed, opened, opened - closed))])
    rows.sort(key=lambda cells: (not cells[0], cells[:2]))
    made = shape.table(
        env._("Opening against the last closing"),
        [
            shape.column(env._("Account")),
            shape.column(env._("Name")),
            source.amount(env._("Closing as locked, %s", last), total=True),
            source.amount(env._("Opening as it is now"), total=True),
            source.amount(env._("Difference"), total=True),
        ],
        rows,
        empty=env._("Nothing was posted up to this day."),
        total_label=env._("Total"),
    )
    apart = [row for row in rows if Decimal(row[4])]
    if apart:
        sentence = env._(
            "The year does not open with what was locked, on %(count)s accounts: %(accounts)s.",
            count=len(apart),
            accounts=", ".join(f"{row[0]} {row[1]}".strip() for row in apart),
        )
        return [shape.notice(sentence, shape.ALERT)], [made]
    return [shape.notice(env._("Every account opens with what was locked on %s.", last))], [made]


def _sums(rows):
    """Return balances by account; those of income and expenses together under 0."""
    found = {}
    for account, kind, balance in rows:
        key = 0 if (kind or "").startswith(RESULT) else account
        found[key] = found.get(key, Decimal(0)) + Decimal(balance or 0)
    return found
