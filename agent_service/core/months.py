"""How rules ask for closed months: by name, with how to sum up those that nobody summed up yet."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

import polars as pl

from agent_service.core.history import MONTH
from agent_service.core.model import Books
from agent_service.core.period import add_months

Make = Callable[[Books, Sequence[date]], pl.DataFrame]
"""Sums up some months in one pass: each row bears its month, and follows from that month's entries alone."""


def by_month(books: Books, name: str, make: Make, begin: date | None, end: date) -> pl.DataFrame:
    """Return the summaries of the months from `begin` (none: from the first) until before `end`, unordered.

    Both are first days of months. Only months with journal items count.
    """
    known = books.once("months", _months)
    wanted = [one for one in known if one < end and (begin is None or one >= begin)]
    return books.history.get(name, wanted, lambda missing: _made(books, missing, make))


def _made(books: Books, months: Sequence[date], make: Make) -> pl.DataFrame:
    """Return the summaries of some months, made half a year at a time: what is half made takes memory.

    Halves of calendar years, so that rules which look back differently far share what they look at.
    """
    halves = [list(part) for _half, part in groupby(months, key=lambda one: (one.year, one.month > 6))]
    return pl.concat([make(books, part) for part in halves or [months]])


def _months(books: Books) -> list[date]:
    """Return the first days of the months that journal items are dated in."""
    days = books.frame("lines")["date"].drop_nulls().unique()
    return days.dt.truncate("1mo").unique().sort().to_list()


def month() -> pl.Expr:
    """Return the first day of the month of `date`, by the name that summaries have it."""
    return pl.col("date").dt.truncate("1mo").alias(MONTH)


def in_months(months: Sequence[date]) -> pl.Expr:
    """Tell whether `date` lies in one of these months, given by their first days."""
    if not months:
        return pl.lit(value=False)
    first, last = min(months), max(months)
    inside = pl.col("date").is_between(first, add_months(last, 1), closed="left")
    if len(set(months)) < (last.year - first.year) * 12 + last.month - first.month + 1:
        inside = inside & pl.col("date").dt.truncate("1mo").is_in(pl.Series(sorted(months)).implode())
    return inside.fill_null(value=False)
