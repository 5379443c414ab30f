"""Prepayments and deferred revenue: each account against what its schedules have not released.

**What it does** Compares the balance of each prepaid and deferred account with the schedules that stand on
it.

**Why it matters** Accuracy and cut-off: what no schedule releases stays in the balance sheet for ever.

**Method** Balance by D against what schedules leave unreleased at D. The month's entry that isn't posted
yet explains; lines that no schedule stands for are open. Example: 12,000.00 on prepaid, 11,013.70
unreleased by the schedule at 30 April, April's 986.30 not posted → difference 986.30, explained 986.30.

**False positives** Balances of lines taken over by an opening show as lines without a schedule until they
are adopted.

**Source** IAS 1.27; `ai.close.schedule`; the policy's roles prepaid and deferred_revenue.
"""

from collections.abc import Sequence

from agent_service.core.adjustments.deferred import SIDE as DEFERRED_SIDE
from agent_service.core.adjustments.prepaid import SIDE as PREPAID_SIDE
from agent_service.core.adjustments.schedule_rows import Accounts, schedules_of
from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.on_schedules import schedule_tie_outs
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "prepaid", "Prepayments and deferrals against schedules"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each account of prepayments or deferred revenue."""
    day, found = period.end, []
    for side in (PREPAID_SIDE, DEFERRED_SIDE):
        mapped = ledger.role_accounts(books, policy, side.role)
        role = mapped[0] if len(mapped) == 1 else None
        schedules, lacking = schedules_of(books, side.kind, day, Accounts(side.role, role))
        found += schedule_tie_outs(
            books,
            period,
            KIND,
            side.code.lower(),
            mapped,
            schedules,
            lacking,
            side.sign,
            side.code,
        )
    return found
