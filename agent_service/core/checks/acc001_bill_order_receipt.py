"""ACC001 Bill against order and receipt.

**What it does** Compares what vendors billed of each order line with what was ordered and received. Facets:
*quantity*, *price*, *no_order*.

**Why it matters** Accuracy and existence of cost: a bill for goods that never came, or at another price than
agreed, is paid unless somebody compares three papers.

**Method** Per `purchase_line_id`, posted bills less credit notes up to P end, a bill of it in P. *quantity*:
billed > received (`purchase_method='receive'`) or ordered, by more than `qty_tolerance_pct`. *price*: net of
discount off the order by more than `price_tolerance_pct`. Both from `match_min_amount` on. *no_order*: a
bill without any order line though at least 80 % of the vendor's earlier bills (five or more) had one.
Example: ordered 10 at 25.00, received 8, billed 10 → *quantity*, 2 × 25.00 = 50.00.

**False positives** Part deliveries; a dozen billed as twelve units; an excess that a credit note took
back; freight and down-payment lines.

**Source** Three-way match, AICPA audit data analytics; `purchase.order.line`,
`account.move.line.purchase_line_id`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.checks.order_findings import against_order
from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, entries, partner_names, posted_since, posted_within
from agent_service.core.findings import Finding
from agent_service.core.history import MONTH
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.order_match import PURCHASE
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "ACC001"
TITLE = "Bill against order and receipt"
SEVERITY = "high"
WHY = "What was billed beyond the receipt or the agreed price is paid for nothing."
REMEDY = "Ask the vendor for a credit note, or have the buyer approve the price or quantity."
PARAMETERS = {
    "qty_tolerance_pct": 0,
    "price_tolerance_pct": 2,
    "match_min_amount": "0.002 M",
    "order_share_pct": 80,
    "order_min_bills": 5,
}
YIELDS_TO = ("EXF001:quantity",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each order line and facet, and one for each bill without its order."""
    return [
        *against_order(books, policy, period, PURCHASE, CODE, PARAMETERS),
        *_no_order(books, policy, period),
    ]


def _no_order(books: Books, policy: Policy, period: Period) -> list[Finding]:
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "match_min_amount")
    past = by_month(books, f"{CODE} bills", _past_bills, add_months(period.start, -24), period.start)
    used = (
        past.group_by("commercial_partner_id")
        .agg(pl.col("bills", "having").sum())
        .filter(
            pl.col("bills") >= own.integer("order_min_bills"),
            pl.col("having") * 100 >= pl.col("bills") * own.integer("order_share_pct"),
        )
    )
    here = _bills(posted_since(books, period.start).filter(pl.col("date") <= period.as_of))
    sizes = entries(books).select(pl.col("id").alias("move_id"), "size")
    now = here.filter(~pl.col("ordered")).join(sizes, on="move_id").filter(pl.col("size") >= least)
    names = partner_names(books)
    return [
        about_entry(
            books,
            row["move_id"],
            "no_order",
            "{} names no order",
            f"{{}} of {names.get(row['commercial_partner_id'], 'a vendor')} over "
            f"{books.show(row['size'])} names no "
            f"order; {row['having']} of the vendor's {row['bills']} bills before did.",
            amount=row["size"],
            evidence={"bills": row["bills"], "with_order": row["having"]},
        )
        for row in now.join(used, on="commercial_partner_id").sort("move_id").iter_rows(named=True)
    ]


def _bills(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the vendors' bills that some items belong to, and whether an order line is named."""
    base = lines.filter(
        pl.col("move_type") == "in_invoice",
        pl.col("kind") == "product",
        pl.col("commercial_partner_id").is_not_null(),
        ~exempt(CODE),
    )
    return base.group_by(month(), "move_id", "commercial_partner_id").agg(
        ordered=pl.col("purchase_line_id").is_not_null().any()
    )


def _past_bills(books: Books, months: Sequence[date]) -> pl.DataFrame:
    bills = _bills(posted_within(books, months))
    return bills.group_by(MONTH, "commercial_partner_id").agg(
        bills=pl.len().cast(pl.Int64), having=pl.col("ordered").sum().cast(pl.Int64)
    )
