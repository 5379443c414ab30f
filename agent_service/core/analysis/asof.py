"""What was open on a day: the stored residual is as of today and is never used here."""

from datetime import date

import polars as pl

from agent_service.core.model import Books


def residuals(books: Books, as_of: date | None) -> pl.DataFrame:
    """Return `id`, `residual` and `residual_currency` of every journal item, in minor units, as of a day.

    The item's balance less its partial reconciliations with `max_date` ≤ `as_of` (all of them when it is
    None), in company currency and in the item's own; the sign is the item's: debit positive.

    >>> # a receivable of 100.00, 30.00 of it paid on 20 October and the rest on 4 November
    >>> # residuals(books, date(2026, 10, 31)) gives 70.00; residuals(books, None) gives 0.00
    """
    return books.once(("residuals", as_of), lambda one: _residuals(one, as_of))


def _residuals(books: Books, as_of: date | None) -> pl.DataFrame:
    partials = books.frame("partials")
    if as_of is not None:
        partials = partials.filter(pl.col("max_date") <= as_of)
    debits = _settled(partials, "debit_move_id", "debit_amount_currency")
    credits = _settled(partials, "credit_move_id", "credit_amount_currency")
    return (
        books.frame("lines")
        .select("id", "balance", "amount_currency")
        .join(debits, on="id", how="left")
        .join(credits, on="id", how="left", suffix="_credit")
        .select(
            "id",
            residual=_open("balance", "settled"),
            residual_currency=_open("amount_currency", "settled_currency"),
        )
        .sort("id")
    )


def _settled(partials: pl.DataFrame, key: str, amount_currency: str) -> pl.DataFrame:
    return partials.group_by(pl.col(key).alias("id")).agg(
        settled=pl.col("amount").sum(), settled_currency=pl.col(amount_currency).sum()
    )


def _open(own: str, settled: str) -> pl.Expr:
    """Return the amount less what its debit side settled, plus what its credit side settled."""
    taken = pl.col(settled).fill_null(0) - pl.col(f"{settled}_credit").fill_null(0)
    return pl.col(own).fill_null(0) - taken


def balances(lines: pl.DataFrame) -> dict[int, int]:
    """Return the balance of each account over the lines given, in minor units of company currency."""
    summed = lines.group_by("account_id").agg(pl.col("balance").sum()).sort("account_id")
    return dict(zip(summed["account_id"].to_list(), summed["balance"].to_list(), strict=True))
