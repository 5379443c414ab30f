"""What prepayments and deferred revenue have in common.

Required on the balance account is what isn't released yet, less what documents and people's own entries put
there; the other side is the account of the cost or revenue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from agent_service.core.adjustments.monthly import Row, Work
from agent_service.core.adjustments.schedules import (
    ADOPTED,
    AMOUNT,
    END,
    OPENING,
    Schedule,
    closing,
    on_balance_account,
    table,
)  # fmt: skip
from agent_service.core.adjustments.spread import month_weights
from agent_service.core.adjustments.staging import Required


@dataclass(frozen=True)
class Side:
    """Prepayments (sign 1: the balance is a debit) or deferred revenue (sign -1)."""

    code: str
    title: str
    kind: str
    role: str
    sign: int
    documents: tuple[str, ...]
    account_type: str

    @property
    def work(self) -> Work:
        """Return what it does month by month."""
        return Work(self.code, self.title, partial(required_of, self), partial(rows_of, self))


def required_of(side: Side, schedules: Iterable[Schedule], day: date) -> list[Required]:
    """Return what entries of this proposer have to have put in the books by the end of a day's month."""
    found = []
    for one in schedules:
        after, there = closing(one, day), on_balance_account(one, day)
        amount, foreign = (side.sign * (after[at] - there[at]) for at in (0, 1))
        if not (amount or foreign):
            continue
        balance = Required(one.balance_account_id, one.partner_id, one.currency, amount, foreign, one.name)
        result = Required(
            one.result_account_id, one.partner_id, one.currency, -amount, -foreign, one.name,
            analytic=one.analytic,
        )  # fmt: skip
        found += [balance, result]
    return found


def rows_of(side: Side, one: Schedule, since: date, day: date) -> Iterable[Row]:
    """Return the schedule's steps from a day on, as they change the cost or revenue: debit positive."""
    if one.booked_on > day:
        return
    sign, show = side.sign, one.own.show
    label = f"{one.name} ({one.note})" if one.note else one.name
    opening = max((change.day for change in one.known(day, OPENING)), default=date.min)

    def counts(when: date) -> bool:
        return when >= since and when > opening

    if one.booked_account_id != one.balance_account_id and counts(one.booked_on):
        yield (label, "booked on cost or revenue", str(one.booked_on), show(one.total)), -sign * one.total
    for change in one.known(day, AMOUNT, END, ADOPTED, OPENING):
        time = str(change.day)
        if change.kind in (AMOUNT, END):
            if change.account_id != one.balance_account_id and counts(change.day) and change.amount:
                yield (label, "changed on cost or revenue", time, ""), -sign * change.amount
        elif change.kind == ADOPTED and counts(change.day):
            yield (label, "booked by hand, adopted", time, ""), sign * change.amount
        elif change.kind == OPENING and since <= change.day == opening:
            yield from _opening_rows(one, label, sign, change.day, change.amount)
    booked = one.booked_on.replace(day=1)
    for month, amount in table(one, day).items():
        when = max(month, booked)
        if amount and month <= day and when >= since.replace(day=1) and when > opening:
            yield (
                (label, f"released {month:%Y-%m}", time_text(one, month, day), show(one.total)),
                sign * amount,
            )


def _opening_rows(one: Schedule, label: str, sign: int, day: date, amount: int) -> Iterable[Row]:
    """Return where the opening that people booked differs from the schedule's balance of that day."""
    difference = amount - closing(one, day)[0]
    if difference:
        text = f"opening {one.own.show(amount)}, by the schedule {one.own.show(amount - difference)}"
        yield (label, text, str(day), ""), sign * difference


def time_text(one: Schedule, month: date, day: date) -> str:
    """Return the part of a schedule's time that a month has ("31 of 365 days")."""
    if one.known(day, AMOUNT, END):
        return f"{one.method}, with changes"
    weights = month_weights(one.start, one.end, one.method)
    weight, whole = weights.get(month, 0), sum(weights.values())
    return f"{weight} of {whole} days" if one.method == "days" else f"{weight} of {whole} half months"
