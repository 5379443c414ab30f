"""CMP008 Vendor bill without reference.

**What it does** Reports each posted vendor bill or vendor credit note of the period that doesn't name the
vendor's own document number.

**Why it matters** Existence: the vendor's number is what shows that a bill was not entered before; without
it neither a duplicate nor a missing credit note can be told, and the vendor's statement can't be compared.

**Method** Posted `in_invoice` or `in_refund` with `date` in P whose `ref` is empty, a dash or a slash.
Example: bill BILL/2026/10/0009 of 250.00 without a reference → one finding of 250.00.

**False positives** Receipts (`in_receipt`), which have no number; self-billing journals, where the number
is our own; a credit note made here to cancel a bill (`reversed_entry_id`), until the vendor's comes.

**Source** ISA 500 (documents of the vendor); `account.move.ref`, Odoo's duplicate test `_get_duplicate_ids`
compares it and is blind without it.
"""

import polars as pl

from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import move_label, posted_moves
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CMP008"
TITLE = "Vendor bill without reference"
SEVERITY = "medium"
UNIT = "entry"
WHY = "Without the vendor's number a second copy of the same bill goes unnoticed."
REMEDY = "Enter the vendor's document number from the bill."


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each posted bill without reference; the amount is its total without sign."""
    reference = pl.col("ref").fill_null("").str.replace_all(r"[^\p{L}\p{N}]", "")
    bills = posted_moves(books, period.as_of).filter(
        pl.col("move_type").is_in(["in_invoice", "in_refund"]),
        pl.col("date").is_between(period.start, period.end),
        reference == "",
        pl.col("reversed_entry_id").is_null(),
    )
    self_billing = books.frame("journals").filter(pl.col("is_self_billing").fill_null(value=False))["id"]
    partners = dict(books.frame("partners").select("id", "name").iter_rows())
    found = []
    for bill in bills.filter(~pl.col("journal_id").is_in(self_billing.to_list())).iter_rows(named=True):
        label = move_label(bill["name"], None, bill["id"])
        record = Record("account.move", bill["id"], label)
        vendor = partners.get(bill["commercial_partner_id"]) or "an unnamed vendor"
        total = books.currency(bill["currency"]).show(bill["amount_total"] or 0)
        found.append(
            Finding(
                facet="no_reference",
                anchor=record,
                title=f"{label} has no vendor reference",
                message=f"{label} of {vendor}, {bill['date']}, {total}, doesn't name the vendor's number.",
                amount=abs(bill["amount_total_signed"] or 0),
                records=(record,),
                evidence={"vendor": vendor, "date": str(bill["date"]), "total": total},
            )
        )
    return found
