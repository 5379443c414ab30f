"""CMP004 Bank line open.

**What it does** Reports, one finding a bank journal, the statement lines up to the period's end that are
not reconciled: still on suspense, or booked to a receivable, payable or other reconciled account on which
nothing was settled.

**Why it matters** Existence and completeness of cash: what the bank shows and the books can't name may be
an unrecorded cost, a receipt in nobody's account or a theft.

**Method** `date` ≤ P end and `is_reconciled` false; or true, though the counterpart on a reconcilable
account has no partial reconciliation (Odoo's flag only says that nothing is on suspense). Example: lines of
−18.50 (fee, 30 Oct) and +1,190.00 (customer, 3 Oct) on suspense → one finding of 1,208.50 with both lines
and their ages.

**False positives** A line booked straight to an income or expense account is done. A proposed match doesn't
close the line, its acceptance does.

**Source** ERP close lists "unreconciled bank items"; `account.bank.statement.line.is_reconciled`; after
`remove_move_reconcile` the flag stays true.
"""

import polars as pl

from agent_service.core.bank import open_bank_lines
from agent_service.core.findings import MAX_RECORDS, Finding, Record, group_severity
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CMP004"
TITLE = "Bank line open"
SEVERITY = "high"
WHY = "Cash that moved and isn't explained: the bank balance is right, but the other side is unknown."
REMEDY = "Match each line with its open item, or book it to the account that it belongs to."
YIELDS_TO = ("CMP005.chain@account.journal", "EXF004@account.journal=")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding a bank journal; the amount is the sum of the lines' amounts without sign."""
    lines = open_bank_lines(books, period.as_of)
    severity = policy.severity(CODE, SEVERITY)
    found = []
    for group in lines.partition_by("journal_id", maintain_order=True):
        rows = group.with_columns(
            company=pl.when(pl.col("on_bank").fill_null(0) != 0)
            .then(pl.col("on_bank"))
            .otherwise(pl.col("amount"))
        ).to_dicts()
        total = sum(abs(row["company"]) for row in rows)
        net = sum(row["company"] for row in rows)
        label = f"{rows[0]['journal_code']} {rows[0]['journal_name']}"
        oldest = min(row["date"] for row in rows)
        found.append(
            Finding(
                facet="open",
                anchor=Record("account.journal", rows[0]["journal_id"], label),
                severity=group_severity(severity, len(rows), total, policy.materiality_minor),
                title=f"{label}: {len(rows)} bank line{'s' * (len(rows) > 1)} open",
                message=f"{len(rows)} line{'s' * (len(rows) > 1)} of {label} up to {period.as_of} "
                f"not reconciled, {books.show(total)}, net {books.show(net)}; the oldest is of {oldest}.",
                amount=total,
                records=tuple(
                    Record("account.bank.statement.line", row["id"], _label(row))
                    for row in rows[:MAX_RECORDS]
                ),
                evidence={
                    "count": len(rows),
                    "net": books.company.currency.text(net),
                    "on_suspense": books.company.currency.text(sum(row["on_suspense"] for row in rows)),
                    "lines": [_evidence(books, period, row) for row in rows[:MAX_RECORDS]],
                },
            )
        )
    return found


def _label(row: dict) -> str:
    return f"{row['date']} {row['payment_ref'] or row['ref'] or 'no label'}"


def _evidence(books: Books, period: Period, row: dict) -> dict:
    return {
        "id": row["id"],
        "date": str(row["date"]),
        "label": row["payment_ref"] or "",
        "amount": books.currency(row["currency"]).text(row["amount"]),
        "age_days": (period.as_of - row["date"]).days,
        "state": row["state"],
    }
