"""Order lines beside what was delivered and what was billed of them, for both sides of trade."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from agent_service.core.errors import NoData
from agent_service.core.facts import posted_since, posted_where
from agent_service.core.model import Books
from agent_service.core.period import Period

EPSILON = 1e-6


@dataclass(frozen=True)
class Side:
    """One side of trade: names of its table, its link, its documents and what counts as delivered."""

    table: str
    link: str
    documents: tuple[str, str]
    fulfilled: str
    policy: str
    by_fulfilment: str
    direction: str


PURCHASE = Side(
    "purchase_lines",
    "purchase_line_id",
    ("in_invoice", "in_refund"),
    "qty_received",
    "purchase_method",
    "receive",
    "in",
)
SALE = Side(
    "sale_lines",
    "sale_line_id",
    ("out_invoice", "out_refund"),
    "qty_delivered",
    "invoice_policy",
    "delivery",
    "out",
)


def billed_lines(books: Books, side: Side, as_of: date, only: pl.Expr | None = None) -> pl.DataFrame:
    """Return posted document lines with an order line up to a day; `qty` and `net` turn with a refund.

    `only` is a condition on items alone. `net` is the base amount in the line's currency, `net_company` in
    company currency, both positive for a bill or invoice.
    """
    books.need("lines", side.link, "quantity")
    linked = pl.col(side.link).is_not_null() & (pl.col("date") <= as_of)
    return _of_documents(posted_where(books, linked if only is None else only & linked), side)


def _of_documents(items: pl.DataFrame, side: Side) -> pl.DataFrame:
    sign = pl.when(pl.col("move_type") == side.documents[1]).then(-1).otherwise(1)
    turn = 1 if side is PURCHASE else -1
    return (
        items.filter(pl.col("move_type").is_in(side.documents), pl.col("kind") == "product")
        .with_columns(
            qty=pl.col("quantity").cast(pl.Float64, strict=False).abs() * sign,
            net=pl.col("amount_currency").fill_null(pl.col("balance")) * turn,
            net_company=pl.col("balance") * turn,
        )
        .with_columns(
            # the deduction of a down payment and the like: a line against the document's own direction
            qty=pl.when((pl.col("net") * sign) < 0).then(-pl.col("qty")).otherwise(pl.col("qty"))
        )
    )


def delivered(books: Books, side: Side, as_of: date, wanted: pl.Series) -> pl.DataFrame | None:
    """Return `line` and `moved` of some order lines: done stock moves up to a day, returns taken off.

    None without stock.
    """
    if not books.has("stock_moves") or not books.frame("stock_moves").height:
        return None
    back = "out" if side.direction == "in" else "in"
    moves = books.frame("stock_moves").filter(
        pl.col(side.link).is_in(wanted.implode()), pl.col("state") == "done", pl.col("local_date") <= as_of
    )
    quantity = pl.col("quantity").cast(pl.Float64, strict=False).fill_null(0)
    signed = (
        pl.when(pl.col("direction") == side.direction)
        .then(quantity)
        .when((pl.col("direction") == back) & pl.col("to_refund").fill_null(value=False))
        .then(-quantity)
        .otherwise(0.0)
    )
    return moves.group_by(pl.col(side.link).alias("line")).agg(moved=signed.sum())


def order_lines(books: Books, side: Side, period: Period) -> pl.DataFrame:
    """Return the order lines that a document of the period bills, with three columns of quantities.

    `ordered`, `fulfilled`, `due` (what may be billed by the line's policy), `qty`, `net`, `net_company`
    (billed up to the period's end), `price` (order price less discount, minor units of the order's currency a
    unit) and `same_currency`.
    """
    table = books.need(side.table)
    books.need("lines", side.link, "quantity")
    here = pl.col(side.link).is_not_null() & (pl.col("date") <= period.as_of)
    touched = _of_documents(posted_since(books, period.start).filter(here), side)[side.link].unique()
    if not touched.len():
        return pl.DataFrame()
    bills = billed_lines(books, side, period.as_of, pl.col(side.link).is_in(touched.implode()))
    own = books.company.currency.id
    lines = table.filter(
        pl.col("id").is_in(touched.to_list()), ~pl.col("is_downpayment").fill_null(value=False)
    )
    sums = bills.group_by(side.link).agg(
        pl.col("qty").sum(),
        pl.col("net").sum(),
        pl.col("net_company").sum(),
        bill_currency=pl.col("currency").fill_null(own).first(),
        currencies=pl.col("currency").fill_null(own).n_unique(),
        move_ids=pl.col("move_id").filter(pl.col("date") >= period.start).unique().sort(),
        line_ids=pl.col("id").filter(pl.col("date") >= period.start).sort(),
        refunded=(pl.col("move_type") == side.documents[1]).any(),
    )
    moved = delivered(books, side, period.as_of, touched)
    if moved is None:
        moved = pl.DataFrame(schema={"line": pl.Int64, "moved": pl.Float64})
    places = pl.col("currency").replace_strict(
        {number: one.decimals for number, one in books.currencies.items()},
        default=books.company.currency.decimals,
        return_dtype=pl.Int64,
    )
    discount = pl.col("discount").cast(pl.Float64, strict=False).fill_null(0)
    frame = (
        lines.join(sums, left_on="id", right_on=side.link, how="inner")
        .join(moved, left_on="id", right_on="line", how="left")
        .with_columns(
            ordered=pl.col("product_qty").cast(pl.Float64, strict=False),
            stated=pl.col(side.fulfilled).cast(pl.Float64, strict=False),
            price=pl.col("price_unit").cast(pl.Float64, strict=False)
            * (1 - discount / 100)
            * pl.lit(10.0).pow(places),
            same_currency=(pl.col("currency").fill_null(own) == pl.col("bill_currency"))
            & (pl.col("currencies") == 1),
        )
        .with_columns(fulfilled=pl.coalesce("moved", "stated"))
    )
    if frame.height and not books.has(side.table, side.policy):
        raise NoData(f"no data: {side.table} come without {side.policy}")
    due = (
        pl.when(pl.col(side.policy) == side.by_fulfilment)
        .then(pl.col("fulfilled"))
        .otherwise(pl.col("ordered"))
    )
    return frame.with_columns(due=due).sort("id")


def other_unit(row: dict, slack: float) -> bool:
    """Tell whether the document counts in another unit: the money is what order and delivery allow."""
    if not row["qty"] or not row["price"] or not row["net"]:
        return False
    ratio = row["price"] / (row["net"] / row["qty"])
    ratio = ratio if ratio >= 1 else 1 / ratio
    whole = round(ratio)
    if whole < 2 or abs(ratio - whole) > 0.01 * whole:
        return False
    allowed = max(row["due"] or 0.0, 0.0) * row["price"]
    return row["net"] <= allowed * (1 + slack) + 1


def number_text(value: float | None) -> str:
    """Return a quantity or price for people and evidence: no trailing zeros."""
    if value is None:
        return ""
    text = f"{Decimal(repr(round(value, 6))):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
