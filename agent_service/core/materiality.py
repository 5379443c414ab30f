"""Materiality where the policy names none: derived from the books themselves."""

import polars as pl

from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months


def derived_materiality(books: Books, period: Period) -> int | None:
    """Return 0.5 % of twelve months' income, else 1 % of assets, in minor units; None in empty books."""
    year = pl.col("date") >= add_months(period.start, -11)
    income = -_balance(books, period, "income", year)
    if income > 0:
        return income // 200 or None
    assets = _balance(books, period, "asset", pl.lit(value=True))
    return assets // 100 or None if assets > 0 else None


def _balance(books: Books, period: Period, kind: str, dated: pl.Expr) -> int:
    """Return the balance of the accounts whose type begins with a word."""
    accounts = books.frame("accounts").filter(pl.col("account_type").str.starts_with(kind))["id"]
    lines = posted_lines(books, period.as_of, dated & pl.col("account_id").is_in(accounts.implode()))
    return int(lines["balance"].sum() or 0)
