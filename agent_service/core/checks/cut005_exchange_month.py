"""CUT005 Exchange difference in another month.

**What it does** Reports an exchange difference booked in a later month than the settlement that caused it.

**Why it matters** Cut-off: IAS 21.28 wants it in the period in which the item is settled; otherwise a gain of
September stands in October.

**Method** `exchange_move_id.date` in a later month than the later of the settlement (`max_date` of its
partials)
and the first day that was open when it was created; more than T. Example: payment of 24 September, exchange
entry of 5 October, September still open → the difference.

**False positives** September was locked when the difference was made: the first open day explains it.

**Source** IAS 21.28; odoo#287229, odoo#126665; `account.partial.reconcile.exchange_move_id`."""

from datetime import timedelta

import polars as pl

from agent_service.core.clock import local
from agent_service.core.errors import Nothing
from agent_service.core.facts import about_entry, in_period, posted_entries, posted_where
from agent_service.core.findings import Finding
from agent_service.core.locks import Lock, locks_table
from agent_service.core.model import Books
from agent_service.core.period import Period, month_index
from agent_service.core.policy import Policy

CODE = "CUT005"
TITLE = "Exchange difference in another month"
SEVERITY = "high"
WHY = "A gain or loss of one month stands in the result of another."
REMEDY = "Book it again at the date of the settlement."


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each exchange entry; the amount is the difference."""
    partials = books.need("partials")
    try:
        locks = locks_table(books, policy)
    except Nothing:
        locks = []  # nothing was ever locked
    exchange = posted_entries(books).filter((pl.col("origin") == "exchange") & in_period(period))
    if not exchange.height:
        return []
    settled = _settlements(books, partials, exchange["id"])
    found = []
    moments = exchange.with_columns(created=local("create_date", policy.timezone)).sort("id")
    for row in moments.iter_rows(named=True):
        day = settled.get(row["id"])
        if day is None or row["size"] <= policy.tolerance_minor(1):
            continue
        least = max(day, _first_open(locks, row))
        if month_index(row["date"]) <= month_index(least):
            continue
        found.append(
            about_entry(
                books,
                row["id"],
                "exchange",
                f"{{}}: exchange difference of {day} booked on {row['date']}",
                f"{{}} books {books.show(row['size'])} on {row['date']}; the items were settled on {day}.",
                amount=row["size"],
                evidence={"settled": str(day), "date": str(row["date"])},
            )
        )
    return found


def _first_open(locks: list[Lock], row: dict):
    held = [one.through for one in locks if row["created"] is not None and one.locked_at <= row["created"]]
    return max(held) + timedelta(days=1) if held else row["date"].min


def _settlements(books: Books, partials: pl.DataFrame, exchange: pl.Series) -> dict:
    """Return by exchange entry the day on which what it belongs to was settled.

    In a ledger of files an exchange entry is known by its own lines of the matching; its own date doesn't
    count.
    """
    whose = partials.filter(pl.col("exchange_move_id").is_not_null())
    if not whose.height:
        return {}
    found: dict = {}
    marks = books.frame("lines").select("id", "move_id", "matching_number")
    if marks["matching_number"].null_count() == marks.height:
        dated = whose.group_by("exchange_move_id").agg(pl.col("max_date").max())
        return dict(dated.iter_rows())
    numbers = marks.filter(pl.col("move_id").is_in(exchange.implode()))["matching_number"].drop_nulls()
    marks = marks.filter(pl.col("matching_number").is_in(numbers.unique().implode()))
    lines = posted_where(books, pl.col("id").is_in(marks["id"].implode()))
    marked = lines.join(marks.select("id", "matching_number"), on="id")
    groups = (
        marked.filter(pl.col("origin") == "exchange")
        .select("matching_number", "account_id", exchange="move_id")
        .unique()
    )
    others = marked.filter(pl.col("origin").fill_null("") != "exchange")
    dated = (
        groups.join(others, on=["matching_number", "account_id"])
        .group_by("exchange")
        .agg(pl.col("date").max())
    )
    found.update(dict(dated.iter_rows()))
    return found
