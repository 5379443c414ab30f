"""The ledger's side of tie-outs: balances and items of accounts as of a day."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from agent_service.core.analysis.asof import residuals
from agent_service.core.facts import account_names
from agent_service.core.findings import Record
from agent_service.core.ledger import move_label, posted_lines
from agent_service.core.model import Books
from agent_service.core.policy import Policy


def lines_of(books: Books, accounts: Iterable[int], day: date) -> pl.DataFrame:
    """Return the posted items of some accounts by a day, with facts of their entries."""
    wanted = tuple(sorted(set(accounts)))
    return books.once(
        ("tie_out_lines", wanted, day),
        lambda one: posted_lines(one, day, pl.col("account_id").is_in(list(wanted))),
    )


def open_lines(books: Books, accounts: Iterable[int], day: date) -> pl.DataFrame:
    """Return the items of some accounts that are open as of a day, with `residual` and
    `residual_currency`."""
    lines = lines_of(books, accounts, day).join(residuals(books, day), on="id", how="left")
    return lines.filter((pl.col("residual") != 0) | (pl.col("residual_currency") != 0))


def total(frame: pl.DataFrame, column: str = "balance") -> int:
    """Return a sum in minor units, 0 for none."""
    return int(frame[column].sum() or 0)


def accounts_of_type(books: Books, *kinds: str) -> list[int]:
    """Return the accounts of some types, ordered by code."""
    found = books.frame("accounts").filter(pl.col("account_type").is_in(kinds)).sort("code", "id")
    return found["id"].to_list()


def used(books: Books, accounts: Iterable[int], day: date) -> list[int]:
    """Return those of some accounts that anything was posted on by a day, in their order."""
    accounts = list(accounts)
    there = set(lines_of(books, accounts, day)["account_id"].unique().to_list())
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
