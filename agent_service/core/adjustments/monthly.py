"""From schedules to an entry of the month, for proposers whose entries run on from month to month.

What is required to date less what is posted, as everywhere; while earlier months are posted as the schedules
have them, the working paper shows this month's steps alone, else every step and what was posted. One entry
holds what people scheduled; what was read from a document's text, and is less sure, has one of its own for
each partner.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent_service.core.adjustments.schedules import Pair, Schedule
from agent_service.core.adjustments.spread import ONE_DAY
from agent_service.core.adjustments.staging import Paper, Required, Slot, answered, staged
from agent_service.core.entries import Entry
from agent_service.core.model import Books
from agent_service.core.period import Period

SURE = Decimal("0.95")
COLUMNS = ("Schedule", "What", "Time", "Of")
Row = tuple[tuple[str, ...], int]
"""Cells and an amount: what a step changes on the account of cost or revenue, debit positive."""


def on_result(books: Books, slot: Slot, _balance: int) -> bool:
    """Tell whether a posted amount stands on cost or revenue."""
    return slot[0] in books.once("result_accounts", _result_accounts)


def _result_accounts(books: Books) -> set[int]:
    rows = books.frame("accounts").select("id", "account_type").iter_rows()
    return {one for one, kind in rows if (kind or "").startswith(("income", "expense"))}


@dataclass(frozen=True)
class Work:
    """What a proposer does month by month.

    `required` gives what its entries have to have put in the books by a day, `rows` a schedule's steps from
    one day to another; `shows` tells which posted amounts stand beside them when they differ.
    """

    code: str
    title: str
    required: Callable[[Iterable[Schedule], date], list[Required]]
    rows: Callable[[Schedule, date, date], Iterable[Row]]
    part: str = ""
    shows: Callable[[Books, Slot, int], bool] = on_result


def entries_of(
    books: Books,
    period: Period,
    decided: Mapping[str, str],
    work: Work,
    schedules: Sequence[Schedule],
    posted: Mapping[Slot, Pair],
) -> list[Entry]:
    """Return the entries that bring the books from what is posted to what the schedules require."""
    by_partner: dict[int | None, list[Schedule]] = defaultdict(list)
    for one in schedules:
        by_partner[one.partner_id].append(one)
    for _account, partner, _currency, _analytic in posted:
        by_partner.setdefault(partner, [])
    unsure = {partner for partner, ones in by_partner.items() if any(one.confidence < SURE for one in ones)}
    made = _entry(books, period, decided, work, work.part, [one for one in by_partner if one not in unsure],
                  by_partner, posted)  # fmt: skip
    for partner in sorted(unsure, key=lambda one: one or 0):
        part = f"partner-{partner or 0}"
        made += _entry(books, period, decided, work, part, [partner], by_partner, posted)
    return made


def _entry(
    books: Books,
    period: Period,
    decided: Mapping[str, str],
    work: Work,
    part: str,
    partners: Iterable[int | None],
    by_partner: Mapping[int | None, list[Schedule]],
    posted: Mapping[Slot, Pair],
) -> list[Entry]:
    rows: list[Row] = []
    required: list[Required] = []
    shown: list[Schedule] = []
    own = {slot: sums for slot, sums in posted.items() if slot[1] in set(partners)}
    for partner in sorted(partners, key=lambda one: one or 0):
        ones = by_partner[partner]
        booked = {slot: sums for slot, sums in own.items() if slot[1] == partner}
        required += work.required(ones, period.end)
        before = _sums(work.required(ones, period.start - ONE_DAY))
        goes_on = _answering(booked, before) == before
        for one in ones:
            found = list(work.rows(one, period.start if goes_on else date.min, period.end))
            rows += found
            shown += [one] if found else []
        if not goes_on:
            rows += [_booked_row(books, slot, sums[0]) for slot, sums in sorted(booked.items(), key=_order)
                     if work.shows(books, slot, sums[0])]  # fmt: skip
    paper = Paper(
        code=work.code,
        title=work.title,
        columns=COLUMNS,
        rows=tuple(rows),
        sources=tuple(dict.fromkeys(record for one in shown for record in one.records)),
        narration=_narration(shown, period),
        reverses=False,
        confidence=min((one.confidence for one in shown), default=Decimal("0.99")),
        part=part,
        about=shown[0].name if part != work.part and shown else "",
        takes_back=False,
        goes_on=True,
    )
    return staged(books, period, decided, required, paper, own)


def _sums(required: Iterable[Required]) -> dict[Slot, Pair]:
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
