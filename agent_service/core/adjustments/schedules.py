"""A schedule: an amount, the time it is for, and what people changed about it since; month by month.

Amounts are minor units in the schedule's own direction: positive for an ordinary prepayment, deferred revenue
or asset. Dates include both ends. Everything is as known on a day: a change dated later doesn't count.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent_service.core.adjustments.spread import ONE_DAY, Table, spread, spread_before
from agent_service.core.findings import Record
from agent_service.core.money import Currency
from agent_service.core.period import Period

PREPAID, DEFERRED, DEPRECIATION = "prepaid", "deferred", "depreciation"
AMOUNT, END, DISPOSAL = "amount", "end", "disposal"
OPENING, ADOPTED, REJECTED = "opening", "adopted", "rejected"

Pair = tuple[int, int]
"""An amount in company currency and in the schedule's currency."""


@dataclass(frozen=True)
class Change:
    """What somebody changed: see `schedule_changes` in core/schema.py."""

    id: int
    kind: str
    day: date
    from_day: date | None = None
    new_end: date | None = None
    amount: int = 0
    amount_currency: int = 0
    account_id: int | None = None
    line_id: int | None = None

    def of(self, foreign: bool) -> int:
        """Return its amount in company currency or in the schedule's."""
        return self.amount_currency if foreign else self.amount


@dataclass(frozen=True)
class Schedule:
    """An amount to spread; `id` is None for one read from a document line's own dates.

    `balance_account_id` carries what isn't released yet (depreciation: what is accumulated);
    `result_account_id` takes the release; `booked_account_id` is where the document put the amount.
    """

    id: int | None
    name: str
    kind: str
    method: str
    start: date
    end: date
    total: int
    total_currency: int
    own: Currency
    currency: Currency
    booked_on: date
    booked_account_id: int | None
    balance_account_id: int
    result_account_id: int
    partner_id: int | None = None
    analytic: str = ""
    source_line_id: int | None = None
    residual: int = 0
    changes: tuple[Change, ...] = ()
    confidence: Decimal = Decimal("0.99")
    note: str = field(default="", compare=False)

    @property
    def is_foreign(self) -> bool:
        """Tell whether it has amounts of another currency too."""
        return self.currency != self.own

    @property
    def records(self) -> tuple[Record, ...]:
        """Return what it rests on: the record that people made, the lines of the documents."""
        own = (Record("ai.close.schedule", self.id, self.name),) if self.id else ()
        lines = [self.source_line_id, *(one.line_id for one in self.changes if one.kind != REJECTED)]
        return own + tuple(Record("account.move.line", one, self.name) for one in dict.fromkeys(lines) if one)

    def known(self, day: date, *kinds: str) -> list[Change]:
        """Return the changes of some kinds that count on a day, in their order."""
        found = [one for one in self.changes if one.kind in kinds and one.day <= day]
        return sorted(found, key=lambda one: (one.day, one.id))

    def disposal(self, day: date) -> Change | None:
        """Return the sale or scrapping of the asset, when it is known by a day."""
        return next(iter(self.known(day, DISPOSAL)), None)


def table(one: Schedule, day: date, *, foreign: bool = False) -> Table:
    """Return what each month releases, with the changes that are known on a day.

    A change cuts the plan: what lies before its first day stays, the rest is spread anew; months before the
    change's own are past and stay. When no time is left the rest falls in the month in which that is known.
    """
    currency = one.currency if foreign else one.own
    step = currency.step_minor
    whole = one.total_currency if foreign else one.total - one.residual
    start, end = one.start, one.end
    segment, done = whole, Counter[date]()
    for change in one.known(day, AMOUNT, END, DISPOSAL):
        past = change.day.replace(day=1)
        cut = change.day + ONE_DAY if change.kind == DISPOSAL else max(change.from_day or change.day, past)
        cut = max(cut, start)
        if start <= end:
            done.update(spread_before(segment, start, end, one.method, cut, step) if cut > start else {})
        if change.kind == DISPOSAL:
            return dict(done)
        whole += change.of(foreign)
        segment = whole - sum(done.values())
        start, end = cut, change.new_end or end
        if start > end:
            done[max(change.day, cut - ONE_DAY).replace(day=1)] += segment
            segment = 0
    if start <= end:
        done.update(spread(segment, start, end, one.method, step))
    return dict(sorted(done.items()))


def released(one: Schedule, day: date, *, foreign: bool = False) -> int:
    """Return what is released by the end of a day's month; nothing before the document was booked."""
    if day < one.booked_on:
        return 0
    return sum(amount for month, amount in table(one, day, foreign=foreign).items() if month <= day)


def closing(one: Schedule, day: date) -> Pair:
    """Return what the balance account has to carry at the end of a day's month.

    Of a prepayment or deferred revenue it is what isn't released, of an asset what is accumulated.
    """
    if day < one.booked_on:
        return 0, 0
    if one.kind == DEPRECIATION:
        gone = one.disposal(day) is not None
        accumulated = 0 if gone else released(one, day)
        return accumulated, accumulated
    changes = one.known(day, AMOUNT, END)
    own = one.total - one.residual + sum(change.amount for change in changes) - released(one, day)
    if not one.is_foreign:
        return own, own
    foreign = one.total_currency + sum(change.amount_currency for change in changes)
    return own, foreign - released(one, day, foreign=True)


def on_balance_account(one: Schedule, day: date) -> Pair:
    """Return what documents and people's own entries put on the balance account, in the schedule's direction.

    The rest of `closing` is what a proposer has to book.
    """
    opening = (one.known(day, OPENING) or [None])[-1]
    since = opening.day if opening else date.min
    amounts = [] if opening is None else [(opening.amount, opening.amount_currency)]
    if one.booked_account_id == one.balance_account_id and since < one.booked_on <= day:
        amounts.append((one.total - one.residual, one.total_currency))
    amounts += [
        (change.amount, change.amount_currency)
        for change in one.known(day, AMOUNT, END)
        if change.account_id == one.balance_account_id and change.day > since
    ]
    adopted = _adopted(one, day, since)
    own, foreign = (sum(each[at] for each in amounts) + adopted[at] for at in (0, 1))
    return own, foreign if one.is_foreign else own


def _adopted(one: Schedule, day: date, since: date) -> Pair:
    found = [change for change in one.known(day, ADOPTED) if change.day > since]
    own = sum(change.amount for change in found)
    return own, sum(change.amount_currency for change in found) if one.is_foreign else own


def is_adopted(one: Schedule) -> bool:
    """Tell whether a person said what was booked by hand for it."""
    return any(change.kind in (OPENING, ADOPTED) for change in one.changes)


@dataclass(frozen=True)
class Movement:
    """A month of a balance account: opening + additions − release = closing."""

    opening: int
    additions: int
    release: int
    closing: int


def movement(one: Schedule, period: Period) -> Movement:
    """Return a schedule's month in company currency, minor units, in the schedule's direction.

    Additions are what was booked in the period and changes dated in it; of an asset they are its depreciation
    and the release is what a disposal takes out.
    """
    before = closing(one, period.start - ONE_DAY)[0]
    after = closing(one, period.end)[0]
    if one.kind == DEPRECIATION:
        additions = released(one, period.end) - released(one, period.start - ONE_DAY)
    else:
        additions = one.total - one.residual if period.holds(one.booked_on) else 0
        additions += sum(change.amount for change in _counting(one, period))
    return Movement(before, additions, before + additions - after, after)


def _counting(one: Schedule, period: Period) -> Iterable[Change]:
    """Return the changes that the period adds; with the document those dated before it come too."""
    changes = one.known(period.end, AMOUNT, END)
    if period.holds(one.booked_on):
        return changes
    return [change for change in changes if period.holds(change.day) and one.booked_on <= period.end]
