"""Suspense: what stands between a bank and its lines, against zero.

**What it does** Compares each bank's suspense account with zero, and says which of it open bank lines
explain.

**Why it matters** Classification: an amount on suspense belongs somewhere else.

**Method** Balance by D; the items of bank lines that are not matched explain, others are open. Example:
−1,171.50 on suspense, open bank lines of −1,208.50, an entry by hand of 37.00 → explained −1,208.50, open
37.00.

**False positives** None: an explained amount still waits for its match (CMP004).

**Source** `account.journal.suspense_account_id`; the policy's role suspense.
"""

from collections.abc import Sequence

import polars as pl

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.analysis.tie_out.to_zero import to_zero
from agent_service.core.bank import open_bank_lines
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "suspense", "Suspense against zero"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each suspense account that was used."""
    of_banks = set(books.frame("journals")["suspense_account_id"].drop_nulls().to_list())
    accounts = sorted(of_banks | set(ledger.role_accounts(books, policy, "suspense")))
    waiting = open_bank_lines(books, period.end).filter(pl.col("state") == "open")
    moves = set(waiting["move_id"].to_list())
    return to_zero(
        books,
        KIND,
        accounts,
        period.end,
        lambda row: "bank line not matched" if row["move_id"] in moves else "",
    )
