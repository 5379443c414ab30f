"""Receivables by age: what customers owe on a day, their credits taken off their oldest items first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import polars as pl

from agent_service.core.analysis.asof import residuals
from agent_service.core.analysis.rates import rate_of
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Record
from agent_service.core.ledger import own_move_ids, posted_lines
from agent_service.core.model import Books

REVALUATION = "FX"


@dataclass(frozen=True)
class Bucket:
    """Items at most `days` past due (None: any older), and the share of them that won't come."""

    days: int | None
    percent: Decimal
    label: str


@dataclass(frozen=True)
class Receivable:
    """An item open as of a day; `amount` is company currency, foreign ones at the closing rate, minor units.

    `customer` is the commercial partner; `left` is what its credits leave of it.
    """

    id: int
    customer: int | None
    due: date | None
    amount: int
    left: int
    label: str
    rate_id: int = 0

    @property
    def record(self) -> Record:
        """Return the journal item, with what a person wants to see of it."""
        return Record("account.move.line", self.id, f"{self.label}, due {self.due or 'at once'}")


def buckets(table: Any) -> list[Bucket]:
    """Return the policy's ageing table, `[[days, percent], ...]`; raises EvidenceMissing for one with gaps.

    `[[0, "0.5"], [30, "2"], [null, "50"]]`: not due 0.5 %, 1 to 30 days past due 2 %, older 50 %.
    """
    if not isinstance(table, list | tuple) or not table:
        raise EvidenceMissing(["the policy has no ageing table (parameter ageing of BD)"])
    found: list[Bucket] = []
    before: int | None = None
    for place, row in enumerate(table):
        try:
            days, percent = (None if row[0] is None else int(row[0])), Decimal(str(row[1]))
        except (TypeError, ValueError, IndexError, InvalidOperation) as error:
            raise EvidenceMissing([f"row {place + 1} of the ageing table can't be read"]) from error
        if days is None:
            label = "older" if before is not None else "all"
        else:
            label = "not due" if days <= 0 else f"{(before or 0) + 1}-{days} days"
        is_last = place == len(table) - 1
        wrong = (days is None) != is_last or not 0 <= percent <= 100
        if wrong or (days is not None and before is not None and days <= before):
            raise EvidenceMissing(
                ["the ageing table needs rising days, percents from 0 to 100 and an open last row"]
            )
        found.append(Bucket(days, percent, label))
        before = days
    return found


def receivables(books: Books, day: date, max_age: int) -> list[Receivable]:
    """Return every receivable open as of a day, credits too (negative), by id.

    A due date or a rate that is missing raises EvidenceMissing with all of them; credits need no due date.
    """
    own = own_move_ids(books, REVALUATION)
    lines = posted_lines(books, day).filter(
        pl.col("account_type") == "asset_receivable", ~pl.col("move_id").is_in(sorted(own))
    )
    lines = lines.join(residuals(books, day), on="id", how="left")
    lines = lines.filter((pl.col("residual") != 0) | (pl.col("residual_currency") != 0)).sort("id")
    customers = dict(books.frame("partners").select("id", "commercial_partner_id").iter_rows())
    home, rates, missing, found = books.company.currency, {}, [], []
    for row in lines.iter_rows(named=True):
        currency, rate_id = books.currency(row["currency"]), 0
        amount = row["residual"]
        if currency != home:
            # What stands in the book alone is an exchange difference, no claim.
            amount = 0
            if row["residual_currency"]:
                try:
                    if currency.id not in rates:
                        rates[currency.id] = rate_of(books, currency.id, day, max_age)
                except EvidenceMissing as error:
                    missing += error.reasons
                    continue
                rate, rate_id = rates[currency.id], rates[currency.id].id
                exact = Fraction(row["residual_currency"], 10**currency.decimals) * Fraction(rate.value)
                amount = home.minor(exact)
        label = row["move_name"] if row["move_name"] and row["move_name"] != "/" else f"#{row['move_id']}"
        if amount > 0 and row["date_maturity"] is None:
            missing.append(f"{label} has no due date")
        if amount:
            customer = customers.get(row["partner_id"]) or row["partner_id"]
            found.append(
                Receivable(row["id"], customer, row["date_maturity"], amount, amount, label, rate_id)
            )
    if missing:
        raise EvidenceMissing(sorted(set(missing)))
    return found


def credits_applied(items: Iterable[Receivable]) -> list[Receivable]:
    """Return the claims with what their customer's credits leave of them, the oldest first."""
    by_customer: dict[int | None, list[Receivable]] = defaultdict(list)
    for one in items:
        by_customer[one.customer].append(one)
    found = []
    for group in by_customer.values():
        credit = -sum(one.amount for one in group if one.amount < 0)
        claims = [one for one in group if one.amount > 0]
        for one in sorted(claims, key=lambda each: (each.due or date.max, each.id)):
            taken = min(credit, one.amount)
            credit -= taken
            found.append(replace(one, left=one.amount - taken))
    return sorted(found, key=lambda one: one.id)


def aged(
    items: Iterable[Receivable], table: Sequence[Bucket], day: date
) -> Mapping[Bucket, list[Receivable]]:
    """Return the claims of each bucket by days past due, what credits left nothing of left out."""
    found: dict[Bucket, list[Receivable]] = {one: [] for one in table}
    for item in items:
        if item.left and item.due is not None:
            late = (day - item.due).days
            found[next(one for one in table if one.days is None or late <= one.days)].append(item)
    return found
