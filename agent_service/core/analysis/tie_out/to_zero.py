"""Accounts that should stand at zero: what stands there is explained by what is on its way, or is open."""

from collections.abc import Callable, Iterable
from datetime import date

import polars as pl

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import EXPLAINS, OPEN, Item, TieOut
from agent_service.core.model import Books

OnItsWay = Callable[[dict], str]
"""Says of an item why it may still stand there, "" where it may not."""


def to_zero(
    books: Books, kind: str, accounts: Iterable[int], day: date, on_its_way: OnItsWay
) -> list[TieOut]:
    """Return one tie-out against zero for each account that was used; open items are listed one by one.

    An account that isn't reconciled has its items as they were posted since it last stood at zero.
    """
    return [_tie_out(books, kind, one, day, on_its_way) for one in ledger.used(books, accounts, day)]


def _tie_out(books: Books, kind: str, account: int, day: date, on_its_way: OnItsWay) -> TieOut:
    items = []
    for row in _standing(books, account, day).sort("date", "id").iter_rows(named=True):
        why = on_its_way(row)
        items.append(
            Item(
                EXPLAINS if why else OPEN,
                why or "should not stand here",
                _label(row),
                row["stands"],
                row["date"],
                ledger.entry_of(row),
            )
        )
    return TieOut(
        kind=kind,
        name=ledger.name_of(books, account),
        account_ids=(account,),
        currency=books.company.currency,
        day=day,
        balance=ledger.balance_of(books, account, day),
        other=0,
        source="should stand at zero",
        items=tuple(items),
    )


def _standing(books: Books, account: int, day: date) -> pl.DataFrame:
    """Return the items that make up the balance, with `stands`: what each still has there."""
    settles = books.frame("accounts").filter(pl.col("id") == account)["reconcile"].fill_null(value=False)
    if settles.len() and settles[0]:
        return (
            ledger.open_lines(books, [account], day)
            .filter(pl.col("residual") != 0)
            .with_columns(stands="residual")
        )
    lines = ledger.plain_of(books, account, day)
    ordered = lines.sort("date", "id").with_columns(running=pl.col("balance").cum_sum(), stands="balance")
    zeros = ordered.with_row_index("place").filter(pl.col("running") == 0)["place"]
    since = int(zeros.max()) + 1 if zeros.len() else 0
    standing = ordered.slice(since).filter(pl.col("balance") != 0)
    return ledger.with_facts(books, standing).with_columns(stands="balance")


def _label(row: dict) -> str:
    return f"{ledger.label_of(row)} {row['name']}" if row["name"] else ledger.label_of(row)
