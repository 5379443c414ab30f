"""Payables: the control account against the open items of vendors as of the day.

**What it does** Compares the balance of each payable account with what its partners are owed item by item.

**Why it matters** Completeness: a debt that no vendor's item shows is paid late, or twice.

**Method** As for receivables; a credit is negative. Example: −2,000.00 on the account, vendors are owed
−2,000.00 at D though 500.00 was paid in November → difference 0.00.

**False positives** None: later payments and undone settlements don't count at D.

**Source** IFRS 9; `account.partial.reconcile.max_date`.
"""

from collections.abc import Sequence

from agent_service.core.analysis.tie_out.open_items import trade_tie_outs
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "payable", "Payables against open items"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each payable account."""
    return trade_tie_outs(books, period, KIND, "liability_payable")
