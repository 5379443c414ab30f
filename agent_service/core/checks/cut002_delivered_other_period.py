"""CUT002 Delivered in another period.

**What it does** Reports order lines whose goods moved in another month than their bill or invoice was booked.

**Why it matters** Cut-off: the delivery decides in which month cost and revenue belong.

**Method** Document lines with an order line, posted in P or delivered in P: the quantity billed in P less
what
moved by stock in P, as far as the other month explains it, valued at the document's price; from
`cutoff_min_amount` on. Example: 10 pumps invoiced on 30 October over 900.00, delivered on 3 November →
900.00.

**False positives** Ordered-quantity products (`purchase_method`, `invoice_policy`) and down payments;
goods on a
balance-sheet account; an accrual of the amount. Billed and not delivered at all is ACC001's and ACC002's.

**Source** IFRS 15, IAS 2; `stock.move.date`, `purchase_line_id`, `sale_line_ids`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, is_result, posted_entries
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.order_match import EPSILON, PURCHASE, SALE, Side, billed_lines
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "CUT002"
TITLE = "Delivered in another period"
SEVERITY = "high"
WHY = "The delivery decides in which month cost and revenue belong."
REMEDY = "Accrue or defer what lies in the other month."
PARAMETERS = {"cutoff_min_amount": "0.05 M"}

_MODELS = {"purchase_lines": "purchase.order.line", "sale_lines": "sale.order.line"}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each order line; the amount is the shifted quantity at the document's price."""
    least = max(policy.amount(policy.parameters(CODE, PARAMETERS), "cutoff_min_amount"), 1)
    books.need("stock_moves")
    sides = [side for side in (PURCHASE, SALE) if books.has(side.table) and books.frame(side.table).height]
    if not sides:
        books.need("purchase_lines")
    accrued = (
        posted_entries(books)
        .filter(
            pl.col("origin").is_in(["accrual", "staged"]),
            pl.col("date").is_between(add_months(period.start, -1), add_months(period.start, 2)),
        )["result_effect"]
        .unique()
        .to_list()
    )
    return [one for side in sides for one in _side(books, period, side, least, accrued)]


def _side(books: Books, period: Period, side: Side, least: int, accrued: list[int]) -> list[Finding]:
    if not books.has("lines", side.link):
        return []
    window = period.end.replace(day=28)
    until = add_months(window, 3)
    recent = pl.col("date") >= add_months(period.start, -2)
    billed = billed_lines(books, side, until, recent).filter(
        is_result(), ~exempt(CODE), pl.col("move_type") == side.documents[0]
    )
    orders = books.frame(side.table).filter(~pl.col("is_downpayment").fill_null(value=False))
    if books.has(side.table, side.policy):
        orders = orders.filter(pl.col(side.policy).fill_null(side.by_fulfilment) == side.by_fulfilment)
    billed = billed.filter(pl.col(side.link).is_in(orders["id"].implode()))
    moves = books.frame("stock_moves").filter(
        pl.col(side.link).is_in(billed[side.link].unique().implode()),
        pl.col("state") == "done",
        pl.col("direction") == side.direction,
        pl.col("local_date").is_not_null(),
    )
    quantity = pl.col("quantity").cast(pl.Float64, strict=False).fill_null(0)
    here = pl.col("local_date").is_between(period.start, period.end)
    moved = moves.group_by(pl.col(side.link).alias("line")).agg(
        moved=quantity.sum(),
        moved_here=quantity.filter(here).sum(),
        move_ids=pl.col("id"),
        days=pl.col("local_date").unique().sort(),
    )
    in_p = pl.col("date").is_between(period.start, period.end)
    sums = (
        billed.group_by(pl.col(side.link).alias("line"))
        .agg(
            billed=pl.col("qty").sum(),
            billed_here=pl.col("qty").filter(in_p).sum(),
            net=pl.col("net_company").sum(),
            entries=pl.col("move_id").unique().sort(),
            lines=pl.col("id").sort(),
            dates=pl.col("date").unique().sort(),
        )
        .join(moved, on="line")
    )
    # compare only what was both billed and moved, each in whatever month
    both = pl.min_horizontal("billed", "moved")
    shifted = (pl.min_horizontal("billed_here", both) - pl.min_horizontal("moved_here", both)).abs()
    odd = (
        sums.with_columns(shifted=shifted)
        .filter(pl.col("shifted") > EPSILON, pl.col("billed") > EPSILON)
        .with_columns(amount=(pl.col("net") * pl.col("shifted") / pl.col("billed")).round().cast(pl.Int64))
    )
    found = []
    for row in odd.filter(pl.col("amount") >= least).sort("line").iter_rows(named=True):
        if any(abs(one - row["amount"]) * 20 <= row["amount"] for one in accrued):
            continue
        anchor = Record(_MODELS[side.table], row["line"], f"order line {row['line']}")
        when = ", ".join(str(one) for one in row["days"][:3])
        found.append(
            about_entry(
                books,
                row["entries"][-1],
                "delivery",
                f"{{}}: goods moved on {when}",
                f"{{}} is booked on {row['dates'][-1]}, its goods moved on {when}: "
                f"{books.show(row['amount'])} lie in the "
                "other month.",
                amount=row["amount"],
                lines=tuple(row["lines"]),
                moves=tuple(row["entries"][:-1]),
                more=(anchor, *(Record("stock.move", one) for one in sorted(row["move_ids"]))),
                anchor=anchor,
                evidence={
                    "booked": [str(one) for one in row["dates"]],
                    "moved": [str(one) for one in row["days"]],
                    "quantity": f"{row['shifted']:g}",
                },
            )
        )
    return found
