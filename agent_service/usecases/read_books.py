"""What a run's answer says of its period and policy, as the core wants them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agent_service.core.materiality import derived_materiality
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.ports import RunStart


def period_of(start: RunStart) -> Period:
    """Return the run's period as its snapshot saw it, in the company's time zone."""
    seen = datetime.fromisoformat(start.snapshot_at)
    return Period.between(start.period_start, start.period_end, seen.astimezone(ZoneInfo(start.tz)).date())


def policy_of(start: RunStart, books: Books, period: Period) -> Policy:
    """Return the policy in force; where it sets no materiality the books give one."""
    policy = Policy.from_params({"timezone": start.tz, **start.params}, books.company.currency)
    if policy.materiality_minor is not None:
        return policy
    return policy.with_materiality(derived_materiality(books, period))
