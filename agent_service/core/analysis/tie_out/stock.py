"""Stock: each valuation account against what lies in stock by quantity and cost.

**What it does** Compares the balance of each valuation account with the value of the stock at the end of D.

**Why it matters** Valuation (IAS 2): an account that has left its stock holds cost of sales or a loss.

**Method** Balance by D against the stock's own value at the end of D. Without a value of that day the
tie-out has no data: the value of another day proves nothing. Example: 55,000.00 on the account, 54,200.00
in stock → difference 800.00, open 800.00.

**False positives** Periodic valuation before its closing entry: the staged entry SV closes the difference.

**Source** IAS 2.9, 2.34; dataset `stock_values`; the policy's role stock_valuation.
"""

from collections.abc import Sequence

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "stock", "Stock accounts against stock values"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each account with a stock value, or that the policy says is stock's."""
    rows = {}
    if books.has("stock_values"):
        rows = {one["account_id"]: one for one in books.frame("stock_values").iter_rows(named=True)}
    mapped = ledger.role_accounts(books, policy, "stock_valuation")
    known = set(books.frame("accounts")["id"].to_list())
    accounts = sorted((set(rows) & known) | set(ledger.used(books, mapped, period.end)))
    return [_tie_out(books, one, rows.get(one), period) for one in accounts]


def _tie_out(books: Books, account: int, row: dict | None, period: Period) -> TieOut:
    day = period.end
    other, why = None, ""
    if row is None:
        why = (
            "Nothing tells what lies in stock: the valuation can't be read, or no category names the account."
        )
    elif row["as_of"] != day:
        why = f"The stock was valued as of {row['as_of']}, not at the end of {day}."
    elif row["stock_value"] is None:
        why = "The stock has no value."
    else:
        other = row["stock_value"]
    return TieOut(
        kind=KIND,
        name=ledger.name_of(books, account),
        account_ids=(account,),
        currency=books.company.currency,
        day=day,
        balance=ledger.balance_of(books, account, day),
        other=other,
        source=f"stock value at the end of {day}",
        why=why,
    )
