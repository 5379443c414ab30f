"""VAL008 Margin out of range.

**What it does** Reports a product category (a product where no categories are known) whose margin of the
month lies far from that of the last twelve. Facets: *margin*, *below_cost* (a line sold under its cost).

**Why it matters** Cut-off, valuation and price: a margin that jumps is a delivery without an invoice, a wrong
cost or a wrong price.

**Method** Margin = 1 − cost / revenue by month; revenue from the customers' invoice lines with a product,
cost from the cost lines of the invoices (`cogs`), else from the value of the deliveries of sales orders. With
six of the last twelve months: flag from `margin_min_amount` of revenue on if the margin is `margin_points`
points and `margin_z` robust spreads (at least a point each) off the median. *below_cost*: a line whose
delivery cost more than it sells for, from `below_cost_min_amount` of loss on. Example: 34.0 to
35.5 % each month, now 21 % → one finding; the amount is the difference of points in revenue.

**False positives** Another mix with each product's margin steady; a return of an earlier month; a promotion
(below cost to at least three customers); free goods.

**Source** ISA 520; `stock.move.value`, lines with display type `cogs`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_since, posted_where, posted_within
from agent_service.core.findings import Finding, Record
from agent_service.core.history import MONTH
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.statistics import median as middle
from agent_service.core.stock import product_names, valued_moves

CODE = "VAL008"
TITLE = "Margin out of range"
SEVERITY = "medium"
WHY = "A margin that jumps is a delivery without its invoice, a wrong cost or a wrong price."
REMEDY = "Correct the cost or the price, or move the delivery or the invoice to its month."
PARAMETERS = {
    "margin_points": 5, "margin_z": "3.5", "margin_min_amount": "0.5 M", "below_cost_min_amount": "0.005 M",
}  # fmt: skip
YIELDS_TO = ("CUT002",)

_MONTHS, _LEAST, _OWN_MONTHS, _CUSTOMERS, _SHOWN = 12, 6, 3, 3, 20


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each category and for each line sold under its cost."""
    own = policy.parameters(CODE, PARAMETERS)
    points, cut = float(own.decimal("margin_points")) / 100, float(own.decimal("margin_z"))
    begin = add_months(period.start, -_MONTHS)
    here = posted_since(books, period.start).filter(pl.col("date") <= period.as_of)
    sold = _sold(here)
    revenue = pl.concat([by_month(books, f"{CODE} sold", _past_sold, begin, period.start), _revenue(sold)])
    cost = _cost(books, period, here)
    if not revenue.height or not cost.height:
        raise books.lacking("no product was sold whose cost is known")
    categories = _categories(books)
    by_product = (
        revenue.join(cost, on=["product_id", MONTH], how="left")
        .drop_nulls("cost")
        .join(categories, on="product_id", how="left")
    )
    by_product = by_product.with_columns(
        line=pl.coalesce("line", pl.lit("p") + pl.col("product_id").cast(pl.String))
    )
    found = _margins(books, by_product, sold, period, points, cut, policy.amount(own, "margin_min_amount"))
    return found + _below_cost(books, sold, period, max(policy.amount(own, "below_cost_min_amount"), 1))


def _sold(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the base lines with a product of customers' documents, `revenue` in minor units."""
    return lines.filter(
        pl.col("move_type").is_in(["out_invoice", "out_refund", "out_receipt"]),
        pl.col("kind") == "product",
        pl.col("product_id").is_not_null(),
        pl.col("account_type").cast(pl.String).str.starts_with("income").fill_null(value=False),
        ~exempt(CODE),
    ).with_columns(month(), revenue=-pl.col("balance"))


def _revenue(sold: pl.DataFrame) -> pl.DataFrame:
    taken_back = pl.col("move_type") == "out_refund"
    return sold.group_by("product_id", MONTH).agg(
        pl.col("revenue").sum(), returned=pl.col("revenue").filter(taken_back).sum()
    )


def _past_sold(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _revenue(_sold(posted_within(books, months)))


def _booked(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the invoices' own cost lines by product and month."""
    booked = lines.filter(
        pl.col("kind").cast(pl.String) == "cogs",
        pl.col("product_id").is_not_null(),
        pl.col("account_type").cast(pl.String).str.starts_with("expense").fill_null(value=False),
    )
    return booked.group_by("product_id", month()).agg(cost=pl.col("balance").sum())


def _past_booked(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _booked(posted_within(books, months))


def _cost(books: Books, period: Period, here: pl.DataFrame) -> pl.DataFrame:
    """Return cost by product and month: of the invoices' own cost lines, else of the deliveries."""
    begin = add_months(period.start, -_MONTHS)
    past = by_month(books, f"{CODE} cost", _past_booked, begin, period.start)
    booked = pl.concat([past, _booked(here)])
    if booked.height:
        return booked
    return (
        valued_moves(books)
        .filter(
            pl.col("sale_line_id").is_not_null(),
            pl.col("product_id").is_not_null(),
            pl.col("local_date").is_between(begin, period.as_of),
        )
        .group_by("product_id", pl.col("local_date").dt.truncate("1mo").alias(MONTH))
        .agg(cost=-pl.col("change").sum())
    )


def _categories(books: Books) -> pl.DataFrame:
    """Return the product line of each product: its category, and none where nobody knows one."""
    empty = pl.DataFrame(schema={"product_id": pl.Int64, "line": pl.String, "category_id": pl.Int64})
    if not books.has("products", "category"):
        return empty
    return books.frame("products").select(
        pl.col("id").alias("product_id"), pl.col("category").alias("line"), "category_id"
    )


def _margins(
    books: Books,
    by_product: pl.DataFrame,
    sold: pl.DataFrame,
    period: Period,
    points: float,
    cut: float,
    least: int,
) -> list[Finding]:
    found = []
    names = product_names(books)
    lines = by_product.group_by("line", "month").agg(
        pl.col("revenue", "cost", "returned").sum(),
        pl.col("category_id").first(),
        first=pl.col("product_id").min(),
    )  # fmt: skip
    now = lines.filter(pl.col("month") == period.start, pl.col("revenue") >= max(least, 1))
    past = lines.filter(pl.col("month") < period.start, pl.col("revenue") > 0)
    for row in now.sort("line").iter_rows(named=True):
        rows = past.filter(pl.col("line") == row["line"])
        usual = sorted(1 - cost / revenue for cost, revenue in rows.select("cost", "revenue").iter_rows())
        if len(usual) < _LEAST:
            continue
        level = middle(usual)
        spread = max(1.4826 * middle([abs(one - level) for one in usual]), 0.01)
        margin = 1 - row["cost"] / row["revenue"]
        kept = row["revenue"] - row["returned"]
        unreturned = 1 - row["cost"] / kept if kept else margin
        off = abs(margin - level)
        if off < points or off / spread < cut or abs(unreturned - level) < points:
            continue
        own = by_product.filter(pl.col("line") == row["line"])
        if _steady(own, period, points):
            continue
        found.append(_margin_finding(books, row, own, sold, period, (margin, level, len(usual)), names))
    return found


def _steady(own: pl.DataFrame, period: Period, points: float) -> bool:
    """Tell whether each product's margin is as before, so that only the mix has changed."""
    rated = own.filter(pl.col("revenue") > 0).with_columns(margin=1 - pl.col("cost") / pl.col("revenue"))
    past = rated.filter(pl.col("month") < period.start).group_by("product_id").agg(
        usual=pl.col("margin").median(), months=pl.len()
    )  # fmt: skip
    now = rated.filter(pl.col("month") == period.start).join(past, on="product_id", how="left")
    known = now.filter(pl.col("months") >= _OWN_MONTHS)
    if now.height < 2 or known.height < now.height:
        return False
    return bool((known["margin"] - known["usual"]).abs().max() < points)


def _margin_finding(
    books: Books, row: dict, own: pl.DataFrame, sold: pl.DataFrame, period: Period,
    told: tuple[float, float, int], names: dict[int, str],
) -> Finding:  # fmt: skip
    margin, level, months = told
    products = own["product_id"].unique().to_list()
    shown = sold.filter(pl.col("product_id").is_in(products), pl.col("month") == period.start)
    shown = (
        shown.group_by("move_id")
        .agg(pl.col("revenue").sum())
        .sort("revenue", "move_id", descending=[True, False])
    )
    if row["category_id"] is not None:
        anchor = Record("product.category", row["category_id"], row["line"])
    else:
        anchor = Record("product.product", row["first"], names.get(row["first"], f"product {row['first']}"))
    label = row["line"] if len(products) > 1 or row["category_id"] is not None else anchor.label
    return Finding(
        facet="margin",
        anchor=anchor,
        title=f"{label}: margin of {margin:.1%} instead of {level:.1%}",
        message=f"{label} sold {books.show(row['revenue'])} at a cost of "
        f"{books.show(row['cost'])}: {margin:.1%}; the median of {months} months is {level:.1%}.",
        amount=abs(round(row["revenue"] * (margin - level))),
        records=(anchor, *(Record("account.move", one) for one in shown["move_id"].head(_SHOWN).to_list())),
        evidence={
            "revenue": books.company.currency.text(row["revenue"]),
            "cost": books.company.currency.text(row["cost"]),
            "margin_pct": f"{margin * 100:.1f}",
            "usual_pct": f"{level * 100:.1f}",
            "months": months,
        },
    )


def _below_cost(books: Books, sold: pl.DataFrame, period: Period, least: int) -> list[Finding]:
    """Report lines sold under what their own delivery cost; one finding a document."""
    if not books.has("stock_moves", "sale_line_id"):
        return []
    delivered = valued_moves(books).filter(pl.col("sale_line_id").is_not_null()).group_by("sale_line_id").agg(
        value=-pl.col("change").sum(), moved=(pl.col("quantity").abs() * pl.col("change").sign()).sum().abs()
    )  # fmt: skip
    asked = sold["sale_line_id"].drop_nulls().unique()
    dated = pl.col("date").is_between(add_months(period.start, -_MONTHS), period.as_of)
    sold = _sold(posted_where(books, dated & pl.col("sale_line_id").is_in(asked.implode())))
    invoiced = sold.filter(pl.col("move_type") != "out_refund")
    lines = invoiced.with_columns(
        pieces=pl.col("quantity").cast(pl.Float64, strict=False).abs()
    )  # fmt: skip
    billed = pl.col("pieces").sum().over("sale_line_id")
    priced = (
        lines.with_columns(billed=billed)
        .join(delivered, on="sale_line_id")
        # another unit on the order than in the store, or a part delivery, can't be compared
        .filter((pl.col("billed") - pl.col("moved")).abs() <= 0.001 * pl.col("moved"), pl.col("billed") > 0)
        .with_columns(cost=(pl.col("value") * pl.col("pieces") / pl.col("billed")).round().cast(pl.Int64))
        .with_columns(loss=pl.col("cost") - pl.col("revenue"))
    )
    under = priced.filter(pl.col("loss") > 0, pl.col("revenue") > 0)
    offered = under.group_by("product_id", "month").agg(customers=pl.col("partner_id").n_unique())
    under = under.join(
        offered.filter(pl.col("customers") >= _CUSTOMERS), on=["product_id", "month"], how="anti"
    )
    names, found = product_names(books), []
    judged = under.filter(in_period(period), pl.col("loss") >= least)
    for part in judged.sort("move_id", "id").partition_by("move_id", maintain_order=True):
        loss = int(part["loss"].sum())
        first = part.to_dicts()[0]
        name = names.get(first["product_id"], f"product {first['product_id']}")
        found.append(
            about_entry(
                books,
                first["move_id"],
                "below_cost",
                f"{{}}: {name} sold {books.show(loss)} under its cost",
                f"{{}} of {first['date']} sells {name} for {books.show(first['revenue'])}; its delivery cost "
                f"{books.show(first['cost'])}.",
                amount=loss,
                lines=tuple(part["id"].to_list()),
                evidence={
                    "revenue": books.company.currency.text(int(part["revenue"].sum())),
                    "cost": books.company.currency.text(int(part["cost"].sum())),
                },
            )
        )
    return found
