"""CMP001 Draft in the period.

**What it does** Reports each entry in draft whose accounting date, or for a document whose invoice date,
lies in the period.

**Why it matters** Completeness: an amount in draft is in no balance, and a soft lock neither stops at it
nor keeps it from being posted into the next month later.

**Method** `state = 'draft'` and (`date` in P, or a document and `invoice_date` in P); one finding an entry.
Example: a vendor bill of 420.00 with invoice date 28 October, still in draft, accounting date 28 October →
one finding of 420.00. The message names what would block posting: no line, no partner, no bill date, lines
that don't sum to zero.

**False positives** A copy that posts itself on a date after the period (`auto_post` set, `date` > P end),
and drafts of our own staged entries, which have their own queue.

**Source** ERP close lists "unposted items"; `account.move.state`, `auto_post`; odoo#174004 (drafts no
longer block the soft locks)."""

import polars as pl

from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import BILLS, DOCUMENTS, move_label
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CMP001"
TITLE = "Draft in the period"
SEVERITY = "high"
UNIT = "entry"
WHY = "What is in draft is in no balance: the period isn't complete until it is posted, moved or deleted."
REMEDY = "Post it, or give it a date in an open period, or delete it with a reason."


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each draft of the period; amounts are the entry's total in company currency."""
    moves = books.frame("moves")
    in_period = pl.col("date").is_between(period.start, period.end)
    invoiced = pl.col("invoice_date").is_between(period.start, period.end)
    drafts = moves.filter(
        pl.col("state") == "draft",
        in_period.fill_null(value=False)
        | (pl.col("move_type").is_in(DOCUMENTS) & invoiced.fill_null(value=False)),
        pl.col("ai_close_entry_id").is_null(),
        ~((pl.col("auto_post").fill_null("no") != "no") & (pl.col("date") > period.end)),
    )
    sums = (
        books.frame("lines")
        .group_by("move_id")
        .agg(
            total=pl.col("balance").filter(pl.col("balance") > 0).sum(),
            off_balance=pl.col("balance").sum(),
            lines=pl.len(),
        )
        .rename({"move_id": "id"})
    )
    found = []
    for move in drafts.join(sums, on="id", how="left").iter_rows(named=True):
        label = move_label(move["name"], move["ref"], move["id"])
        record = Record("account.move", move["id"], label)
        blocked = _blocking(move)
        amount = abs(move["total"] or 0)
        found.append(
            Finding(
                facet="draft",
                anchor=record,
                title=f"{label} is in draft",
                message=f"{label} of {move['date'] or move['invoice_date']}, {books.show(amount)}, is draft"
                + (
                    f"; posting is blocked: {', '.join(blocked)}." if blocked else "; nothing blocks posting."
                ),
                amount=amount,
                records=(record,),
                evidence={
                    "date": str(move["date"] or ""),
                    "invoice_date": str(move["invoice_date"] or ""),
                    "move_type": move["move_type"],
                    "created_by": move["create_uid"],
                    "blocks_posting": blocked,
                },
            )
        )
    return found


def _blocking(move: dict) -> list[str]:
    reasons = []
    if not move["lines"]:
        reasons.append("it has no lines")
    elif move["off_balance"]:
        reasons.append("its lines don't sum to zero")
    if move["move_type"] in DOCUMENTS and not move["commercial_partner_id"]:
        reasons.append("it has no partner")
    if move["move_type"] in BILLS and not move["invoice_date"]:
        reasons.append("it has no bill date")
    return reasons
