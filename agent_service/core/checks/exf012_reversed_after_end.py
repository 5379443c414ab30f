"""EXF012 Reversed right after period end.

**What it does** Reports an entry of the period's last days with an effect on the result that was taken back
shortly after the end.

**Why it matters** Cut-off and fraud: revenue that exists for the reporting day only.

**Method** Posted within the last five days of P, result effect from `reversal_min_amount` on, reversed by
`reversed_entry_id`, or by an entry with the same accounts and amounts on the other side, dated at most
`reversal_days` after P. Example: an invoice of 60,000.00 on 30 October, its credit note on 4 November →
60,000.00.

**False positives** Accruals by design (wizard, staged entry, deferral: told by origin); a credit note that
was billed anew the same day.

**Source** Journal-entry tests of ISA 240; MindBridge control point "reversal";
`account.move.reversed_entry_id`."""

from datetime import timedelta

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, entries, posted_where
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.vectors import vectors

CODE = "EXF012"
TITLE = "Reversed right after period end"
SEVERITY = "high"
WHY = "A result that is taken back right after the end was there for the reporting day only."
REMEDY = "Ask for the evidence of both; without it take the entry out of the period."
PARAMETERS = {"reversal_days": 10, "reversal_min_amount": "0.1 M", "last_days": 5}

_WANTED = (
    "id", "date", "journal_id", "commercial_partner_id", "reversed_entry_id", "result_effect", "size",
    "manual", "document",
)  # fmt: skip


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry that was taken back; the amount is its effect on the result."""
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "reversal_min_amount")
    until = period.end + timedelta(days=own.integer("reversal_days"))
    since = period.end - timedelta(days=own.integer("last_days") - 1)
    posted = (
        entries(books)
        .lazy()
        .filter(pl.col("state") == "posted", ~exempt(CODE), pl.col("date").is_not_null())
        .select(_WANTED)
        .collect()
    )
    late = posted.filter(
        pl.col("date").is_between(since, period.end),
        pl.col("reversed_entry_id").is_null(),
        pl.col("result_effect") >= least,
        pl.col("manual") | pl.col("document"),
    )
    after = posted.filter(pl.col("date").is_between(period.end + timedelta(days=1), until))
    columns = ["id", "date", "result_effect", "back", "back_date"]
    named = late.join(
        after.select(back="id", back_date="date", original="reversed_entry_id"),
        left_on="id",
        right_on="original",
    ).select(columns)
    forward = vectors(posted_where(books, pl.col("move_id").is_in(late["id"].implode())))
    backward = vectors(
        posted_where(books, pl.col("move_id").is_in(after["id"].implode())).filter(~pl.col("document")),
        turned=True,
    ).rename({"move_id": "back"})
    mirrored = (
        late.filter(~pl.col("document"))
        .join(forward, left_on="id", right_on="move_id")
        .join(backward, on="vector")
        .join(after.select(back="id", back_date="date"), on="back")
        .select(columns)
    )
    pairs = (
        pl.concat([named, mirrored])
        .sort("id", "back_date", "back")
        .unique("id", keep="first", maintain_order=True)
    )
    pairs = pairs.join(_billed_anew(posted, pairs), on="back", how="anti")
    return [
        about_entry(
            books,
            row["id"],
            "reversed",
            f"{{}} was taken back on {row['back_date']}",
            f"{{}} of {row['date']} with {books.show(row['result_effect'])} of result was reversed on "
            f"{row['back_date']}.",
            amount=row["result_effect"],
            moves=(row["back"],),
            evidence={"date": str(row["date"]), "reversed_on": str(row["back_date"])},
        )
        for row in pairs.iter_rows(named=True)
    ]


def _billed_anew(posted: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the credit notes beside which the same amount was billed on their day."""
    notes = posted.filter(pl.col("id").is_in(pairs["back"].implode()), pl.col("document"))
    near = pl.col("date").is_in(notes["date"].unique().implode())
    bills = posted.filter(near, pl.col("document"), pl.col("reversed_entry_id").is_null()).select(
        "commercial_partner_id", "date", "journal_id", anew="id", new_size="size"
    )
    anew = notes.join(bills, on=["commercial_partner_id", "date", "journal_id"]).filter(
        pl.col("anew") != pl.col("id")
    )
    return anew.select(back="id").unique()
