"""What several findings of one cause add up to: one row of a list.  Pure."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

SEVERITIES = ("critical", "high", "medium", "low")
UNDECIDED = ("open", "assigned", "explained", "fixed")
# A cause is as far as the least of its findings.
PROGRESS = (*UNDECIDED, "waived", "closed")


class Part(NamedTuple):
    """Findings that are alike: so many, together this amount."""

    state: str
    severity: str
    owner_id: int | None
    due: date | None
    count: int
    amount: Decimal


class Cause(NamedTuple):
    """The row.  Count, amount, owner and due day are of what is still to decide, once nothing is of all."""

    state: str
    severity: str
    owner_id: int | None
    due: date | None
    count: int
    amount: Decimal


EMPTY = Cause("closed", "low", None, None, 0, Decimal(0))


def add_up(parts: Iterable[Part]) -> Cause:
    """Return what the findings of one cause add up to; each finding is in exactly one part."""
    parts = [part for part in parts if part.count]
    if not parts:
        return EMPTY
    counted = [part for part in parts if part.state in UNDECIDED] or parts
    owners = {part.owner_id for part in counted}
    return Cause(
        state=min((part.state for part in counted), key=PROGRESS.index),
        severity=min((part.severity for part in counted), key=SEVERITIES.index),
        owner_id=owners.pop() if len(owners) == 1 else None,
        due=min((part.due for part in counted if part.due), default=None),
        count=sum(part.count for part in counted),
        amount=sum((part.amount for part in counted), Decimal(0)),
    )
