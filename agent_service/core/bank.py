"""Bank lines that are still open, for the rules that ask about them."""

from datetime import date, timedelta

import polars as pl

from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books


def open_bank_lines(books: Books, as_of: date) -> pl.DataFrame:
    """Return the open statement lines dated up to `as_of`, ordered by journal, date and id.

    Columns beside the statement line's own: `state` ("open": still on suspense; "unsettled": booked to an
    account that is reconciled, but nothing was), `on_suspense` (balance of the line's entry on its journal's
    suspense account) and `on_bank` (balance on the bank account), minor units of company currency.
    """
    return books.once(("open_bank_lines", as_of), lambda one: _open_bank_lines(one, as_of))


def _open_bank_lines(books: Books, as_of: date) -> pl.DataFrame:
    journals = books.frame("journals").select(
        pl.col("id").alias("journal_id"),
        "default_account_id",
        "suspense_account_id",
        pl.col("code").alias("journal_code"),
        pl.col("name").alias("journal_name"),
    )
    statement = books.frame("statement_lines").filter(pl.col("date") <= as_of)
    statement = statement.join(journals, on="journal_id", how="left")
    settled = _partially_settled(books)
    asked = _unsettled_moves(books, statement["move_id"], settled)
    asked = statement.filter(
        ~pl.col("is_reconciled").fill_null(value=False) | pl.col("move_id").is_in(asked.implode())
    )["move_id"]
    entry = posted_lines(books, only=pl.col("move_id").is_in(asked.implode())).join(
        statement.select(
            "move_id", "default_account_id", pl.col("suspense_account_id").alias("line_suspense_id")
        ).unique("move_id"),
        on="move_id",
        how="inner",
    )
    # looked up once for all rows: inside the groups the list would be copied for each of them
    entry = entry.with_columns(settled=pl.col("id").is_in(settled.implode()))
    on_suspense = pl.col("account_id") == pl.col("line_suspense_id")
    on_bank = pl.col("account_id") == pl.col("default_account_id")
    loose = (
        pl.col("account_reconcile").fill_null(value=False)
        & ~on_suspense.fill_null(value=False)
        & ~on_bank.fill_null(value=False)
        & ~pl.col("settled")
        & (pl.col("balance") != 0)
    )
    facts = entry.group_by("move_id").agg(
        on_suspense=pl.col("balance").filter(on_suspense).sum(),
        on_bank=pl.col("balance").filter(on_bank).sum(),
        loose=loose.any(),
    )
    state = (
        pl.when(~pl.col("is_reconciled").fill_null(value=False))
        .then(pl.lit("open"))
        .when(pl.col("loose").fill_null(value=False))
        .then(pl.lit("unsettled"))
    )
    return (
        statement.join(facts, on="move_id", how="left")
        .with_columns(state=state, on_suspense=pl.col("on_suspense").fill_null(0))
        .filter(pl.col("state").is_not_null())
        .sort("journal_id", "date", "id")
    )


def _unsettled_moves(books: Books, moves: pl.Series, settled: pl.Series) -> pl.Series:
    """Return those of some entries with an item that could be settled and is not: few of them all."""
    accounts = books.frame("accounts").filter(pl.col("reconcile").fill_null(value=False))["id"]
    could = pl.col("account_id").is_in(accounts.implode()) & pl.col("move_id").is_in(moves.implode())
    left = books.frame("lines").filter(could & (pl.col("balance") != 0))
    return left.filter(~pl.col("id").is_in(settled.implode()))["move_id"].unique()


def _partially_settled(books: Books) -> pl.Series:
    partials = books.frame("partials")
    return pl.concat([partials["debit_move_id"], partials["credit_move_id"].rename("debit_move_id")]).unique()


def bank_days_before(day: date, count: int) -> date:
    """Return the day that lies so many Mondays-to-Fridays before `day`."""
    while count > 0:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day
