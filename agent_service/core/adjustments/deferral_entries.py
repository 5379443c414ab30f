"""What prepaid expenses and deferred revenue propose for a month: one way for both sides."""

from collections.abc import Mapping

from agent_service.core.adjustments.deferral import Side
from agent_service.core.adjustments.monthly import entries_of
from agent_service.core.adjustments.schedule_rows import Accounts, schedules_of
from agent_service.core.adjustments.service_dates import schedules_by_dates
from agent_service.core.adjustments.staging import account_text, archived_accounts, posted_by
from agent_service.core.adjustments.taken_over import undecided
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy


def propose_side(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str], side: Side
) -> list[Entry | Finding]:
    """Return the entries and findings of a month. Raises EvidenceMissing naming what schedules lack."""
    accounts = Accounts(side.role, policy.role(side.role))
    schedules, lacking = schedules_of(books, side.kind, period.end, accounts)
    findings: list[Finding] = []
    missing = list(lacking)
    if accounts.balance is None:
        missing.append(f"the policy names no single account for {side.role}")
    else:
        by_dates, findings = schedules_by_dates(books, policy, period, side, accounts.balance)
        archived = archived_accounts(books)
        used = {account for one in by_dates for account in (one.balance_account_id, one.result_account_id)}
        missing += [
            f"an account of what is spread is archived: {account_text(books, policy, one)}"
            for one in sorted(used & archived)
        ]
        schedules += by_dates
    if missing:
        raise EvidenceMissing(sorted(set(missing)))
    open_points = undecided(books, policy, side.code, side.title, side.role, side.sign, schedules, period.end)
    posted = open_points.free_slots(posted_by(books, side.code, period.end))
    entries = entries_of(books, period, decided, side.work, open_points.free(schedules), posted)
    return [*entries, *findings, *open_points.findings]
