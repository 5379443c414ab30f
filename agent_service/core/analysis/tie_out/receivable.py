"""Receivables: the control account against the open items of customers as of the day.

**What it does** Compares the balance of each receivable account with what its partners owe item by item.

**Why it matters** Existence and completeness: an amount on the account that nobody owes can't be collected.

**Method** Balance of posted items by D against the sum of residuals at D (balance less settlements dated by
D) of items with a partner. Items of no partner, and items settled in their own currency with a rest in
company currency, lie between. Example: 1,500.00 on the account, customers owe 1,450.00, an entry by hand of
50.00 names nobody → difference 50.00, open 50.00.

**False positives** None: later payments and undone settlements don't count at D.

**Source** IFRS 9; `account.partial.reconcile.max_date`.
"""

from collections.abc import Sequence

from agent_service.core.analysis.tie_out.open_items import trade_tie_outs
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "receivable", "Receivables against open items"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each receivable account."""
    return trade_tie_outs(books, period, KIND, "asset_receivable")
