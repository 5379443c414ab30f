"""Materiality where the policy names none: derived from the books themselves."""

import polars as pl

from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months


def derived_materiality(books: Books, period: Period) -> int | None:
    """Return 0.5 % of twelve months' income, else 1 % of assets, in minor units; None in empty books."""
    accounts = books.frame("accounts").filter(
        pl.col("account_type").fill_null("").str.contains("^(income|asset)")
    )
    lines = posted_lines(books, period.as_of, pl.col("account_id").is_in(accounts["id"].implode()))
    kind = pl.col("account_type").fill_null("")
    year = lines.filter(kind.str.starts_with("income"), pl.col("date") >= add_months(period.start, -11))
    income = -int(year["balance"].sum() or 0)
    if income > 0:
        return income // 200 or None
    assets = int(lines.filter(kind.str.starts_with("asset"))["balance"].sum() or 0)
    return assets // 100 or None if assets > 0 else None
