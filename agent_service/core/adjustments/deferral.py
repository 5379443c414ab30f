"""What prepayments and deferred revenue have in common: from schedules to an entry of the month.

Required on the balance account is what isn't released yet, less what documents and people's own entries put
there; the other side is the account of the cost or revenue. One entry holds what people scheduled; what was
read from a document's text, and is less sure, has one of its own for each partner.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent_service.core.adjustments.schedules import (
    ADOPTED,
    AMOUNT,
    END,
    OPENING,
    Pair,
    Schedule,
    closing,
    on_balance_account,
    table,
)  # fmt: skip
from agent_service.core.adjustments.spread import ONE_DAY, month_weights
from agent_service.core.adjustments.staging import Paper, Required, Slot, answered, posted_by, staged
from agent_service.core.entries import Entry
from agent_service.core.model import Books
from agent_service.core.period import Period

SURE = Decimal("0.95")
COLUMNS = ("Schedule", "What", "Time", "Of")
Row = tuple[tuple[str, ...], int]


@dataclass(frozen=True)
class Side:
    """Prepayments (sign 1: the balance is a debit) or deferred revenue (sign -1)."""

    code: str
    title: str
    kind: str
    role: str
    sign: int


def entries_of(
    books: Books, period: Period, decided: Mapping[str, str], side: Side, schedules: Sequence[Schedule]
) -> list[Entry]:
    """Return the entries that bring the books to what the schedules require at the period's end."""
    posted = posted_by(books, side.code, period.end)
    by_partner: dict[int | None, list[Schedule]] = defaultdict(list)
    for one in schedules:
        by_partner[one.partner_id].append(one)
    for _account, partner, _currency, _analytic in posted:
        by_partner.setdefault(partner, [])
    unsure = {partner for partner, ones in by_partner.items() if any(one.confidence < SURE for one in ones)}
    made = _entry(books, period, decided, side, "", [one for one in by_partner if one not in unsure],
                  by_partner, posted)  # fmt: skip
    for partner in sorted(unsure, key=lambda one: one or 0):
        part = f"partner-{partner or 0}"
        made += _entry(books, period, decided, side, part, [partner], by_partner, posted)
    return made


def _entry(
    books: Books,
    period: Period,
    decided: Mapping[str, str],
    side: Side,
    part: str,
    partners: Iterable[int | None],
    by_partner: Mapping[int | None, list[Schedule]],
    posted: Mapping[Slot, tuple[int, int]],
) -> list[Entry]:
    rows: list[Row] = []
    required: list[Required] = []
    shown: list[Schedule] = []
    own = {slot: sums for slot, sums in posted.items() if slot[1] in set(partners)}
    for partner in sorted(partners, key=lambda one: one or 0):
        ones = by_partner[partner]
        booked = {slot: sums for slot, sums in own.items() if slot[1] == partner}
        required += required_of(side, ones, period.end)
        before = _sums(required_of(side, ones, period.start - ONE_DAY))
        goes_on = _answering(booked, before) == before
        for one in ones:
            found = list(rows_of(side, one, period.start if goes_on else date.min, period.end))
            rows += found
            shown += [one] if found else []
        if not goes_on:
            rows += [_booked_row(books, slot, sums[0]) for slot, sums in sorted(booked.items(), key=_order)
                     if _is_result(books, slot)]  # fmt: skip
    paper = Paper(
        code=side.code,
        title=side.title,
        columns=COLUMNS,
        rows=tuple(rows),
        sources=tuple(dict.fromkeys(record for one in shown for record in one.records)),
        narration=_narration(shown, period),
        reverses=False,
        confidence=min((one.confidence for one in shown), default=Decimal("0.99")),
        part=part,
        about=shown[0].name if part and shown else "",
        takes_back=False,
        goes_on=True,
    )
    return staged(books, period, decided, required, paper, own)


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
            yield (label, f"released {month:%Y-%m}", _time(one, month, day), show(one.total)), sign * amount


def _opening_rows(one: Schedule, label: str, sign: int, day: date, amount: int) -> Iterable[Row]:
    """Return where the opening that people booked differs from the schedule's balance of that day."""
    difference = amount - closing(one, day)[0]
    if difference:
        text = f"opening {one.own.show(amount)}, by the schedule {one.own.show(amount - difference)}"
        yield (label, text, str(day), ""), sign * difference


def _time(one: Schedule, month: date, day: date) -> str:
    if one.known(day, AMOUNT, END):
        return f"{one.method}, with changes"
    weights = month_weights(one.start, one.end, one.method)
    weight, whole = weights.get(month, 0), sum(weights.values())
    return f"{weight} of {whole} days" if one.method == "days" else f"{weight} of {whole} half months"


def _sums(required: Iterable[Required]) -> dict[Slot, tuple[int, int]]:
    sums: dict[Slot, list[int]] = defaultdict(lambda: [0, 0])
    for one in required:
        sums[one.slot][0] += one.balance
        sums[one.slot][1] += one.amount_currency
    return {slot: (own, foreign) for slot, (own, foreign) in sums.items() if own or foreign}


def _answering(booked: Mapping[Slot, Pair], before: Mapping[Slot, Pair]) -> dict[Slot, Pair]:
    """Return what is booked by the slots that were asked for: shares that Odoo's models added weren't."""
    sums: dict[Slot, Pair] = {}
    for slot, (own, foreign) in booked.items():
        at = answered(slot, before)
        there = sums.get(at, (0, 0))
        sums[at] = there[0] + own, there[1] + foreign
    return sums


def _is_result(books: Books, slot: Slot) -> bool:
    return slot[0] in books.once("result_accounts", _result_accounts)


def _result_accounts(books: Books) -> set[int]:
    rows = books.frame("accounts").select("id", "account_type").iter_rows()
    return {one for one, kind in rows if (kind or "").startswith(("income", "expense"))}


def _booked_row(books: Books, slot: Slot, balance: int) -> Row:
    text = f"booked so far on account {slot[0]}, partner {slot[1] or '-'}"
    return (text, "taken off", "", books.currency(slot[2]).name), -balance


def _order(item: tuple[Slot, object]) -> tuple[int, int, int, str]:
    account, partner, currency, analytic = item[0]
    return account, partner or 0, currency, analytic


def _narration(shown: Sequence[Schedule], period: Period) -> tuple[str, ...]:
    read = [one for one in shown if one.confidence < SURE]
    parts = [
        f"{len(shown)} schedules by {period.end}: release to date less what is posted.",
        "Past months stay as they are booked; the last month takes the remainder.",
    ]
    parts += [f"{one.name}: {one.start} to {one.end}, {one.note}." for one in read if one.note]
    return tuple(parts)
