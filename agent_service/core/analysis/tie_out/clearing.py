"""Clearing, transfer and private accounts against zero.

**What it does** Compares each clearing, transfer and private account with zero, item by item.

**Why it matters** Classification: what stays there month after month hides errors.

**Method** Balance by D; on a transfer account an item of the last `transfer_days` bank days waits for its
other leg and explains; everything else is open. Example: 2,000.00 sent to another bank on 30 October stands
on transfers → explained 2,000.00; 150.00 of August → open 150.00.

**False positives** A transfer that takes longer than the policy's days.

**Source** `res.company.transfer_account_id`; the policy's roles clearing, transfer and private.
"""

from collections.abc import Sequence

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.analysis.tie_out.to_zero import to_zero
from agent_service.core.bank import bank_days_before
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "clearing", "Clearing accounts against zero"
CODE = "TIE"
PARAMETERS = {"transfer_days": 3}


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each clearing, transfer or private account that was used."""
    transfers = set(ledger.role_accounts(books, policy, "transfer"))
    accounts = sorted(transfers | set(ledger.role_accounts(books, policy, "clearing", "private")))
    since = bank_days_before(period.end, policy.parameters(CODE, PARAMETERS).integer("transfer_days"))

    def on_its_way(row: dict) -> str:
        return "transfer on its way" if row["account_id"] in transfers and row["date"] >= since else ""

    return to_zero(books, KIND, accounts, period.end, on_its_way)
