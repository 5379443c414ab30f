"""The ledger's side of tie-outs: balances and items of accounts as of a day."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from agent_service.core.analysis.asof import residuals_of
from agent_service.core.analysis.moved import moved, posted
from agent_service.core.facts import account_names
from agent_service.core.findings import Record
from agent_service.core.ledger import move_label, posted_lines
from agent_service.core.model import Books
from agent_service.core.policy import Policy

_OWN = (
    "id", "move_id", "account_id", "partner_id", "date", "name", "balance", "amount_currency", "currency",
    "tax_line_of",
)  # fmt: skip


def lines_of(books: Books, accounts: Iterable[int], day: date) -> pl.DataFrame:
    """Return the posted items of some accounts by a day, with facts of their entries.

    Where an account has many items and few of them are told, `plain_of` and `with_facts` cost less.
    """
    wanted = tuple(sorted(set(accounts)))
    return books.once(
        ("tie_out_lines", wanted, day),
        lambda one: posted_lines(one, day, pl.col("account_id").is_in(list(wanted))),
    )


def plain_of(books: Books, account: int, day: date) -> pl.DataFrame:
    """Return the posted items of an account by a day, without facts of their entries."""
    return books.once(("tie_out_plain", account, day), lambda one: _plain(one, account, day))


def _plain(books: Books, account: int, day: date) -> pl.DataFrame:
    # lazily, so that columns which nobody asks for are never touched
    lines = books.frame("lines").lazy()
    own = (pl.col("account_id") == account) & (pl.col("date") <= day)
    return lines.filter(own, posted(books)).select(_OWN).collect()


def with_facts(books: Books, lines: pl.DataFrame) -> pl.DataFrame:
    """Return posted items with all their columns and the facts of their entries, ordered by id."""
    return posted_lines(books, None, pl.col("id").is_in(lines["id"].implode()))


def open_lines(books: Books, accounts: Iterable[int], day: date) -> pl.DataFrame:
    """Return the items of some accounts that are open as of a day, with `residual` and
    `residual_currency`."""
    # few items of an account are open: only their facts are looked up
    wanted = tuple(sorted(set(accounts)))
    return books.once(("tie_out_open", wanted, day), lambda one: _open(one, wanted, day))


def _open(books: Books, accounts: tuple[int, ...], day: date) -> pl.DataFrame:
    own = pl.col("account_id").is_in(list(accounts)) & (pl.col("date") <= day)
    left = residuals_of(books, own, day)
    left = left.filter((pl.col("residual") != 0) | (pl.col("residual_currency") != 0))
    lines = posted_lines(books, day, own & pl.col("id").is_in(left["id"].implode()))
    return lines.join(left, on="id", how="left", maintain_order="left")


def balance_of(books: Books, account: int, day: date) -> int:
    """Return what the posted items of an account sum up to by a day, 0 for none."""
    return books.once(("tie_out_sums", day), lambda one: _sums(one, day)).get(account, 0)


def _sums(books: Books, day: date) -> dict[int, int]:
    """Return the balance by a day of each account that anything was posted on; closed months in short."""
    summed = moved(books, None, day).group_by("account_id").agg(pl.col("balance").sum())
    return dict(summed.iter_rows())


def total(frame: pl.DataFrame, column: str = "balance") -> int:
    """Return a sum in minor units, 0 for none."""
    return int(frame[column].sum() or 0)


def accounts_of_type(books: Books, *kinds: str) -> list[int]:
    """Return the accounts of some types, ordered by code."""
    found = books.frame("accounts").filter(pl.col("account_type").is_in(kinds)).sort("code", "id")
    return found["id"].to_list()


def used(books: Books, accounts: Iterable[int], day: date) -> list[int]:
    """Return those of some accounts that anything was posted on by a day, in their order."""
    there = books.once(("tie_out_sums", day), lambda one: _sums(one, day))
    return [one for one in accounts if one in there]


def name_of(books: Books, account_id: int) -> str:
    """Return "1100 Receivable"."""
    return account_names(books).get(account_id, f"account {account_id}")


def label_of(row: dict) -> str:
    """Return how people know the entry of an item."""
    return move_label(row["move_name"], row["move_ref"], row["move_id"])


def entry_of(row: dict) -> Record:
    """Return the entry of an item."""
    return Record("account.move", row["move_id"], label_of(row))


def role_accounts(books: Books, policy: Policy, *roles: str) -> list[int]:
    """Return the accounts that the policy maps to some roles, as far as the books know them."""
    known = set(books.frame("accounts")["id"].to_list())
    return sorted(policy.role_ids(*roles) & known)
