"""Which open order lines are staged now, and for whom a person decides first: by hand, or without a price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from agent_service.core.adjustments.by_hand import by_hand, told
from agent_service.core.adjustments.order_accrual import NAMES_SHOWN, Unpriced
from agent_service.core.adjustments.staging import Slot, posted_by
from agent_service.core.findings import MAX_RECORDS, Finding, Record, concern
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

Open = TypeVar("Open")


@dataclass(frozen=True)
class OrderAccrual:
    """A proposer of orders: its code, title, the order lines' model and its role accounts."""

    code: str
    title: str
    model: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Undisputed(Generic[Open]):
    """The open lines and what is posted for those partners who wait for nobody, and what is told of others.

    `posted` is balance and foreign amount by slot, debit positive, minor units. `is_nothing`: no line is open
    and nothing is posted, for anybody.
    """

    found: list[Open]
    posted: dict[Slot, tuple[int, int]]
    findings: tuple[Finding, ...]
    is_nothing: bool = False


def undisputed(
    books: Books,
    policy: Policy,
    period: Period,
    kind: OrderAccrual,
    found: Sequence[Open],
    unpriced: Sequence[Unpriced],
    partner_of: Callable[[Open], int | None],
) -> Undisputed[Open]:
    """Return what a proposer stages now; lines without a price are told even where nothing else is open."""
    posted = posted_by(books, kind.code, period.end)
    stops = without_price(books, kind, unpriced, posted)
    if not found and not posted:
        return Undisputed([], {}, stops.findings, is_nothing=True)
    stops = waiting(books, policy, kind, period.end).joined(stops)
    going = [one for one in found if not stops.has(partner_of(one))]
    return Undisputed(going, stops.without(posted), stops.findings)


@dataclass(frozen=True)
class Waiting:
    """Partners that wait for a person, who accrued by hand or has to type a price; None stops everything."""

    partners: frozenset[int | None]
    findings: tuple[Finding, ...]

    def has(self, partner_id: int | None) -> bool:
        """Tell whether a person has to decide first."""
        return bool(self.partners & {None, partner_id})

    def joined(self, other: "Waiting") -> "Waiting":
        """Return both."""
        return Waiting(self.partners | other.partners, self.findings + other.findings)

    def without(self, posted: Mapping[Slot, tuple[int, int]]) -> dict[Slot, tuple[int, int]]:
        """Return what is posted for those who don't wait: nothing is taken back from the others either."""
        return {slot: sums for slot, sums in posted.items() if not (self.partners and self.has(slot[1]))}


def waiting(books: Books, policy: Policy, kind: OrderAccrual, day: date) -> Waiting:
    """Return for whom people wrote entries on a proposer's role accounts that nobody decided about."""
    mapped = {role: account for role in sorted(kind.roles) if (account := policy.role(role)) is not None}
    found = by_hand(books, policy, kind.code, mapped.values(), day, written=True)
    stated = told(books, kind.code, kind.title, found, mapped)
    return Waiting(frozenset(one.partner_id for one in found), tuple(stated))


def without_price(
    books: Books, kind: OrderAccrual, found: Sequence[Unpriced], posted: Mapping[Slot, tuple[int, int]]
) -> Waiting:
    """Return the finding that names order lines without a price.

    Only they are left out; where something is posted for their partner it may be for them, so that partner
    waits: what nobody can value is not taken back either.
    """
    if not found:
        return Waiting(frozenset(), ())
    named = sorted(found, key=lambda one: (one.label, one.id))
    listed = "; ".join(f"{one.label} has {one.why}" for one in named[:NAMES_SHOWN])
    more = len(named) - NAMES_SHOWN
    told_about = concern(
        kind.code,
        f"{kind.title}: order line without a price",
        "no-price",
        Record("res.company", books.company.id, books.company.name),
        f"{kind.title}: {len(named)} order {'line' if len(named) == 1 else 'lines'} without a price",
        f"Left out of the entry: {listed}{f'; and {more} more' if more > 0 else ''}.",
        why="What was received or delivered is worth something; without a price nobody knows how much.",
        remedy="Type the price on the order (a discount of 100 % where it is free), then run again.",
        records=tuple(Record(kind.model, one.id, one.label) for one in named[:MAX_RECORDS]),
        evidence={"order_lines": len(named)},
    )
    standing = {slot[1] for slot in posted}
    return Waiting(frozenset({one.partner_id for one in named} & standing), (told_about,))
