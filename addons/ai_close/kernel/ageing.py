"""How long an open item is overdue on a day, and the sums of a partner by that.

Amounts are integers of the currency's minor unit, debit positive: a customer's debt is positive, a vendor's
negative, and so are their credits the other way round.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

BUCKETS = ("current", "d30", "d60", "d90", "older")
"""Not due on the day, up to 30, 60 and 90 days overdue, and all that is older."""

_LIMITS = (("current", 0), ("d30", 30), ("d60", 60), ("d90", 90))


@dataclass(frozen=True)
class OpenItem:
    """A journal item as it was open on a day: `residual` in company currency, the other in its own."""

    line_id: int
    move_id: int
    partner_id: int | None
    account_id: int
    date: date
    due: date
    residual: int
    currency_id: int
    residual_currency: int
    bucket: str
    name: str


def bucket_of(due: date, day: date) -> str:
    """Return the bucket of an item that is due on `due`, as of `day`.

    >>> bucket_of(date(2026, 10, 31), date(2026, 10, 31)), bucket_of(date(2026, 9, 30), date(2026, 10, 31))
    ('current', 'd60')
    """
    late = (day - due).days
    return next((name for name, limit in _LIMITS if late <= limit), "older")


def by_partner(items: Iterable[OpenItem]) -> dict[int | None, Mapping[str, int]]:
    """Return the residuals of each partner by bucket, and their sum as `total`."""
    found: dict[int | None, dict[str, int]] = {}
    for item in items:
        own = found.setdefault(item.partner_id, dict.fromkeys((*BUCKETS, "total"), 0))
        own[item.bucket] += item.residual
        own["total"] += item.residual
    return found
