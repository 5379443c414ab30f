"""PP Prepaid expenses.

**What it does** Spreads what was paid for a time over that time: moves the part beyond the closing date from
cost to prepaid, or releases to cost what was booked on prepaid.

**Why it matters** Accuracy and cut-off: cost belongs to the months that use it.

**Method** A schedule (made by people, or the service dates of a bill's line) gives the release of each month,
by days or by months (half for a partly covered first and last month), half-up, the last month taking the
remainder. Required on prepaid = what isn't released at D; proposed = that less what documents put there and
less what was posted. Months before the bill are released with it. Never reversed. Example: 12,000.00 for 15
March 2026 to 14 March 2027, 365 days, on cost: 31 March 17 days = 558.90, Dr prepaid 11,441.10, Cr insurance
11,441.10; 30 April Dr insurance 986.30, Cr prepaid 986.30.

**False positives** A draft or cancelled schedule keeps its line out. Prepayments aren't revalued: the amounts
stay at the document's rate.

**Source** IAS 1.27, Conceptual Framework 4.3; `ai.close.schedule`, `account.move.line`.
"""

from collections.abc import Mapping, Sequence

from agent_service.core.adjustments.deferral import Side
from agent_service.core.adjustments.deferral_entries import propose_side
from agent_service.core.adjustments.schedules import PREPAID
from agent_service.core.adjustments.service_dates import PARAMETERS
from agent_service.core.entries import Entry
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "PP"
TITLE = "Prepaid expenses"
ROLES = ("prepaid",)
__all__ = ["PARAMETERS"]
SIDE = Side(
    code=CODE,
    title=TITLE,
    kind=PREPAID,
    role="prepaid",
    sign=1,
    documents=("in_invoice", "in_refund", "in_receipt"),
    account_type="expense",
)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> Sequence[Entry | Finding]:
    """Return the entries of the month and what a person has to look at; raises EvidenceMissing."""
    return propose_side(books, policy, period, decided, SIDE)
