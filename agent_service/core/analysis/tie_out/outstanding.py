"""Outstanding payments: the account where they wait for their bank line against the payments themselves.

**What it does** Compares the balance of each outstanding account with the payments that no bank line
settled.

**Why it matters** Existence: what stands there and is no payment will never show up at the bank.

**Method** Balance by D against the residuals at D of items that come from a payment; items of anything else
are open. Example: −500.00 on the account, one payment of −400.00 waits, an entry by hand of −100.00 stands
beside it → difference −100.00, open −100.00.

**False positives** Payments older than what is read of entries count as entries by hand.

**Source** `account.payment.outstanding_account_id`, `account.move.origin_payment_id`.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import BESIDE, OPEN, Item, TieOut
from agent_service.core.ledger import CASH_TYPES, TRADE_TYPES
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "outstanding", "Outstanding payments"


def outstanding_accounts(books: Books, day: date) -> list[int]:
    """Return the accounts where payments wait for their bank line, used by a day: never a bank's own."""
    if not books.has("payments", "outstanding_account_id"):
        return []
    named = books.frame("payments")["outstanding_account_id"].drop_nulls().unique()
    rows = books.frame("accounts").filter(
        pl.col("id").is_in(named.implode()),
        pl.col("reconcile").fill_null(value=False),
        ~pl.col("account_type").is_in([*CASH_TYPES, *TRADE_TYPES]),
    )
    return ledger.used(books, rows.sort("code", "id")["id"].to_list(), day)


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each outstanding account."""
    day = period.end
    found = []
    for account in outstanding_accounts(books, day):
        opened = ledger.open_lines(books, [account], day)
        paid = pl.col("move_origin_payment_id").is_not_null()
        waiting = opened.filter(paid)
        items = [
            Item(effect, what, ledger.label_of(row), row["residual"], row["date"], ledger.entry_of(row))
            for effect, what, frame in (
                (OPEN, "no payment", opened.filter(~paid)),
                (BESIDE, "outstanding payment", waiting),
            )
            for row in frame.sort("date", "id").iter_rows(named=True)
        ]
        found.append(
            TieOut(
                kind=KIND,
                name=ledger.name_of(books, account),
                account_ids=(account,),
                currency=books.company.currency,
                day=day,
                balance=ledger.balance_of(books, account, day),
                other=ledger.total(waiting, "residual"),
                source=f"{waiting.height} payments not on a statement by {day}",
                items=tuple(items),
            )
        )
    return found
