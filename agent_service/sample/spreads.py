"""Prepaid expenses, deferred revenue and depreciation by the definitions (ADJUSTMENTS.md 3 and 4).

An amount over its time, month by month: by days, or by months with half a month for one that is covered in
part; rounded half up once a month, the last month taking the remainder. What is due is what people's
documents have not put where it belongs, since the beginning. Nothing here may import `agent_service.core`.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.documents import Document, Line, Plan, Schedule, ScheduleChange
from agent_service.sample.ledger import Ledger
from agent_service.sample.money import ZERO, cents, total
from agent_service.sample.months import Month, month_of
from agent_service.sample.rates import Rates

CODES = {"prepaid": "PP", "deferred": "DR", "depreciation": "DP"}
HALF = Decimal("0.5")
Months = dict[Month, Decimal]


def _weights(start: date, end: date, method: str) -> Months:
    weights: Months = {}
    month = month_of(start)
    while month.start <= end:
        first, last = max(start, month.start), min(end, month.end)
        if method == "days":
            weights[month] = Decimal((last - first).days + 1)
        else:
            weights[month] = Decimal(1) if (first, last) == (month.start, month.end) else HALF
        month = month.plus(1)
    return weights


def spread(amount: Decimal, start: date, end: date, method: str) -> Months:
    """Return each month's share of an amount from one day to another, both included."""
    weights = _weights(start, end, method)
    whole = sum(weights.values())
    shares = {month: cents(amount * weight / whole) for month, weight in weights.items()}
    last_month = max(shares)
    shares[last_month] += amount - total(shares.values())
    return shares


def releases(one: Schedule, last_day: date, *, foreign: bool = False) -> Months:
    """Return what each month up to a day's releases, with the changes known by then."""
    amount = one.total_currency if foreign else one.total - one.residual
    start = one.start
    done: Months = {}
    for change in sorted((x for x in one.changes if x.day <= last_day), key=lambda x: x.day):
        if change.kind == "disposal":
            return {**done, **_until(one, amount - total(done.values()), start, change.day)}
        # Changes of the amount count from the first day of a month.
        plan = spread(amount - total(done.values()), start, one.end, one.method)
        done |= {month: share for month, share in plan.items() if month.end < change.from_day}
        amount += change.amount
        start = max(start, change.from_day)
    return {**done, **spread(amount - total(done.values()), start, one.end, one.method)}


def _until(one: Schedule, amount: Decimal, start: date, sold: date) -> Months:
    """Return the months up to a sale: its own month counts half, by days up to its day."""
    plan = spread(amount, start, one.end, one.method)
    weights = _weights(start, one.end, one.method)
    here = month_of(sold)
    kept = {month: share for month, share in plan.items() if month < here}
    if here in weights:
        days = Decimal((sold - max(start, here.start)).days + 1)
        weight = days if one.method == "days" else min(HALF, weights[here])
        kept[here] = cents(amount * weight / sum(weights.values()))
    return kept


def _of_lines(plan: Plan, rates: Rates) -> Iterator[Schedule]:
    """Return what document lines say themselves by their service dates."""
    ledger = Ledger(plan, rates)
    made = {one.line for one in plan.schedules}
    for document in plan.documents:
        if document.state != "posted":
            continue
        for line, (_account, booked) in zip(document.lines, ledger.document(document), strict=False):
            if line.service and line.key not in made:
                yield _of_line(document, line, abs(booked))


def _of_line(document: Document, line: Line, booked: Decimal) -> Schedule:
    sold = document.kind.startswith("out_")
    return Schedule(
        f"{line.key}/service",
        document.company,
        "deferred" if sold else "prepaid",
        "days",
        line.service[0],
        line.service[1],
        line.key,
        document.partner,
        document.day,
        line.account,
        chart.DEFERRED_REVENUE if sold else chart.PREPAYMENTS,
        line.account,
        booked,
        document.currency,
        line.subtotal,
    )


def schedules(plan: Plan, rates: Rates) -> list[Schedule]:
    """Return what people scheduled and what lines say themselves."""
    return [*plan.schedules, *_of_lines(plan, rates)]


def balance(one: Schedule, last_day: date, *, foreign: bool = False) -> Decimal:
    """Return what its balance account has to carry, in the schedule's direction: it ties to this."""
    if one.booked_on > last_day:
        return ZERO
    here = month_of(last_day)
    released = total(x for month, x in releases(one, last_day, foreign=foreign).items() if month <= here)
    if one.kind == "depreciation":
        return ZERO if _sale(one, last_day) else released
    amount = one.total_currency if foreign else one.total
    return amount + total(x.amount for x in one.changes if x.day <= last_day) - released


def _sale(one: Schedule, last_day: date) -> ScheduleChange | None:
    return next((x for x in one.changes if x.kind == "disposal" and x.day <= last_day), None)


def due(plan: Plan, rates: Rates, last_day: date, company: str = "trading") -> list[dict]:
    """Return what the close's own entries have to have posted by a month's end, schedule by schedule."""
    found = []
    for one in schedules(plan, rates):
        if one.company != company or one.booked_on > last_day:
            continue
        found += _depreciation(one, last_day) if one.kind == "depreciation" else _deferral(one, last_day)
    return [row for row in found if row["amount"] or row["amount_currency"]]


def _row(one: Schedule, account: str, counter: str, amount: Decimal, foreign: Decimal) -> dict:
    return {
        "proposer": CODES[one.kind],
        "schedule": one.key,
        "account": account,
        "counter_account": counter,
        "partner": one.partner,
        "currency": one.currency,
        "amount": amount,
        "amount_currency": foreign,
    }


def _deferral(one: Schedule, last_day: date) -> list[dict]:
    sign = 1 if one.kind == "prepaid" else -1
    amounts = []
    for foreign in (False, True):
        there = ZERO
        if one.booked == one.balance:
            there = one.total_currency if foreign else one.total
        there += total(x.amount for x in one.changes if x.day <= last_day and x.account == one.balance)
        amounts.append(sign * (balance(one, last_day, foreign=foreign) - there))
    return [_row(one, one.balance, one.result, *amounts)]


def _depreciation(one: Schedule, last_day: date) -> list[dict]:
    here = month_of(last_day)
    accumulated = total(x for month, x in releases(one, last_day).items() if month <= here)
    rows = [_row(one, one.result, one.balance, accumulated, accumulated)]
    sold = _sale(one, last_day)
    if sold:
        left = one.total - accumulated - sold.amount
        rows += [
            _row(one, one.balance, one.booked, accumulated, accumulated),
            _row(one, sold.account, one.booked, sold.amount, sold.amount),
            _row(one, chart.DISPOSAL_LOSS if left > 0 else chart.DISPOSAL_GAIN, one.booked, left, left),
        ]
    return rows
