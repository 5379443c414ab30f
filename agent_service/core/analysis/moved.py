"""What months moved on accounts: closed months in short, the last one up to a day as it stands."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import polars as pl

from agent_service.core.model import Books
from agent_service.core.months import by_month, in_months, month


def posted(books: Books) -> pl.Expr:
    """Tell whether an item is posted by its own state and its entry's, as `posted_lines` does."""
    drafts = books.once("not posted", lambda one: one.where("moves", pl.col("state") != "posted", "id")["id"])
    return (pl.col("parent_state") == "posted") & ~pl.col("move_id").is_in(drafts.implode())


def moved(books: Books, begin: date | None, day: date, *by: str) -> pl.DataFrame:
    """Return `month`, `account_id`, the columns `by` and the sum `balance` of posted items, in no order.

    From `begin`, a first day (none: from the first month), up to a day; minor units, debit positive. An item
    without account counts for nothing.
    """
    first = day.replace(day=1)
    past = by_month(books, " ".join(("moved", *by)), partial(_past, by), begin, first)
    return pl.concat([past, _sums(books, pl.col("date").is_between(first, day), by)])


def _past(by: tuple[str, ...], books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _sums(books, in_months(months), by)


def _sums(books: Books, only: pl.Expr, by: tuple[str, ...]) -> pl.DataFrame:
    # lazily, so that columns which nobody asks for are never touched
    lines = books.frame("lines").lazy().filter(only, pl.col("account_id").is_not_null(), posted(books))
    return lines.group_by(month(), "account_id", *by).agg(pl.col("balance").sum()).collect()
