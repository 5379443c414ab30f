"""What was accrued at a closing date, source by source: order lines, and service months of recurring bills.

Read from the posted entries of the proposers (never from what would be proposed today). An entry on orders is
posted by account, partner and currency; it is told apart by order line as quantities and prices give it, and
scaled to what was posted where somebody changed the amount.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments import delivered, grni, recurring, services
from agent_service.core.adjustments.order_accrual import OpenLine
from agent_service.core.adjustments.reversals import families
from agent_service.core.adjustments.rhythm import month_name
from agent_service.core.analysis.order_quantities import billed, invoiced
from agent_service.core.errors import EvidenceMissing, NoData
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.money import Currency, round_half_up
from agent_service.core.period import Period
from agent_service.core.policy import Policy

_MONTHS = re.compile(r"(\d{4})-(\d\d)(?:\.\.(\d{4})-(\d\d))?")


@dataclass(frozen=True)
class Accrued:
    """One source's part of a posted accrual: minor units, positive as the cost or the income is.

    `open_quantity` is an order line's; months are running numbers, of a recurring bill.
    """

    proposer: str
    day: date
    partner_id: int | None
    account_id: int
    source: Record
    what: str
    currency: Currency
    amount_currency: int
    amount: int
    open_quantity: Fraction = Fraction(0)
    first_month: int = 0
    last_month: int = -1


def posted_lines_of(books: Books, code: str, period: Period) -> pl.DataFrame:
    """Return the lines of a proposer's accruals of a period, without their reversals."""
    roots = [one.root for one in families(books, code, period.end) if one.day >= period.start]
    return books.frame("lines").filter(pl.col("move_id").is_in(roots), pl.col("parent_state") == "posted")


def accrued_bills(books: Books, period: Period) -> list[Accrued]:
    """Return recurring bills accrued at the end of a period, by vendor, account and service month."""
    lines = posted_lines_of(books, recurring.CODE, period)
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in lines.sort("id").iter_rows(named=True):
        found = _MONTHS.search(row["name"] or "")
        if row["balance"] > 0 and found and row["partner_id"]:
            year, month, last_year, last_month = (int(one) if one else 0 for one in found.groups())
            first = year * 12 + month - 1
            last = last_year * 12 + last_month - 1 if last_year else first
            at = (row["partner_id"], row["account_id"], row["currency"], first, last)
            sums[at][0] += row["amount_currency"]
            sums[at][1] += row["balance"]
            sums[at][2] = row["move_id"]
    return [
        Accrued(
            proposer=recurring.CODE,
            day=period.end,
            partner_id=partner,
            account_id=account,
            source=Record("account.move", move),
            what=month_name(first) if first == last else f"{month_name(first)}..{month_name(last)}",
            currency=books.currency(currency),
            amount_currency=amount_currency,
            amount=amount,
            first_month=first,
            last_month=last,
        )
        for (partner, account, currency, first, last), (amount_currency, amount, move) in sums.items()
    ]


@dataclass(frozen=True)
class Orders:
    """A proposer that accrues order lines: where they stand, what covers them, the side of their cost."""

    code: str
    model: str
    column: str
    sign: int
    covered: Callable[[Books, date], Mapping[int, Fraction]]
    open_lines: Callable[[Books, Policy, Period], Sequence[OpenLine]]


def accrued_orders(books: Books, policy: Policy, period: Period, kind: Orders) -> list[Accrued]:
    """Return order lines accrued at the end of a period, each with its share of what was posted.

    Empty where the lines can't be told apart any more: without quantities, prices or a rate of that day.
    """
    lines = posted_lines_of(books, kind.code, period)
    if not lines.height:
        return []
    posted: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for row in lines.iter_rows(named=True):
        at = (row["account_id"], row["partner_id"], row["currency"])
        posted[at][0] += kind.sign * row["amount_currency"]
        posted[at][1] += kind.sign * row["balance"]
    try:
        now = kind.open_lines(books, policy, period)
    except (NoData, EvidenceMissing):
        return []
    parts: dict[tuple, list[OpenLine]] = defaultdict(list)
    for one in now:
        parts[one.account_id, one.partner_id, one.currency.id].append(one)
    return [
        one
        for at, group in parts.items()
        if at in posted
        for one in _shared(kind, period, group, *posted[at])
    ]


def _shared(kind: Orders, period: Period, group: Sequence[OpenLine], foreign: int, own: int) -> list[Accrued]:
    by_foreign, by_own = sum(one.amount_currency for one in group), sum(one.amount for one in group)
    if not (by_foreign and by_own and foreign and own):
        return []
    return [
        Accrued(
            proposer=kind.code,
            day=period.end,
            partner_id=one.partner_id,
            account_id=one.account_id,
            source=Record(kind.model, one.id, one.label),
            what=one.label,
            currency=one.currency,
            amount_currency=round_half_up(Fraction(one.amount_currency * foreign, by_foreign)),
            amount=round_half_up(Fraction(one.amount * own, by_own)),
            open_quantity=one.open,
        )
        for one in group
    ]


ORDERS = (
    Orders(
        grni.CODE, "purchase.order.line", "purchase_line_id", 1, billed,
        lambda books, policy, period: grni.open_goods(books, policy, period)[0],
    ),
    Orders(
        services.CODE, "purchase.order.line", "purchase_line_id", 1, billed,
        lambda books, policy, period: [one[0] for one in services.open_services(books, policy, period)[0]],
    ),
    Orders(
        delivered.CODE, "sale.order.line", "sale_line_id", -1, invoiced,
        lambda books, policy, period: [one.line for one in delivered.open_sales(books, policy, period)],
    ),
)  # fmt: skip
