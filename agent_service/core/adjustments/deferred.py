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
from agent_service.core.adjustments.monthly import entries_of
from agent_service.core.adjustments.schedule_rows import Accounts, schedules_of
from agent_service.core.adjustments.schedules import DEFERRED
from agent_service.core.adjustments.staging import posted_by
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "DR"
TITLE = "Deferred revenue"
ROLES = ("deferred_revenue",)
SIDE = Side(CODE, TITLE, DEFERRED, "deferred_revenue", -1)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> Sequence[Entry | Finding]:
    """Return the entries of the month. Raises EvidenceMissing naming what schedules lack."""
    accounts = Accounts(SIDE.role, policy.role(SIDE.role))
    schedules, lacking = schedules_of(books, SIDE.kind, period.end, accounts)
    if lacking:
        raise EvidenceMissing(list(lacking))
    posted = posted_by(books, CODE, period.end)
    return entries_of(books, period, decided, SIDE.work, schedules, posted)
