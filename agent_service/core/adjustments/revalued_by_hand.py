"""Revaluations that people booked beside ours: what moved the book of open items and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from agent_service.core.analysis.asof import residuals
from agent_service.core.ledger import exchange_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.money import Currency


@dataclass(frozen=True)
class RevaluedByHand:
    """What people left on an account, minor units of company currency, debit positive.

    In company currency it may be meant for any foreign one: the whole account waits then.
    """

    account_id: int
    account: str
    currency: Currency
    book: int
    moves: tuple[int, ...]


def account_label(row: dict) -> str:
    """Return how people know an account."""
    return f"{row['account_code'] or ''} {row['account_name'] or ''}".strip()


def revalued_by_hand(
    books: Books,
    lines: pl.DataFrame,
    accounts: Collection[int],
    results: Collection[int],
    own: Collection[int],
    day: date,
) -> tuple[pl.Series, list[RevaluedByHand]]:
    """Return the items among `lines` that only move a book, and what of such lines is still open on a day.

    `lines` are posted lines of item accounts in foreign currencies, with `foreign`. A line in company
    currency counts when its entry takes the difference to an account of `results`. Exchange entries of
    reconciliations, payments, bank lines and the `own` entries of the revaluation are none.
    """
    in_foreign = _made_by_people(books, lines.filter(pl.col("foreign") == 0, pl.col("balance") != 0), own)
    home = books.company.currency.id
    touching = posted_lines(books, day, pl.col("account_id").is_in(sorted(results)))["move_id"].unique()
    own_currency = posted_lines(
        books,
        day,
        pl.col("account_id").is_in(sorted(accounts))
        & (pl.col("currency").fill_null(home) == home)
        & pl.col("move_id").is_in(touching.implode()),
    ).with_columns(pl.col("currency").fill_null(home))
    columns = ["id", "move_id", "account_id", "account_code", "account_name", "currency"]
    found = pl.concat([in_foreign.select(columns), _made_by_people(books, own_currency, own).select(columns)])
    grouped = (
        found.join(residuals(books, day), on="id", how="left")
        .filter(pl.col("residual") != 0)
        .group_by("account_id", "account_code", "account_name", "currency")
        .agg(pl.col("residual").sum(), moves=pl.col("move_id").unique().sort())
        .filter(pl.col("residual") != 0)
        .sort("account_id", "currency")
    )
    left = [
        RevaluedByHand(
            row["account_id"],
            account_label(row),
            books.currency(row["currency"]),
            row["residual"],
            tuple(row["moves"]),
        )
        for row in grouped.iter_rows(named=True)
    ]
    return in_foreign["id"], left


def _made_by_people(books: Books, lines: pl.DataFrame, own: Collection[int]) -> pl.DataFrame:
    exchange = sorted(exchange_move_ids(books))
    moves = books.frame("moves")
    journals = moves.filter(pl.col("id").is_in(exchange))["journal_id"].drop_nulls().unique()
    machine = moves.filter(
        pl.col("id").is_in(exchange)
        | pl.col("journal_id").is_in(journals.implode())
        | (pl.col("origin_kind").fill_null("") == "exchange")
    )["id"]
    return lines.filter(
        pl.col("move_move_type").fill_null("entry") == "entry",
        pl.col("move_statement_line_id").is_null(),
        pl.col("move_origin_payment_id").is_null(),
        ~pl.col("move_id").is_in(machine.implode()),
        ~pl.col("move_id").is_in(sorted(own)),
    )
