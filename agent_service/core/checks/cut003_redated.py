"""CUT003 Re-dated by Odoo.

**What it does** Reports a document whose accounting date a lock pushed into a later month.

**Why it matters** Cut-off: nobody decided it; the cost of a locked month silently becomes the next one's.

**Method** Posted document with `date` in P, in a later month than `invoice_date`, and a lock date that ran
through
`invoice_date` when it was posted, so that Odoo's own rule (`_get_accounting_date`: bills the last day of the
first open month, or the day of posting within it; invoices the day of posting) gives a day of that month.
Example: a bill of 28 September, posted on 6 October after the lock of September on 5 October, dated October.

**False positives** Moved inside its month (monthly numbering); no lock ran through its date (then CUT001).

**Source** `account.move._get_accounting_date`, `_post`; odoo#154762."""

import polars as pl

from agent_service.core.clock import local
from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_entries
from agent_service.core.findings import Finding
from agent_service.core.locks import locks_table
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CUT003"
TITLE = "Re-dated by Odoo"
SEVERITY = "medium"
UNIT = "entry"
WHY = "A lock moved the amount into another month, and nobody decided that."
REMEDY = "Accrue it into the month of the document, or reopen that month by approval."
YIELDS_TO = ("CUT004",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is its effect on the result, at least its size."""
    locks = locks_table(books, policy)
    books.need("moves", "posted_at", "invoice_date")
    moved = (
        posted_entries(books)
        .filter(
            pl.col("document"),
            in_period(period),
            ~exempt(CODE),
            pl.col("invoice_date").dt.truncate("1mo") < pl.col("date").dt.truncate("1mo"),
        )
        .with_columns(posted=local("posted_at", policy.timezone))
        .drop_nulls("posted")
    )
    found = []
    for row in moved.sort("id").iter_rows(named=True):
        # the lock that ran through the document's own date when it was posted
        held = [one for one in locks if one.through >= row["invoice_date"] and one.locked_at <= row["posted"]]
        if not held:
            continue
        last = max(held, key=lambda one: one.through)
        if row["date"] <= last.through:
            continue
        years = row["invoice_date"].year != row["date"].year
        found.append(
            about_entry(
                books,
                row["id"],
                "lock",
                f"{{}} of {row['invoice_date']} was moved to {row['date']}",
                f"{{}} of {row['invoice_date']} was posted on {row['posted']:%Y-%m-%d}, when the books "
                f"were locked through "
                f"{last.through}, and so stands on {row['date']}.",
                amount=row["result_effect"] or row["size"],
                severity="high" if years else "",
                evidence={
                    "invoice_date": str(row["invoice_date"]),
                    "date": str(row["date"]),
                    "locked_through": str(last.through),
                    "locked_at": str(last.locked_at),
                },
            )
        )
    return found
