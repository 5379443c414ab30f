"""Payroll clearing against zero.

**What it does** Compares the payroll clearing account with zero: wages booked and paid must meet there.

**Why it matters** Completeness: a wage that was booked and not paid is a debt, one paid and not booked a
cost.

**Method** Balance by D; what was booked or paid within the last `payroll_days` waits for its other half and
explains, older items are open. Example: net pay of 4,000.00 booked on 31 October is paid on 3 November →
explained −4,000.00; a payment of 250.00 of July without an entry → open 250.00.

**False positives** Pay that is due later than the policy's days.

**Source** The policy's role payroll_clearing.
"""

from collections.abc import Sequence

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.analysis.tie_out.to_zero import to_zero
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "payroll", "Payroll clearing against zero"
CODE = "TIE"
PARAMETERS = {"payroll_days": 15}


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each payroll clearing account that was used."""
    days = policy.parameters(CODE, PARAMETERS).integer("payroll_days")
    accounts = ledger.role_accounts(books, policy, "payroll_clearing")

    def on_its_way(row: dict) -> str:
        return "pay on its way" if (period.end - row["date"]).days <= days else ""

    return to_zero(books, KIND, accounts, period.end, on_its_way)
