"""The ledger as rules read it: what is posted, by when, with facts of its entry beside each line."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.model import Books

DOCUMENTS = ("out_invoice", "out_refund", "in_invoice", "in_refund", "out_receipt", "in_receipt")
BILLS = ("in_invoice", "in_refund", "in_receipt")
CASH_TYPES = ("asset_cash", "liability_credit_card")
BY_PEOPLE = "MAN"
"""The proposer's name of an entry that a person wrote and had approved."""
ASKED_REVERSAL = "REV"
"""The proposer's name of a reversal that a person asked for: it is whose the reversed entry is."""
TRADE_TYPES = ("asset_receivable", "liability_payable")

_MOVE_FACTS = (
    "name", "ref", "move_type", "state", "invoice_date", "reversed_entry_id", "statement_line_id",
    "origin_payment_id", "ai_close_entry_id", "payment_reference",
)  # fmt: skip


def lines_with_moves(
    books: Books, only: pl.Expr | None = None, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return journal items (all, or `only` some) with facts of move (prefixed `move_`) and account.

    `columns` are those of the items that are wanted, `move_id` and `account_id` among them; none: all.
    """
    lines, moves = books.frame("lines"), books.frame("moves")
    if columns is not None and only is None:
        lines = lines.select(columns)
    if only is not None:
        lines = lines.lazy().filter(only).select(lines.columns if columns is None else columns).collect()
        asked = pl.col("id").is_in(lines["move_id"].unique().implode())
        moves = moves.lazy().filter(asked).select("id", *_MOVE_FACTS).collect()
    moves = moves.select("id", *_MOVE_FACTS)
    moves = moves.rename({name: f"move_{name}" for name in _MOVE_FACTS} | {"id": "move_id"})
    accounts = books.frame("accounts").select(
        pl.col("id").alias("account_id"),
        pl.col("code").alias("account_code"),
        pl.col("name").alias("account_name"),
        "account_type",
        "include_initial_balance",
        pl.col("reconcile").alias("account_reconcile"),
    )
    joined = lines.join(moves, on="move_id", how="left", maintain_order="left")
    return joined.join(accounts, on="account_id", how="left", maintain_order="left")


def posted_lines(
    books: Books,
    as_of: date | None = None,
    only: pl.Expr | None = None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return the items that are posted by their own state and their entry's, dated up to `as_of`.

    A line whose move isn't in the books has only its own state to go by. `only` is a condition on items
    alone: looked at first, it saves the facts of all others. `columns` as for `lines_with_moves`.
    """
    own = pl.col("parent_state") == "posted"
    if as_of is not None:
        own = own & (pl.col("date") <= as_of)
    return lines_with_moves(books, own if only is None else own & only, columns).filter(
        (pl.col("move_state") == "posted") | pl.col("move_state").is_null()
    )


def posted_moves(books: Books, as_of: date | None = None) -> pl.DataFrame:
    """Return posted entries, dated up to `as_of`."""
    frame = books.frame("moves").filter(pl.col("state") == "posted")
    return frame if as_of is None else frame.filter(pl.col("date") <= as_of)


def exchange_move_ids(books: Books) -> set[int]:
    """Return the entries that book exchange differences of reconciliations."""
    return set(books.frame("partials")["exchange_move_id"].drop_nulls().to_list())


def own_move_ids(books: Books, proposer: str | None = None, *, people: bool = True) -> set[int]:
    """Return the entries posted from our staged entries, with their reversals; of one proposer if known.

    An entry by hand that bears a proposer's name was adopted by a person: it counts as the proposer's own.
    Without `people` those are left out that a person wrote and had approved, and the reversals of what is
    left out: an entry by hand that was rejected is gone as soon as it is reversed.
    """
    moves = books.frame("moves")
    mine, named = pl.col("ai_close_entry_id").is_not_null(), pl.col("ai_close_proposer")
    if proposer and books.has("moves", "ai_close_proposer"):
        mine = (mine & named.is_null()) | (named == proposer)
    else:
        mine = mine | named.is_not_null()
    if not people:
        mine = mine & ~named.fill_null("").is_in([BY_PEOPLE, ASKED_REVERSAL])
    found = set(moves.filter(mine)["id"].to_list())
    reversals = moves.filter(pl.col("reversed_entry_id").is_not_null()).select("id", "reversed_entry_id")
    while True:
        more = set(reversals.filter(pl.col("reversed_entry_id").is_in(sorted(found)))["id"].to_list()) - found
        if not more:
            return found
        found |= more


def move_label(name: str | None, ref: str | None, move_id: int) -> str:
    """Return how people know an entry: its number, its reference or, in draft, its id."""
    number = name if name and name != "/" else None
    if number and ref:
        return f"{number} ({ref})"
    return number or (f"draft {ref}" if ref else f"draft #{move_id}")
