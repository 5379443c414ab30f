"""What may stay open at a lock, what may not and why, and when a second controller has to agree.  Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

GLOBAL, HARD = "fiscalyear_lock_date", "hard_lock_date"
# Blockers that a lock may leave open by name.  Whatever is not listed has to be settled first.
MAY_STAY = ("DRAFT", "TASK", "FINDING:high", "ENTRY", "MANUAL", "RUN", "CARRIED")


class Weight(NamedTuple):
    """The sum of what stays open; ``unknown`` where an item has no amount that anybody knows."""

    amount: Decimal
    unknown: bool

    def needs_second(self, limit: Decimal | None) -> bool:
        """Does a second controller have to agree?  What nobody can put into money counts as above."""
        return self.unknown or self.amount > (limit or Decimal(0))


def may_stay(code: str, field: str) -> str | None:
    """Return None when a blocker with this code may stay open at this lock, else the word for why not."""
    kind = code.partition(":")[0]
    if code == "FINDING:critical":
        return "critical"
    if kind == "GAP":
        return "trail"
    if kind == "BRANCH":
        return "branch"
    if kind == "BANK":
        return "bank"
    if kind == "DRAFT" and field == HARD:
        return "hard_draft"
    return None if code in MAY_STAY or kind in MAY_STAY else "other"


def weigh(amounts: Iterable[Decimal | None]) -> Weight:
    """Add up the items' amounts, each without its sign; None is an amount that nobody knows."""
    known, unknown = Decimal(0), False
    for amount in amounts:
        if amount is None:
            unknown = True
        else:
            known += abs(amount)
    return Weight(known, unknown)
