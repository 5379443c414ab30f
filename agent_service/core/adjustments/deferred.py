"""DR Deferred revenue.

**What it does** Spreads what was invoiced for a time over that time: moves what isn't earned at the closing
date from revenue to deferred revenue, and releases it month by month.

**Why it matters** Occurrence and cut-off: revenue is recognised over the time in which the service is given.

**Method** As for prepaid expenses (PP), with the signs swapped; amounts are net of tax and stay at the
invoice's rate. Never reversed. Example: 2,400.00 for 15 October 2026 to 14 October 2027, invoiced on revenue:
31 October earned 17 of 365 days = 111.78, Dr revenue 2,288.22, Cr deferred revenue 2,288.22; 30 November
Dr deferred revenue 197.26, Cr revenue 197.26.

**False positives** A draft or cancelled schedule keeps its line out; goods delivered are revenue at once,
whatever time a text beside them names.

**Source** IFRS 15.35(a), 15.106; `ai.close.schedule`, `account.move.line`.
"""

from collections.abc import Mapping, Sequence

from agent_service.core.adjustments.deferral import Side
from agent_service.core.adjustments.deferral_entries import propose_side
from agent_service.core.adjustments.schedules import DEFERRED
from agent_service.core.adjustments.service_dates import PARAMETERS
from agent_service.core.entries import Entry
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "DR"
TITLE = "Deferred revenue"
ROLES = ("deferred_revenue",)
__all__ = ["PARAMETERS"]
SIDE = Side(
    code=CODE,
    title=TITLE,
    kind=DEFERRED,
    role="deferred_revenue",
    sign=-1,
    documents=("out_invoice", "out_refund", "out_receipt"),
    account_type="income",
)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> Sequence[Entry | Finding]:
    """Return the entries of the month and what a person has to look at; raises EvidenceMissing."""
    return propose_side(books, policy, period, decided, SIDE)
