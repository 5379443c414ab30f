"""CUT001 Document dated in another period.

**What it does** Reports a document whose own date lies in another month than its accounting date.

**Why it matters** Cut-off: cost or revenue of one month stands in the result of another.

**Method** Posted documents with `date` or `invoice_date` in P, months differ, result effect from
`cutoff_min_amount` on. Example: a bill of 2,400.00 dated 28 September, booked on 5 October → 2,400.00.

**False positives** An accrual that was booked in the document's month for that amount (±5 %, same partner
or an
accrual by origin) and taken back in this one; what Odoo itself moved because of a lock (CUT003).

**Source** ISA 330 cut-off tests; `account.move.invoice_date`, `date`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_entries
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months, month_index
from agent_service.core.policy import Policy

CODE = "CUT001"
TITLE = "Document dated in another period"
SEVERITY = "high"
WHY = "Cost or revenue of one month stands in the result of another."
REMEDY = "Accrue it in the month of the document, or re-date it while that month is open."
PARAMETERS = {"cutoff_min_amount": "0.05 M"}
YIELDS_TO = ("CUT002", "CUT003", "CUT004")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is its effect on the result."""
    least = policy.amount(policy.parameters(CODE, PARAMETERS), "cutoff_min_amount")
    books.need("moves", "invoice_date")
    posted = posted_entries(books)
    other = posted.filter(
        pl.col("document"),
        in_period(period) | in_period(period, "invoice_date"),
        pl.col("invoice_date").dt.truncate("1mo") != pl.col("date").dt.truncate("1mo"),
        pl.col("result_effect") >= max(least, 1),
        ~exempt(CODE),
    )
    accruals = posted.filter(
        ~pl.col("document"),
        pl.col("origin").is_in(["accrual", "deferral", "staged"]) | (pl.col("manual") & pl.col("pair")),
        pl.col("date") >= add_months(period.start, -2),
    ).select("date", "result_effect", "commercial_partner_id", "origin")
    known = accruals.to_dicts()
    found = []
    for row in other.sort("id").iter_rows(named=True):
        if _accrued(row, known):
            continue
        found.append(
            about_entry(
                books,
                row["id"],
                "other_period",
                f"{{}} of {row['invoice_date']} is booked on {row['date']}",
                f"{{}} bears the date {row['invoice_date']}, but is booked on {row['date']}, with "
                f"{books.show(row['result_effect'])} of result.",
                amount=row["result_effect"],
                evidence={"invoice_date": str(row["invoice_date"]), "date": str(row["date"])},
            )
        )
    return found


def _accrued(row: dict, accruals: list[dict]) -> bool:
    """Tell whether the document's month and the booking's both hold an accrual of its amount."""
    near = [
        one
        for one in accruals
        if abs(one["result_effect"] - row["result_effect"]) * 20 <= row["result_effect"]
        and one["commercial_partner_id"] in (None, row["commercial_partner_id"])
    ]
    months = {month_index(one["date"]) for one in near}
    return {month_index(row["invoice_date"]), month_index(row["date"])} <= months
