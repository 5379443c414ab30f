"""The trial balance as of the last day of the period, and whether the ledger still says what was locked.

Debit positive, in company currency.  A branch is a set of books of its own, with a table of its own;
the lock, and so the snapshot that the accounts are compared with, binds the company and its branches.
"""

from decimal import Decimal

from odoo.tools import SQL

from ...kernel.trial_balance import COMPARISONS, PRIOR_EARNINGS, decimal
from .. import shape

_SUMS = """
    SELECT account_id, sum(balance)::text FROM account_move_line
     WHERE company_id IN %s AND parent_state = 'posted' AND date <= %s AND account_id IS NOT NULL
     GROUP BY account_id
"""


def collect(source):
    """Return the section."""
    env = source.env
    found = tables(source)
    notices = []
    for table in found:
        if table["total"] and Decimal(table["total"][5]):
            sentence = env._("The balances do not add up to zero: %s.", table["total"][5])
            notices.append(shape.notice(sentence, shape.ALERT))
    notices += _agreement(source)
    return shape.section("trial_balance", env._("Trial balance"), notices=notices, tables=found)


def tables(source):
    """Return the trial balance of the company, and of each branch in whose books anything stands."""
    made = [_table(source, company) for company in source.companies]
    return [made[0], *(table for table in made[1:] if table["rows"])]


def _table(source, company):
    env, end = source.env, source.close.period_end
    ledger = env["ai.close.ledger"]
    first = max(source.close.period_start, ledger._year_start(company, end))
    balance = ledger._trial_balance(company, end, first=first)
    names = [name for name in COMPARISONS if name in balance.days]
    places = company.currency_id.decimal_places

    def money(*amounts):
        return [format(decimal(amount, places), "f") for amount in amounts]

    accounts = env["account.account"].with_company(company)
    rows, last = [], []
    for row in balance.rows:
        figures = (row.opening, row.debit, row.credit, row.closing, *(row.compared[name] for name in names))
        if row.account_id != PRIOR_EARNINGS:
            account = accounts.browse(row.account_id)
            rows.append([account.code or "", account.name, *money(*figures)])
        elif any(figures):
            label = env._("Earned before %s, not allocated", balance.year_start)
            last.append(["", label, *money(*figures)])
    # by code, then name: accounts have numbers of their own, and the database's are nobody's order
    rows = sorted(rows, key=lambda cells: cells[:2]) + last
    return shape.table(
        env._("%(company)s as of %(day)s", company=company.name, day=end),
        [
            shape.column(env._("Account")),
            shape.column(env._("Name")),
            source.amount(env._("Opening %s", first), total=True, decimals=places),
            source.amount(env._("Debit"), total=True, decimals=places),
            source.amount(env._("Credit"), total=True, decimals=places),
            source.amount(env._("Closing %s", end), total=True, decimals=places),
            *(source.amount(str(balance.days[name]), total=True, decimals=places) for name in names),
        ],
        rows,
        empty=env._("Nothing was posted up to this day."),
        total_label=env._("Total"),
        note=env._(
            "Posted entries. Income and expense open with the fiscal year on %s; all other accounts with all"
            " that was posted before the period.",
            balance.year_start,
        ),
    )


# -- what the snapshot says


def _agreement(source):
    """Say whether each balance is what the snapshot says that was taken when the period was locked."""
    env = source.env
    if not (source.is_final and source.lock):
        return []
    found = env.execute_query_dict(
        SQL(
            "SELECT id, digest, lines FROM ai_close_snapshot WHERE company_id = %s AND date_to = %s"
            " ORDER BY id DESC LIMIT 1",
            source.company.id,
            source.close.period_end,
        )
    )
    if not found:
        sentence = env._("No snapshot of the books was taken at the lock: no data to compare with.")
        return [shape.notice(sentence, shape.ALERT)]
    (snapshot,) = found
    differing = _differing(source, snapshot["id"])
    if differing:
        names = env["account.account"].with_company(source.company).browse(differing).exists()
        sentence = env._(
            "The ledger no longer says what was locked, on %(count)s accounts: %(accounts)s.",
            count=len(differing),
            accounts=", ".join(names.mapped("display_name")) or "?",
        )
        return [shape.notice(sentence, shape.ALERT)]
    sentence = env._(
        "Every account says what the snapshot of the lock says: %(lines)s lines, proof code %(digest)s.",
        lines=snapshot["lines"],
        digest=snapshot["digest"],
    )
    return [shape.notice(sentence)]


def _differing(source, snapshot_id):
    """Return the ids of accounts whose balance since ever is another than in the snapshot."""
    env = source.env
    env.flush_all()
    kept = "SELECT account_id, balance::text FROM ai_close_snapshot_account WHERE snapshot_id = %s"
    locked, now = (
        {account: Decimal(balance or 0) for account, balance in env.execute_query(query)}
        for query in (SQL(kept, snapshot_id), SQL(_SUMS, source.family, source.close.period_end))
    )
    accounts = locked.keys() | now.keys()
    return sorted(account for account in accounts if locked.get(account, 0) != now.get(account, 0))
