"""VAL004 Old uncleared payment.

**What it does** Reports a payment that the bank has not shown for over a month.

**Why it matters** Existence of cash: a payment that never left is a debt that still stands.

**Method** Lines of payments on outstanding accounts, open at P end by partials dated up to then, older than
`outstanding_days`, cheques `cheque_days`. Example: payment of 640.00 of 12 August, nothing on any
statement up to
31 October → 640.00.

**False positives** No statement up to P end yet (CMP005).

**Source** ERP close lists; `account.payment.outstanding_account_id`."""

from datetime import timedelta

import polars as pl

from agent_service.core.analysis.asof import residuals_of
from agent_service.core.facts import about_entry, partner_names, posted_where
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "VAL004"
TITLE = "Old uncleared payment"
SEVERITY = "medium"
WHY = "A payment that the bank never showed may never have left: the debt still stands."
REMEDY = "Match it, chase it at the bank, or void it."
PARAMETERS = {"outstanding_days": 30, "cheque_days": 90, "statement_lag_days": 3}
YIELDS_TO = ("CMP005.late@account.journal",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each payment; the amount is what is open."""
    own = policy.parameters(CODE, PARAMETERS)
    payments = books.need("payments", "outstanding_account_id")
    accounts = payments["outstanding_account_id"].drop_nulls().unique()
    limit = (
        pl.when(pl.col("method").fill_null("").str.to_lowercase().str.contains("che(ck|que)"))
        .then(own.integer("cheque_days"))
        .otherwise(own.integer("outstanding_days"))
    )
    paid = pl.col("account_id").is_in(accounts.implode())
    paid = paid & (pl.col("date") <= period.as_of - timedelta(days=1))
    left = residuals_of(books, paid, period.as_of).select("id", "residual")
    left = left.filter(pl.col("residual").abs() > policy.tolerance_minor(1))
    of_entry = payments.select("move_id", "journal_id", "method", payment="id")
    lines = posted_where(books, paid & pl.col("id").is_in(left["id"].implode()))
    lines = lines.join(of_entry, on="move_id", suffix="_payment")
    open_ = (
        lines.join(left, on="id")
        .with_columns(age=(pl.lit(period.as_of) - pl.col("date")).dt.total_days(), limit=limit)
        .filter(pl.col("age") > pl.col("limit"))
    )
    waiting = _without_statement(books, period, own.integer("statement_lag_days"))
    open_ = open_.filter(~pl.col("journal_id_payment").is_in(waiting).fill_null(value=False))
    names = partner_names(books)
    return [
        about_entry(
            books,
            row["move_id"],
            "outstanding",
            f"{{}}: {books.show(abs(row['residual']))} not on any statement",
            f"{{}} of {row['date']} to or from {names.get(row['partner_id'], 'a partner')}: "
            f"{books.show(abs(row['residual']))} open for {row['age']} days.",
            amount=row["residual"],
            lines=(row["id"],),
            more=(Record("account.payment", row["payment"]),),
            evidence={
                "age_days": row["age"],
                "method": row["method"] or "",
                "open": books.company.currency.text(row["residual"]),
            },
        )
        for row in open_.sort("move_id", "id").iter_rows(named=True)
    ]


def _without_statement(books: Books, period: Period, lag: int) -> list[int]:
    """Return the journals whose last statement ends before the period does."""
    if not books.has("statements"):
        return []
    last = books.frame("statements").drop_nulls("date").group_by("journal_id").agg(pl.col("date").max())
    return last.filter(pl.col("date") < period.end - timedelta(days=lag))["journal_id"].drop_nulls().to_list()
