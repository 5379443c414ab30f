"""Tax: each tax account against the tax lines of documents, less what was settled with the authority.

**What it does** Compares the balance of each tax account with the tax lines that stand on it and their
settlements.

**Why it matters** Accuracy: a return is made from tax lines; what somebody books on the account beside them
is paid or claimed by nobody.

**Method** Balance by D against the sum of tax lines plus settlements by D: bank lines, payments, closings
of a return, and entries that move amounts between tax accounts only. Other items are open; those of earlier
months are one item for each year. Example: −2,100.00 on the account, tax lines −5,000.00, paid 3,000.00, an
entry by hand −100.00 → other side −2,000.00, difference −100.00, open −100.00.

**False positives** Entries that are older than what is read of entries can't be told to be settlements.

**Source** `account.move.line.tax_line_id`.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import BESIDE, OPEN, Item, TieOut
from agent_service.core.ledger import TRADE_TYPES, posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "tax", "Tax accounts against tax lines"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each balance sheet account that tax lines stand on."""
    accounts = _accounts(books, period.end)
    apart = set(accounts) | set(ledger.role_accounts(books, policy, "tax_payable"))
    return [_tie_out(books, one, apart, period) for one in accounts]


def _accounts(books: Books, day: date) -> list[int]:
    taxed = pl.col("tax_line_of").is_not_null() & (pl.col("parent_state") == "posted")
    lines = books.where("lines", taxed & (pl.col("date") <= day), "account_id")
    found = books.frame("accounts").filter(
        pl.col("id").is_in(lines["account_id"].unique().implode()),
        pl.col("include_initial_balance").fill_null(value=True),
        ~pl.col("account_type").is_in(TRADE_TYPES),
    )
    return found.sort("code", "id")["id"].to_list()


def _tie_out(books: Books, account: int, apart: set[int], period: Period) -> TieOut:
    day = period.end
    lines = ledger.plain_of(books, account, day)
    taxed = lines.filter(pl.col("tax_line_of").is_not_null())
    others = lines.filter(pl.col("tax_line_of").is_null(), pl.col("balance") != 0)
    others = ledger.with_facts(books, others)
    settled = _settlements(books, others, apart, day)
    hand = others.filter(~pl.col("move_id").is_in(settled))
    paid = others.filter(pl.col("move_id").is_in(settled))
    items = [*_items(OPEN, "no tax line", hand, period), *_items(BESIDE, "settlement", paid, period)]
    now = taxed.filter(pl.col("date") >= period.start)
    items += [
        Item(BESIDE, "tax lines", f"{part.height} tax lines {text}", ledger.total(part), part["date"].min())
        for text, part in (
            (f"of {period.name}", now),
            (f"before {period.name}", taxed.filter(pl.col("date") < period.start)),
        )
        if part.height
    ]
    return TieOut(
        kind=KIND,
        name=ledger.name_of(books, account),
        account_ids=(account,),
        currency=books.company.currency,
        day=day,
        balance=ledger.total(lines),
        other=ledger.total(taxed) + ledger.total(paid),
        source=f"{taxed.height} tax lines and {paid.height} settlements by {day}",
        items=tuple(items),
    )


def _settlements(books: Books, others: pl.DataFrame, apart: set[int], day: date) -> list[int]:
    """Return the entries that settle tax: with a bank line or payment, a closing, or among tax accounts
    only."""
    moves = others["move_id"].unique()
    of_money = others.filter(
        pl.col("move_statement_line_id").is_not_null() | pl.col("move_origin_payment_id").is_not_null()
    )["move_id"]
    found = set(of_money.to_list())
    if books.has("moves", "origin_kind"):
        closings = books.frame("moves").filter(
            pl.col("id").is_in(moves.implode()), pl.col("origin_kind") == "tax_closing"
        )
        found |= set(closings["id"].to_list())
    # an entry among tax accounts only moves tax, whoever wrote it: nothing comes in from outside
    every = posted_lines(books, day, pl.col("move_id").is_in(moves.implode()) & (pl.col("balance") != 0))
    outside = every.filter(~pl.col("account_id").is_in(sorted(apart)))["move_id"]
    return sorted(found | (set(moves.to_list()) - set(outside.to_list())))


def _items(effect: str, what: str, lines: pl.DataFrame, period: Period) -> list[Item]:
    """Return items one by one in the period, a sum for each year before."""
    found = [
        Item(effect, what, ledger.label_of(row), row["balance"], row["date"], ledger.entry_of(row))
        for row in lines.filter(pl.col("date") >= period.start).sort("date", "id").iter_rows(named=True)
    ]
    earlier = lines.filter(pl.col("date") < period.start).with_columns(year=pl.col("date").dt.year())
    for part in (
        earlier.sort("date", "id").partition_by("year", maintain_order=True) if earlier.height else ()
    ):
        label = f"{part.height} of {part['year'][0]}"
        found.append(Item(effect, what, label, ledger.total(part), part["date"].min(), count=part.height))
    return found
