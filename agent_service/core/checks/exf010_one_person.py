"""EXF010 One person above the limit.

**What it does** Reports a manual entry, vendor bill or payment above the limit that one person created and
posted. Facets: *same*, *unknown* (nobody knows who posted it).

**Why it matters** Separation of duties: nobody else looked at it before it took effect.

**Method** `create_uid` = poster, from `one_person_limit` on, dated in P. Example: anna creates and posts an
entry of 30,000.00, the limit is 25,000.00 → 30,000.00.

**False positives** What mail or an import created; a bill whose order another person approved, matched in
quantity and price.

**Source** Separation of duties; `account.move.create_uid`, chatter tracking of `state`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import (
    SYSTEM_LOGINS,
    about_entry,
    in_period,
    posted_entries,
    posted_where,
    user_names,
)
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "EXF010"
TITLE = "One person above the limit"
SEVERITY = "high"
UNIT = "entry"
WHY = "Nobody but its maker looked at it before it took effect."
REMEDY = "Have a second person approve it now, with the papers."
PARAMETERS = {"one_person_limit": "0.5 M"}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is its size."""
    limit = policy.amount(policy.parameters(CODE, PARAMETERS), "one_person_limit")
    books.need("moves", "create_uid", "posted_by")
    users = user_names(books)
    robots = [key for key, login in users.items() if login.lower() in SYSTEM_LOGINS]
    alone = (pl.col("create_uid") == pl.col("posted_by")).fill_null(value=False)
    unknown = pl.col("create_uid").is_not_null() & pl.col("posted_by").is_null()
    judged = posted_entries(books).filter(
        in_period(period),
        pl.col("manual")
        | pl.col("move_type").is_in(["in_invoice", "in_receipt"])
        | (pl.col("origin") == "payment").fill_null(value=False),
        ~exempt(CODE),
        pl.col("size") >= limit,
        alone | unknown,
        ~pl.col("create_uid").is_in(robots),
    )
    judged = judged.filter(~pl.col("id").is_in(_approved(books, judged)))
    return [
        about_entry(
            books,
            row["id"],
            "unknown" if row["posted_by"] is None else "same",
            f"{{}}: {books.show(row['size'])} by one person",
            f"{{}} of {row['date']} over {books.show(row['size'])} was created by "
            f"{users.get(row['create_uid'], 'a user')} and posted by "
            f"{'nobody knows whom' if row['posted_by'] is None else 'the same person'}.",
            amount=row["size"],
            evidence={
                "created_by": users.get(row["create_uid"], str(row["create_uid"])),
                "posted_by": users.get(row["posted_by"], ""),
                "limit": books.company.currency.text(limit),
            },
        )
        for row in judged.sort("id").iter_rows(named=True)
    ]


def _approved(books: Books, judged: pl.DataFrame) -> list[int]:
    """Return the bills all of whose lines are billed on orders that somebody else approved."""
    if not books.has("purchase_lines", "approved_by"):
        return []
    orders = books.frame("purchase_lines").select(pl.col("id").alias("purchase_line_id"), "approved_by")
    lines = (
        posted_where(books, pl.col("move_id").is_in(judged["id"].implode()))
        .filter(pl.col("kind") == "product", pl.col("document"))
        .join(orders, on="purchase_line_id", how="left")
        .join(
            judged.select(pl.col("id").alias("move_id"), "create_uid"),
            on="move_id",
            how="left",
            suffix="_entry",
        )
    )
    seen = pl.col("approved_by").is_not_null() & (pl.col("approved_by") != pl.col("create_uid_entry"))
    kept = lines.group_by("move_id").agg(ok=seen.fill_null(value=False).all()).filter("ok")
    return kept["move_id"].to_list()
