"""ACC007 Zero or empty entry.

**What it does** Reports a posted entry whose lines are all zero, and a line of a manual entry that is zero
in both currencies. Facets: *empty_entry*, *zero_line*.

**Why it matters** Accuracy: an entry of nothing was begun and forgotten, or lost its amounts on the way.

**Method** Posted in P, sections and notes left out: all balances and foreign amounts zero; or, in a manual
entry, one such line. Example: a manual entry of two lines over 0.00 → one finding without amount.

**False positives** Free goods on a document (a product or a quantity stands there); a tax line at 0 %; an
exchange line that is zero in one currency.

**Source** MindBridge control point "zero entry"; `account.move.line.balance`, `amount_currency`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_since
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "ACC007"
TITLE = "Zero or empty entry"
SEVERITY = "low"
UNIT = "entry"
WHY = "An entry of nothing was begun and forgotten, or lost its amounts."
REMEDY = "Cancel it, or enter the amounts."

_TEXT = ("line_section", "line_note", "line_subsection")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; it has no amount."""
    lines = posted_since(books, period.start).filter(
        in_period(period), ~pl.col("kind").cast(pl.String).is_in(_TEXT), ~exempt(CODE)
    )
    zero = (pl.col("balance").fill_null(0) == 0) & (pl.col("amount_currency").fill_null(0) == 0)
    goods = pl.col("product_id").is_not_null() | (
        pl.col("quantity").cast(pl.Float64, strict=False).fill_null(0) != 0
    )
    sums = lines.group_by("move_id").agg(
        lines=pl.len(),
        zeros=zero.sum(),
        line_ids=pl.col("id").filter(zero),
        free=(goods & zero).any(),
        document=pl.col("document").first(),
        manual=pl.col("manual").first(),
    )
    empty = pl.col("zeros") == pl.col("lines")
    wrong = sums.filter(
        (empty & ~(pl.col("document") & pl.col("free"))) | (pl.col("manual") & (pl.col("zeros") > 0))
    ).sort("move_id")
    found = []
    for row in wrong.iter_rows(named=True):
        whole = row["zeros"] == row["lines"]
        found.append(
            about_entry(
                books,
                row["move_id"],
                "empty_entry" if whole else "zero_line",
                "{} is zero" if whole else "{} has a line of zero",
                f"{'All' if whole else row['zeros']} of the {row['lines']} lines of {{}} are zero in "
                f"both currencies.",
                lines=tuple(sorted(row["line_ids"])),
                evidence={"lines": row["lines"], "zero": row["zeros"]},
            )
        )
    return found
