"""ACC006 Unbalanced entry.

**What it does** Reports an entry whose lines don't sum to zero in company currency, posted or in draft.

**Why it matters** Accuracy: one such entry and no balance sheet balances; nothing that rests on it can be
trusted.

**Method** Sum of `balance` by entry of the period that isn't cancelled, exactly. Example: debit 100.00,
credit
99.99 → one finding of 0.01.

**False positives** None once it is posted; a draft in work is read again by the next run.

**Source** Journal-entry tests of ISA 240; `account.move._check_balanced`, which RPC can get around. It spares
nobody: no origin exempts."""

import polars as pl

from agent_service.core.facts import about_entry, entries, in_period
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "ACC006"
TITLE = "Unbalanced entry"
SEVERITY = "critical"
UNIT = "entry"
WHY = "Books with an entry that doesn't balance don't balance either."
REMEDY = "Correct it; never post it."


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is what it is off."""
    wrong = entries(books).filter(in_period(period), pl.col("state") != "cancel", pl.col("net") != 0)
    return [
        about_entry(
            books,
            row["id"],
            "unbalanced",
            f"{{}} is off by {books.show(abs(row['net']))}",
            f"The lines of {{}} of {row['date']} sum to {books.show(row['net'])}, not to zero.",
            amount=row["net"],
            evidence={
                "sum": books.company.currency.text(row["net"]),
                "state": row["state"],
                "lines": row["line_count"],
            },
        )
        for row in wrong.iter_rows(named=True)
    ]
