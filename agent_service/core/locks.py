"""When the books were locked, and through which day."""

from dataclasses import dataclass
from datetime import date, datetime

from agent_service.core.clock import local
from agent_service.core.model import Books
from agent_service.core.policy import Policy


@dataclass(frozen=True)
class Lock:
    """A lock through a day, with the local moment at which it was set."""

    through: date
    locked_at: datetime


def locks_table(books: Books, policy: Policy) -> list[Lock]:
    """Return the locks in the order in which they were set; raises NoData without their history."""
    frame = books.need("locks", "locked_at").drop_nulls(["through", "locked_at"])
    made = frame.with_columns(moment=local("locked_at", policy.timezone)).drop_nulls("moment").sort("moment")
    return [Lock(through, moment) for through, moment in made.select("through", "moment").iter_rows()]
