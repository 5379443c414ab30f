"""Stock moves as value: what came into stock, what left it, and what adjustments took or gave."""

import polars as pl

from agent_service.core.model import Books

INSIDE = ("internal", "transit")
ADJUSTED = "inventory"
"""Usage of the place that scrap and adjustments go to and come from."""


def valued_moves(books: Books) -> pl.DataFrame:
    """Return the done moves with a value: `change` of the stock and `lost` to adjustments, in minor units.

    Raises NoData where moves come without value or places. Signs of the source don't count, places do.
    """
    return books.once("valued_moves", _valued_moves)


def _valued_moves(books: Books) -> pl.DataFrame:
    moves = books.need("stock_moves", "value", "location_usage", "location_dest_usage", "local_date")
    source, target = pl.col("location_usage"), pl.col("location_dest_usage")
    came = target.is_in(INSIDE) & ~source.is_in(INSIDE)
    went = source.is_in(INSIDE) & ~target.is_in(INSIDE)
    size = pl.col("value").abs()
    return moves.filter(
        pl.col("state").fill_null("done") == "done", pl.col("value").is_not_null(), came | went
    ).with_columns(
        change=pl.when(came).then(size).otherwise(-size),
        lost=pl.when(went & (target == ADJUSTED)).then(size)
        .when(came & (source == ADJUSTED)).then(-size)
        .otherwise(0),
        quantity=pl.col("quantity").cast(pl.Float64, strict=False),
    )  # fmt: skip


def product_names(books: Books) -> dict[int, str]:
    """Return the names of products; empty where nobody delivers them."""
    if not books.has("products"):
        return {}
    rows = books.frame("products").select("id", "name").iter_rows()
    return {key: name or f"product {key}" for key, name in rows}
