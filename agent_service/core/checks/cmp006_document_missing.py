"""CMP006 Document missing.

**What it does** Reports a posted bill, vendor credit note or receipt, and a large manual entry, without any
attachment. Facets: *document*, *entry*.

**Why it matters** Existence: without the paper nobody can show that the cost is real.

**Method** Dated in P, no attachment: documents of vendors from `attachment_min_amount` on, manual entries
from
`attachment_entry_amount` on. Example: a bill of 480.00 with no file → 480.00.

**False positives** An electronic invoice, whose XML is the attachment; self-billing journals; what a
statement
line or a payment made.

**Source** ISA 500; `account.move.attachment_ids`, `message_main_attachment_id`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_entries
from agent_service.core.findings import Finding
from agent_service.core.ledger import BILLS
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CMP006"
TITLE = "Document missing"
SEVERITY = "medium"
UNIT = "entry"
WHY = "Without the paper nobody can show that the cost is real."
REMEDY = "Ask for the document and attach it."
PARAMETERS = {"attachment_min_amount": "0.02 M", "attachment_entry_amount": "0.2 M"}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is its size."""
    own = policy.parameters(CODE, PARAMETERS)
    least, entry_least = (policy.amount(own, one) for one in PARAMETERS)
    books.need("moves", "has_attachment")
    journals = books.frame("journals").filter(pl.col("is_self_billing").fill_null(value=False))["id"]
    bill = pl.col("move_type").is_in(BILLS)
    bare = posted_entries(books).filter(
        in_period(period),
        ~pl.col("has_attachment").fill_null(value=False),
        ~exempt(CODE),
        (bill & (pl.col("size") >= least)) | (pl.col("manual") & (pl.col("size") >= entry_least)),
        ~pl.col("journal_id").is_in(journals.to_list()).fill_null(value=False),
    )
    return [
        about_entry(
            books,
            row["id"],
            "entry" if row["manual"] else "document",
            f"{{}}: no document, {books.show(row['size'])}",
            f"{{}} of {row['date']} over {books.show(row['size'])} has no attachment.",
            amount=row["size"],
            evidence={"move_type": row["move_type"]},
        )
        for row in bare.sort("id").iter_rows(named=True)
    ]
