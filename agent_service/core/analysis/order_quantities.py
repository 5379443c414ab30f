"""What order lines received, delivered and were billed by a day, in the order's unit of measure."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.model import Books

CUSTOMER = "customer"
_INVOICES = ("out_invoice", "out_refund")
_PLACES = 6
_COMMON = rf"^-?[0-9]{{1,10}}(?:\.[0-9]{{1,{_PLACES}}})?$"


def received(books: Books, day: date) -> dict[int, Fraction]:
    """Return what each order line received by the day, as Odoo counts returns."""
    moves = books.frame("stock_moves").filter(pl.col("purchase_line_id").is_not_null())
    outgoing = moves.filter(pl.col("direction") == "out")["id"]
    by_hand = pl.lit(value=False)
    if books.has("stock_moves", "origin_returned_move_id"):
        by_hand = pl.col("origin_returned_move_id").is_null()
    # Sent back for replacement: still received. Without origin it is a return made by hand.
    back = pl.when(pl.col("to_refund") | by_hand).then(-1).otherwise(0)
    # What replaces goods that never left the count must not be counted a second time.
    again = pl.col("origin_returned_move_id").is_in(outgoing.implode()).fill_null(value=False)
    came = pl.when(again & ~pl.col("to_refund")).then(0).otherwise(1)
    counted = pl.when(pl.col("direction") == "out").then(back).otherwise(came)
    done = _done(moves, day, "purchase_line_id")
    return _summed(done.select("quantity", line="purchase_line_id", counted=counted))


def _summed(rows: pl.DataFrame) -> dict[int, Fraction]:
    """Return the exact sum of `quantity` times `counted` by `line`.

    Quantities of the common shape are summed by the column as whole millionths, any other one by itself.
    """
    rows = rows.with_columns(pl.col("quantity").fill_null("0"))
    common = pl.col("quantity").str.contains(_COMMON)
    bare = pl.col("quantity").str.strip_prefix("-")
    tail = bare.str.extract(r"\.([0-9]+)$").fill_null("").str.pad_end(_PLACES, "0")
    millionths = (bare.str.extract(r"^([0-9]+)") + tail).cast(pl.Int64)
    signed = pl.when(pl.col("quantity").str.starts_with("-")).then(-millionths).otherwise(millionths)
    sums = rows.filter(common).group_by("line").agg(total=(signed * pl.col("counted")).sum())
    totals = {line: Fraction(total, 10**_PLACES) for line, total in sums.iter_rows()}
    for line, text, counted in rows.filter(~common).select("line", "quantity", "counted").iter_rows():
        totals[line] = totals.get(line, Fraction(0)) + counted * exact(text)
    return totals


@dataclass(frozen=True)
class Delivered:
    """What a line delivered, and what the goods cost: minor units of company currency, None if unknown."""

    quantity: Fraction = Fraction(0)
    cost: int | None = 0


def delivered(books: Books, day: date) -> dict[int, Delivered]:
    """Return what each sales order line delivered by the day and its cost, as Odoo counts returns.

    Goods sent straight from the vendor to the customer never enter the stock and are delivered all the same.
    The cost is the value of the moves that count, returns taken off.
    """
    moves = books.frame("stock_moves").filter(pl.col("sale_line_id").is_not_null())
    goes = pl.col("direction") == "out"
    if books.has("stock_moves", "location_dest_usage"):
        goes = goes | (pl.col("location_dest_usage") == CUSTOMER)
    moves = moves.with_columns(direction=pl.when(goes).then(pl.lit("out")).otherwise(pl.lit("in")))
    totals: dict[int, Delivered] = defaultdict(Delivered)
    done = _done(moves, day, "sale_line_id", "value")
    for line, text, direction, origin, to_refund, value in done.iter_rows():
        if not to_refund and (direction == "in" or origin is not None):
            continue  # came back to be replaced, or replaces what came back
        sign = 1 if direction == "out" else -1
        before = totals[line]
        known = before.cost is not None and value is not None
        totals[line] = Delivered(
            before.quantity + sign * exact(text), before.cost + sign * abs(value) if known else None
        )
    return dict(totals)


def _done(moves: pl.DataFrame, day: date, link: str, *more: str) -> pl.DataFrame:
    return moves.filter(pl.col("state") == "done", pl.col("local_date") <= day).select(
        link,
        "quantity",
        "direction",
        "origin_returned_move_id",
        pl.col("to_refund").fill_null(value=False),
        *more,
    )


def kits(books: Books, orders: pl.DataFrame, link: str) -> set[int]:
    """Return the order lines that moved as their components: their quantities can't be read from moves."""
    if not books.has("stock_moves", "product_id") or not books.has("stock_moves", link):
        return set()
    lines = orders.select(pl.col("id").alias(link), pl.col("product_id").alias("ordered"))
    moves = books.frame("stock_moves").select(link, "product_id").drop_nulls()
    other = moves.join(lines, on=link).filter(pl.col("ordered") != pl.col("product_id"))
    return set(other[link].to_list())


def billed(books: Books, day: date) -> dict[int, Fraction]:
    """Return what posted bills dated up to the day billed of each order line, refunds taken off."""
    lines = books.frame("purchase_bill_lines").filter(
        pl.col("parent_state") == "posted", pl.col("date") <= day
    )
    return _summed(lines.select("quantity", line="purchase_line_id", counted=pl.lit(1)))


def invoiced(books: Books, day: date) -> dict[int, Fraction]:
    """Return what posted invoices up to the day invoiced of each sales order line, refunds taken off."""
    totals: dict[int, Fraction] = defaultdict(Fraction)
    lines = invoice_lines(books, day).filter(pl.col("sale_line_id").is_not_null())
    for line, quantity, kind in lines.select("sale_line_id", "quantity", "move_type").iter_rows():
        totals[line] += (-1 if kind == "out_refund" else 1) * exact(quantity)
    return dict(totals)


def invoice_lines(books: Books, day: date) -> pl.DataFrame:
    """Return the posted product lines of customer invoices up to a day, with `move_type`."""
    moves = books.frame("moves").filter(
        pl.col("move_type").is_in(_INVOICES), pl.col("state") == "posted", pl.col("date") <= day
    )
    lines = books.frame("lines").filter(
        pl.col("parent_state") == "posted",
        pl.col("display_type").fill_null("product") == "product",
        pl.col("sale_line_id").is_not_null() | pl.col("product_id").is_not_null(),
    )
    return lines.join(moves.select(pl.col("id").alias("move_id"), "move_type"), on="move_id").sort("id")


def exact(text: str | None) -> Fraction:
    """Return a quantity as it travels as an exact number, nothing as 0."""
    return Fraction(Decimal(text or "0"))
