"""ACC009 Currency missing or contradictory.

**What it does** Reports a posted line whose currency and amounts contradict each other. Facets: *missing*,
*differs* (company currency, but two amounts), *signs*, *account* (the account asks for another currency),
*document* (another currency than its document).

**Why it matters** Accuracy: such a line is right in one currency and wrong in the other; the next
reconciliation turns it into an exchange difference.

**Method** On lines of the period: no currency, or a foreign one without amount; company currency with
`amount_currency` ≠ `balance`; opposed signs; `account.currency_id` set and other; a line of a document in
another currency than the document. One finding an entry and facet. Example: balance 100.00 USD,
`amount_currency` −92.00 EUR → *signs*, 100.00.

**False positives** Exchange differences and cash-basis entries; a line that is zero on one side.

**Source** `account.move.line._check_amount_currency_balance_sign`, `currency_id`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, entries, in_period, posted_since
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "ACC009"
TITLE = "Currency missing or contradictory"
SEVERITY = "high"
WHY = "A line whose two amounts contradict each other is wrong in one of the currencies."
REMEDY = "Enter it anew with its currency and both amounts."

_TOLD = {
    "missing": "has no currency, or a foreign one without its amount",
    "differs": "is in company currency, but its two amounts differ",
    "signs": "is debit in one currency and credit in the other",
    "account": "stands on an account of another currency",
    "document": "is in another currency than its document",
}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry and facet; the amount is the largest balance."""
    own = books.company.currency.id
    moves = entries(books).select(pl.col("id").alias("move_id"), pl.col("currency").alias("move_currency"))
    lines = (
        posted_since(books, period.start)
        .filter(in_period(period), ~exempt(CODE), ~pl.col("kind").cast(pl.String).str.starts_with("line_"))
        .join(moves, on="move_id", how="left")
        .with_columns(balance=pl.col("balance").fill_null(0))
    )
    if books.has("accounts", "currency"):
        wanted = books.frame("accounts").select(
            pl.col("id").alias("account_id"), pl.col("currency").alias("account_currency")
        )
        lines = lines.join(wanted, on="account_id", how="left")
    else:
        lines = lines.with_columns(account_currency=pl.lit(None, dtype=pl.Int64))
    told = books.has("lines", "currency") and lines["currency"].null_count() < max(lines.height, 1)
    amount, balance = pl.col("amount_currency"), pl.col("balance")
    foreign = pl.col("currency").is_not_null() & (pl.col("currency") != own)
    missing = (pl.col("currency").is_null() | (foreign & amount.is_null())) & (balance != 0)
    facet = (
        pl.when(missing & told)
        .then(pl.lit("missing"))
        .when(amount.is_null())
        .then(None)
        .when((pl.col("currency") == own) & (amount != balance))
        .then(pl.lit("differs"))
        .when(foreign & ((amount > 0) & (balance < 0) | (amount < 0) & (balance > 0)))
        .then(pl.lit("signs"))
        .when(pl.col("account_currency").is_not_null() & (pl.col("account_currency") != pl.col("currency")))
        .then(pl.lit("account"))
        .when(
            pl.col("document")
            & (pl.col("currency") != pl.col("move_currency"))
            & (balance != 0)
            & (amount != 0)
        )
        .then(pl.lit("document"))
    )
    wrong = lines.with_columns(facet=facet).drop_nulls("facet").sort("move_id", "facet", "id")
    found = []
    for part in wrong.partition_by("move_id", "facet", maintain_order=True):
        row = part.sort(pl.col("balance").abs(), descending=True, maintain_order=True).to_dicts()[0]
        currency = books.currency(row["currency"])
        found.append(
            about_entry(
                books,
                row["move_id"],
                row["facet"],
                f"{{}}: a line {_TOLD[row['facet']]}",
                f"A line of {{}} over {books.show(row['balance'])} {_TOLD[row['facet']]}.",
                amount=row["balance"],
                lines=tuple(part["id"].to_list()),
                evidence={
                    "balance": books.company.currency.text(row["balance"]),
                    "currency": currency.name if row["currency"] else "",
                    "amount_currency": currency.text(row["amount_currency"])
                    if row["amount_currency"] is not None
                    else "",
                },
            )
        )
    return found
