"""What order lines received and were billed by a day, in the order's unit of measure."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.model import Books


def received(books: Books, day: date) -> dict[int, Fraction]:
    """Return what each order line received by the day, as Odoo counts returns."""
    moves = books.frame("stock_moves").filter(pl.col("purchase_line_id").is_not_null())
    outgoing = set(moves.filter(pl.col("direction") == "out")["id"].to_list())
    done = moves.filter(pl.col("state") == "done", pl.col("local_date") <= day)
    totals: dict[int, Fraction] = defaultdict(Fraction)
    for row in done.iter_rows(named=True):
        quantity = Fraction(Decimal(row["quantity"] or "0"))
        origin, to_refund = row["origin_returned_move_id"], bool(row["to_refund"])
        if row["direction"] == "out":
            # Sent back for replacement: still received. Without origin it is a return made by hand.
            counted = -quantity if to_refund or (origin is None and _knows_origin(books)) else Fraction(0)
        else:
            # What replaces goods that never left the count must not be counted a second time.
            counted = Fraction(0) if origin in outgoing and not to_refund else quantity
        totals[row["purchase_line_id"]] += counted
    return dict(totals)


def _knows_origin(books: Books) -> bool:
    return books.has("stock_moves", "origin_returned_move_id")


def billed(books: Books, day: date) -> dict[int, Fraction]:
    """Return what posted bills dated up to the day billed of each order line, refunds taken off."""
    lines = books.frame("purchase_bill_lines").filter(
        pl.col("parent_state") == "posted", pl.col("date") <= day
    )
    totals: dict[int, Fraction] = defaultdict(Fraction)
    for order_line, quantity in lines.select("purchase_line_id", "quantity").iter_rows():
        totals[order_line] += Fraction(Decimal(quantity or "0"))
    return dict(totals)
