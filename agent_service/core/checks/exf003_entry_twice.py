"""EXF003 Same entry twice.

**What it does** Reports a customer invoice or a manual entry that repeats one of the days before line by
line. Facets: *invoice*, *entry*.

**Why it matters** Existence: revenue or cost booked twice.

**Method** At most `twice_days` apart, the later in P. *invoice*: equal partner, accounts, amounts and total,
not billing separate order lines. *entry*: manual entries with the same accounts and amounts. Example: two
entries Supplies 400.00 to Bank 400.00, of 12 and 13 October → 400.00.

**False positives** A recurring series (three or more at a steady distance); reversal pairs; several equal
orders.

**Source** Journal-entry tests of ISA 240 (duplicates); `account.move.line`."""

from itertools import pairwise

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, posted_entries, posted_where
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.vectors import vectors

CODE = "EXF003"
TITLE = "Same entry twice"
SEVERITY = "high"
WHY = "The same entry once more is revenue or cost that never was."
REMEDY = "Compare the two, and reverse one."
PARAMETERS = {"twice_days": 7}
YIELDS_TO = ("EXF001", "EXF002")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each later copy; the amount is the entry's size."""
    days = policy.parameters(CODE, PARAMETERS).integer("twice_days")
    judged = (
        posted_entries(books)
        .filter(
            pl.col("manual") | (pl.col("move_type") == "out_invoice"),
            ~exempt(CODE),
            pl.col("size") > 0,
            pl.col("date").is_between(add_months(period.start, -3), period.as_of),
        )
        .select("id", "date", "move_type", "commercial_partner_id", "size", "document", "reversed_entry_id")
    )
    lines = posted_where(books, pl.col("move_id").is_in(judged["id"].implode()))
    orders = lines.group_by("move_id").agg(orders=pl.col("sale_line_id").drop_nulls().unique().sort())
    same = (
        judged.join(vectors(lines), left_on="id", right_on="move_id")
        .join(orders, left_on="id", right_on="move_id", how="left")
        .filter(pl.len().over("vector", "commercial_partner_id") > 1)
        .sort("date", "id")
    )
    found = []
    for part in same.partition_by("vector", "commercial_partner_id", "document", maintain_order=True):
        rows = part.to_dicts()
        if len(rows) < 2 or _steady(rows):
            continue
        for earlier, later in pairwise(rows):
            if not period.holds(later["date"]) or (later["date"] - earlier["date"]).days > days:
                continue
            if later["orders"] and earlier["orders"] and later["orders"] != earlier["orders"]:
                continue
            found.append(
                about_entry(
                    books,
                    later["id"],
                    "invoice" if later["document"] else "entry",
                    "{} repeats an entry line by line",
                    f"{{}} of {later['date']} over {books.show(later['size'])} has the same accounts and "
                    f"amounts as "
                    f"entry {earlier['id']} of {earlier['date']}.",
                    amount=later["size"],
                    moves=(earlier["id"],),
                    evidence={"first": str(earlier["date"]), "second": str(later["date"])},
                )
            )
    return found


def _steady(rows: list[dict]) -> bool:
    gaps = [(after["date"] - before["date"]).days for before, after in pairwise(rows)]
    return len(gaps) >= 2 and min(gaps) >= 1 and max(gaps) - min(gaps) <= 3
