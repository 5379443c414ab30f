"""VAL002 Negative cash.

**What it does** Reports a cash or bank account that was below zero at the end of a day.

**Why it matters** Existence of cash: nobody can pay out of an empty till; a receipt is missing or a payment
stands there twice.

**Method** Posted balance of each `asset_cash` account at the end of each day of P with movements, and of
its first
day; below −limit. One finding an account, with its worst day. Example: the till stands at −35.00 on 12
October
→ 35.00.

**False positives** An overdraft agreed in the policy (`overdraft_limits`); credit cards, which are
liabilities;
the order of entries within a day.

**Source** AICPA audit data analytics, cash; `account.account.account_type`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from agent_service.core.facts import account_names, on_accounts, posted_where
from agent_service.core.findings import Finding, Record
from agent_service.core.history import MONTH
from agent_service.core.model import Books
from agent_service.core.months import by_month, in_months, month
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "VAL002"
TITLE = "Negative cash"
SEVERITY = "high"
WHY = "Nobody can pay out of an empty till: a receipt is missing, or a payment stands there twice."
REMEDY = "Find the missing receipt or the payment that stands there twice."
PARAMETERS = {"overdraft_limit_amount": 0}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each account; the amount is the worst day's balance without sign."""
    common = policy.amount(policy.parameters(CODE, PARAMETERS), "overdraft_limit_amount")
    agreed = policy.settings.get("overdraft_limits") or {}
    past = by_month(books, f"{CODE} days", _past_days, None, period.start)
    here = _days(books, pl.col("date").is_between(period.start, period.as_of))
    days = (
        pl.concat([past, here])
        .drop(MONTH)
        .sort("account_id", "date")
        .with_columns(stand=pl.col("balance").cum_sum().over("account_id"))
    )
    opening = (
        days.filter(pl.col("date") < period.start)
        .group_by("account_id", maintain_order=True)
        .last()
        .with_columns(date=pl.lit(period.start))
    )
    judged = pl.concat([opening, days.filter(pl.col("date") >= period.start)])
    worst = judged.sort("account_id", "stand", "date").group_by("account_id", maintain_order=True).first()
    names = account_names(books)
    found = []
    for row in worst.iter_rows(named=True):
        limit = agreed.get(row["account_id"])
        allowed = policy.currency.minor(Decimal(str(limit))) if limit is not None else common
        if row["stand"] >= -abs(allowed):
            continue
        below = judged.filter(pl.col("account_id") == row["account_id"], pl.col("stand") < -abs(allowed))
        ids = posted_where(
            books,
            (pl.col("account_id") == row["account_id"])
            & (pl.col("date") == row["date"])
            & (pl.col("balance") < 0),
        )
        anchor = Record("account.account", row["account_id"], names.get(row["account_id"], ""))
        found.append(
            Finding(
                facet="negative",
                anchor=anchor,
                title=f"{anchor.label} at {books.show(row['stand'])} on {row['date']}",
                message=f"{anchor.label} stood at {books.show(row['stand'])} at the end of {row['date']}"
                f"{f', below zero at the end of {below.height} days' if below.height > 1 else ''}.",
                amount=abs(row["stand"]),
                records=(
                    anchor,
                    *(Record("account.move", one) for one in ids["move_id"].unique().sort().head(40)),
                ),
                evidence={
                    "worst_day": str(row["date"]),
                    "balance": books.company.currency.text(row["stand"]),
                    "days_with_movement_below": below.height,
                },
            )
        )
    return found


def _days(books: Books, dated: pl.Expr) -> pl.DataFrame:
    """Return what moved each account of money on each of these days."""
    cash = posted_where(books, on_accounts(books, "asset_cash") & dated)
    return cash.group_by(month(), "account_id", "date").agg(pl.col("balance").sum())


def _past_days(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _days(books, in_months(months))
