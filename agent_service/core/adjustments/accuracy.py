"""How good accruals were: each against what came in its place, by proposer and vendor.

`error = accrued − actual` in the document's currency, positive when too much was accrued. Actual is the net
of the posted lines of the same source (order line; vendor, account and service month) with an accounting date
after the closing date, within three months. Only what was billed is measured, the rest stays open. What the
exchange rate alone made is told apart: the difference in company currency less the error at the accrual's
rate.
Example: 3,200.00 accrued, a bill of 3,260.00 → error −60.00; bias = sum(error) / sum(actual).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

import polars as pl

from agent_service.core.adjustments.accrued_documents import accrued_documents
from agent_service.core.adjustments.accrued_lines import (
    ORDERS,
    Accrued,
    Orders,
    accrued_bills,
    accrued_orders,
)
from agent_service.core.adjustments.bill_series import Bill, series_of
from agent_service.core.adjustments.rhythm import beat_of
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.money import Currency, round_half_up
from agent_service.core.period import Period, add_months, month_index
from agent_service.core.policy import Policy

WITHIN_MONTHS = 3
"""What comes later is no answer to the accrual any more."""

Key = TypeVar("Key")


@dataclass(frozen=True)
class Measured:
    """One accrued source against what came: minor units, positive as the cost or the income is.

    `accrued` is the part that was billed, `open` the rest, both in the document's currency; `accrued_own`
    and `actual_own` are company currency.
    """

    proposer: str
    day: date
    partner_id: int | None
    account_id: int
    source: Record
    what: str
    currency: Currency
    accrued: int
    actual: int
    open: int
    accrued_own: int
    actual_own: int

    @property
    def is_billed(self) -> bool:
        """Tell whether anything came."""
        return bool(self.accrued or self.actual)

    @property
    def error(self) -> int:
        """Return what was accrued too much, in the document's currency."""
        return self.accrued - self.actual

    @property
    def error_own(self) -> int:
        """Return the error at the accrual's rate."""
        if not self.accrued:
            return self.accrued_own - self.actual_own
        return round_half_up(Fraction(self.error * self.accrued_own, self.accrued))

    @property
    def currency_effect(self) -> int:
        """Return what the rate alone made, in company currency: positive when the bill's was lower."""
        return self.accrued_own - self.actual_own - self.error_own


@dataclass(frozen=True)
class Accuracy:
    """Sums of several, in company currency at the accruals' rates, minor units."""

    count: int
    error: int
    size: int
    actual: int
    currency_effect: int

    @property
    def bias(self) -> Fraction | None:
        """Return sum(error) / sum(actual), None when nothing came."""
        return Fraction(self.error, self.actual) if self.actual else None

    @property
    def spread(self) -> Fraction | None:
        """Return sum(|error|) / sum(actual), None when nothing came."""
        return Fraction(self.size, self.actual) if self.actual else None


def summed(items: Iterable[Measured]) -> Accuracy:
    """Return the accuracy of what was billed."""
    billed = [one for one in items if one.is_billed]
    errors = [one.error_own for one in billed]
    return Accuracy(
        len(billed),
        sum(errors),
        sum(abs(one) for one in errors),
        sum(one.accrued_own - error for one, error in zip(billed, errors, strict=True)),
        sum(one.currency_effect for one in billed),
    )


def grouped(items: Iterable[Measured], key: Callable[[Measured], Key]) -> dict[Key, Accuracy]:
    """Return the accuracy by proposer, by vendor or by what `key` tells."""
    parts: dict[Key, list[Measured]] = defaultdict(list)
    for one in items:
        parts[key(one)].append(one)
    return {name: summed(part) for name, part in parts.items()}


def percent(share: Fraction | None) -> str:
    """Return a share as people read it, half-up on two decimals ("-1.49 %"), "-" for none."""
    if share is None:
        return "-"
    hundredths = round_half_up(share * 10_000)
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02} %"


def measured(books: Books, policy: Policy, period: Period, seen_by: date) -> list[Measured]:
    """Return what was accrued at the end of a period against what came until `seen_by`."""
    until = min(seen_by, add_months(period.end, WITHIN_MONTHS + 1) - timedelta(days=1))
    return [
        *_orders(books, policy, period, until),
        *_bills(books, period, until),
        *_documents(books, policy, period, until),
    ]


def _orders(books: Books, policy: Policy, period: Period, until: date) -> list[Measured]:
    """Return goods and services: the part of the open quantity that was billed, at what it was billed."""
    found = []
    for kind in ORDERS:
        accrued = accrued_orders(books, policy, period, kind)
        if not accrued:
            continue
        before, after = kind.covered(books, period.end), kind.covered(books, until)
        amounts = _order_amounts(books, kind, period.end, until)
        for one in accrued:
            quantity = after.get(one.source.id, Fraction(0)) - before.get(one.source.id, Fraction(0))
            actual, actual_own = amounts.get(one.source.id, (0, 0))
            # More than was open is for what came later; a turned sign is no answer to this accrual.
            answers = one.open_quantity and quantity / one.open_quantity > 0
            share = min(Fraction(1), quantity / one.open_quantity) if answers else Fraction(0)
            of_bill = share * one.open_quantity / quantity if answers else Fraction(0)
            billed_part = (round_half_up(amount * of_bill) for amount in (actual, actual_own))
            found.append(_measured(one, share, *billed_part))
    return found


def _bills(books: Books, period: Period, until: date) -> list[Measured]:
    """Return recurring bills: the service month's share of the bill that came for it."""
    accrued = accrued_bills(books, period)
    if not accrued:
        return []
    by_key = {(one.partner_id, one.account_id): one for one in series_of(books, until)}
    found = []
    for one in accrued:
        series = by_key.get((one.partner_id, one.account_id))
        actual, own = Fraction(0), Fraction(0)
        if series:
            beat = beat_of(series.seen, month_index(until))
            for bill in series.seen:
                if bill.day > period.end and bill.currency == one.currency.id:
                    share = _share(bill, one, beat.step if beat else 1)
                    actual += bill.amount * share
                    own += bill.balance * share
        came = Fraction(1) if actual else Fraction(0)
        found.append(_measured(one, came, round_half_up(actual), round_half_up(own)))
    return found


def _documents(books: Books, policy: Policy, period: Period, until: date) -> list[Measured]:
    """Return group documents: the mirror that came, without tax."""
    return [
        _measured(one, Fraction(0 if actual is None else 1), actual or 0, own)
        for one, actual, own in accrued_documents(books, policy, period, until)
    ]


def _share(bill: Bill, one: Accrued, step: int) -> Fraction:
    """Return the part of a bill that is for the months accrued; a quarter's bill is for three months."""
    months = bill.months if len(bill.months) > 1 or step == 1 else range(bill.end - step + 1, bill.end + 1)
    return Fraction(sum(one.first_month <= month <= one.last_month for month in months), len(months))


def _measured(one: Accrued, share: Fraction, actual: int, actual_own: int) -> Measured:
    part = round_half_up(one.amount_currency * share)
    return Measured(
        proposer=one.proposer,
        day=one.day,
        partner_id=one.partner_id,
        account_id=one.account_id,
        source=one.source,
        what=one.what,
        currency=one.currency,
        accrued=part,
        actual=actual,
        open=one.amount_currency - part,
        accrued_own=round_half_up(one.amount * share),
        actual_own=actual_own,
    )


def _order_amounts(books: Books, kind: Orders, after: date, until: date) -> Mapping[int, tuple[int, int]]:
    lines = books.frame("lines").filter(
        pl.col("parent_state") == "posted",
        pl.col("date") > after,
        pl.col("date") <= until,
        pl.col(kind.column).is_not_null(),
    )
    sums = lines.group_by(kind.column).agg(pl.col("amount_currency", "balance").sum())
    return {line: (kind.sign * amount, kind.sign * balance) for line, amount, balance in sums.iter_rows()}
